//! Falls: the short version of `examples/falls.rs`.

#[path = "../examples/falls/rows.rs"]
pub(crate) mod rows;

use crate::coverage::{calibration, tally, world, worlds};
use tally::Tally;

const REPETITIONS: u64 = 300;
const REPLICATES: usize = 200;
const POPULATION: usize = 400_000;

/// At least nominal minus 3.5 standard errors of a coverage of 95 %, which the method may exceed.
fn reaches(tally: &Tally, what: &str) {
    let slack = 3.5 * (0.95 * 0.05 / tally.made as f64).sqrt();
    assert!(tally.made > 200, "{what}: refused {}", tally.refused);
    let coverage = tally.coverage();
    assert!(coverage >= 0.95 - slack, "{what}: {coverage}");
    assert_eq!(tally.holds_point, tally.made, "{what}");
}

/// Not so wide that it says nothing.
fn is_tight(tally: &Tally, what: &str) {
    assert!(tally.coverage() < 0.99, "{what}: {}", tally.coverage());
}

#[test]
fn falls_are_covered() {
    for pair in rows::pairs().iter().take(2) {
        for row in rows::rows(pair, POPULATION, REPETITIONS, REPLICATES) {
            let [fall, further] = &row.tallies;
            let what = format!("{} from {} to {}", row.metric, pair[0].name, pair[1].name);
            reaches(fall, &what);
            is_tight(fall, &what);
            reaches(further, &format!("further, {what}"));
        }
    }
}

/// Intervals of calibration errors are bounds: with their distances squared and added falls are missed, added as they are
/// they are not.
#[test]
fn falls_of_calibration_errors_are_covered() {
    let pairs = rows::error_pairs();
    for pair in [&pairs[1], &pairs[2], &pairs[4]] {
        let row = rows::error_row(pair, REPETITIONS, REPLICATES);
        for (of, what) in ["fall", "further"].into_iter().enumerate() {
            let what = format!("{what} from {} to {}", pair[0].name, pair[1].name);
            reaches(&row.added[of], &what);
        }
        if pair[1].slope == 1.0 {
            let missed = &row.squared[0];
            assert!(missed.coverage() < 0.93, "{}", missed.coverage());
        }
    }
}
