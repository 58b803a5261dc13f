//! The scale on which the ends of an interval are taken: that of the metric's range.
//!
//! Near an end of its range an estimate is skewed and its interval must not leave the range. On the
//! logistic scale of a range with two ends, and on the logarithm of the distance to the one end of a
//! range that has one (0 of an error, 1 of R2), it is nearer to symmetric. `tests/values_coverage.rs`
//! measures the second beside the plain scale.

use titer_core::{IntervalMethod, Undefined};

/// Where ends are taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    /// Between two ends: log odds of the place between them.
    Logistic(f64, f64),
    /// Above an end: the logarithm of the distance.
    Above(f64),
    /// Below an end: the same.
    Below(f64),
    /// As it is.
    Plain,
}

impl Scale {
    /// The scale of a range; an end that is not finite is none.
    pub(super) fn of((lowest, highest): (f64, f64)) -> Self {
        match (lowest.is_finite(), highest.is_finite()) {
            (true, true) => Self::Logistic(lowest, highest),
            (true, false) => Self::Above(lowest),
            (false, true) => Self::Below(highest),
            (false, false) => Self::Plain,
        }
    }

    /// The method of an interval made on it.
    pub(super) fn method(self) -> IntervalMethod {
        match self {
            Self::Logistic(..) => IntervalMethod::ClusteredBootstrapLogitT,
            Self::Above(_) | Self::Below(_) => IntervalMethod::ClusteredBootstrapLogT,
            Self::Plain => IntervalMethod::ClusteredBootstrapT,
        }
    }

    /// Whether a value lies inside of the range, where it can be moved.
    pub(super) fn check(self, value: f64) -> Result<(), Undefined> {
        let (inside, range) = match self {
            Self::Logistic(lowest, highest) => {
                let place = (value - lowest) / (highest - lowest);
                (
                    place > 0.0 && place < 1.0,
                    format!("inside of {lowest} to {highest}"),
                )
            }
            Self::Above(lowest) => (value > lowest, format!("above {lowest}")),
            Self::Below(highest) => (value < highest, format!("below {highest}")),
            Self::Plain => (true, String::new()),
        };
        if inside && value.is_finite() {
            return Ok(());
        }
        Err(Undefined::because(format!(
            "the value {value} is not {range}"
        )))
    }

    /// A value moved by so much, counted where the value is; one at an end stays.
    pub(super) fn moved(self, value: f64, by: f64) -> f64 {
        if self.check(value).is_err() {
            return value;
        }
        match self {
            Self::Logistic(lowest, highest) => {
                let width = highest - lowest;
                let place = (value - lowest) / width;
                let middle = libm::log(place) - libm::log1p(-place);
                let moved = middle + by / width / (place * (1.0 - place));
                lowest + width / (1.0 + libm::exp(-moved))
            }
            Self::Above(lowest) => {
                let distance = value - lowest;
                lowest + distance * libm::exp(by / distance)
            }
            Self::Below(highest) => {
                let distance = highest - value;
                highest - distance * libm::exp(-by / distance)
            }
            Self::Plain => value + by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGES: [(f64, f64); 4] = [
        (-1.0, 1.0),
        (0.0, f64::INFINITY),
        (f64::NEG_INFINITY, 1.0),
        (f64::NEG_INFINITY, f64::INFINITY),
    ];

    #[test]
    fn a_small_step_is_that_step_and_a_large_one_stays_inside() {
        for range in RANGES {
            let scale = Scale::of(range);
            let step = (scale.moved(0.5, 1e-6) - 0.5) / 1e-6;
            assert!((step - 1.0).abs() < 1e-5, "{scale:?}: {step}");
            for by in [-3.0, 3.0] {
                let moved = scale.moved(0.5, by);
                assert!(moved > range.0 && moved < range.1, "{scale:?}: {moved}");
            }
        }
    }

    #[test]
    fn the_other_direction_is_the_mirror() {
        for (lowest, highest) in RANGES {
            let one = Scale::of((lowest, highest)).moved(0.3, 0.2);
            let mirrored = Scale::of((-highest, -lowest)).moved(-0.3, -0.2);
            assert!((one + mirrored).abs() < 1e-15);
        }
    }

    #[test]
    fn a_value_at_an_end_is_refused_and_stays() {
        let error = Scale::of((0.0, f64::INFINITY));
        assert_eq!(
            error.check(0.0).unwrap_err().0,
            "the value 0 is not above 0"
        );
        assert_eq!(error.moved(0.0, 1.0), 0.0);
        let r2 = Scale::of((f64::NEG_INFINITY, 1.0));
        assert_eq!(r2.check(1.0).unwrap_err().0, "the value 1 is not below 1");
        let share = Scale::of((0.0, 1.0));
        let reason = share.check(1.0).unwrap_err().0;
        assert_eq!(reason, "the value 1 is not inside of 0 to 1");
    }
}
