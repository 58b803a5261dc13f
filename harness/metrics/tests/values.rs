//! Agreement with SciPy and scikit-learn on numbers; `fixtures/make_values.py` says how their values
//! were made.

use std::collections::BTreeMap;
use titer_metrics::values::ndcg::NdcgAtK;

use serde::Deserialize;
use titer_core::{Multiplicity, Valued};
use titer_metrics::ValuesMetricName;

#[derive(Deserialize)]
struct Fixtures {
    k: u32,
    cases: Vec<Case>,
}

/// A metric's value, or none where Titer says that it is undefined.
type Expected = BTreeMap<String, Option<f64>>;

#[derive(Deserialize)]
struct Case {
    name: String,
    truth: Vec<f64>,
    predicted: Vec<f64>,
    cluster_of: Vec<u32>,
    counts: Vec<u32>,
    once: Expected,
    drawn: Option<Expected>,
}

/// Within 1e-9 of the value; of 1 for what may be 0 but for rounding.
fn agrees(name: &str, value: f64, expected: f64) -> bool {
    let in_units = matches!(name, "rmse" | "mae");
    let scale = if in_units { 0.0 } else { 1.0 };
    (value - expected).abs() <= 1e-9 * expected.abs().max(scale)
}

fn check(case: &Case, k: u32, multiplicity: Multiplicity<'_>, expected: &Expected) {
    let data = Valued {
        truth: &case.truth,
        predicted: &case.predicted,
    };
    assert_eq!(expected.len(), ValuesMetricName::ALL.len());
    for &name in ValuesMetricName::ALL {
        let name = match name {
            ValuesMetricName::NdcgAtK(..) => ValuesMetricName::NdcgAtK(NdcgAtK { k }),
            other => other,
        };
        let metric = name.metric();
        let named = metric.about().name;
        let value = metric.prepare(data).value(multiplicity).ok();
        let place = format!("{named} of '{}'", case.name);
        match (value, expected[named]) {
            (Some(value), Some(expected)) => {
                assert!(
                    agrees(named, value, expected),
                    "{place}: {value}, not {expected}"
                );
            }
            (value, expected) => assert_eq!(value, expected, "{place}"),
        }
    }
}

#[test]
fn values_agree() {
    let fixtures: Fixtures = serde_json::from_str(include_str!("../fixtures/values.json")).unwrap();
    assert!(fixtures.cases.len() > 15);
    for case in &fixtures.cases {
        check(case, fixtures.k, Multiplicity::Once, &case.once);
        let Some(drawn) = &case.drawn else { continue };
        let multiplicity = Multiplicity::PerCluster {
            counts: &case.counts,
            cluster_of: &case.cluster_of,
        };
        check(case, fixtures.k, multiplicity, drawn);
    }
}
