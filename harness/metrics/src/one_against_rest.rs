//! Metrics of the order, of each class against the rest, averaged.

use titer_core::{Labelled, Multiplicity, Prepared, Undefined};

use crate::checked::no_examples;
use crate::ranking::{Ranking, Reader, Step};

/// How classes are averaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Average {
    /// Every class counts the same.
    Macro,
    /// A class counts as often as it is true.
    Weighted,
}

/// A metric of the order of each class.
pub(crate) struct OneAgainstRest<R> {
    average: Average,
    rankings: Vec<Ranking>,
    reader: R,
}

impl<R: Reader + Copy + Send + Sync> OneAgainstRest<R> {
    /// The truth and probability of each class, checked.
    pub(crate) fn new(
        average: Average,
        classes: impl Iterator<Item = (Vec<bool>, Vec<f64>)>,
        reader: R,
    ) -> Self {
        let rankings = classes.map(|(truth, probability)| rank(&truth, &probability));
        Self {
            average,
            rankings: rankings.collect(),
            reader,
        }
    }

    fn of_class(&self, class: usize, reason: &Undefined) -> Undefined {
        Undefined::because(format!("class {class} has {}", reason.0))
    }
}

impl<R: Reader + Copy + Send + Sync> Prepared for OneAgainstRest<R> {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let (mut sum, mut weight) = (0.0, 0);
        for (class, ranking) in self.rankings.iter().enumerate() {
            let mut seen = None;
            let value = ranking.read(multiplicity, Counting(self.reader, &mut seen));
            // Nothing is seen where the clusters do not fit.
            let Some([positives, negatives]) = seen else {
                return value;
            };
            if positives + negatives == 0 {
                return Err(no_examples());
            }
            let times = match self.average {
                Average::Macro => 1,
                Average::Weighted => positives,
            };
            if times > 0 {
                sum += times as f64 * value.map_err(|reason| self.of_class(class, &reason))?;
                weight += times;
            }
        }
        if weight == 0 {
            return Err(Undefined::because("no class is ever true"));
        }
        Ok((sum / weight as f64).min(1.0))
    }
}

/// Tells how many positives and negatives there were.
pub(crate) struct Counting<'a, R>(pub(crate) R, pub(crate) &'a mut Option<[u64; 2]>);

impl<R: Reader> Reader for Counting<'_, R> {
    fn read(
        self,
        positives: u64,
        negatives: u64,
        steps: impl Iterator<Item = Step>,
    ) -> Result<f64, Undefined> {
        *self.1 = Some([positives, negatives]);
        self.0.read(positives, negatives, steps)
    }
}

pub(crate) fn rank(truth: &[bool], probability: &[f64]) -> Ranking {
    // No threshold is looked at in ranking.
    Ranking::new(Labelled {
        truth,
        probability,
        threshold: 0.5,
    })
}
