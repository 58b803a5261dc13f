//! What is read in passes and what is left to the metrics themselves.

use super::cut::MOST_BINS;
use super::sorted::Sorted;
use super::{Task, Work};
use crate::MetricName;
use crate::ece::Ece;

/// About how many examples of a pass cost as much, for one replicate, as one number that a metric
/// reads on its own.
const EXAMPLES_PER_READ: usize = 8;

/// The tasks of these samples, quick ones first.
pub(super) fn share_out(work: Work<'_>, samples: &[usize]) -> (Vec<Task>, Vec<Task>) {
    let (mut quick, mut slow) = (Vec::new(), Vec::new());
    for &sample in samples {
        let tasks = (0..work.metrics.len()).map(|metric| Task { sample, metric });
        let passes = needs_pass(work, sample);
        for task in tasks {
            let tasks = if passes && can_pass(work.name(task)) {
                &mut quick
            } else {
                &mut slow
            };
            tasks.push(task);
        }
    }
    (quick, slow)
}

/// Whether a pass knows the metric.
fn can_pass(name: MetricName) -> bool {
    match name {
        MetricName::Auroc | MetricName::AveragePrecision | MetricName::Brier => true,
        MetricName::Ece(Ece { bins }) => (1..=MOST_BINS).contains(&bins),
        _ => false,
    }
}

/// Whether a metric of the sample is cheaper in a pass. One is enough: the others come with it.
fn needs_pass(work: Work<'_>, sample: usize) -> bool {
    let truth = work.samples[sample].truth;
    let clusters = work.draws.clusters();
    if clusters > Sorted::MOST_CLUSTERS {
        return false;
    }
    let dear = truth.len() / EXAMPLES_PER_READ;
    let positives = truth.iter().filter(|&&truth| truth).count();
    let reads = |name: &MetricName| match name {
        // Where positives and clusters are few there are few cells in `crate::ranking`.
        MetricName::Auroc | MetricName::AveragePrecision => positives.saturating_mul(clusters),
        MetricName::Brier => clusters,
        _ => usize::MAX,
    };
    let known = work.metrics.iter().filter(|name| can_pass(**name));
    known.map(reads).any(|reads| reads > dear)
}

#[cfg(test)]
mod tests {
    use titer_core::Labelled;
    use titer_statistics::ClusterDraws;

    use super::*;

    fn quick(examples: usize, clusters: usize, metrics: &[MetricName]) -> Vec<usize> {
        let truth: Vec<bool> = (0..examples).map(|i| i < 10).collect();
        let sample = Labelled {
            truth: &truth,
            probability: &[],
            threshold: 0.5,
        };
        let work = Work {
            samples: &[sample],
            metrics,
            bins: &[],
            cluster_of: &[],
            draws: &ClusterDraws::new(clusters, 1, 1, ""),
        };
        let (quick, slow) = share_out(work, &[0]);
        assert_eq!(quick.len() + slow.len(), metrics.len());
        quick.iter().map(|task| task.metric).collect()
    }

    #[test]
    fn the_cheaper_way_is_taken() {
        let few = [MetricName::Auroc, MetricName::Brier];
        assert!(quick(300_000, 300, &few).is_empty());
        assert_eq!(quick(300_000, 30_000, &few), [0, 1]);
        let more = [
            MetricName::Brier,
            MetricName::Mcc,
            MetricName::Ece(Ece { bins: 15 }),
        ];
        assert_eq!(quick(300_000, 300, &more), [0, 2]);
        assert!(quick(300_000, 300, &[MetricName::Ece(Ece { bins: 0 })]).is_empty());
    }
}
