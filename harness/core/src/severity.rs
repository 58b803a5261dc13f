//! Scores over all severities of one kind of perturbation.

use crate::estimate::Estimate;
use crate::further::FurtherLoss;
use crate::score::ScoreKey;
use crate::table::row;

row! {
    /// What becomes of a clean score as the examples are perturbed more and more strongly by one kind of perturbation that keeps the
    /// target, over all of its severities.
    ///
    /// Severities are levels 1, 2, ... from the mildest, the clean score is level 0: their own numbers are of many units, and lie as
    /// far apart as whoever wrote the suite chose. Every interval comes from draws of clusters that all conditions share.
    pub struct SeverityCurve in "severities" later {
        /// The clean score that it begins with.
        #[serde(flatten)]
        pub key: ScoreKey,
        /// The kind of perturbation; `mean` of the mean corruption error over all kinds.
        pub kind: String,
        /// Severities beside clean; of `mean` how many kinds.
        pub levels: u64,
        /// The mildest severity, in the kind's own unit.
        pub mildest: Option<f64>,
        /// The strongest.
        pub strongest: Option<f64>,
        /// The score of the examples as they are.
        pub clean: Option<f64>,
        /// The mean score over levels 0 to the last, ends counted half: the area under the curve over levels, divided by their
        /// number.
        #[serde(flatten)]
        pub area: Estimate,
        /// The area as a share of what it would be if nothing were lost: 1 nothing, of scores where less is better more than 1
        /// where it gets worse.
        pub relative_area: Option<f64>,
        /// What is lost on average over the levels: the clean score minus the area, positive where it gets worse.
        pub loss: Option<f64>,
        /// Lower end of its 95 % interval.
        pub loss_lower: Option<f64>,
        /// Upper end of it.
        pub loss_upper: Option<f64>,
        /// How much more is lost than the reference loses, on the same examples.
        #[serde(flatten)]
        pub held: FurtherLoss,
        /// The share of calls that are those of the examples as they are, the mean over the severities (level 0 left out); `None`
        /// where nothing is called.
        pub consistency: Option<f64>,
        /// Lower end of its 95 % interval, which asks for no distribution.
        pub consistency_lower: Option<f64>,
        /// Upper end of it.
        pub consistency_upper: Option<f64>,
        /// Of accuracy: the errors over all severities, divided by those of the anchor, as in ImageNet-C (Hendrycks and Dietterich
        /// 2019, doi:10.48550/arXiv.1903.12261): below 1 fewer than the anchor makes. Of `mean` the mean over kinds.
        pub corruption_error: Option<f64>,
        /// Lower end of its 95 % interval, from the draws.
        pub corruption_error_lower: Option<f64>,
        /// Upper end of it.
        pub corruption_error_upper: Option<f64>,
        /// The same of what is lost beyond the clean error.
        pub relative_corruption_error: Option<f64>,
        /// What the errors are divided by: a control, or the reference.
        pub anchor: Option<String>,
        /// Why there is no corruption error.
        pub corruption_error_undefined: Option<String>,
        /// Independent clusters.
        pub clusters: u64,
    }
}

/// The kind of a row that is the mean over all kinds.
pub const MEAN: &str = "mean";
