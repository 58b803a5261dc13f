//! What was scored, unit by unit, whatever the question.

use titer_statistics::ClusterDraws;

use crate::intervals::{Estimated, estimates, not_asked};
use titer_core::Sees;

use crate::labels::LabelsSample;
use crate::measures::Measure;
use crate::sample::Sample;
use crate::several::ClassesSample;
use crate::values::ValuesSample;

/// Truth and answers of the units behind a score.
#[derive(Clone, Debug, PartialEq)]
pub enum Sampled {
    /// Whether each is positive, and its probability of being so.
    Binary(Sample),
    /// Of several classes whether the call is right, or the probability of the true one: every unit is positive.
    Truth(Sample),
    /// The true one of several classes, and the probability of each.
    Classes(ClassesSample),
    /// Which of several labels are true, and the probability of each.
    Labels(LabelsSample),
    /// True and predicted numbers.
    Values(ValuesSample),
}

impl Sampled {
    /// The cluster of each unit.
    #[must_use]
    pub fn cluster_of(&self) -> &[u32] {
        match self {
            Self::Binary(sample) | Self::Truth(sample) => &sample.cluster_of,
            Self::Classes(sample) => &sample.cluster_of,
            Self::Labels(sample) => &sample.cluster_of,
            Self::Values(sample) => &sample.cluster_of,
        }
    }

    /// The sample that metrics of two classes take, if it is one.
    #[must_use]
    pub fn binary(&self) -> Option<&Sample> {
        match self {
            Self::Binary(sample) | Self::Truth(sample) => Some(sample),
            Self::Classes(_) | Self::Labels(_) | Self::Values(_) => None,
        }
    }

    /// True and predicted numbers, if that is what it holds.
    #[must_use]
    pub fn values(&self) -> Option<&ValuesSample> {
        match self {
            Self::Values(sample) => Some(sample),
            Self::Binary(_) | Self::Truth(_) | Self::Classes(_) | Self::Labels(_) => None,
        }
    }

    /// The number among the dataset's units of one of its own.
    #[must_use]
    pub fn unit(&self, own: usize) -> usize {
        let units = self.binary().and_then(|sample| sample.units.as_ref());
        units.map_or(own, |units| units[own] as usize)
    }

    /// The units that are wanted.
    #[must_use]
    pub fn part(&self, wanted: impl Fn(usize) -> bool) -> Self {
        match self {
            Self::Binary(sample) => Self::Binary(sample.part(wanted)),
            Self::Truth(sample) => Self::Truth(sample.part(wanted)),
            Self::Classes(sample) => Self::Classes(sample.part(wanted)),
            Self::Labels(sample) => Self::Labels(sample.part(wanted)),
            Self::Values(sample) => Self::Values(sample.part(wanted)),
        }
    }

    /// How many units there are.
    #[must_use]
    pub fn units(&self) -> usize {
        self.cluster_of().len()
    }

    /// Positive units; none of numbers, of several classes and of labels together.
    #[must_use]
    pub fn positives(&self) -> usize {
        let truth = self.binary().map(|sample| &sample.truth);
        truth.map_or(0, |truth| truth.iter().filter(|&&truth| truth).count())
    }

    /// How many clusters hold the class that fewest clusters hold; `None` where that is not asked.
    #[must_use]
    pub fn rarer_clusters(&self) -> Option<u64> {
        match self {
            Self::Binary(sample) | Self::Truth(sample) => sample.rarer_clusters(),
            Self::Classes(sample) => Some(sample.rarer_clusters()),
            Self::Labels(sample) => Some(sample.rarer_clusters()),
            Self::Values(_) => None,
        }
    }

    /// Units of the rarer class, of several of the rarest; all of numbers, and where every unit is positive because one of
    /// several classes is true of each.
    #[must_use]
    pub fn rarer(&self) -> usize {
        match self {
            Self::Binary(sample) => {
                let positives = self.positives();
                positives.min(sample.truth.len() - positives)
            }
            Self::Classes(sample) => sample.rarer(),
            Self::Labels(sample) => sample.rarer(),
            Self::Truth(_) | Self::Values(_) => self.units(),
        }
    }

    /// For each unit, whether it and its like in another sample of the same units differ in what a
    /// measure sees, and whether the measure asks about it at all.
    #[must_use]
    pub fn differs(&self, other: &Self, sees: Sees) -> Vec<(bool, bool)> {
        match (self, other) {
            (Self::Binary(one), Self::Binary(other)) | (Self::Truth(one), Self::Truth(other)) => {
                // Top-k asks about true units alone.
                let asked = |truth: &bool| sees != Sees::AmongHighest || *truth;
                let asked = one.truth.iter().map(asked);
                one.differs(other, sees).into_iter().zip(asked).collect()
            }
            (Self::Classes(one), Self::Classes(other)) => {
                let differs = one.differs(other, sees).into_iter();
                differs.map(|differs| (differs, true)).collect()
            }
            (Self::Labels(one), Self::Labels(other)) => {
                let differs = one.differs(other, sees).into_iter();
                differs.map(|differs| (differs, true)).collect()
            }
            (Self::Values(one), Self::Values(other)) => {
                let differs = one.differs(other).into_iter();
                differs.map(|differs| (differs, true)).collect()
            }
            // Two cells of one suite answer one question.
            _ => Vec::new(),
        }
    }

    /// What measures come to on it, each with its interval; all units lie in so many clusters.
    #[must_use]
    pub fn estimates(
        &self,
        measures: &[Measure],
        draws: &ClusterDraws,
        clusters: usize,
    ) -> Vec<Estimated> {
        match self {
            Self::Classes(sample) => sample.estimates(measures, draws, clusters),
            Self::Labels(sample) => sample.estimates(measures, draws, clusters),
            Self::Values(sample) => sample.estimates(measures, draws, clusters),
            Self::Binary(sample) | Self::Truth(sample) => {
                let names = measures.iter().filter_map(|one| one.metric.binary());
                let names: Vec<_> = names.collect();
                let mut known = estimates(&names, sample, draws, clusters).into_iter();
                let one = |measure: &Measure| {
                    let known = measure.metric.binary().and_then(|_| known.next());
                    known.unwrap_or_else(not_asked)
                };
                measures.iter().map(one).collect()
            }
        }
    }
}
