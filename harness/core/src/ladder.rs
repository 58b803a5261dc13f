//! Ladders: how much a score loses from step to step away from home.

use crate::estimate::Estimate;
use crate::further::FurtherLoss;
use crate::table::row;

row! {
    /// How much a variant's clean score loses with each step of a suite's ladder, and how much more than its reference's.
    ///
    /// The slope is that of least squares over the scores of the steps, each counted alike. It is in the metric's own unit and
    /// positive where the score gets worse, whichever way the metric is better, as falls are. The scores of the steps
    /// themselves stand under `scores`, those of groups under `groups`.
    pub struct LadderSlope in "ladders" later {
        /// The suite.
        pub suite: String,
        /// The ladder.
        pub ladder: String,
        /// What changes along it: `species`, `gc`, ...
        pub shift: String,
        /// The dataset whose groups are the steps; `None` where the steps are datasets.
        pub dataset: Option<String>,
        /// The model; `control` of a fitted control.
        pub model: String,
        /// The variant; of a fitted control its name.
        pub variant: String,
        /// The split that was scored.
        pub split: String,
        /// The metric's name.
        pub metric: String,
        /// The class that the score is about; `None` where it is of all.
        pub class: Option<String>,
        /// The stratum whose worst group's value is taken at each step; `None`: the score of all examples.
        pub worst_group_of: Option<String>,
        /// The recalibration, fitted at home, that was applied at each step: `temperature`, `platt`, `isotonic`; `None`: none.
        pub recalibration: Option<String>,
        /// What the slope is per: `step`, or the unit of the steps' distances.
        pub per: String,
        /// The first step, home.
        pub first: String,
        /// The last step.
        pub last: String,
        /// How many steps.
        pub steps: u64,
        /// The slope with its interval, or why there is none.
        #[serde(flatten)]
        pub slope: Estimate,
        /// How much further it goes than its base.
        #[serde(flatten)]
        pub held: FurtherLoss,
        /// The control that scores best at home of those that have a value at each step; `None` where there is none.
        pub control: Option<String>,
        /// That control's own slope.
        pub control_slope: Option<f64>,
        /// The slope minus the control's, paired at each step: what the model loses beyond what the data alone take from
        /// something that knows no biology.
        pub beyond_control: Option<f64>,
        /// Lower end of its interval.
        pub beyond_control_lower: Option<f64>,
        /// Upper end of its interval.
        pub beyond_control_upper: Option<f64>,
        /// Clusters of the step that has fewest.
        pub fewest_clusters: u64,
        /// Clusters that lie in two of the datasets: with any of them the steps are not independent. 0 of groups of one
        /// dataset, whose slope is taken anew on draws that they share.
        pub shared_clusters: u64,
    }
}

impl LadderSlope {
    /// Whether the whole interval says that the score gets worse along the ladder; `false` where there is none.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.slope.lower.is_some_and(|lower| lower > 0.0)
    }

    /// Whether it is of the score itself, per step: of all examples and as the model answers.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.per == STEP && self.worst_group_of.is_none() && self.recalibration.is_none()
    }

    /// The same slope, beside a control's.
    #[must_use]
    pub fn beside(self, control: String, slope: f64, beyond: &Estimate) -> Self {
        Self {
            control: Some(control),
            control_slope: Some(slope),
            beyond_control: beyond.value,
            beyond_control_lower: beyond.lower,
            beyond_control_upper: beyond.upper,
            ..self
        }
    }
}

/// What a slope is per where the places of its steps are their numbers.
pub const STEP: &str = "step";
