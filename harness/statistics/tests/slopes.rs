//! Slopes along steps, held to NumPy and statsmodels.

use serde::Deserialize;
use titer_core::{Interval, IntervalMethod};
use titer_statistics::{Bounded, Together, slope_weights, weighted_sum};

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    places: Vec<f64>,
    scores: Vec<f64>,
    errors: Vec<f64>,
    numpy: f64,
    statsmodels: f64,
    error: f64,
}

/// `numpy.polyfit` and statsmodels' `OLS` on the same numbers, and the error that independent errors of known size give the
/// slope: `fixtures/make_slopes.py`.
#[test]
fn slopes_and_their_errors_are_those_of_numpy_and_statsmodels() {
    let fixture: Fixture = serde_json::from_str(include_str!("../fixtures/slopes.json")).unwrap();
    assert_eq!(fixture.cases.len(), 6);
    for case in fixture.cases {
        let weights = slope_weights(&case.places).unwrap();
        let terms: Vec<(f64, Bounded)> = weights
            .into_iter()
            .zip(std::iter::zip(&case.scores, &case.errors))
            .map(|(weight, (&value, &error))| {
                let interval = Interval {
                    lower: value - error,
                    upper: value + error,
                    confidence: 0.95,
                    method: IntervalMethod::ClusteredBootstrapT,
                };
                (weight, Bounded { value, interval })
            })
            .collect();
        let slope: f64 = terms.iter().map(|(weight, one)| weight * one.value).sum();
        let close = |ours: f64, theirs: f64| (ours - theirs).abs() < 1e-12 * (1.0 + theirs.abs());
        assert!(close(slope, case.numpy), "{:?}: {slope}", case.places);
        assert!(close(slope, case.statsmodels), "{:?}: {slope}", case.places);
        let made = weighted_sum(&terms, Together::Independent).unwrap();
        assert!(
            close(made.upper - slope, case.error),
            "{:?}: {made:?}",
            case.places
        );
        assert!(
            close(slope - made.lower, case.error),
            "{:?}: {made:?}",
            case.places
        );
    }
}
