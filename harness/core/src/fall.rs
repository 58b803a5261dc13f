//! Falls: how much worse a score is out of distribution than in distribution.

use crate::estimate::Estimate;
use crate::further::FurtherLoss;
use crate::table::row;

row! {
    /// How much worse a variant's clean score is on an out-of-distribution dataset than on an in-distribution one of the same
    /// suite, and how much further it falls than its reference.
    ///
    /// Falls are in the metric's own unit and positive where the score gets worse, whichever way the metric is better.
    pub struct Fall in "falls" later {
        /// The suite.
        pub suite: String,
        /// The model.
        pub model: String,
        /// The variant.
        pub variant: String,
        /// The split that was scored.
        pub split: String,
        /// The metric's name.
        pub metric: String,
        /// The class that the score is about; `None` where it is of all.
        pub class: Option<String>,
        /// The dataset that is fallen from.
        pub in_distribution: String,
        /// The dataset that is fallen to.
        pub out_of_distribution: String,
        /// The score in distribution; `None` where it is undefined.
        pub in_value: Option<f64>,
        /// The score out of distribution.
        pub out_value: Option<f64>,
        /// The fall with its interval, or why there is none.
        #[serde(flatten)]
        pub fall: Estimate,
        /// How much further it falls than its base.
        #[serde(flatten)]
        pub held: FurtherLoss,
        /// The control that scores best in distribution of those that have a value on both datasets; `None` where there is none.
        #[serde(default)]
        pub control: Option<String>,
        /// That control's own fall.
        #[serde(default)]
        pub control_fall: Option<f64>,
        /// The fall minus the control's, paired on each dataset: what the model loses beyond what the data alone take from
        /// something that knows no biology. Below 0 it falls less far than the control.
        #[serde(default)]
        pub beyond_control: Option<f64>,
        /// Lower end of its interval.
        #[serde(default)]
        pub beyond_control_lower: Option<f64>,
        /// Upper end of its interval.
        #[serde(default)]
        pub beyond_control_upper: Option<f64>,
        /// Independent clusters of the in-distribution dataset.
        pub in_clusters: u64,
        /// Independent clusters of the out-of-distribution dataset.
        pub out_clusters: u64,
        /// Clusters that lie in both datasets: with any of them the two scores are not independent.
        pub shared_clusters: u64,
    }
}

impl Fall {
    /// Whether the whole interval of the fall says worse; `false` where there is none.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.fall.lower.is_some_and(|lower| lower > 0.0)
    }
}
