//! What the examples of a suite may be similar to: the score is shown against it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::located::Located;
use crate::name;

/// The most bins that examples are cut into by similarity.
pub const MAX_BINS: u32 = 20;

/// Ask for scores against the similarity of each example to training data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"to": [{"dataset": "my-windows", "split": "train"}]}]))]
pub struct Similarity {
    /// The training data: splits of datasets. They need not be datasets of the suite, and are only read. Where left out, the split
    /// `train` of each dataset of the suite that has one.
    #[serde(default)]
    pub to: Vec<TrainingSplit>,
    /// Bins of about equally many examples.
    #[serde(default = "five")]
    #[schemars(range(min = 3, max = MAX_BINS))]
    pub bins: u32,
    /// Bases of a word: an example's similarity is the share of its words that stand in the training data, on either strand.
    /// Longer words for more training data; 4^k bits are held.
    #[serde(default = "default_k")]
    #[schemars(range(min = 8, max = 15))]
    pub k: u32,
}

/// A split of a dataset that something was trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingSplit {
    /// A name or a path.
    #[schemars(transform = name::line)]
    pub dataset: Located<String>,
    /// Its split.
    #[serde(default = "train")]
    #[schemars(transform = name::name)]
    pub split: Located<String>,
}

fn five() -> u32 {
    5
}

fn default_k() -> u32 {
    titer_core::kmer_set::DEFAULT_K
}

fn train() -> Located<String> {
    Located::nowhere("train".to_owned())
}
