//! The trait that every backend implements.

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

    /// How many of the examples predicted so far lost bases on their way in, because the model takes
    /// fewer.
    fn truncated(&self) -> u64 {
        0
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
