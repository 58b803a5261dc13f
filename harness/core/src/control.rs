//! Scores held against controls: trivial and fitted models that know no biology.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::estimate::Estimate;
use crate::score::ScoreKey;
use crate::table::row;

/// What a score says beside a control's on the same examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Better, and the whole interval of the difference says so.
    Better,
    /// The interval of the difference holds 0, or there is none: the control may be as good.
    NotBetter,
    /// Worse, and the whole interval says so.
    Worse,
    /// One of the two has no value.
    Untold,
}

row! {
    /// A clean score held against a control's.
    pub struct ControlScore in "controls" {
        /// The model's score.
        #[serde(flatten)]
        pub key: ScoreKey,
        /// The control.
        pub control: String,
        /// The control's value; `None`: undefined.
        pub control_value: Option<f64>,
        /// Lower end of its interval.
        pub control_lower: Option<f64>,
        /// Upper end of its interval.
        pub control_upper: Option<f64>,
        /// The model's value minus the control's, paired.
        #[serde(flatten)]
        pub difference: Estimate,
        /// What that says.
        pub standing: Standing,
    }
}

/// How a control was fitted; `control.json` beside its predictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControlFit {
    /// Examples that it was fitted on.
    pub examples: u64,
    /// The penalty that cross-validation chose; `None`: nothing was to be chosen.
    pub l2: Option<f64>,
    /// Whether that is the strongest or the weakest that was tried.
    pub at_bound: bool,
    /// Whether the fit converged; `None`: it had not to.
    pub converged: Option<bool>,
    /// The mean log loss on left-out folds.
    pub log_loss: Option<f64>,
}
