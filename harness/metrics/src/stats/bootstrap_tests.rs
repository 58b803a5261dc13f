//! The bootstrap, with metrics.

use titer_core::{Interval, Labelled, Stream};
use titer_statistics::{ClusterDraws, Resampled, replicates, score_interval};

use crate::MetricName;
use crate::trial::Trial;

#[test]
fn draws_are_whole_clusters_and_keep_to_their_seed() {
    let draws = ClusterDraws::new(30, 50, 4, "bootstrap");
    for replicate in 0..50 {
        assert_eq!(draws.drawn(replicate).iter().sum::<u32>(), 30);
    }
    assert_ne!(draws.drawn(0), draws.drawn(1));
    let fewer = ClusterDraws::new(30, 10, 4, "bootstrap");
    assert_eq!(draws.drawn(9), fewer.drawn(9));
    let other = ClusterDraws::new(30, 10, 5, "bootstrap");
    assert_ne!(draws.drawn(9), other.drawn(9));
}

#[test]
fn threads_change_nothing() {
    let trial = Trial::new(2000, 40, 0.2, 300, 8);
    let on = |threads: usize, name: MetricName| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| {
            let draws = ClusterDraws::new(40, 100, 1, "bootstrap");
            let prepared = name.metric().prepare(trial.data());
            replicates(&*prepared, &trial.cluster_of, &draws)
        })
    };
    for &name in MetricName::ALL {
        assert_eq!(on(1, name), on(4, name), "{name:?}");
    }
}

#[test]
fn clusters_beyond_the_draws_leave_nothing() {
    let trial = Trial::new(100, 12, 0.5, 50, 8);
    let draws = ClusterDraws::new(11, 20, 1, "bootstrap");
    for &name in MetricName::ALL {
        let prepared = name.metric().prepare(trial.data());
        let values = replicates(&*prepared, &trial.cluster_of, &draws);
        assert_eq!(values, vec![None; 20], "{name:?}");
    }
}

/// Clusters of 1 to 20 examples, each right with a probability of its cluster's own, uniform in
/// [0.7, 1]: the true accuracy is 0.85.
fn clustered_accuracy(repetition: u64, by_cluster: bool) -> Interval {
    let mut stream = Stream::new(repetition, "synthetic coverage", "");
    let (mut probability, mut cluster_of) = (Vec::new(), Vec::new());
    for cluster in 0..100 {
        let right = 0.7 + 0.3 * stream.uniform();
        for _ in 0..=stream.below(20) {
            probability.push(f64::from(u8::from(stream.uniform() < right)));
            cluster_of.push(cluster);
        }
    }
    if !by_cluster {
        cluster_of = (0..probability.len() as u32).collect();
    }
    let truth = vec![true; probability.len()];
    let data = Labelled {
        truth: &truth,
        probability: &probability,
        threshold: 0.5,
    };
    let clusters = cluster_of[cluster_of.len() - 1] as usize + 1;
    let prepared = MetricName::Accuracy.metric().prepare(data);
    let draws = ClusterDraws::new(clusters, 600, repetition, "bootstrap");
    let of = Resampled::new(&*prepared, &cluster_of, &draws).unwrap();
    let about = MetricName::Accuracy.metric().about();
    score_interval(&of, &about, clusters, 0.95).unwrap()
}

fn coverage(repetitions: u64, by_cluster: bool) -> f64 {
    let covers = |&repetition: &u64| {
        let interval = clustered_accuracy(repetition, by_cluster);
        interval.lower <= 0.85 && 0.85 <= interval.upper
    };
    (0..repetitions).filter(covers).count() as f64 / repetitions as f64
}

#[test]
fn clustered_interval_covers_the_truth() {
    let share = coverage(400, true);
    assert!((0.92..=0.97).contains(&share), "{share}");
}

/// What goes wrong where clusters are not respected.
#[test]
fn unclustered_interval_covers_too_rarely() {
    let share = coverage(200, false);
    assert!(share < 0.9, "{share}");
}
