//! Differences of two numbers that each have an interval, held to statsmodels.

use serde::Deserialize;
use titer_core::{Interval, IntervalMethod};
use titer_statistics::{Bounded, Together, difference_of_two};

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
