//! Metrics of the order of each label's probability.

use titer_core::{MultiLabelled, Multiplicity, Prepared, Undefined};

use super::checked;
use crate::checked::no_examples;
use crate::clustering::PerClustering;
use crate::one_against_rest::{Average, Counting, rank};
use crate::ranking::{Ranking, Reader};

/// An average over labels.
pub(super) fn prepare<'a, R: Reader + Copy + Send + Sync + 'a>(
    data: MultiLabelled<'a>,
    average: Average,
    reader: R,
) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| Averaged {
        average,
        labels: (0..data.labels())
            .map(|label| Pairs::new(data, |of| of == label))
            .collect(),
        reader,
    })
}

/// All pairs of example and label taken together.
pub(super) fn pooled<'a, R: Reader + Copy + Send + Sync + 'a>(
    data: MultiLabelled<'a>,
    reader: R,
) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| Pooled {
        pairs: Pairs::new(data, |_| true),
        reader,
    })
}

/// Pairs of example and label whose truth is known, ranked by their probability.
struct Pairs {
    ranking: Ranking,
    /// The example of each pair.
    example_of: Vec<u32>,
    /// How many examples there are, with such a pair or without.
    examples: usize,
    /// The cluster of each pair.
    clusters: PerClustering<Vec<u32>>,
}

impl Pairs {
    /// Those of the labels that are wanted.
    fn new(data: MultiLabelled<'_>, wanted: impl Fn(usize) -> bool) -> Self {
        let pairs = data.truth.iter().zip(data.probability).enumerate();
        let (mut truths, mut probabilities, mut example_of) = (vec![], vec![], vec![]);
        for (place, (truth, &probability)) in pairs {
            if let Some(truth) = truth.filter(|_| wanted(place % data.labels())) {
                truths.push(truth);
                probabilities.push(probability);
                example_of.push((place / data.labels()) as u32);
            }
        }
        Self {
            ranking: rank(&truths, &probabilities),
            example_of,
            examples: data.truth.len() / data.labels(),
            clusters: PerClustering::new(),
        }
    }

    /// Reads the ranking where each example counts as often as said; and how many positives and negatives there were
    /// then, `None` where the clusters do not fit.
    fn read(
        &self,
        multiplicity: Multiplicity<'_>,
        reader: impl Reader,
    ) -> (Result<f64, Undefined>, Option<[u64; 2]>) {
        let mut seen = None;
        let counting = Counting(reader, &mut seen);
        let value = match multiplicity {
            Multiplicity::Once => self.ranking.read(multiplicity, counting),
            Multiplicity::PerCluster { counts, cluster_of } => {
                let of_pairs = |of: &[u32], _: usize| {
                    let pairs = self.example_of.iter();
                    pairs.map(|&example| of[example as usize]).collect()
                };
                let read = |cluster_of: &Vec<u32>| {
                    let drawn = Multiplicity::PerCluster { counts, cluster_of };
                    self.ranking.read(drawn, counting)
                };
                let (examples, drawn) = (self.examples, counts.len());
                let known = self
                    .clusters
                    .read(cluster_of, examples, drawn, of_pairs, read);
                known.and_then(|value| value)
            }
        };
        (value, seen)
    }
}

/// A metric of the order of each label, averaged over those that have a value.
struct Averaged<R> {
    average: Average,
    labels: Vec<Pairs>,
    reader: R,
}

impl<R: Reader + Copy + Send + Sync> Prepared for Averaged<R> {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let (mut sum, mut weight, mut any) = (0.0, 0, false);
        for pairs in &self.labels {
            let (value, seen) = pairs.read(multiplicity, self.reader);
            // Nothing is seen where the clusters do not fit.
            let Some([positives, negatives]) = seen else {
                return value;
            };
            any |= positives + negatives > 0;
            if let Ok(value) = value {
                let times = match self.average {
                    Average::Macro => 1,
                    Average::Weighted => positives,
                };
                sum += times as f64 * value;
                weight += times;
            }
        }
        match (weight, any) {
            (0, false) => Err(no_examples()),
            (0, true) => Err(Undefined::because(
                "no label is true of some examples and not of others",
            )),
            // Rounding may lift a mean of ones above 1 by the last bit.
            _ => Ok((sum / weight as f64).min(1.0)),
        }
    }
}

/// A metric of the order of all pairs.
struct Pooled<R> {
    pairs: Pairs,
    reader: R,
}

impl<R: Reader + Copy + Send + Sync> Prepared for Pooled<R> {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        self.pairs.read(multiplicity, self.reader).0
    }
}
