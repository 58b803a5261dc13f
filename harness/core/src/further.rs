//! How much further something goes than what it is held against.

use crate::estimate::Estimate;
use crate::table::row;

row! {
    /// How much more a variant loses than its base: of a fall, or of a slope along a ladder.
    #[derive(Default)]
    pub struct FurtherLoss {
        /// The variant that it is held against, with its model where that is another; `None` of a reference.
        pub base: Option<String>,
        /// The variant's fall or slope minus the base's, paired on each dataset: positive where this variant loses more.
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
    }
}

impl FurtherLoss {
    /// Held against a base.
    #[must_use]
    pub fn than(base: String, further: Estimate) -> Self {
        Self {
            base: Some(base),
            further: further.value,
            further_undefined: further.undefined,
            further_lower: further.lower,
            further_upper: further.upper,
            further_confidence: further.confidence,
            further_interval_method: further.interval_method,
            further_interval_undefined: further.interval_undefined,
        }
    }

    /// Whether the whole interval says further than the base; `false` where there is none.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.further_lower.is_some_and(|lower| lower > 0.0)
    }

    /// How much further, with the interval; `None` of a reference.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
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
}
