//! Agreement with scikit-learn on several classes;
//! `fixtures/make_classification.py` says how its values were made.

use std::collections::BTreeMap;
use titer_metrics::classes::top_k_accuracy::TopKAccuracy;

use serde::Deserialize;
use titer_core::{Classified, Multiplicity, Prepared};
use titer_metrics::ClassesMetricName;

#[derive(Deserialize)]
struct Fixtures {
    k: u32,
    classes: Vec<ClassCase>,
}

/// A metric's value, or none where Titer says that it is undefined.
type Expected = BTreeMap<String, Option<f64>>;

/// How examples are drawn, and what a library says of them once and drawn.
#[derive(Deserialize)]
pub(crate) struct Drawing {
    cluster_of: Vec<u32>,
    counts: Vec<u32>,
    once: Expected,
    drawn: Option<Expected>,
}

#[derive(Deserialize)]
struct ClassCase {
    name: String,
    truth: Vec<u32>,
    probability: Vec<f64>,
    classes: usize,
    #[serde(flatten)]
    drawing: Drawing,
}

fn fixtures() -> Fixtures {
    serde_json::from_str(include_str!("../fixtures/classification.json")).unwrap()
}

/// Holds a metric to what a library says.
pub(crate) fn check(place: &str, named: &str, prepared: &dyn Prepared, drawing: &Drawing) {
    let drawn = Multiplicity::PerCluster {
        counts: &drawing.counts,
        cluster_of: &drawing.cluster_of,
    };
    agree(
        &format!("{named} of '{place}'"),
        prepared.value(Multiplicity::Once).ok(),
        drawing.once[named],
    );
    if let Some(expected) = &drawing.drawn {
        agree(
            &format!("{named} of '{place}', drawn"),
            prepared.value(drawn).ok(),
            expected[named],
        );
    }
}

fn agree(place: &str, value: Option<f64>, expected: Option<f64>) {
    match (value, expected) {
        (Some(value), Some(expected)) => {
            let distance = (value - expected).abs();
            assert!(distance < 1e-12, "{place}: {value}, not {expected}");
        }
        (value, expected) => assert_eq!(value, expected, "{place}"),
    }
}

#[test]
fn classes_agree() {
    let fixtures = fixtures();
    for case in &fixtures.classes {
        let data = Classified {
            truth: &case.truth,
            probability: &case.probability,
            classes: case.classes,
        };
        for &name in ClassesMetricName::ALL {
            let name = match name {
                // Agrees with another library, elsewhere.
                ClassesMetricName::ClasswiseEce(..) => continue,
                ClassesMetricName::TopKAccuracy(..) => {
                    ClassesMetricName::TopKAccuracy(TopKAccuracy { k: fixtures.k })
                }
                other => other,
            };
            let metric = name.metric();
            let prepared = metric.prepare(data);
            check(&case.name, metric.about().name, &*prepared, &case.drawing);
        }
    }
}
