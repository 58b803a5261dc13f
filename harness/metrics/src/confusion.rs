//! The four counts of called against true.

use titer_core::{Labelled, Multiplicity, Prepared, Undefined};

use crate::checked::no_examples;
use crate::clustering::PerClustering;

/// How often each case came up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Confusion {
    pub(crate) true_positives: u64,
    pub(crate) false_positives: u64,
    pub(crate) true_negatives: u64,
    pub(crate) false_negatives: u64,
}

impl Confusion {
    fn add(&mut self, truth: bool, called: bool) {
        *match (truth, called) {
            (true, true) => &mut self.true_positives,
            (false, true) => &mut self.false_positives,
            (false, false) => &mut self.true_negatives,
            (true, false) => &mut self.false_negatives,
        } += 1;
    }

    fn add_times(&mut self, other: &Self, times: u64) {
        self.true_positives += times * other.true_positives;
        self.false_positives += times * other.false_positives;
        self.true_negatives += times * other.true_negatives;
        self.false_negatives += times * other.false_negatives;
    }

    pub(crate) fn positives(&self) -> u64 {
        self.true_positives + self.false_negatives
    }

    pub(crate) fn negatives(&self) -> u64 {
        self.true_negatives + self.false_positives
    }

    pub(crate) fn called(&self) -> u64 {
        self.true_positives + self.false_positives
    }

    pub(crate) fn total(&self) -> u64 {
        self.positives() + self.negatives()
    }
}

/// A metric that is a formula of the four counts.
pub(crate) struct Counted<'a> {
    data: Labelled<'a>,
    once: Confusion,
    clustered: PerClustering<Vec<Confusion>>,
    formula: fn(&Confusion) -> Result<f64, Undefined>,
}

impl<'a> Counted<'a> {
    /// Data that were checked, and a formula that is given at least one example.
    pub(crate) fn new(
        data: Labelled<'a>,
        formula: fn(&Confusion) -> Result<f64, Undefined>,
    ) -> Self {
        let mut once = Confusion::default();
        for (truth, called) in calls(data) {
            once.add(truth, called);
        }
        Self {
            data,
            once,
            clustered: PerClustering::new(),
            formula,
        }
    }

    fn count(&self, multiplicity: Multiplicity<'_>) -> Result<Confusion, Undefined> {
        let Multiplicity::PerCluster { counts, cluster_of } = multiplicity else {
            return Ok(self.once);
        };
        self.clustered.read(
            cluster_of,
            self.data.truth.len(),
            counts.len(),
            |of, clusters| per_cluster(self.data, of, clusters),
            |per_cluster| {
                let mut sum = Confusion::default();
                for (one, &times) in per_cluster.iter().zip(counts) {
                    sum.add_times(one, u64::from(times));
                }
                sum
            },
        )
    }
}

impl Prepared for Counted<'_> {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let confusion = self.count(multiplicity)?;
        if confusion.total() == 0 {
            return Err(no_examples());
        }
        (self.formula)(&confusion)
    }
}

fn calls(data: Labelled<'_>) -> impl Iterator<Item = (bool, bool)> {
    let called = move |&p: &f64| p >= data.threshold;
    data.truth
        .iter()
        .copied()
        .zip(data.probability.iter().map(called))
}

fn per_cluster(data: Labelled<'_>, cluster_of: &[u32], clusters: usize) -> Vec<Confusion> {
    let mut counted = vec![Confusion::default(); clusters];
    for ((truth, called), &cluster) in calls(data).zip(cluster_of) {
        counted[cluster as usize].add(truth, called);
    }
    counted
}
