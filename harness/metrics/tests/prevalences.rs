//! Metrics at a prevalence: the short version of `examples/prevalences.rs`.

#[path = "../examples/prevalences/rows.rs"]
pub(crate) mod rows;

use crate::coverage::{tally, world, worlds};

/// Scores and paired differences are covered at least as often as they say, but for what the tables of the long version state.
#[test]
fn scores_and_differences_at_a_prevalence_are_covered() {
    for (world, prevalence) in rows::cases().into_iter().take(3) {
        for row in rows::rows(&world, prevalence, 200_000, 300, 200) {
            for (of, what) in ["score", "difference"].into_iter().enumerate() {
                let tally: &tally::Tally = &row.tallies[of];
                let what = format!("{what}, {} of {} at {prevalence}", row.metric, world.name);
                assert!(row.truth[of].is_finite(), "{what}");
                // Of calls, where too few differ to say anything.
                if tally.made < 100 {
                    continue;
                }
                let slack = 3.5 * (0.95 * 0.05 / tally.made as f64).sqrt();
                assert!(tally.coverage() >= 0.95 - slack, "{what}: {tally}");
                assert_eq!(tally.holds_point, tally.made, "{what}");
            }
        }
    }
}
