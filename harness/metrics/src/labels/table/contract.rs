//! What holds for every metric of several labels.

use std::collections::BTreeSet;

use proptest::prelude::*;
use titer_core::{MultiLabelled, Multiplicity, Undefined};

use super::{ALL, LabelsMetricName, metric};
use crate::labels::trial::Trial;

fn once(name: LabelsMetricName, data: MultiLabelled<'_>) -> Result<f64, Undefined> {
    metric(name).prepare(data).value(Multiplicity::Once)
}

fn drawn(name: LabelsMetricName, trial: &Trial, counts: &[u32]) -> Result<f64, Undefined> {
    let multiplicity = Multiplicity::PerCluster {
        counts,
        cluster_of: &trial.cluster_of,
    };
    metric(name).prepare(trial.data()).value(multiplicity)
}

fn close(a: &Result<f64, Undefined>, b: &Result<f64, Undefined>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-12,
        (a, b) => a == b,
    }
}

#[test]
fn every_metric_says_what_it_is() {
    let mut names = BTreeSet::new();
    for name in ALL {
        let about = metric(name).about();
        assert!(names.insert(about.name), "{} twice", about.name);
        assert!(about.range.0 < about.range.1);
        let texts = [about.title, about.measures, about.undefined_when];
        for text in texts.into_iter().chain([about.source]) {
            assert!(!text.is_empty(), "{}", about.name);
        }
    }
}

#[test]
fn nothing_is_undefined() {
    let empty = MultiLabelled {
        truth: &[],
        probability: &[],
        labels: 3,
        threshold: 0.5,
    };
    let trial = Trial::new((50, 3), 3, 0.5, 10, 1);
    for name in ALL {
        let none = Err(Undefined::because("no examples"));
        assert_eq!(once(name, empty), none, "{name:?}");
        assert_eq!(drawn(name, &trial, &[0, 0, 0]), none, "{name:?}");
    }
}

#[test]
fn what_is_no_probability_is_undefined() {
    for bad in [f64::NAN, f64::INFINITY, -1e-9, 1.0 + 1e-9] {
        let data = MultiLabelled {
            truth: &[true, false],
            probability: &[bad, 0.5],
            labels: 2,
            threshold: 0.5,
        };
        for name in ALL {
            assert!(once(name, data).is_err(), "{name:?} {bad}");
        }
    }
}

#[test]
fn clusters_that_do_not_fit_are_said() {
    let trial = Trial::new((50, 3), 3, 0.5, 10, 1);
    let mut short = Trial::new((50, 3), 3, 0.5, 10, 1);
    short.cluster_of.pop();
    for name in ALL {
        assert!(drawn(name, &short, &[1, 1, 1]).is_err(), "{name:?}");
        assert!(drawn(name, &trial, &[1, 1]).is_err(), "{name:?}");
    }
}

#[test]
fn a_second_clustering_is_read_as_such() {
    let trial = Trial::new((60, 3), 4, 0.9, 20, 2);
    let other: Vec<u32> = trial.cluster_of.iter().map(|c| 3 - c).collect();
    let counts = [3, 0, 1, 0];
    for name in ALL {
        let prepared = metric(name).prepare(trial.data());
        let value = |cluster_of: &[u32]| {
            prepared.value(Multiplicity::PerCluster {
                counts: &counts,
                cluster_of,
            })
        };
        let (first, second) = (value(&trial.cluster_of), value(&other));
        let mirrored = drawn(name, &trial, &[0, 1, 0, 3]);
        assert!(close(&second, &mirrored), "{name:?}");
        assert_ne!(first, second, "{name:?}");
        assert_eq!(first, value(&trial.cluster_of), "{name:?}");
    }
}

#[test]
fn a_label_that_says_nothing_is_named() {
    use LabelsMetricName::{AurocMacro, AurocWeighted, AveragePrecisionMacro, F1Macro};
    let data = |truth: &'static [bool]| MultiLabelled {
        truth,
        probability: &[0.6, 0.3, 0.9, 0.2, 0.7, 0.4],
        labels: 2,
        threshold: 0.5,
    };
    let never = data(&[true, false, true, false, true, false]);
    let reason = |text: &str| Err(Undefined::because(text));
    assert_eq!(once(F1Macro, never), reason("label 1 is never true"));
    let first = "label 0 has no negative example";
    for name in [AurocMacro, AveragePrecisionMacro, AurocWeighted] {
        assert_eq!(once(name, never), reason(first), "{name:?}");
    }
    let second = data(&[true, false, false, false, true, false]);
    let text = "label 1 has no positive example";
    for name in [AurocMacro, AveragePrecisionMacro] {
        assert_eq!(once(name, second), reason(text), "{name:?}");
    }
    assert_eq!(once(AurocWeighted, second), Ok(0.0));
    let empty = "an example has no true label";
    assert_eq!(once(LabelsMetricName::F1Samples, second), reason(empty));
}

#[test]
fn nothing_true_is_undefined_where_stated() {
    use LabelsMetricName::{HammingLoss, SubsetAccuracy};
    let data = MultiLabelled {
        truth: &[false; 4],
        probability: &[0.6, 0.3, 0.9, 0.2],
        labels: 2,
        threshold: 0.5,
    };
    for name in ALL {
        let defined = matches!(name, HammingLoss | SubsetAccuracy);
        assert_eq!(once(name, data).is_ok(), defined, "{name:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_changes_nothing(examples in 1usize..100, labels in 1usize..4, share in 0.0f64..1.0, levels in 1u64..60, seed: u64) {
        let trial = Trial::new((examples, labels), 7, share, levels, seed);
        let other = trial.shuffled(seed);
        let counts = [2, 0, 1, 1, 3, 0, 1];
        for name in ALL {
            prop_assert_eq!(once(name, trial.data()), once(name, other.data()), "{:?}", name);
            let (a, b) = (drawn(name, &trial, &counts), drawn(name, &other, &counts));
            prop_assert_eq!(a, b, "{:?}", name);
        }
    }

    #[test]
    fn counting_is_replicating(
        examples in 1usize..100, labels in 1usize..4, share in 0.0f64..1.0, levels in 1u64..60, seed: u64,
        counts in proptest::collection::vec(0u32..4, 5),
    ) {
        let trial = Trial::new((examples, labels), 5, share, levels, seed);
        let copies = trial.replicated(&counts);
        for name in ALL {
            let (counted, copied) = (drawn(name, &trial, &counts), once(name, copies.data()));
            prop_assert!(close(&counted, &copied), "{:?}: {:?} {:?}", name, counted, copied);
        }
    }

    #[test]
    fn values_keep_to_their_range(examples in 1usize..100, labels in 1usize..4, share in 0.0f64..1.0, levels in 1u64..60, seed: u64) {
        let trial = Trial::new((examples, labels), 5, share, levels, seed);
        for name in ALL {
            if let Ok(value) = once(name, trial.data()) {
                let (lowest, highest) = metric(name).about().range;
                prop_assert!((lowest..=highest).contains(&value), "{:?}: {}", name, value);
            }
        }
    }
}
