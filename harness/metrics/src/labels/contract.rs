//! What holds for every metric of several labels.

use std::collections::BTreeSet;

use proptest::prelude::*;
use titer_core::{MultiLabelled, Multiplicity, Sees, Undefined};

use crate::labels::trial::Trial;
use crate::{LabelsMetricName, MetricSpec};

fn once(name: LabelsMetricName, data: MultiLabelled<'_>) -> Result<f64, Undefined> {
    name.metric().prepare(data).value(Multiplicity::Once)
}

fn drawn(name: LabelsMetricName, trial: &Trial, counts: &[u32]) -> Result<f64, Undefined> {
    let multiplicity = Multiplicity::PerCluster {
        counts,
        cluster_of: &trial.cluster_of,
    };
    name.metric().prepare(trial.data()).value(multiplicity)
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
    for &name in LabelsMetricName::ALL {
        let about = name.metric().about();
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
        thresholds: &[0.5; 3],
    };
    let trial = Trial::new((50, 3), 3, 0.5, 10, 1);
    for &name in LabelsMetricName::ALL {
        let none = Err(Undefined::because("no examples"));
        assert_eq!(once(name, empty), none, "{name:?}");
        assert_eq!(drawn(name, &trial, &[0, 0, 0]), none, "{name:?}");
    }
}

#[test]
fn what_is_no_probability_is_undefined() {
    for bad in [f64::NAN, f64::INFINITY, -1e-9, 1.0 + 1e-9] {
        let data = MultiLabelled {
            truth: &[Some(true), Some(false)],
            probability: &[bad, 0.5],
            thresholds: &[0.5; 2],
        };
        for &name in LabelsMetricName::ALL {
            assert!(once(name, data).is_err(), "{name:?} {bad}");
        }
    }
}

#[test]
fn clusters_that_do_not_fit_are_said() {
    let trial = Trial::new((50, 3), 3, 0.5, 10, 1);
    let mut short = Trial::new((50, 3), 3, 0.5, 10, 1);
    short.cluster_of.pop();
    for &name in LabelsMetricName::ALL {
        assert!(drawn(name, &short, &[1, 1, 1]).is_err(), "{name:?}");
        assert!(drawn(name, &trial, &[1, 1]).is_err(), "{name:?}");
    }
}

#[test]
fn a_second_clustering_is_read_as_such() {
    let trial = Trial::new((60, 3), 4, 0.9, 20, 2);
    let other: Vec<u32> = trial.cluster_of.iter().map(|c| 3 - c).collect();
    let counts = [3, 0, 1, 0];
    for &name in LabelsMetricName::ALL {
        let prepared = name.metric().prepare(trial.data());
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

/// A mean is taken over the labels that have a value, and says which.
#[test]
fn a_label_that_says_nothing_is_left_out_and_told() {
    use LabelsMetricName::{AurocMacro, AurocWeighted, AveragePrecisionMacro, F1Macro, F1Weighted};
    let known = [true, false, true, false, false, false].map(Some);
    let data = MultiLabelled {
        truth: &known,
        probability: &[0.6, 0.3, 0.9, 0.2, 0.7, 0.4],
        thresholds: &[0.5; 2],
    };
    for name in [
        AurocMacro,
        AveragePrecisionMacro,
        AurocWeighted,
        F1Macro,
        F1Weighted,
    ] {
        let averaged = name.metric().averaged(data);
        assert_eq!(averaged, Some(vec![true, false]), "{name:?}");
    }
    assert_eq!(once(AurocMacro, data), Ok(0.5));
    assert_eq!(once(F1Macro, data), Ok(0.8));
    // What is not known is as if it were not there.
    let mut unknown = known;
    unknown[4] = None;
    let data = MultiLabelled {
        truth: &unknown,
        ..data
    };
    assert_eq!(once(F1Macro, data), Ok(1.0));
    let reason = "no label is true of some examples and not of others";
    assert_eq!(once(AurocMacro, data), Err(Undefined::because(reason)));
    assert_eq!(AurocMacro.metric().averaged(data), Some(vec![false; 2]));
}

proptest! {
    /// A mean has a value where a label has one.
    #[test]
    fn a_mean_says_which_labels_it_is_of(examples in 1usize..12, share in 0.0f64..1.0, seed: u64) {
        let trial = Trial::new((examples, 3), 7, share, 9, seed);
        for &name in LabelsMetricName::ALL {
            let Some(averaged) = name.metric().averaged(trial.data()) else { continue };
            let value = once(name, trial.data());
            prop_assert_eq!(value.is_ok(), averaged.contains(&true), "{:?}", name);
        }
    }
}

/// A mean says which metric of each label it is of, so that no label collapses behind it.
#[test]
fn a_mean_names_the_metric_that_it_is_of() {
    let trial = Trial::new((40, 3), 4, 0.4, 30, 3);
    for spec in MetricSpec::ALL {
        let Some(name) = spec.labels() else { continue };
        let is_mean = name.metric().averaged(trial.data()).is_some();
        let each = spec.of_each_label();
        assert_eq!(each.is_some(), is_mean, "{name:?}");
        assert!(each.is_none_or(|each| each.binary().is_some()), "{name:?}");
    }
}

/// A metric that sees no more than calls, or the order of each label's probabilities, is the same of others of the same.
#[test]
fn a_metric_sees_no_more_than_it_says() {
    let trial = Trial::new((90, 3), 5, 0.4, 30, 3);
    let data = trial.data();
    let squared: Vec<f64> = data.probability.iter().map(|p| p * p).collect();
    let called = data.probability.chunks(3).flat_map(|row| {
        let pairs = row.iter().zip(data.thresholds);
        pairs.map(|(p, threshold)| if p >= threshold { 0.9 } else { 0.1 })
    });
    let called: Vec<f64> = called.collect();
    for &name in LabelsMetricName::ALL {
        let other = match name.metric().about().sees {
            Sees::Order => &squared,
            Sees::Call => &called,
            other => panic!("{name:?} sees {other:?}"),
        };
        let other = MultiLabelled {
            probability: other,
            ..data
        };
        assert_eq!(once(name, other), once(name, data), "{name:?}");
    }
}

#[test]
fn nothing_true_is_undefined_where_stated() {
    use LabelsMetricName::{HammingLoss, SubsetAccuracy};
    let data = MultiLabelled {
        truth: &[Some(false); 4],
        probability: &[0.6, 0.3, 0.9, 0.2],
        thresholds: &[0.5; 2],
    };
    for &name in LabelsMetricName::ALL {
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
        for &name in LabelsMetricName::ALL {
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
        for &name in LabelsMetricName::ALL {
            let (counted, copied) = (drawn(name, &trial, &counts), once(name, copies.data()));
            prop_assert!(close(&counted, &copied), "{:?}: {:?} {:?}", name, counted, copied);
        }
    }

    #[test]
    fn values_keep_to_their_range(examples in 1usize..100, labels in 1usize..4, share in 0.0f64..1.0, levels in 1u64..60, seed: u64) {
        let trial = Trial::new((examples, labels), 5, share, levels, seed);
        for &name in LabelsMetricName::ALL {
            if let Ok(value) = once(name, trial.data()) {
                let (lowest, highest) = name.metric().about().range;
                prop_assert!((lowest..=highest).contains(&value), "{:?}: {}", name, value);
            }
        }
    }
}
