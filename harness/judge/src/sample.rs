//! Truth and probability, unit by unit: what scores and their intervals are made of.

use std::sync::Arc;

use titer_core::{Labelled, Sees};
use titer_metrics::binary_interval::rarer_clusters;

/// Two-sided confidence of every interval.
pub const CONFIDENCE: f64 = 0.95;

/// Truth and probability of the units behind a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Whether each unit is positive.
    pub truth: Arc<[bool]>,
    /// Its probability of being so.
    pub probability: Arc<[f64]>,
    /// Its cluster.
    pub cluster_of: Arc<[u32]>,
    /// A probability at or above it is called positive.
    pub threshold: f64,
    /// The number of each among the dataset's units; `None`: it is all of them, in order.
    pub units: Option<Arc<[u32]>>,
}

impl Sample {
    /// The units that are wanted.
    #[must_use]
    pub fn part(&self, wanted: impl Fn(usize) -> bool) -> Self {
        let units: Vec<usize> = (0..self.truth.len()).filter(|&unit| wanted(unit)).collect();
        let of_dataset = |&unit: &usize| self.units.as_ref().map_or(unit as u32, |all| all[unit]);
        Self {
            units: Some(units.iter().map(of_dataset).collect()),
            truth: units.iter().map(|&unit| self.truth[unit]).collect(),
            probability: units.iter().map(|&unit| self.probability[unit]).collect(),
            cluster_of: units.iter().map(|&unit| self.cluster_of[unit]).collect(),
            threshold: self.threshold,
        }
    }

    /// How many clusters hold the class that fewer clusters hold.
    pub fn rarer_clusters(&self) -> Option<u64> {
        let clusters = rarer_clusters(self.labelled(), &self.cluster_of).ok()?;
        Some(clusters as u64)
    }

    /// Whether each unit is called right.
    #[must_use]
    pub fn right(&self) -> Vec<bool> {
        let pairs = self.truth.iter().zip(&self.probability[..]);
        pairs
            .map(|(&truth, &probability)| (probability >= self.threshold) == truth)
            .collect()
    }

    /// Truth and probability as metrics take them.
    #[must_use]
    pub fn labelled(&self) -> Labelled<'_> {
        Labelled {
            truth: &self.truth,
            probability: &self.probability,
            threshold: self.threshold,
        }
    }

    /// For each unit, whether it and its like in another sample of the same units differ in what a
    /// measure sees. Top-k looks at true units alone; with ties at the cut all of them are in.
    #[must_use]
    pub fn differs(&self, other: &Self, sees: Sees) -> Vec<bool> {
        let pairs = || self.probability.iter().zip(&other.probability[..]);
        match sees {
            Sees::Probability | Sees::Order | Sees::Number => {
                pairs().map(|(a, b)| a.to_bits() != b.to_bits()).collect()
            }
            Sees::Call => pairs()
                .map(|(&a, &b)| (a >= self.threshold) != (b >= other.threshold))
                .collect(),
            Sees::AmongHighest => {
                let (cut, other_cut) = (self.top_k_cut(), other.top_k_cut());
                pairs()
                    .zip(&self.truth[..])
                    .map(|((&a, &b), &truth)| truth && (a >= cut) != (b >= other_cut))
                    .collect()
            }
        }
    }

    /// The k-th largest probability, k the number of true units.
    fn top_k_cut(&self) -> f64 {
        let positives = self.truth.iter().filter(|&&truth| truth).count();
        let mut sorted = self.probability.to_vec();
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let last = positives.checked_sub(1);
        last.and_then(|last| sorted.get(last))
            .copied()
            .unwrap_or(f64::INFINITY)
    }
}
