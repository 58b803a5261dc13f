//! What is noted of a cell's answers as they come, so that none of them has to be kept: how many there are of which kind, what
//! speaks against them, and the few that are asked for once more.

use titer_core::{Example, Outcome, Prediction};

use super::batches::Range;
use super::positions::misfit;

/// Predictions counted.
#[derive(Default)]
pub(super) struct Tally {
    pub examples: u64,
    pub predicted: u64,
    pub non_finite: u64,
    pub failed: u64,
    /// The first that failed, and why.
    pub first: Option<String>,
    /// From the smallest answer to the largest.
    pub range: Range,
}

impl Tally {
    /// Counts predictions.
    pub(super) fn add(&mut self, predictions: &[Prediction]) {
        for Prediction { id, outcome } in predictions {
            self.examples += 1;
            match outcome {
                Outcome::Predicted(_) => self.predicted += 1,
                Outcome::NonFinite(_) => self.non_finite += 1,
                Outcome::Failed(reason) => {
                    self.failed += 1;
                    self.first
                        .get_or_insert_with(|| format!("; the first, {id}: {reason}"));
                }
            }
            self.range.add(outcome);
        }
    }
}

/// Examples with what they got.
#[derive(Default)]
pub(super) struct Asked {
    pub examples: Vec<Example>,
    pub outcomes: Vec<Outcome>,
}

impl Asked {
    fn add(&mut self, example: &Example, outcome: &Outcome) {
        self.examples.push(example.clone());
        self.outcomes.push(outcome.clone());
    }
}

/// What of a cell's answers is looked at again once all are there.
pub(super) struct Watch {
    context: usize,
    /// What is wrong with the positions of an answer, of the first that is wrong.
    pub misfit: Option<String>,
    /// The first batch.
    pub batch: Asked,
    batch_size: usize,
    /// Some, evenly spaced: every `step`th, so many at most.
    pub some: Asked,
    step: usize,
    most: usize,
    /// Every outcome, where all examples are asked twice.
    pub all: Option<Vec<Outcome>>,
    met: usize,
}

/// Which are asked alone: so many at most, each `step`th.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spacing {
    pub step: usize,
    pub most: usize,
}

impl Watch {
    /// Watches a cell of a dataset with so many bases of context, in batches of this size.
    pub(super) fn new(
        context: usize,
        batch_size: usize,
        spacing: Spacing,
        keeps_all: bool,
    ) -> Self {
        Self {
            context,
            misfit: None,
            batch: Asked::default(),
            batch_size: batch_size.max(1),
            some: Asked::default(),
            step: spacing.step.max(1),
            most: spacing.most,
            all: keeps_all.then(Vec::new),
            met: 0,
        }
    }

    /// Looks at the next examples with what they got.
    pub(super) fn look(&mut self, examples: &[Example], outcomes: &[Outcome]) {
        for (example, outcome) in examples.iter().zip(outcomes) {
            if self.misfit.is_none() {
                self.misfit = misfit(example, outcome, self.context);
            }
            if self.met < self.batch_size {
                self.batch.add(example, outcome);
            }
            if self.met.is_multiple_of(self.step) && self.some.examples.len() < self.most {
                self.some.add(example, outcome);
            }
            self.met += 1;
        }
        if let Some(all) = &mut self.all {
            all.extend_from_slice(outcomes);
        }
    }
}
