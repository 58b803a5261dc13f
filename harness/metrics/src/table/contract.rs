//! What holds for every metric.

use std::collections::BTreeSet;

use proptest::prelude::*;
use titer_core::{Labelled, Multiplicity, Undefined};

use super::{ALL, MetricName, metric};
use crate::trial::Trial;

fn once(name: MetricName, data: Labelled<'_>) -> Result<f64, Undefined> {
    metric(name).prepare(data).value(Multiplicity::Once)
}

fn drawn(name: MetricName, trial: &Trial, counts: &[u32]) -> Result<f64, Undefined> {
    metric(name)
        .prepare(trial.data())
        .value(Multiplicity::PerCluster {
            counts,
            cluster_of: &trial.cluster_of,
        })
}

fn needs_both_classes(name: MetricName) -> bool {
    use MetricName::{
        Auroc, AveragePrecision, BalancedAccuracy, FprAtTpr, Mcc, RecallAtPrecision, TopK, TprAtFpr,
    };
    matches!(
        name,
        Auroc
            | AveragePrecision
            | BalancedAccuracy
            | Mcc
            | TopK
            | RecallAtPrecision { .. }
            | TprAtFpr { .. }
            | FprAtTpr { .. }
    )
}

/// Metrics of one class alone, which that class must be in.
fn needs(name: MetricName, truth: bool) -> bool {
    match name {
        MetricName::F1 | MetricName::Recall | MetricName::RecallAtThreshold { .. } => truth,
        MetricName::Specificity => !truth,
        _ => false,
    }
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
        for text in [
            about.title,
            about.measures,
            about.undefined_when,
            about.source,
        ] {
            assert!(!text.is_empty(), "{}", about.name);
        }
    }
}

#[test]
fn nothing_is_undefined() {
    let empty = Labelled {
        truth: &[],
        probability: &[],
        threshold: 0.5,
    };
    let trial = Trial::new(50, 3, 0.5, 10, 1);
    for name in ALL {
        assert_eq!(once(name, empty), Err(Undefined::because("no examples")));
        assert!(drawn(name, &trial, &[0, 0, 0]).is_err(), "{name:?}");
    }
}

#[test]
fn one_class_is_undefined_where_stated() {
    for (truth, missing) in [
        (true, "no negative example"),
        (false, "no positive example"),
    ] {
        let data = Labelled {
            truth: &[truth; 4],
            probability: &[0.1, 0.6, 0.6, 0.9],
            threshold: 0.5,
        };
        for name in ALL {
            let value = once(name, data);
            if needs_both_classes(name) || needs(name, !truth) {
                assert_eq!(value, Err(Undefined::because(missing)), "{name:?}");
            } else {
                assert!(value.is_ok(), "{name:?}");
            }
        }
    }
}

#[test]
fn what_is_no_probability_is_undefined() {
    for bad in [f64::NAN, f64::INFINITY, -1e-9, 1.0 + 1e-9] {
        let data = Labelled {
            truth: &[true, false],
            probability: &[bad, 0.5],
            threshold: 0.5,
        };
        for name in ALL {
            assert!(once(name, data).is_err(), "{name:?} {bad}");
        }
    }
}

#[test]
fn clusters_that_do_not_fit_are_said() {
    let trial = Trial::new(50, 3, 0.5, 10, 1);
    let mut short = Trial::new(50, 3, 0.5, 10, 1);
    short.cluster_of.pop();
    for name in ALL {
        assert!(drawn(name, &short, &[1, 1, 1]).is_err(), "{name:?}");
        assert!(drawn(name, &trial, &[1, 1]).is_err(), "{name:?}");
    }
}

#[test]
fn a_second_clustering_is_read_as_such() {
    let trial = Trial::new(60, 4, 0.4, 20, 2);
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
        let first = value(&trial.cluster_of);
        let second = value(&other);
        let mirrored = drawn(name, &trial, &[0, 1, 0, 3]);
        assert!(close(&second, &mirrored), "{name:?}");
        assert_ne!(first, second, "{name:?}");
        assert_eq!(first, value(&trial.cluster_of), "{name:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_changes_nothing(
        examples in 1usize..300, share in 0.0f64..1.0, levels in 1u64..200, seed: u64,
    ) {
        let trial = Trial::new(examples, 7, share, levels, seed);
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
        examples in 1usize..200, share in 0.0f64..1.0, levels in 1u64..100, seed: u64,
        counts in proptest::collection::vec(0u32..4, 5),
    ) {
        let trial = Trial::new(examples, 5, share, levels, seed);
        let copies = trial.replicated(&counts);
        for name in ALL {
            let (counted, copied) = (drawn(name, &trial, &counts), once(name, copies.data()));
            prop_assert!(close(&counted, &copied), "{:?}: {:?} {:?}", name, counted, copied);
        }
    }

    #[test]
    fn values_keep_to_their_range(
        truth in proptest::collection::vec(any::<bool>(), 1..40), extreme: bool, seed: u64,
    ) {
        let mut probability = Trial::new(truth.len(), 1, 0.5, 8, seed).probability;
        if extreme {
            probability.iter_mut().for_each(|p| *p = p.round());
        }
        let data = Labelled { truth: &truth, probability: &probability, threshold: 0.5 };
        for name in ALL {
            if let Ok(value) = once(name, data) {
                let (lowest, highest) = metric(name).about().range;
                prop_assert!((lowest..=highest).contains(&value), "{:?}: {}", name, value);
            }
        }
    }
}
