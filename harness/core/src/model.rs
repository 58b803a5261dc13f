//! The trait that every backend implements.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::example::{Example, Place};
use crate::prediction::Outcome;
use crate::sequence::Sequence;

/// What a model is told of an example: never its target, its strata or its clusters.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The example's id; a table of predictions is looked up by it.
    pub id: &'a str,
    /// The DNA.
    pub sequence: &'a Sequence,
    /// Where it lies; a table of predictions may be looked up by it.
    pub place: Option<&'a Place>,
}

impl<'a> From<&'a Example> for Query<'a> {
    fn from(example: &'a Example) -> Self {
        Self {
            id: &example.id,
            sequence: &example.sequence,
            place: Some(&example.place),
        }
    }
}

/// A sequence that is no dataset's.
impl<'a> From<&'a Sequence> for Query<'a> {
    fn from(sequence: &'a Sequence) -> Self {
        Self {
            id: "",
            sequence,
            place: None,
        }
    }
}

/// A loaded variant, ready to predict.
pub trait Model {
    /// Predicts a batch: one outcome for each query, in order. An example that has no answer is
    /// [`Outcome::Failed`]; what fails as a whole is an error.
    ///
    /// # Errors
    /// The runtime's own failure, or an output of the wrong shape.
    fn predict(&mut self, batch: &[Query<'_>]) -> Result<Vec<Outcome>, ModelError>;

    /// Predicts several batches, each as [`predict`](Self::predict) does. A backend that has several
    /// requests on the way at once overrides it; the composition of batches stays.
    ///
    /// # Errors
    /// The first batch's that fails.
    fn predict_batches(&mut self, batches: &[&[Query<'_>]]) -> Result<Vec<Outcome>, ModelError> {
        let mut outcomes = Vec::new();
        for batch in batches {
            outcomes.extend(self.predict(batch)?);
        }
        Ok(outcomes)
    }

    /// How many batches are worth handing over at once.
    fn batches_at_once(&self) -> usize {
        1
    }

    /// Processes beside this one that do the model's work: their memory is the model's.
    fn processes(&self) -> Vec<u32> {
        Vec::new()
    }

    /// Begins a cell: forgets what was counted and watched of those before.
    fn begin(&mut self) {}

    /// How many of the examples of this cell lost bases on their way in, because the model takes fewer.
    fn truncated(&self) -> u64 {
        0
    }

    /// What speaks for an activation that is applied to probabilities, in this cell; `None` where nothing does.
    fn squashed(&self) -> Option<Squashed> {
        None
    }
}

/// Numbers that an activation was applied to, and that look like probabilities already: all within 0 and 1, and of
/// several classes with a sum of 1 at each position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Squashed {
    /// Examples seen.
    pub examples: u64,
    /// The smallest number before the activation.
    pub smallest: f64,
    /// The largest.
    pub largest: f64,
    /// They are of classes that exclude each other, and sum to 1.
    pub sums_to_one: bool,
}

impl Squashed {
    /// Examples from which on such numbers are no accident.
    pub const EXAMPLES: u64 = 200;
    /// Logits of fewer examples lie within 0 and 1 now and then.
    const FEW: u64 = 8;

    /// Whether logits cannot look so: [`Self::EXAMPLES`] at least, whose numbers sum to 1, or spread over nearly all of
    /// 0 to 1 and never leave it.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        let spreads = self.smallest < 0.1 && self.largest > 0.9;
        self.examples >= Self::EXAMPLES && (self.sums_to_one || spreads)
    }

    /// Whether it is worth a word.
    #[must_use]
    pub fn is_likely(&self) -> bool {
        self.examples >= Self::FEW || self.sums_to_one
    }

    /// What was seen, and the cure.
    #[must_use]
    pub fn words(&self) -> String {
        format!(
            "{}; use `activation: none`, or say `activation_is_right: true` in `output` if they are logits",
            self.seen()
        )
    }

    /// What was seen.
    #[must_use]
    pub fn seen(&self) -> String {
        let sums = match self.sums_to_one {
            true => " and those of each position sum to 1",
            false => "",
        };
        format!(
            "the numbers before the activation look like probabilities already: of {} examples they lie between {:.3} and {:.3}{sums}",
            self.examples, self.smallest, self.largest
        )
    }
}

/// Why a variant could not be loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file is missing, damaged or not what its descriptor says.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong, and the cure.
        reason: String,
    },
    /// The runtime is absent, too old or broken.
    #[error("{0}")]
    Runtime(String),
    /// The device that was asked for is absent.
    #[error("{0}")]
    Device(String),
    /// The model was given an input that it cannot take.
    #[error("{0}")]
    Input(String),
    /// The model's output is not what its descriptor states.
    #[error("the model returned {found}, its descriptor promises {expected}")]
    Shape {
        /// What came.
        found: String,
        /// What was promised.
        expected: String,
    },
    /// The model failed while it ran.
    #[error("{0}")]
    Run(String),
}
