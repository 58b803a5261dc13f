//! What holds for every metric of values.

use std::collections::BTreeSet;

use proptest::prelude::*;
use titer_core::{Multiplicity, Undefined, Valued};

use crate::ValuesMetricName;
use crate::values::trial::Trial;

fn once(name: ValuesMetricName, data: Valued<'_>) -> Result<f64, Undefined> {
    name.metric().prepare(data).value(Multiplicity::Once)
}

fn drawn(name: ValuesMetricName, trial: &Trial, counts: &[u32]) -> Result<f64, Undefined> {
    let multiplicity = Multiplicity::PerCluster {
        counts,
        cluster_of: &trial.cluster_of,
    };
    name.metric().prepare(trial.data()).value(multiplicity)
}

fn close(a: &Result<f64, Undefined>, b: &Result<f64, Undefined>) -> bool {
    match (a, b) {
        // R2 may be far below 0.
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-11 * a.abs().max(1.0),
        (a, b) => a == b,
    }
}

#[test]
fn every_metric_says_what_it_is() {
    let mut names = BTreeSet::new();
    for &name in ValuesMetricName::ALL {
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
    let empty = Valued {
        truth: &[],
        predicted: &[],
    };
    let trial = Trial::new(50, 3, 10, 1);
    for &name in ValuesMetricName::ALL {
        let none = Err(Undefined::because("no examples"));
        assert_eq!(once(name, empty), none);
        assert_eq!(drawn(name, &trial, &[0, 0, 0]), none, "{name:?}");
    }
}

#[test]
fn what_is_not_finite_is_undefined() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for (truth, predicted) in [([bad, 1.0], [0.0, 1.0]), ([0.0, 1.0], [bad, 1.0])] {
            let data = Valued {
                truth: &truth,
                predicted: &predicted,
            };
            for &name in ValuesMetricName::ALL {
                assert!(once(name, data).is_err(), "{name:?} {bad}");
            }
        }
    }
}

#[test]
fn constants_are_undefined_where_stated() {
    use ValuesMetricName::{Kendall, Mae, Pearson, R2, Rmse, Spearman};
    // Three times 0.1 is not 0.3: sums alone would not see that nothing varies.
    let (flat, steep) = ([0.1; 3], [0.3, 0.1, 0.2]);
    for &name in ValuesMetricName::ALL {
        let flat_truth = Valued {
            truth: &flat,
            predicted: &steep,
        };
        let flat_prediction = Valued {
            truth: &steep,
            predicted: &flat,
        };
        let truth = once(name, flat_truth);
        let defined = matches!(name, Rmse | Mae);
        assert_eq!(truth.is_ok(), defined, "{name:?} {truth:?}");
        let prediction = once(name, flat_prediction);
        let defined = !matches!(name, Pearson | Spearman | Kendall);
        assert_eq!(prediction.is_ok(), defined, "{name:?} {prediction:?}");
        if name == R2 {
            assert!(prediction.unwrap() < 0.0);
        }
    }
}

#[test]
fn a_draw_of_equal_values_is_undefined_too() {
    let data = Valued {
        truth: &[0.1, 0.1, 0.1, 0.7],
        predicted: &[0.3, 0.2, 0.2, 0.9],
    };
    let multiplicity = Multiplicity::PerCluster {
        counts: &[3, 0],
        cluster_of: &[0, 0, 0, 1],
    };
    for name in [
        ValuesMetricName::Pearson,
        ValuesMetricName::Spearman,
        ValuesMetricName::Kendall,
        ValuesMetricName::R2,
        ValuesMetricName::Ndcg,
    ] {
        let value = name.metric().prepare(data).value(multiplicity);
        let reason = Err(Undefined::because("every true value is the same"));
        assert_eq!(value, reason, "{name:?}");
    }
}

#[test]
fn clusters_that_do_not_fit_are_said() {
    let trial = Trial::new(50, 3, 10, 1);
    let mut short = Trial::new(50, 3, 10, 1);
    short.cluster_of.pop();
    for &name in ValuesMetricName::ALL {
        assert!(drawn(name, &short, &[1, 1, 1]).is_err(), "{name:?}");
        assert!(drawn(name, &trial, &[1, 1]).is_err(), "{name:?}");
    }
}

#[test]
fn a_second_clustering_is_read_as_such() {
    let trial = Trial::new(60, 4, 20, 2);
    let other: Vec<u32> = trial.cluster_of.iter().map(|c| 3 - c).collect();
    let counts = [3, 0, 1, 0];
    for &name in ValuesMetricName::ALL {
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
fn size_changes_no_correlation() {
    let trial = Trial::new(40, 1, 15, 3);
    for exponent in [-1000, -300, 300, 1000] {
        let scaled = |values: &[f64], by: i32| -> Vec<f64> {
            values.iter().map(|&v| libm::scalbn(v, by)).collect()
        };
        let truth = scaled(&trial.truth, exponent);
        let predicted = scaled(&trial.predicted, exponent);
        let data = Valued {
            truth: &truth,
            predicted: &predicted,
        };
        for &name in ValuesMetricName::ALL {
            let (plain, value) = (once(name, trial.data()).unwrap(), once(name, data).unwrap());
            let in_units = matches!(name, ValuesMetricName::Rmse | ValuesMetricName::Mae);
            let expected = libm::scalbn(plain, if in_units { exponent } else { 0 });
            assert_eq!(value, expected, "{name:?} at 2^{exponent}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_changes_nothing(examples in 1usize..300, levels in 1u64..200, seed: u64) {
        let trial = Trial::new(examples, 7, levels, seed);
        let other = trial.shuffled(seed);
        let counts = [2, 0, 1, 1, 3, 0, 1];
        for &name in ValuesMetricName::ALL {
            prop_assert_eq!(once(name, trial.data()), once(name, other.data()), "{:?}", name);
            let (a, b) = (drawn(name, &trial, &counts), drawn(name, &other, &counts));
            prop_assert_eq!(a, b, "{:?}", name);
        }
    }

    #[test]
    fn counting_is_replicating(
        examples in 1usize..200, levels in 1u64..100, seed: u64,
        counts in proptest::collection::vec(0u32..4, 5),
    ) {
        let trial = Trial::new(examples, 5, levels, seed);
        let copies = trial.replicated(&counts);
        for &name in ValuesMetricName::ALL {
            let (counted, copied) = (drawn(name, &trial, &counts), once(name, copies.data()));
            prop_assert!(close(&counted, &copied), "{:?}: {:?} {:?}", name, counted, copied);
        }
    }

    #[test]
    fn values_keep_to_their_range(examples in 1usize..40, levels in 1u64..8, seed: u64) {
        let trial = Trial::new(examples, 1, levels, seed);
        let inverted: Vec<f64> = trial.truth.iter().map(|v| -v).collect();
        for predicted in [&trial.predicted, &trial.truth, &inverted] {
            let data = Valued { truth: &trial.truth, predicted };
            for &name in ValuesMetricName::ALL {
                if let Ok(value) = once(name, data) {
                    let (lowest, highest) = name.metric().about().range;
                    prop_assert!((lowest..=highest).contains(&value), "{:?}: {}", name, value);
                }
            }
        }
    }
}
