//! How similar each example is to training data, measured as examples go by.

use std::sync::Arc;

use titer_core::kmer_set::digest_of_similarities;
use titer_core::{Digest, Example, KmerSet};

/// The similarity of every example so far: 16 bytes each, no sequence.
#[derive(Clone, Debug)]
pub struct Similarities {
    training: Arc<KmerSet>,
    /// In the order of the examples; `None` of one that has no word.
    pub of: Vec<Option<f64>>,
}

impl Similarities {
    /// None yet, to the words of training data.
    #[must_use]
    pub fn to(training: Arc<KmerSet>) -> Self {
        Self {
            training,
            of: Vec::new(),
        }
    }

    /// Measures the next example: that of its first sequence.
    pub fn add(&mut self, example: &Example) {
        self.of.push(self.training.containment(&example.sequence));
    }

    /// The digest of all of them.
    #[must_use]
    pub fn digest(&self) -> Digest {
        digest_of_similarities(&self.of)
    }
}
