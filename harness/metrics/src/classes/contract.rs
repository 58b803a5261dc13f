//! What holds for every metric of several classes.

use std::collections::BTreeSet;

use proptest::prelude::*;
use titer_core::{Classified, Multiplicity, Undefined};

use crate::ClassesMetricName;
use crate::classes::trial::Trial;

fn once(name: ClassesMetricName, data: Classified<'_>) -> Result<f64, Undefined> {
    name.metric().prepare(data).value(Multiplicity::Once)
}

fn drawn(name: ClassesMetricName, trial: &Trial, counts: &[u32]) -> Result<f64, Undefined> {
    let multiplicity = Multiplicity::PerCluster {
        counts,
        cluster_of: &trial.cluster_of,
    };
    name.metric().prepare(trial.data()).value(multiplicity)
}

fn close(a: &Result<f64, Undefined>, b: &Result<f64, Undefined>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-12,
        // Of nothing and of too few classes at once either reason may come first.
        (a, b) => a.is_err() && b.is_err(),
    }
}

#[test]
fn every_metric_says_what_it_is() {
    let mut names = BTreeSet::new();
    for &name in ClassesMetricName::ALL {
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
    let empty = Classified {
        truth: &[],
        probability: &[],
        classes: 3,
    };
    let trial = Trial::new(50, 3, 4, 10, 1);
    for &name in ClassesMetricName::ALL {
        let none = Err(Undefined::because("no examples"));
        assert_eq!(once(name, empty), none, "{name:?}");
        assert_eq!(drawn(name, &trial, &[0, 0, 0]), none, "{name:?}");
    }
}

#[test]
fn what_is_no_probability_is_undefined() {
    for bad in [f64::NAN, f64::INFINITY, -1e-9, 1.0 + 1e-9] {
        let data = Classified {
            truth: &[0, 1],
            probability: &[bad, 0.5, 0.5, 0.5],
            classes: 2,
        };
        for &name in ClassesMetricName::ALL {
            assert!(once(name, data).is_err(), "{name:?} {bad}");
        }
    }
}

#[test]
fn clusters_that_do_not_fit_are_said() {
    let trial = Trial::new(50, 3, 4, 10, 1);
    let mut short = Trial::new(50, 3, 4, 10, 1);
    short.cluster_of.pop();
    for &name in ClassesMetricName::ALL {
        assert!(drawn(name, &short, &[1, 1, 1]).is_err(), "{name:?}");
        assert!(drawn(name, &trial, &[1, 1]).is_err(), "{name:?}");
    }
}

#[test]
fn a_second_clustering_is_read_as_such() {
    let trial = Trial::new(60, 4, 3, 20, 2);
    let other: Vec<u32> = trial.cluster_of.iter().map(|c| 3 - c).collect();
    let counts = [3, 0, 1, 0];
    for &name in ClassesMetricName::ALL {
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

#[test]
fn a_class_that_is_missing_is_named() {
    use ClassesMetricName::{
        AurocMacro, AveragePrecisionMacro, BalancedAccuracy, F1Macro, PrecisionMacro, RecallMacro,
    };
    let data = Classified {
        truth: &[0, 1, 0, 1],
        probability: &[0.6, 0.3, 0.1, 0.5, 0.4, 0.1, 0.7, 0.2, 0.1, 0.1, 0.8, 0.1],
        classes: 3,
    };
    for &name in ClassesMetricName::ALL {
        let value = once(name, data);
        let reason = match name {
            AurocMacro | AveragePrecisionMacro => "class 2 has no positive example",
            BalancedAccuracy | F1Macro | RecallMacro => "class 2 is never true",
            PrecisionMacro => "class 2 is never called",
            _ => {
                assert!(value.is_ok(), "{name:?} {value:?}");
                continue;
            }
        };
        assert_eq!(value, Err(Undefined::because(reason)), "{name:?}");
    }
}

#[test]
fn averages_that_are_known_by_another_name() {
    use ClassesMetricName::{BalancedAccuracy, RecallMacro};
    let trial = Trial::new(200, 9, 4, 30, 8);
    let value = |name| once(name, trial.data()).unwrap();
    assert_eq!(value(RecallMacro), value(BalancedAccuracy));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_changes_nothing(examples in 1usize..200, classes in 2usize..5, levels in 1u64..60, seed: u64) {
        let trial = Trial::new(examples, 7, classes, levels, seed);
        let other = trial.shuffled(seed);
        let counts = [2, 0, 1, 1, 3, 0, 1];
        for &name in ClassesMetricName::ALL {
            prop_assert_eq!(once(name, trial.data()), once(name, other.data()), "{:?}", name);
            let (a, b) = (drawn(name, &trial, &counts), drawn(name, &other, &counts));
            prop_assert_eq!(a, b, "{:?}", name);
        }
    }

    #[test]
    fn counting_is_replicating(
        examples in 1usize..200, classes in 2usize..5, levels in 1u64..60, seed: u64,
        counts in proptest::collection::vec(0u32..4, 5),
    ) {
        let trial = Trial::new(examples, 5, classes, levels, seed);
        let copies = trial.replicated(&counts);
        for &name in ClassesMetricName::ALL {
            let (counted, copied) = (drawn(name, &trial, &counts), once(name, copies.data()));
            prop_assert!(close(&counted, &copied), "{:?}: {:?} {:?}", name, counted, copied);
        }
    }

    #[test]
    fn values_keep_to_their_range(examples in 1usize..200, classes in 2usize..5, levels in 1u64..60, seed: u64) {
        let trial = Trial::new(examples, 5, classes, levels, seed);
        for &name in ClassesMetricName::ALL {
            if let Ok(value) = once(name, trial.data()) {
                let (lowest, highest) = name.metric().about().range;
                prop_assert!((lowest..=highest).contains(&value), "{:?}: {}", name, value);
            }
        }
    }
}
