//! Metrics that are a share of what is known: of pairs of example and label, or of examples.

use titer_core::{MultiLabelled, Multiplicity, Prepared, Undefined};

use super::checked;
use crate::checked::no_examples;
use crate::clustering::PerClustering;

/// How the labels of one example that are known were called.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Calls {
    pub(super) known: u64,
    pub(super) wrong: u64,
}

/// Prepares a share: of each example how much counts, and out of how much.
pub(super) fn prepare<'a>(
    data: MultiLabelled<'a>,
    of: impl Fn(Calls) -> [u64; 2],
) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| {
        let rows = data.truth.chunks_exact(data.labels());
        let pairs = rows.zip(data.probability.chunks_exact(data.labels()));
        let parts =
            pairs.map(|(truth, probability)| of(calls(truth, probability, data.thresholds)));
        Shared {
            parts: parts.collect(),
            clustered: PerClustering::new(),
        }
    })
}

fn calls(truth: &[Option<bool>], probability: &[f64], thresholds: &[f64]) -> Calls {
    let mut calls = Calls::default();
    for ((truth, &probability), &threshold) in truth.iter().zip(probability).zip(thresholds) {
        if let Some(truth) = truth {
            calls.known += 1;
            calls.wrong += u64::from(*truth != (probability >= threshold));
        }
    }
    calls
}

/// A share in whole numbers.
struct Shared {
    /// Of each example.
    parts: Vec<[u64; 2]>,
    /// Of each cluster.
    clustered: PerClustering<Vec<[u64; 2]>>,
}

impl Shared {
    fn of_clusters(&self, cluster_of: &[u32], clusters: usize) -> Vec<[u64; 2]> {
        let mut sums = vec![[0; 2]; clusters];
        for (part, &cluster) in self.parts.iter().zip(cluster_of) {
            add(&mut sums[cluster as usize], *part, 1);
        }
        sums
    }

    fn total(&self, multiplicity: Multiplicity<'_>) -> Result<[u64; 2], Undefined> {
        let mut total = [0; 2];
        let Multiplicity::PerCluster { counts, cluster_of } = multiplicity else {
            self.parts.iter().for_each(|part| add(&mut total, *part, 1));
            return Ok(total);
        };
        self.clustered.read(
            cluster_of,
            self.parts.len(),
            counts.len(),
            |of, clusters| self.of_clusters(of, clusters),
            |sums| {
                for (part, &times) in sums.iter().zip(counts) {
                    add(&mut total, *part, u64::from(times));
                }
                total
            },
        )
    }
}

fn add(sum: &mut [u64; 2], part: [u64; 2], times: u64) {
    for (sum, part) in sum.iter_mut().zip(part) {
        *sum += times * part;
    }
}

impl Prepared for Shared {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        match self.total(multiplicity)? {
            [_, 0] => Err(no_examples()),
            [part, whole] => Ok(part as f64 / whole as f64),
        }
    }
}
