//! Notable examples: the worst errors and the largest changes.

use serde::{Deserialize, Serialize};

use crate::example::Place;
use crate::table::row;

/// Why an example is notable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotableKind {
    /// Among the variant's most confident errors.
    WorstError,
    /// Among the largest changes from the reference variant.
    LargestChange,
}

impl NotableKind {
    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WorstError => "worst_error",
            Self::LargestChange => "largest_change",
        }
    }
}

row! {
    /// An example worth a look, on a clean cell.
    pub struct Notable in "notables" {
        /// Why.
        pub kind: NotableKind,
        /// 1 is the most notable of its kind and cell.
        pub rank: u32,
        /// The suite.
        pub suite: String,
        /// The model.
        pub model: String,
        /// The variant.
        pub variant: String,
        /// The dataset.
        pub dataset: String,
        /// The example.
        pub id: String,
        /// Where it lies.
        #[serde(default)]
        pub place: Place,
        /// The 0-based position within the stretch; per-position suites only.
        pub offset: Option<u64>,
        /// The class that is true, or the true number.
        pub target: String,
        /// The class whose probability is shown; empty where the answer is a number.
        pub class: String,
        /// The variant's probability of that class, or its number.
        pub probability: f64,
        /// The reference variant's, where there is one.
        pub reference_probability: Option<f64>,
    }
}
