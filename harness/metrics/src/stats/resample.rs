//! Replicates of several metrics of several samples at once, all from the same draws.
//!
//! Examples are sorted once. Replicates are then read several side by side in one pass over the
//! sorted examples, each example counting as often as its cluster was drawn in each of them. AUROC
//! comes from whole numbers and has the metric's own bits; average precision, Brier score and
//! calibration error (bins formed anew in each replicate) agree with the metric's own to 1e-12. Other
//! metrics, and replicates whose counts are too large for a pass, are left to
//! [`Prepared::value`].

mod bins;
mod counted;
mod cut;
mod lanes;
mod pass;
mod share;
mod sorted;

pub use bins::ReplicateBins;
pub(crate) use bins::{Bins, Held, equal_mass_bins};

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Labelled, Multiplicity, Prepared};
use titer_statistics::bootstrap::ClusterDraws;

use crate::MetricName;
use crate::checked::check;

/// The replicates of each metric of each sample, in order: `[sample][metric][replicate]`, `None`
/// where it is undefined. `cluster_of` gives the cluster of each example, the same in all samples, as
/// [`titer_statistics::replicates`] takes it; where it does not fit the examples or the draws every replicate is
/// undefined.
///
/// Beside the result it needs at most about 60 bytes an example for two samples, however many
/// clusters, replicates and threads there are.
#[must_use]
pub fn resample(
    samples: &[Labelled<'_>],
    metrics: &[MetricName],
    cluster_of: &[u32],
    draws: &ClusterDraws,
) -> Vec<Vec<Vec<Option<f64>>>> {
    let work = Work {
        samples,
        metrics,
        bins: &[],
        cluster_of,
        draws,
    };
    work.read().0
}

/// The same of one sample, `[metric][replicate]`, and beside it what bins of equal mass hold in each replicate, for
/// these numbers of bins: where metrics are read in a pass, that pass forms them too.
#[must_use]
pub fn resample_with_bins(
    data: Labelled<'_>,
    metrics: &[MetricName],
    bins: &[usize],
    cluster_of: &[u32],
    draws: &ClusterDraws,
) -> (Vec<Vec<Option<f64>>>, ReplicateBins) {
    let mut bins = bins.to_vec();
    bins.sort_unstable();
    bins.dedup();
    let work = Work {
        samples: &[data],
        metrics,
        bins: &bins,
        cluster_of,
        draws,
    };
    let (mut values, mut bins) = work.read();
    (
        values.pop().unwrap_or_default(),
        bins.pop().unwrap_or_default(),
    )
}
/// `[sample][metric][replicate]`.
type Values = Vec<Vec<Vec<Option<f64>>>>;

/// A metric of a sample.
#[derive(Clone, Copy)]
struct Task {
    sample: usize,
    metric: usize,
}

#[derive(Clone, Copy)]
struct Work<'a> {
    samples: &'a [Labelled<'a>],
    metrics: &'a [MetricName],
    /// Numbers of bins of equal mass that are asked for, ascending.
    bins: &'a [usize],
    cluster_of: &'a [u32],
    draws: &'a ClusterDraws,
}

impl Work<'_> {
    /// The replicates of each metric of each sample, and the bins of each sample.
    fn read(self) -> (Values, Vec<ReplicateBins>) {
        let (draws, samples) = (self.draws, self.samples.len());
        let blank = vec![vec![None; draws.replicates()]; self.metrics.len()];
        let mut result = vec![blank; samples];
        let mut bins = vec![ReplicateBins::default(); samples];
        let fits = self
            .cluster_of
            .iter()
            .all(|&c| (c as usize) < draws.clusters());
        let usable: Vec<usize> = (0..samples)
            .filter(|&sample| {
                let data = self.samples[sample];
                fits && data.truth.len() == self.cluster_of.len() && check(data).is_ok()
            })
            .collect();
        let (quick, slow) = share::share_out(self, &usable);
        let again = lanes::read(self, &quick, &mut result, &mut bins);
        for sample in usable {
            bins[sample].fill(self.samples[sample], self.cluster_of, draws, self.bins);
        }
        let all: Vec<usize> = (0..draws.replicates()).collect();
        let (counted, slow) = counted::apart(self, slow);
        counted::read(self, &counted, &mut result);
        self.one_by_one(&slow, &all, &mut result);
        self.one_by_one(&quick, &again, &mut result);
        (result, bins)
    }

    fn data(&self, task: Task) -> Labelled<'_> {
        self.samples[task.sample]
    }

    fn name(&self, task: Task) -> MetricName {
        self.metrics[task.metric]
    }

    /// Fills in these replicates of these tasks from the metrics themselves.
    fn one_by_one(
        &self,
        tasks: &[Task],
        replicates: &[usize],
        result: &mut [Vec<Vec<Option<f64>>>],
    ) {
        if tasks.is_empty() || replicates.is_empty() {
            return;
        }
        let prepare = |&task: &Task| self.name(task).metric().prepare(self.data(task));
        let prepared: Vec<Box<dyn Prepared + '_>> = tasks.iter().map(prepare).collect();
        let values = |counts: &[u32]| -> Vec<Option<f64>> {
            let drawn = Multiplicity::PerCluster {
                counts,
                cluster_of: self.cluster_of,
            };
            let value = |prepared: &dyn Prepared| {
                let value = prepared.value(drawn).ok()?;
                value.is_finite().then_some(value)
            };
            prepared.iter().map(|one| value(one.as_ref())).collect()
        };
        let found: Vec<Vec<Option<f64>>> = replicates
            .into_par_iter()
            .map(|&replicate| self.draws.read(replicate, values))
            .collect();
        for (&replicate, values) in replicates.iter().zip(found) {
            for (task, value) in tasks.iter().zip(values) {
                result[task.sample][task.metric][replicate] = value;
            }
        }
    }
}

#[cfg(test)]
mod tests;
