//! Agreement of differences of AUROCs with the papers' formulas;
//! `harness/statistics/fixtures/make_comparisons.py` says how their values were made.

use serde::Deserialize;
use titer_core::Labelled;
use titer_metrics::stats::auroc_difference;
use titer_statistics::Independence;

#[derive(Deserialize)]
struct Fixtures {
    aurocs: Vec<Auroc>,
}

#[derive(Deserialize)]
struct Auroc {
    truth: Vec<u8>,
    base: Vec<f64>,
    candidate: Vec<f64>,
    cluster_of: Vec<u32>,
    difference: f64,
    delong: Errors,
    obuchowski: Option<Errors>,
}

#[derive(Deserialize)]
struct Errors {
    difference_error: f64,
    p_value: f64,
}

fn fixtures() -> Fixtures {
    let text = include_str!("../../statistics/fixtures/comparisons.json");
    serde_json::from_str(text).unwrap()
}

/// Within 1e-9, relative above 1.
#[track_caller]
fn agree(value: f64, expected: f64, what: &str) {
    let scale = expected.abs().max(1.0);
    assert!(
        (value - expected).abs() <= 1e-9 * scale,
        "{what}: {value}, not {expected}"
    );
}

/// Within 1e-9 relative, for p-values that may be small.
#[track_caller]
fn agree_in_digits(value: f64, expected: f64, what: &str) {
    assert!(
        (value - expected).abs() <= 1e-9 * expected.abs(),
        "{what}: {value}, not {expected}"
    );
}

#[test]
fn aurocs_agree() {
    let mut clustered = 0;
    for case in fixtures().aurocs {
        let truth: Vec<bool> = case.truth.iter().map(|&t| t == 1).collect();
        let data = |probability| Labelled {
            truth: &truth,
            probability,
            threshold: 0.5,
        };
        let (base, candidate) = (data(&case.base), data(&case.candidate));
        let free = Independence::Declared;
        let clusters = Independence::Clusters(&case.cluster_of);
        let both = [
            (free, Some(&case.delong)),
            (clusters, case.obuchowski.as_ref()),
        ];
        for (independence, expected) in both {
            let of = auroc_difference(candidate, base, independence, 0.95);
            let Some(expected) = expected else {
                assert!(of.is_err());
                continue;
            };
            clustered += u32::from(matches!(independence, Independence::Clusters(_)));
            let of = of.unwrap();
            agree(of.value, case.difference, "difference");
            agree_in_digits(of.standard_error, expected.difference_error, "its error");
            agree_in_digits(of.p_value(0.0), expected.p_value, "its p-value");
        }
    }
    assert_eq!(clustered, 4);
}
