//! A value beside that of what it is held against.

use crate::estimate::Estimate;
use crate::score::{Interval, IntervalMethod, Undefined};
use crate::table::row;

/// What the intervals of differences hold with.
const CONFIDENCE: f64 = 0.95;

row! {
    /// A value minus that of what it is held against, on the same examples.
    #[derive(Default)]
    pub struct Against {
        /// The variant that it is held against, with its model where that is another; `None` of a reference.
        #[serde(default)]
        pub base: Option<String>,
        /// The variant's value minus the base's, paired; `None` of a reference, or where it is undefined.
        #[serde(default)]
        pub difference: Option<f64>,
        /// Lower end of the 95 % interval of that difference.
        #[serde(default)]
        pub difference_lower: Option<f64>,
        /// Upper end of it.
        #[serde(default)]
        pub difference_upper: Option<f64>,
        /// How that interval was made.
        #[serde(default)]
        pub difference_interval_method: Option<IntervalMethod>,
        /// Why the difference has no value or no interval.
        #[serde(default)]
        pub difference_undefined: Option<String>,
    }
}

impl Against {
    /// Held against a base.
    #[must_use]
    pub fn new(
        base: String,
        value: &Result<f64, Undefined>,
        interval: &Result<Interval, Undefined>,
    ) -> Self {
        let found = Estimate::new(value, interval);
        Self {
            base: Some(base),
            difference: found.value,
            difference_lower: found.lower,
            difference_upper: found.upper,
            difference_interval_method: found.interval_method,
            difference_undefined: found.undefined.or(found.interval_undefined),
        }
    }

    /// The difference, or why there is none.
    ///
    /// # Errors
    /// The reason.
    pub fn value(&self) -> Result<f64, Undefined> {
        self.difference.ok_or_else(|| self.reason())
    }

    /// Its interval, or why there is none.
    ///
    /// # Errors
    /// The reason.
    pub fn interval(&self) -> Result<Interval, Undefined> {
        let ends = self.difference_lower.zip(self.difference_upper);
        match (ends, self.difference_interval_method) {
            (Some((lower, upper)), Some(method)) => Ok(Interval {
                lower,
                upper,
                confidence: CONFIDENCE,
                method,
            }),
            _ => Err(self.reason()),
        }
    }

    /// Both ends of the interval.
    #[must_use]
    pub fn ends(&self) -> Option<(f64, f64)> {
        self.difference_lower.zip(self.difference_upper)
    }

    fn reason(&self) -> Undefined {
        let known = self.difference_undefined.as_deref();
        Undefined::because(known.unwrap_or("it is held against nothing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let interval = Interval {
            lower: -0.1,
            upper: 0.3,
            confidence: 0.95,
            method: IntervalMethod::ClusteredBootstrapT,
        };
        let whole = Against::new("fp32".to_owned(), &Ok(0.2), &Ok(interval));
        assert_eq!((whole.value(), whole.interval()), (Ok(0.2), Ok(interval)));
        let why = Undefined::because("one class");
        let none = Against::new("fp32".to_owned(), &Err(why.clone()), &Err(why.clone()));
        assert_eq!(
            (none.value(), none.interval()),
            (Err(why.clone()), Err(why))
        );
        assert!(
            Against::default()
                .value()
                .unwrap_err()
                .0
                .contains("nothing")
        );
    }
}
