//! Ablations: what a field of a model is worth.

use crate::estimate::Estimate;
use crate::table::row;

row! {
    /// What setting a field of a model's matrix does to a clean score: with the field set minus as it is in the reference, all
    /// else equal, in the metric's own units, paired on the same examples.
    ///
    /// Where fields are varied in full it is the mean over every combination of the others. The differences of those pairs are of
    /// the same examples and go together in a way that nobody knows: the distances to the ends of their intervals are averaged as
    /// they are, which holds however errors go together.
    pub struct Ablation in "ablations" later {
        /// The suite.
        pub suite: String,
        /// The model.
        pub model: String,
        /// The dataset.
        pub dataset: String,
        /// The split that was scored.
        pub split: String,
        /// The metric's name.
        pub metric: String,
        /// The class that the score is about; `None` where it is of all.
        pub class: Option<String>,
        /// The field: `variant`, `batch_size`, or its path in the descriptor.
        pub field: String,
        /// What it is in the reference.
        pub own: String,
        /// What it is set to.
        pub set: String,
        /// Pairs of variants that differ in it alone, of which this is the mean.
        pub pairs: u64,
        /// The difference with its interval, or why there is none.
        #[serde(flatten)]
        pub difference: Estimate,
        /// Two-sided p-value of no difference, which follows from the interval.
        pub p_value: Option<f64>,
        /// The same, adjusted by Holm over all rows of the model.
        pub holm: Option<f64>,
        /// Independent clusters.
        pub clusters: u64,
    }
}
