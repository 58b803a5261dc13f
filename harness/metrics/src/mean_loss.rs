//! Metrics that are the mean of a loss over examples.

use titer_core::{Labelled, Multiplicity, Prepared, Undefined};
use titer_statistics::pairwise;

use crate::checked::no_examples;
use crate::clustering::PerClustering;

/// A mean of losses, kept within the loss's own largest value.
pub(crate) struct MeanLoss {
    /// Example and loss, in an order that does not depend on that of the examples.
    losses: Vec<(u32, f64)>,
    once: f64,
    largest: f64,
    clustered: PerClustering<Vec<Total>>,
}

/// A cluster's sum of losses and number of examples.
struct Total {
    loss: f64,
    examples: u64,
}

impl MeanLoss {
    /// Data that were checked; `loss` takes truth and probability and is at most `largest`.
    pub(crate) fn new(data: Labelled<'_>, largest: f64, loss: impl Fn(bool, f64) -> f64) -> Self {
        let pairs = data.truth.iter().zip(data.probability);
        Self::of(pairs.map(|(&truth, &p)| loss(truth, p)), largest)
    }

    /// One loss per example, each at most `largest`.
    pub(crate) fn of(losses: impl Iterator<Item = f64>, largest: f64) -> Self {
        let mut losses: Vec<(u32, f64)> = (0u32..).zip(losses).collect();
        losses.sort_unstable_by(|a, b| a.1.total_cmp(&b.1));
        let all: Vec<f64> = losses.iter().map(|&(_, loss)| loss).collect();
        Self {
            once: pairwise(&all),
            losses,
            largest,
            clustered: PerClustering::new(),
        }
    }

    fn per_cluster(&self, cluster_of: &[u32], clusters: usize) -> Vec<Total> {
        let mut sorted = vec![Vec::new(); clusters];
        for &(index, loss) in &self.losses {
            sorted[cluster_of[index as usize] as usize].push(loss);
        }
        let total = |losses: &Vec<f64>| Total {
            loss: pairwise(losses),
            examples: losses.len() as u64,
        };
        sorted.iter().map(total).collect()
    }

    fn total(&self, multiplicity: Multiplicity<'_>) -> Result<Total, Undefined> {
        let Multiplicity::PerCluster { counts, cluster_of } = multiplicity else {
            return Ok(Total {
                loss: self.once,
                examples: self.losses.len() as u64,
            });
        };
        self.clustered.read(
            cluster_of,
            self.losses.len(),
            counts.len(),
            |of, clusters| self.per_cluster(of, clusters),
            |per_cluster| weighted(per_cluster, counts),
        )
    }
}

impl Prepared for MeanLoss {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let total = self.total(multiplicity)?;
        if total.examples == 0 {
            return Err(no_examples());
        }
        // Rounding may lift a mean of equal losses above the loss itself by the last bit.
        Ok((total.loss / total.examples as f64).min(self.largest))
    }
}

fn weighted(per_cluster: &[Total], counts: &[u32]) -> Total {
    let mut sum = Total {
        loss: 0.0,
        examples: 0,
    };
    for (one, &times) in per_cluster.iter().zip(counts) {
        sum.loss += f64::from(times) * one.loss;
        sum.examples += u64::from(times) * one.examples;
    }
    sum
}
