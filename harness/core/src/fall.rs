//! Falls: how much worse a score is out of distribution than in distribution.

use crate::estimate::Estimate;
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
        /// The variant that the fall is held against, with its model where that is another; `None` of a reference.
        pub base: Option<String>,
        /// The fall minus the base's fall: positive where this variant falls further.
        pub further: Option<f64>,
        /// Why it is undefined; `None` of a reference too.
        pub further_undefined: Option<String>,
        /// Lower end of its interval.
        pub further_lower: Option<f64>,
        /// Upper end of its interval.
        pub further_upper: Option<f64>,
        /// Two-sided confidence of that interval.
        pub further_confidence: Option<f64>,
        /// How that interval was made.
        pub further_interval_method: Option<crate::IntervalMethod>,
        /// Why there is no interval.
        pub further_interval_undefined: Option<String>,
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

    /// Whether the whole interval says further than the base; `false` where there is none.
    #[must_use]
    pub fn is_further(&self) -> bool {
        self.further_lower.is_some_and(|lower| lower > 0.0)
    }

    /// How much further it falls than its base, with the interval; `None` of a reference.
    #[must_use]
    pub fn further(&self) -> Option<Estimate> {
        self.base.as_ref()?;
        Some(Estimate {
            value: self.further,
            undefined: self.further_undefined.clone(),
            lower: self.further_lower,
            upper: self.further_upper,
            confidence: self.further_confidence,
            interval_method: self.further_interval_method,
            interval_undefined: self.further_interval_undefined.clone(),
        })
    }

    /// The same fall, held against a base.
    #[must_use]
    pub fn beyond(self, base: String, further: Estimate) -> Self {
        Self {
            base: Some(base),
            further: further.value,
            further_undefined: further.undefined,
            further_lower: further.lower,
            further_upper: further.upper,
            further_confidence: further.confidence,
            further_interval_method: further.interval_method,
            further_interval_undefined: further.interval_undefined,
            ..self
        }
    }
}
