//! A value with its interval as tables keep it: each there, or the reason why not.

use crate::score::{Interval, IntervalMethod, Undefined};
use crate::table::row;

row! {
    /// A value with its interval, laid out flat.
    pub struct Estimate {
        /// The value.
        pub value: Option<f64>,
        /// Why there is none.
        pub undefined: Option<String>,
        /// Lower end of the interval.
        pub lower: Option<f64>,
        /// Upper end.
        pub upper: Option<f64>,
        /// Two-sided confidence.
        pub confidence: Option<f64>,
        /// How the interval was made.
        pub interval_method: Option<IntervalMethod>,
        /// Why there is no interval.
        pub interval_undefined: Option<String>,
    }
}

impl Estimate {
    /// A value and its interval, or why there is none.
    #[must_use]
    pub fn new(value: &Result<f64, Undefined>, interval: &Result<Interval, Undefined>) -> Self {
        let known = interval.as_ref().ok();
        Self {
            value: value.as_ref().ok().copied(),
            undefined: value.as_ref().err().map(|reason| reason.0.clone()),
            lower: known.map(|interval| interval.lower),
            upper: known.map(|interval| interval.upper),
            confidence: known.map(|interval| interval.confidence),
            interval_method: known.map(|interval| interval.method),
            interval_undefined: interval.as_ref().err().map(|reason| reason.0.clone()),
        }
    }

    /// Neither value nor interval.
    #[must_use]
    pub fn undefined(reason: &Undefined) -> Self {
        Self::new(&Err(reason.clone()), &Err(reason.clone()))
    }

    /// The value, or why there is none.
    ///
    /// # Errors
    /// The reason.
    pub fn value(&self) -> Result<f64, Undefined> {
        self.value.ok_or_else(|| reason(self.undefined.as_deref()))
    }

    /// The interval, or why there is none.
    ///
    /// # Errors
    /// The reason.
    pub fn interval(&self) -> Result<Interval, Undefined> {
        match (
            self.lower,
            self.upper,
            self.confidence,
            self.interval_method,
        ) {
            (Some(lower), Some(upper), Some(confidence), Some(method)) => Ok(Interval {
                lower,
                upper,
                confidence,
                method,
            }),
            _ => Err(reason(self.interval_undefined.as_deref())),
        }
    }
}

fn reason(known: Option<&str>) -> Undefined {
    Undefined::because(known.unwrap_or("no reason was stored"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let interval = Interval {
            lower: 0.1,
            upper: 0.3,
            confidence: 0.95,
            method: IntervalMethod::Wilson,
        };
        let whole = Estimate::new(&Ok(0.2), &Ok(interval));
        assert_eq!((whole.value(), whole.interval()), (Ok(0.2), Ok(interval)));
        let why = Undefined::because("one class");
        let none = Estimate::undefined(&why);
        assert_eq!(
            (none.value(), none.interval()),
            (Err(why.clone()), Err(why))
        );
    }
}
