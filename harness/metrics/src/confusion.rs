//! The four counts of called against true.

use titer_core::{Labelled, Multiplicity, Prepared, Undefined};

use crate::MetricName;
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
    pub(crate) fn add(&mut self, truth: bool, called: bool) {
        *self.count(truth, called) += 1;
    }

    /// The counts after a unit of a class, called otherwise before, is called so; `None` where there is none.
    pub(crate) fn turned(mut self, truth: bool, called: bool) -> Option<Self> {
        let from = self.count(truth, !called);
        *from = from.checked_sub(1)?;
        *self.count(truth, called) += 1;
        Some(self)
    }

    fn count(&mut self, truth: bool, called: bool) -> &mut u64 {
        match (truth, called) {
            (true, true) => &mut self.true_positives,
            (false, true) => &mut self.false_positives,
            (false, false) => &mut self.true_negatives,
            (true, false) => &mut self.false_negatives,
        }
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

/// A metric's value as a formula of the four counts, which are of at least one example.
pub(crate) type Formula = fn(&Confusion) -> Result<f64, Undefined>;

/// The formula of a metric that is one of the four counts at the threshold of the data.
pub(crate) fn formula_of(name: MetricName) -> Option<Formula> {
    match name {
        MetricName::Accuracy => Some(crate::accuracy::formula),
        MetricName::BalancedAccuracy => Some(crate::balanced_accuracy::formula),
        MetricName::Mcc => Some(crate::mcc::formula),
        MetricName::F1 => Some(crate::f1::formula),
        MetricName::Precision => Some(crate::called::precision),
        MetricName::Recall => Some(crate::called::recall),
        MetricName::Specificity => Some(crate::called::specificity),
        _ => None,
    }
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
