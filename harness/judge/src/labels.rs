//! Questions with several labels, any of which may be true: metrics of all of them together.

use std::sync::Arc;

use titer_core::{MultiLabelled, Sees};
use titer_metrics::AnyMetric;
use titer_statistics::ClusterDraws;

use crate::intervals::{Estimated, estimate_each};
use crate::measures::Measure;

/// The true labels of the units behind a score, and the probability of each.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelsSample {
    /// Unit after unit, whether each label is true; `None` where that is not known.
    pub truth: Vec<Option<bool>>,
    /// The same for probabilities.
    pub probability: Vec<f64>,
    /// The threshold of each label.
    pub thresholds: Vec<f64>,
    /// The cluster of each unit.
    pub cluster_of: Arc<[u32]>,
}

impl LabelsSample {
    /// The units that are wanted.
    #[must_use]
    pub fn part(&self, wanted: impl Fn(usize) -> bool) -> Self {
        let units: Vec<usize> = (0..self.cluster_of.len())
            .filter(|&unit| wanted(unit))
            .collect();
        let truth = units.iter().flat_map(|&unit| self.row(&self.truth, unit));
        let probability = units
            .iter()
            .flat_map(|&unit| self.row(&self.probability, unit));
        Self {
            truth: truth.copied().collect(),
            probability: probability.copied().collect(),
            thresholds: self.thresholds.clone(),
            cluster_of: units.iter().map(|&unit| self.cluster_of[unit]).collect(),
        }
    }

    fn row<'a, T>(&self, of: &'a [T], unit: usize) -> &'a [T] {
        let labels = self.thresholds.len();
        &of[unit * labels..(unit + 1) * labels]
    }

    /// As metrics take it.
    #[must_use]
    pub fn data(&self) -> MultiLabelled<'_> {
        MultiLabelled {
            truth: &self.truth,
            probability: &self.probability,
            thresholds: &self.thresholds,
        }
    }

    /// Of each label the units that it is true of or those that it is not, whichever are rarer, counted: the fewest of any
    /// label that has both.
    fn fewest(&self, count: impl Fn(Vec<u32>) -> usize) -> usize {
        let labels = self.thresholds.len();
        let of_label = |label: usize| {
            let truths = self.truth.iter().skip(label).step_by(labels);
            let pairs = truths.zip(&self.cluster_of[..]);
            let clusters = |wanted: bool| {
                let held = pairs.clone().filter(|(truth, _)| **truth == Some(wanted));
                count(held.map(|(_, &cluster)| cluster).collect())
            };
            clusters(true).min(clusters(false))
        };
        let with_both = (0..labels).map(of_label).filter(|&fewest| fewest > 0);
        with_both.min().unwrap_or_default()
    }

    /// Units of the rarer side of the label that has fewest of it.
    #[must_use]
    pub fn rarer(&self) -> usize {
        self.fewest(|clusters| clusters.len())
    }

    /// The clusters that hold such units, of the label that has fewest.
    #[must_use]
    pub fn rarer_clusters(&self) -> u64 {
        let distinct = |mut clusters: Vec<u32>| {
            clusters.sort_unstable();
            clusters.dedup();
            clusters.len()
        };
        self.fewest(distinct) as u64
    }

    /// For each unit, whether it and its like in another sample differ in what a measure sees of labels that are known.
    #[must_use]
    pub fn differs(&self, other: &Self, sees: Sees) -> Vec<bool> {
        let differs = |unit: usize| {
            let pairs = self.row(&self.probability, unit).iter();
            let pairs = pairs.zip(other.row(&other.probability, unit));
            let thresholds = self.thresholds.iter().zip(&other.thresholds);
            let mut known = self
                .row(&self.truth, unit)
                .iter()
                .zip(pairs.zip(thresholds));
            known.any(|(truth, ((a, b), (cut, other_cut)))| {
                let differs = match sees {
                    Sees::Call => (a >= cut) != (b >= other_cut),
                    _ => a.to_bits() != b.to_bits(),
                };
                truth.is_some() && differs
            })
        };
        (0..self.cluster_of.len()).map(differs).collect()
    }

    /// What measures come to on it, each with its interval; its units lie in so many clusters.
    #[must_use]
    pub fn estimates(
        &self,
        measures: &[Measure],
        draws: &ClusterDraws,
        clusters: usize,
    ) -> Vec<Estimated> {
        let prepare = |metric: AnyMetric| match metric {
            AnyMetric::Labels(name) => {
                let metric = name.metric();
                Some((metric.prepare(self.data()), metric.about()))
            }
            _ => None,
        };
        estimate_each(measures, prepare, &self.cluster_of, draws, clusters)
    }

    /// Of a mean over labels, how many it is taken over.
    #[must_use]
    pub fn averaged(&self, measure: Measure) -> Option<u64> {
        match measure.metric {
            AnyMetric::Labels(name) => {
                let over = name.metric().averaged(self.data())?;
                Some(over.into_iter().filter(|has| *has).count() as u64)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> LabelsSample {
        LabelsSample {
            truth: vec![
                Some(true),
                Some(false),
                Some(false),
                None,
                Some(true),
                Some(true),
            ],
            probability: vec![0.9, 0.2, 0.4, 0.8, 0.6, 0.7],
            thresholds: vec![0.5, 0.3],
            cluster_of: [0, 0, 1].into(),
        }
    }

    #[test]
    fn parts_keep_their_rows() {
        let part = sample().part(|unit| unit != 0);
        assert_eq!(part.truth, [Some(false), None, Some(true), Some(true)]);
        assert_eq!(part.probability, [0.4, 0.8, 0.6, 0.7]);
        assert_eq!(*part.cluster_of, [0, 1]);
        assert_eq!((sample().rarer(), sample().rarer_clusters()), (1, 1));
        assert_eq!(sample().part(|unit| unit == 2).rarer(), 0);
    }

    #[test]
    fn what_is_not_known_differs_in_nothing() {
        let (one, mut other) = (sample(), sample());
        other.probability[3] = 0.1;
        assert_eq!(one.differs(&other, Sees::Order), [false; 3]);
        other.probability[1] = 0.25;
        assert_eq!(one.differs(&other, Sees::Order), [true, false, false]);
        assert_eq!(one.differs(&other, Sees::Call), [false; 3]);
        other.thresholds[1] = 0.25;
        assert_eq!(one.differs(&other, Sees::Call), [true, false, false]);
    }
}
