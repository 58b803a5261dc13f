//! What executes tensors.

use titer_core::ModelError;

use crate::{Feed, Tensor};

/// What executes tensors: a loaded network without its adaptor.
pub trait Graph {
    /// Runs a batch of encoded sequences; the first axis of every input and of the output is the batch.
    ///
    /// # Errors
    /// The runtime's own failure, or inputs that it cannot take.
    fn run(&mut self, inputs: Vec<Feed>) -> Result<Tensor, ModelError>;

    /// Runs several batches, each as [`run`](Self::run) does; they may be on their way at once.
    fn run_several(&mut self, batches: Vec<Vec<Feed>>) -> Vec<Result<Tensor, ModelError>> {
        batches.into_iter().map(|inputs| self.run(inputs)).collect()
    }

    /// How many batches are worth handing over at once.
    fn at_once(&self) -> usize {
        1
    }

    /// Processes beside this one that do its work.
    fn processes(&self) -> Vec<u32> {
        Vec::new()
    }
}
