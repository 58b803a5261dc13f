//! The trait that every backend implements.

use crate::prediction::Output;
use crate::sequence::Sequence;

/// A loaded variant, ready to predict.
pub trait Model {
    /// Predicts a batch: one output for each sequence, in order.
    ///
    /// # Errors
    /// The runtime's own failure, or an output of the wrong shape.
    fn predict(&mut self, batch: &[&Sequence]) -> Result<Vec<Output>, ModelError>;
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
    /// The model's output is not of the shape that its descriptor states.
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
