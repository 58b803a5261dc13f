//! What holds for every metric.

use std::collections::BTreeSet;

use proptest::prelude::*;
use titer_core::{About, Confusion, IntervalKind, Labelled, Multiplicity, Sees, Undefined};

use super::{AnyMetric, MetricName, MetricSpec, about};
use crate::calibration_floor::calibration_error;
use crate::trial::Trial;

fn once(name: MetricName, data: Labelled<'_>) -> Result<f64, Undefined> {
    name.metric().prepare(data).value(Multiplicity::Once)
}

fn drawn(name: MetricName, trial: &Trial, counts: &[u32]) -> Result<f64, Undefined> {
    name.metric()
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
        MetricName::F1 | MetricName::Recall | MetricName::RecallAtThreshold(..) => truth,
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
    for &name in MetricName::ALL {
        let about = name.metric().about();
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
fn pages_show_at_once_what_needs_least_first() {
    let binary = ["auroc", "average_precision", "top_k", "accuracy", "ece"];
    let values = ["spearman", "pearson", "r2", "rmse"];
    assert_eq!(MetricSpec::headlines(), [&binary[..], &values].concat());
}

#[test]
fn nothing_is_undefined() {
    let empty = Labelled {
        truth: &[],
        probability: &[],
        threshold: 0.5,
    };
    let trial = Trial::new(50, 3, 0.5, 10, 1);
    for &name in MetricName::ALL {
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
        for &name in MetricName::ALL {
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
        for &name in MetricName::ALL {
            assert!(once(name, data).is_err(), "{name:?} {bad}");
        }
    }
}

#[test]
fn clusters_that_do_not_fit_are_said() {
    let trial = Trial::new(50, 3, 0.5, 10, 1);
    let mut short = Trial::new(50, 3, 0.5, 10, 1);
    short.cluster_of.pop();
    for &name in MetricName::ALL {
        assert!(drawn(name, &short, &[1, 1, 1]).is_err(), "{name:?}");
        assert!(drawn(name, &trial, &[1, 1]).is_err(), "{name:?}");
    }
}

#[test]
fn a_second_clustering_is_read_as_such() {
    let trial = Trial::new(60, 4, 0.4, 20, 2);
    let other: Vec<u32> = trial.cluster_of.iter().map(|c| 3 - c).collect();
    let counts = [3, 0, 1, 0];
    for &name in MetricName::ALL {
        let prepared = name.metric().prepare(trial.data());
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
        for &name in MetricName::ALL {
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
        for &name in MetricName::ALL {
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
        for &name in MetricName::ALL {
            if let Ok(value) = once(name, data) {
                let (lowest, highest) = name.metric().about().range;
                prop_assert!((lowest..=highest).contains(&value), "{:?}: {}", name, value);
            }
        }
    }
}

#[test]
fn suites_name_each_metric_as_scores_do() {
    for spec in MetricSpec::ALL {
        let written = serde_json::to_value(spec).unwrap();
        let name = match &written {
            serde_json::Value::Object(fields) => fields.keys().next().unwrap(),
            other => other.as_str().unwrap(),
        };
        assert_eq!(name, spec.name());
        assert_eq!(about(name).unwrap().name, name);
        let read: MetricSpec = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(read, *spec);
        let questions = [
            spec.binary().map(AnyMetric::from),
            spec.classes().map(AnyMetric::from),
            spec.labels().map(AnyMetric::from),
            spec.values().map(AnyMetric::from),
        ];
        let questions: Vec<AnyMetric> = questions.into_iter().flatten().collect();
        assert!(!questions.is_empty(), "{name}");
        for of in questions {
            assert_eq!(of.about().name, name);
            assert_eq!(of.about().direction, spec.about().direction, "{name}");
            // Pages look a metric up by its name alone.
            let texts = |about: About| (about.title, about.measures);
            let together = !matches!(of, AnyMetric::Binary(_)) && spec.binary().is_none();
            if together {
                assert_eq!(texts(of.about()), texts(spec.about()), "{name}");
            }
        }
    }
}

/// What is said of a metric is what intervals and flips are made by.
#[test]
fn what_a_metric_says_is_what_it_does() {
    let trial = Trial::new(90, 5, 0.4, 30, 3);
    let mut counts = Confusion::default();
    let data = trial.data();
    for (&truth, &probability) in data.truth.iter().zip(data.probability) {
        counts.add(truth, probability >= data.threshold);
    }
    for &name in MetricName::ALL {
        let (metric, about) = (name.metric(), name.metric().about());
        let residuals = calibration_error(name).is_ok();
        assert_eq!(
            about.interval == IntervalKind::Residuals,
            residuals,
            "{name:?}"
        );
        assert_eq!(
            about.sees == Sees::Call,
            metric.of_calls().is_some(),
            "{name:?}"
        );
        if let Some(of) = metric.of_calls() {
            assert_eq!((of.formula)(&counts), once(name, data), "{name:?}");
        }
    }
}

/// A metric that says that it sees no more than the order, or the calls, is the same of other numbers in that order, or with
/// those calls.
#[test]
fn a_metric_sees_no_more_than_it_says() {
    let trial = Trial::new(90, 5, 0.4, 30, 3);
    let data = trial.data();
    let squared: Vec<f64> = data.probability.iter().map(|p| p * p).collect();
    let called = |p: &f64| if *p >= data.threshold { 0.9 } else { 0.1 };
    let called: Vec<f64> = data.probability.iter().map(called).collect();
    for &name in MetricName::ALL {
        let other = match name.metric().about().sees {
            Sees::Order | Sees::AmongHighest => &squared,
            Sees::Call => &called,
            Sees::Probability | Sees::Number => continue,
        };
        let other = Labelled {
            probability: other,
            ..data
        };
        assert_eq!(once(name, other), once(name, data), "{name:?}");
    }
}

/// Chance is what one probability for all earns: the share of positives, which is called as the larger class is.
#[test]
fn chance_is_what_knowing_nothing_earns() {
    for positives in [4_usize, 11] {
        let truth: Vec<bool> = (0..16).map(|index| index < positives).collect();
        let share = positives as f64 / 16.0;
        let data = Labelled {
            truth: &truth,
            probability: &[share; 16],
            threshold: 0.5,
        };
        for &name in MetricName::ALL {
            let chance = name.metric().about().chance.value(Some(share));
            let (Some(chance), Ok(value)) = (chance, once(name, data)) else {
                continue;
            };
            // F1's is that of calling everything.
            if name != MetricName::F1 {
                assert!(
                    (value - chance).abs() < 1e-12,
                    "{name:?}: {value}, not {chance}"
                );
            }
        }
    }
}
