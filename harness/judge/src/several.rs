//! Questions with several classes, one of which is true: metrics of all of them together.

use std::sync::Arc;

use titer_core::Classified;
use titer_statistics::ClusterDraws;

use crate::intervals::{Estimated, estimate_each};
use titer_core::Sees;
use titer_metrics::AnyMetric;

use crate::measures::Measure;

/// The true class of the units behind a score, and the probability of each class.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassesSample {
    /// The true class of each unit.
    pub truth: Vec<u32>,
    /// Unit after unit, the probability of each class.
    pub probability: Vec<f64>,
    /// How many classes there are.
    pub classes: usize,
    /// The cluster of each unit.
    pub cluster_of: Arc<[u32]>,
}

impl ClassesSample {
    /// The units that are wanted.
    #[must_use]
    pub fn part(&self, wanted: impl Fn(usize) -> bool) -> Self {
        let units: Vec<usize> = (0..self.truth.len()).filter(|&unit| wanted(unit)).collect();
        Self {
            truth: units.iter().map(|&unit| self.truth[unit]).collect(),
            probability: units
                .iter()
                .flat_map(|&unit| self.row(unit))
                .copied()
                .collect(),
            classes: self.classes,
            cluster_of: units.iter().map(|&unit| self.cluster_of[unit]).collect(),
        }
    }

    fn row(&self, unit: usize) -> &[f64] {
        &self.probability[unit * self.classes..(unit + 1) * self.classes]
    }

    /// The most probable class of a unit, the first of equals.
    fn called(&self, unit: usize) -> usize {
        let row = self.row(unit);
        (1..row.len()).fold(
            0,
            |best, next| if row[next] > row[best] { next } else { best },
        )
    }

    /// As metrics take it.
    #[must_use]
    pub fn classified(&self) -> Classified<'_> {
        Classified {
            truth: &self.truth,
            probability: &self.probability,
            classes: self.classes,
        }
    }

    /// Units of the rarest class.
    #[must_use]
    pub fn rarer(&self) -> usize {
        let mut units = vec![0; self.classes];
        for class in &self.truth {
            units[*class as usize] += 1;
        }
        units.into_iter().min().unwrap_or_default()
    }

    /// How many clusters hold the class that fewest clusters hold.
    #[must_use]
    pub fn rarer_clusters(&self) -> u64 {
        let mut held: Vec<(u32, u32)> = self
            .truth
            .iter()
            .copied()
            .zip(self.cluster_of.iter().copied())
            .collect();
        held.sort_unstable();
        held.dedup();
        let mut clusters = vec![0; self.classes];
        for (class, _) in held {
            clusters[class as usize] += 1;
        }
        clusters.into_iter().min().unwrap_or_default()
    }

    /// For each unit, whether it and its like in another sample differ in what a measure sees.
    #[must_use]
    pub fn differs(&self, other: &Self, sees: Sees) -> Vec<bool> {
        let differs = |unit: usize| match sees {
            Sees::Call => self.called(unit) != other.called(unit),
            _ => {
                let pairs = self.row(unit).iter().zip(other.row(unit));
                pairs.into_iter().any(|(a, b)| a.to_bits() != b.to_bits())
            }
        };
        (0..self.truth.len()).map(differs).collect()
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
            AnyMetric::Classes(name) => {
                let metric = name.metric();
                Some((metric.prepare(self.classified()), metric.about()))
            }
            _ => None,
        };
        estimate_each(measures, prepare, &self.cluster_of, draws, clusters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> ClassesSample {
        ClassesSample {
            truth: vec![0, 2, 0, 1],
            probability: vec![0.5, 0.3, 0.2, 0.1, 0.2, 0.7, 0.2, 0.4, 0.4, 0.3, 0.4, 0.3],
            classes: 3,
            cluster_of: [0, 0, 1, 1].into(),
        }
    }

    #[test]
    fn parts_keep_their_rows() {
        let part = sample().part(|unit| unit % 2 == 1);
        assert_eq!(part.truth, [2, 1]);
        assert_eq!(part.probability, [0.1, 0.2, 0.7, 0.3, 0.4, 0.3]);
        assert_eq!(*part.cluster_of, [0, 1]);
        assert_eq!((sample().rarer(), sample().rarer_clusters()), (1, 1));
    }

    #[test]
    fn a_call_may_stay_where_a_probability_moves() {
        let (one, mut other) = (sample(), sample());
        other.probability[1] = 0.31;
        other.probability[8] = 0.5;
        assert_eq!(one.differs(&other, Sees::Call), [false, false, true, false]);
        assert_eq!(
            one.differs(&other, Sees::Probability),
            [true, false, true, false]
        );
    }
}
