//! Agreement with scikit-learn on several labels; `fixtures/make_labels.py` says how its values were made.

use serde::Deserialize;
use titer_core::MultiLabelled;
use titer_metrics::LabelsMetricName;

use crate::classification::{Drawing, check};

#[derive(Deserialize)]
struct Case {
    name: String,
    truth: Vec<i8>,
    probability: Vec<f64>,
    thresholds: Vec<f64>,
    #[serde(flatten)]
    drawing: Drawing,
}

#[test]
fn labels_agree() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../fixtures/labels.json")).unwrap();
    for case in &cases {
        let known = |&one: &i8| (one >= 0).then_some(one == 1);
        let truth: Vec<Option<bool>> = case.truth.iter().map(known).collect();
        let data = MultiLabelled {
            truth: &truth,
            probability: &case.probability,
            thresholds: &case.thresholds,
        };
        for &name in LabelsMetricName::ALL {
            let metric = name.metric();
            let prepared = metric.prepare(data);
            check(&case.name, metric.about().name, &*prepared, &case.drawing);
        }
    }
}
