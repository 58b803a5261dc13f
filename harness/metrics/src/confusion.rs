//! The four counts of called against true.

use titer_core::{Confusion, Formula, Labelled, Multiplicity, Prepared, Undefined};

use crate::MetricName;
use crate::checked::no_examples;
use crate::clustering::PerClustering;

/// The four counts of a cluster, in the order of [`Confusion`]: half as long, for a replicate reads them all.
type Four = [u32; 4];

/// The four counts where each cluster counts so many times.
fn summed(per_cluster: &[Four], times: &[u32]) -> Confusion {
    let mut sums = [0_u64; 4];
    for (four, &times) in per_cluster.iter().zip(times) {
        for (sum, &one) in sums.iter_mut().zip(four) {
            *sum += u64::from(one) * u64::from(times);
        }
    }
    let [
        true_positives,
        false_positives,
        true_negatives,
        false_negatives,
    ] = sums;
    Confusion {
        true_positives,
        false_positives,
        true_negatives,
        false_negatives,
    }
}

/// The formula of a metric that is one of the four counts at the threshold of the data.
pub(crate) fn formula_of(name: MetricName) -> Option<Formula> {
    name.metric().of_calls().map(|of| of.formula)
}

/// The four counts of data, whatever is drawn of them.
pub(crate) struct Counts<'a> {
    data: Labelled<'a>,
    once: Confusion,
    clustered: PerClustering<Vec<Four>>,
}

impl<'a> Counts<'a> {
    /// Of data that were checked.
    pub(crate) fn new(data: Labelled<'a>) -> Self {
        let mut once = Confusion::default();
        for (truth, called) in calls(data) {
            once.add(truth, called);
        }
        Self {
            data,
            once,
            clustered: PerClustering::new(),
        }
    }

    /// The counts of what is drawn, which must be something.
    pub(crate) fn count(&self, multiplicity: Multiplicity<'_>) -> Result<Confusion, Undefined> {
        let confusion = match multiplicity {
            Multiplicity::Once => self.once,
            Multiplicity::PerCluster { counts, cluster_of } => self.clustered.read(
                cluster_of,
                self.data.truth.len(),
                counts.len(),
                |of, clusters| per_cluster(self.data, of, clusters),
                |per_cluster| summed(per_cluster, counts),
            )?,
        };
        if confusion.total() == 0 {
            return Err(no_examples());
        }
        Ok(confusion)
    }
}

/// A metric that is a formula of the four counts.
pub(crate) struct Counted<'a> {
    counts: Counts<'a>,
    formula: Formula,
}

impl<'a> Counted<'a> {
    /// Data that were checked, and a formula that is given at least one example.
    pub(crate) fn new(data: Labelled<'a>, formula: Formula) -> Self {
        Self {
            counts: Counts::new(data),
            formula,
        }
    }
}

impl Prepared for Counted<'_> {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        (self.formula)(&self.counts.count(multiplicity)?)
    }
}

/// The four counts of each cluster of one clustering.
pub(crate) struct ByCluster(Vec<Four>);

impl ByCluster {
    /// Of data that were checked; clusters lie below so many.
    pub(crate) fn new(data: Labelled<'_>, cluster_of: &[u32], clusters: usize) -> Self {
        Self(per_cluster(data, cluster_of, clusters))
    }

    /// The four counts where each cluster counts so many times; `None` where that is nothing.
    pub(crate) fn count(&self, times: &[u32]) -> Option<Confusion> {
        let confusion = summed(&self.0, times);
        (confusion.total() > 0).then_some(confusion)
    }
}

fn calls(data: Labelled<'_>) -> impl Iterator<Item = (bool, bool)> {
    let called = move |&p: &f64| p >= data.threshold;
    data.truth
        .iter()
        .copied()
        .zip(data.probability.iter().map(called))
}

fn per_cluster(data: Labelled<'_>, cluster_of: &[u32], clusters: usize) -> Vec<Four> {
    let mut counted = vec![[0; 4]; clusters];
    for ((truth, called), &cluster) in calls(data).zip(cluster_of) {
        let place = match (truth, called) {
            (true, true) => 0,
            (false, true) => 1,
            (false, false) => 2,
            (true, false) => 3,
        };
        counted[cluster as usize][place] += 1;
    }
    counted
}
