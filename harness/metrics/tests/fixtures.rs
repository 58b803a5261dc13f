//! Agreement with scikit-learn, SciPy, NumPy and uncertainty-calibration; `fixtures/make_fixtures.py`
//! says how their values were made.

use std::collections::BTreeMap;
use titer_metrics::ece::Ece;
use titer_metrics::ece_plug_in::EcePlugIn;

use serde::Deserialize;
use titer_core::{Labelled, Multiplicity};
use titer_metrics::{MetricName, log_loss};

#[derive(Deserialize)]
struct Fixtures {
    cases: Vec<Case>,
    monte_carlo_ece: MonteCarlo,
}

/// A metric's value, or none where Titer says that it is undefined.
type Values = BTreeMap<String, Option<f64>>;

#[derive(Deserialize)]
struct Case {
    name: String,
    truth: Vec<u8>,
    probability: Vec<f64>,
    threshold: f64,
    cluster_of: Vec<u32>,
    counts: Vec<u32>,
    once: Values,
    drawn: Option<Values>,
    plug_in_ece: f64,
    clipped: u64,
}

#[derive(Deserialize)]
struct MonteCarlo {
    truth: Vec<u8>,
    probability: Vec<f64>,
    plug_in: f64,
    debiased: f64,
    standard_error: f64,
}

fn fixtures() -> Fixtures {
    serde_json::from_str(include_str!("../fixtures/fixtures.json")).unwrap()
}

fn labels(truth: &[u8]) -> Vec<bool> {
    truth.iter().map(|&one| one == 1).collect()
}

fn value(name: MetricName, data: Labelled<'_>) -> f64 {
    let prepared = name.metric().prepare(data);
    prepared.value(Multiplicity::Once).unwrap()
}

fn check(case: &Case, data: Labelled<'_>, multiplicity: Multiplicity<'_>, expected: &Values) {
    assert!(!expected.is_empty());
    for (named, &expected) in expected {
        let mut metrics = MetricName::ALL.iter().map(|name| name.metric());
        let metric = metrics.find(|metric| metric.about().name == named);
        let metric = metric.unwrap_or_else(|| panic!("no metric {named}"));
        let value = metric.prepare(data).value(multiplicity).ok();
        let place = format!("{named} of '{}'", case.name);
        match (value, expected) {
            (Some(value), Some(expected)) => {
                let distance = (value - expected).abs();
                assert!(distance < 1e-12, "{place}: {value}, not {expected}");
            }
            (value, expected) => assert_eq!(value, expected, "{place}"),
        }
    }
}

#[test]
fn metrics_agree() {
    for case in fixtures().cases {
        let truth = labels(&case.truth);
        let data = Labelled {
            truth: &truth,
            probability: &case.probability,
            threshold: case.threshold,
        };
        check(&case, data, Multiplicity::Once, &case.once);
        let drawn = case.drawn.as_ref().expect("every case draws something");
        let multiplicity = Multiplicity::PerCluster {
            counts: &case.counts,
            cluster_of: &case.cluster_of,
        };
        check(&case, data, multiplicity, drawn);
        assert!(
            (value(MetricName::EcePlugIn(EcePlugIn { bins: 15 }), data) - case.plug_in_ece).abs()
                < 1e-12
        );
        assert_eq!(log_loss::clipped(&case.probability), case.clipped);
    }
}

#[derive(Deserialize)]
struct Called {
    cases: Vec<CalledCase>,
}

/// More values of a case of the same name.
#[derive(Deserialize)]
struct CalledCase {
    name: String,
    once: Values,
    drawn: Values,
}

/// `fixtures/make_called.py` says how these values were made.
#[test]
fn calls_and_points_of_curves_agree() {
    let more: Called = serde_json::from_str(include_str!("../fixtures/called.json")).unwrap();
    let cases = fixtures().cases;
    assert_eq!(more.cases.len(), cases.len());
    for (case, more) in cases.iter().zip(&more.cases) {
        assert_eq!(case.name, more.name);
        let truth = labels(&case.truth);
        let data = Labelled {
            truth: &truth,
            probability: &case.probability,
            threshold: case.threshold,
        };
        check(case, data, Multiplicity::Once, &more.once);
        let multiplicity = Multiplicity::PerCluster {
            counts: &case.counts,
            cluster_of: &case.cluster_of,
        };
        check(case, data, multiplicity, &more.drawn);
    }
}

/// The closed form is what resampling tends to.
#[test]
fn debiased_ece_agrees_with_resampling() {
    let expected = fixtures().monte_carlo_ece;
    let truth = labels(&expected.truth);
    let data = Labelled {
        truth: &truth,
        probability: &expected.probability,
        threshold: 0.5,
    };
    let plug_in = value(MetricName::EcePlugIn(EcePlugIn { bins: 15 }), data);
    assert!((plug_in - expected.plug_in).abs() < 1e-12);
    let distance = (value(MetricName::Ece(Ece { bins: 15 }), data) - expected.debiased).abs();
    assert!(distance < 4.0 * expected.standard_error, "{distance}");
    assert!(expected.standard_error < 1e-4);
}
