//! The four counts of called against true.

use crate::score::Undefined;

/// A metric's value as a formula of the four counts, which are of at least one example.
pub type Formula = fn(&Confusion) -> Result<f64, Undefined>;

/// A metric that is a formula of the four counts at the threshold of the data.
#[derive(Clone, Copy, Debug)]
pub struct OfCalls {
    /// The formula.
    pub formula: Formula,
    /// Whether a call of a class that turns changes it by as much whatever the other calls are.
    pub linear: bool,
}

/// How often each case came up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    /// Positives that are called positive.
    pub true_positives: u64,
    /// Negatives that are called positive.
    pub false_positives: u64,
    /// Negatives that are called negative.
    pub true_negatives: u64,
    /// Positives that are called negative.
    pub false_negatives: u64,
}

impl Confusion {
    /// Counts a unit.
    pub fn add(&mut self, truth: bool, called: bool) {
        *self.count(truth, called) += 1;
    }

    /// The counts after a unit of a class, called otherwise before, is called so; `None` where there is none.
    #[must_use]
    pub fn turned(mut self, truth: bool, called: bool) -> Option<Self> {
        let from = self.count(truth, !called);
        *from = from.checked_sub(1)?;
        *self.count(truth, called) += 1;
        Some(self)
    }

    fn count(&mut self, truth: bool, called: bool) -> &mut u64 {
        match (truth, called) {
            (true, true) => &mut self.true_positives,
            (false, true) => &mut self.false_positives,
            (false, false) => &mut self.true_negatives,
            (true, false) => &mut self.false_negatives,
        }
    }

    /// Units that are positive.
    #[must_use]
    pub fn positives(&self) -> u64 {
        self.true_positives + self.false_negatives
    }

    /// Units that are negative.
    #[must_use]
    pub fn negatives(&self) -> u64 {
        self.true_negatives + self.false_positives
    }

    /// Units that are called positive.
    #[must_use]
    pub fn called(&self) -> u64 {
        self.true_positives + self.false_positives
    }

    /// All units.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.positives() + self.negatives()
    }
}
