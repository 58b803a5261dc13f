//! Cases: which cell of an evaluation something is about, from the plan to the page.

use schemars::JsonSchema;

use crate::table::row;

row! {
    /// One variant of one model on one split of a suite's dataset, clean or in one condition.
    #[derive(Default, Eq, PartialOrd, Ord, Hash, JsonSchema)]
    pub struct Case {
        /// The suite.
        pub suite: String,
        /// The model.
        pub model: String,
        /// The variant; of a control its name.
        pub variant: String,
        /// The dataset.
        pub dataset: String,
        /// The split.
        pub split: String,
        /// The name of the condition that the examples are in; `None` is clean.
        pub perturbation: Option<String>,
    }
}

impl Case {
    /// Whether the examples are as the dataset has them.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.perturbation.is_none()
    }
}
