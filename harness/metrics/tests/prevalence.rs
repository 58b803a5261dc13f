//! Metrics at a prevalence: held to scikit-learn, and how often their intervals hold the truth.
//!
//! `fixtures/make_prevalence.py` says how its values were made.

use std::collections::BTreeMap;

use titer_core::{Labelled, Stream};
use titer_metrics::at_prevalence::{AtPrevalence, Rarer, at_prevalence};
use titer_statistics::ClusterDraws;

#[derive(serde::Deserialize)]
struct Fixtures {
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    prevalence: f64,
    truth: Vec<bool>,
    probability: Vec<f64>,
    #[serde(flatten)]
    metrics: BTreeMap<String, f64>,
}

fn at(truth: &[bool], probability: &[f64], clusters: usize, prevalence: f64) -> Vec<AtPrevalence> {
    let cluster_of: Vec<u32> = (0..truth.len())
        .map(|unit| (unit % clusters) as u32)
        .collect();
    let draws = ClusterDraws::new(clusters, 200, 7, "bootstrap");
    at_prevalence(Rarer {
        data: Labelled {
            truth,
            probability,
            threshold: 0.5,
        },
        cluster_of: &cluster_of,
        draws: &draws,
        prevalence,
        confidence: 0.95,
    })
}

#[test]
fn values_are_those_of_scikit_learn() {
    let text = include_str!("../fixtures/prevalence.json");
    let fixtures: Fixtures = serde_json::from_str(text).unwrap();
    for case in fixtures.cases {
        let found = at(&case.truth, &case.probability, 400, case.prevalence);
        assert_eq!(found.len(), case.metrics.len());
        for one in found {
            let (value, expected) = (one.value.unwrap(), case.metrics[one.metric]);
            assert!(
                (value - expected).abs() < 1e-12,
                "{} {value} {expected}",
                one.metric
            );
            let interval = one.interval.unwrap();
            assert!(
                interval.lower <= value && value <= interval.upper,
                "{}",
                one.metric
            );
        }
    }
}

#[test]
fn at_the_prevalence_of_the_data_nothing_changes() {
    let (truth, probability) = world(1, 300);
    let share = truth.iter().filter(|it| **it).count() as f64 / 300.0;
    for one in at(&truth, &probability, 100, share) {
        assert!((one.value.unwrap() - one.measured.unwrap()).abs() < 1e-12);
    }
}

#[test]
fn one_class_has_no_value() {
    let found = at(&[true, true], &[0.3, 0.4], 2, 0.1);
    assert_eq!(found.len(), 6);
    assert!(
        found
            .iter()
            .all(|one| one.value.is_err() && one.interval.is_err())
    );
}

/// Half positives; a positive's score is a normal variable around 1, a negative's around -1.
fn world(seed: u64, units: usize) -> (Vec<bool>, Vec<f64>) {
    let mut random = Stream::new(seed, "prevalence", "");
    let one = |_| {
        let truth = random.uniform() < 0.5;
        let normal: f64 = (0..12).map(|_| random.uniform()).sum::<f64>() - 6.0;
        let score = if truth { 1.0 + normal } else { normal - 1.0 };
        (truth, 1.0 / (1.0 + (-2.0 * score).exp()))
    };
    (0..units).map(one).unzip()
}

/// Where one in a hundred is positive: intervals of 400 examples against the values of 400,000.
#[test]
fn intervals_hold_what_many_examples_show() {
    let (truth, probability) = world(999, 400_000);
    let cluster_of: Vec<u32> = (0..truth.len()).map(|unit| (unit % 40) as u32).collect();
    let data = Labelled {
        truth: &truth,
        probability: &probability,
        threshold: 0.5,
    };
    let truths = at_prevalence(Rarer {
        data,
        cluster_of: &cluster_of,
        draws: &ClusterDraws::new(40, 0, 1, "none"),
        prevalence: 0.01,
        confidence: 0.95,
    });
    let mut missed: BTreeMap<&str, [u32; 2]> = BTreeMap::new();
    let worlds = 200;
    for seed in 0..worlds {
        let (truth, probability) = world(seed, 400);
        for (one, truth) in at(&truth, &probability, 400, 0.01).iter().zip(&truths) {
            let (interval, truth) = (
                one.interval.as_ref().unwrap(),
                truth.value.as_ref().unwrap(),
            );
            let missed = missed.entry(one.metric).or_default();
            missed[0] += u32::from(interval.lower > *truth);
            missed[1] += u32::from(interval.upper < *truth);
        }
    }
    for (metric, [above, below]) in missed {
        // 5 in 200 are meant to lie on either side.
        assert!(
            above <= 14 && below <= 14,
            "{metric}: {above} above, {below} below"
        );
    }
}
