//! The interval of a difference of two estimates from the interval of each, without another look at the data.
//!
//! For independent estimates the distances from value to end are squared and added: "MOVER", the method of variance
//! estimates recovery (Zou and Donner 2008, doi:10.1002/sim.3095), which for two shares with Wilson's intervals is
//! Newcombe's (1998, Statistics in Medicine 17: 873 to 890, method 10). At each end it takes
//! the variance that the estimates have near that end, so that intervals which are not symmetric stay so.
//! `examples/falls.rs` measures how often it holds the truth.

use titer_core::{Interval, IntervalMethod, Undefined};

/// How the errors of two estimates go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together {
    /// They are independent.
    Independent,
    /// Nobody knows, or an interval is a bound whose distance is no multiple of a standard error: distances are added
    /// as they are, as if both errors were as unlucky at once.
    Unknown,
}

/// An estimate with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounded {
    /// The estimate.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
}

/// The interval of `one` minus `other`, of the confidence that both intervals have.
///
/// # Errors
/// The two intervals are of different confidence, an end or a value is not finite, or an interval does not hold its value.
pub fn difference_of_two(
    one: Bounded,
    other: Bounded,
    together: Together,
) -> Result<Interval, Undefined> {
    let confidence = one.interval.confidence;
    if confidence != other.interval.confidence {
        return Err(Undefined::because(format!(
            "the two intervals are of different confidence, {confidence} and {}",
            other.interval.confidence
        )));
    }
    let ([one_down, one_up], [other_down, other_up]) = (one.distances()?, other.distances()?);
    let reach = |a: f64, b: f64| together.reach(&[a, b]);
    let difference = one.value - other.value;
    Ok(Interval {
        lower: difference - reach(one_down, other_up),
        upper: difference + reach(one_up, other_down),
        confidence,
        method: together.method(),
    })
}

impl Together {
    /// How far a sum's interval reaches where each of its estimates' reaches so far.
    pub(super) fn reach(self, distances: &[f64]) -> f64 {
        match self {
            Self::Independent => distances
                .iter()
                .fold(0.0, |all, one| libm::hypot(all, *one)),
            Self::Unknown => distances.iter().sum(),
        }
    }

    /// What an interval that was made so is called.
    pub(super) fn method(self) -> IntervalMethod {
        match self {
            Self::Independent => IntervalMethod::SquareAndAdd,
            Self::Unknown => IntervalMethod::AddedDistances,
        }
    }
}

impl Bounded {
    /// From the value down to the lower end and up to the upper one.
    pub(super) fn distances(self) -> Result<[f64; 2], Undefined> {
        let Interval { lower, upper, .. } = self.interval;
        let distances = [self.value - lower, upper - self.value];
        if !distances.iter().all(|distance| distance.is_finite()) {
            return Err(Undefined::because("an end of an interval is not finite"));
        }
        if distances.iter().any(|&distance| distance < 0.0) {
            return Err(Undefined::because(format!(
                "the interval {lower} to {upper} does not hold its value, {}",
                self.value
            )));
        }
        Ok(distances)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounded(value: f64, lower: f64, upper: f64) -> Bounded {
        let interval = Interval {
            lower,
            upper,
            confidence: 0.95,
            method: IntervalMethod::Wilson,
        };
        Bounded { value, interval }
    }

    #[test]
    fn distances_are_squared_and_added_by_side() {
        let (one, other) = (bounded(0.9, 0.6, 0.94), bounded(0.5, 0.47, 0.9));
        let made = difference_of_two(one, other, Together::Independent).unwrap();
        assert!((made.lower - (0.4 - 0.5)).abs() < 1e-12, "{made:?}");
        assert!((made.upper - (0.4 + 0.05)).abs() < 1e-12, "{made:?}");
        assert_eq!(made.method, IntervalMethod::SquareAndAdd);
        let wider = difference_of_two(one, other, Together::Unknown).unwrap();
        assert!((wider.lower - (0.4 - 0.7)).abs() < 1e-12, "{wider:?}");
        assert!((wider.upper - (0.4 + 0.07)).abs() < 1e-12, "{wider:?}");
        assert_eq!(wider.method, IntervalMethod::AddedDistances);
    }

    #[test]
    fn turned_around_it_is_mirrored() {
        let (one, other) = (bounded(0.9, 0.6, 0.94), bounded(0.5, 0.47, 0.9));
        let made = difference_of_two(one, other, Together::Independent).unwrap();
        let turned = difference_of_two(other, one, Together::Independent).unwrap();
        assert!((made.lower + turned.upper).abs() < 1e-12);
        assert!((made.upper + turned.lower).abs() < 1e-12);
    }

    #[test]
    fn what_does_not_fit_together_is_undefined() {
        let one = bounded(0.9, 0.6, 0.94);
        let mut narrower = bounded(0.5, 0.4, 0.6);
        narrower.interval.confidence = 0.9;
        let refused = |other| difference_of_two(one, other, Together::Independent).is_err();
        assert!(refused(narrower));
        assert!(refused(bounded(0.5, 0.51, 0.6)));
        assert!(refused(bounded(0.5, f64::NEG_INFINITY, 0.6)));
        assert!(refused(bounded(f64::NAN, 0.4, 0.6)));
    }
}
