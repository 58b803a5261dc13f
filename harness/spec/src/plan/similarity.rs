//! What the similarity of examples is measured to, resolved.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::Digest;

/// The training data that the similarity of a suite's examples is measured to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedSimilarity {
    /// The training data.
    pub to: Vec<PlannedTraining>,
    /// Bins of about equally many examples.
    pub bins: u32,
    /// Bases of a word.
    pub k: u32,
    /// The share of all words that stand in the training data, 0 to 1.
    pub chance: f64,
}

/// A split that was read as training data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedTraining {
    /// The dataset.
    pub dataset: String,
    /// Its split.
    pub split: String,
    /// Digest of the dataset's file.
    pub digest: Digest,
    /// Examples that were read.
    pub examples: u64,
}

impl PlannedSimilarity {
    /// The training data in words: `my-windows train`, several parted by a comma and a blank.
    #[must_use]
    pub fn training(&self) -> String {
        let names = self
            .to
            .iter()
            .map(|it| format!("{} {}", it.dataset, it.split));
        names.collect::<Vec<_>>().join(", ")
    }
}
