//! Falls: held to statsmodels, and the short version of `examples/falls.rs`.

#[path = "../examples/falls/rows.rs"]
mod rows;

use serde::Deserialize;
use titer_core::{Interval, IntervalMethod};
use titer_statistics::{Bounded, Together, difference_of_two};

use crate::coverage::{calibration, tally, world, worlds};
use tally::Tally;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    counts: [u32; 4],
    confidence: f64,
    wilson: [[f64; 2]; 2],
    newcombe: [f64; 2],
}

/// Newcombe's interval of two shares by statsmodels: `fixtures/make_falls.py`.
#[test]
fn two_shares_give_newcombes_interval() {
    let fixture: Fixture = serde_json::from_str(include_str!("../fixtures/falls.json")).unwrap();
    assert_eq!(fixture.cases.len(), 16);
    for case in fixture.cases {
        let [k1, n1, k2, n2] = case.counts.map(f64::from);
        let share = |value: f64, [lower, upper]: [f64; 2]| Bounded {
            value,
            // Rounding leaves an end of 0 or 1 beside it.
            interval: Interval {
                lower: lower.min(value),
                upper: upper.max(value),
                confidence: case.confidence,
                method: IntervalMethod::Wilson,
            },
        };
        let (one, other) = (
            share(k1 / n1, case.wilson[0]),
            share(k2 / n2, case.wilson[1]),
        );
        let made = difference_of_two(one, other, Together::Independent).unwrap();
        for (ours, theirs) in [made.lower, made.upper].into_iter().zip(case.newcombe) {
            assert!(
                (ours - theirs).abs() < 1e-9,
                "{:?}: {ours} {theirs}",
                case.counts
            );
        }
    }
}

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
