//! Slopes along ladders: the short version of `examples/ladders.rs`.

#[path = "../examples/ladders/rows.rs"]
mod rows;

use crate::coverage::{tally, world, worlds};
use crate::falls::rows as fall_rows;
use tally::Tally;

const REPETITIONS: u64 = 300;
const REPLICATES: usize = 200;
const POPULATION: usize = 400_000;

/// At least nominal minus 3.5 standard errors of a coverage of 95 %, which the method may exceed a little.
fn holds(tally: &Tally, what: &str) {
    let slack = 3.5 * (0.95 * 0.05 / tally.made as f64).sqrt();
    assert!(tally.made > 200, "{what}: refused {}", tally.refused);
    let coverage = tally.coverage();
    assert!(
        coverage >= 0.95 - slack && coverage < 0.995,
        "{what}: {coverage}"
    );
    assert_eq!(tally.holds_point, tally.made, "{what}");
}

/// Both the slope and how much steeper the second variant's is; and that the steps' own intervals say no more and no less
/// than the draws of each step do, where the draws can tell.
#[test]
fn slopes_are_covered() {
    for (what, worlds) in rows::ladders().into_iter().take(3) {
        for row in rows::rows(&worlds, POPULATION, REPETITIONS, REPLICATES) {
            for (of, part) in ["slope", "further"].into_iter().enumerate() {
                let what = format!("{part} of {}, {what}", row.metric);
                holds(&row.tallies[of], &what);
                let ratio = row.tallies[of].mean_width() / row.on_draws[of].mean_width();
                assert!((0.8..1.5).contains(&ratio), "{what}: {ratio}");
            }
        }
    }
}
