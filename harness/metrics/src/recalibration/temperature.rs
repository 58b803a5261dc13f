//! Temperature scaling.

use titer_core::{Labelled, Undefined};

use crate::checked::check;
use crate::logistic::{Point, expit, falling_root, logit, points, sum};

/// The lowest temperature that is tried: the sharpest map.
pub const COLDEST: f64 = 0.05;

/// The highest temperature that is tried: the flattest map.
pub const HOTTEST: f64 = 20.0;

/// Temperature scaling: the logit of the probability, clipped to [1e-7, 1 - 1e-7], is divided by one
/// number.
///
/// Source: Guo et al. 2017, arXiv:1706.04599
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Temperature {
    /// Above 1 it draws probabilities towards 0.5, below 1 away from it.
    pub temperature: f64,
    /// Whether the temperature is [`COLDEST`] or [`HOTTEST`] and the data ask for more.
    pub at_bound: bool,
}

impl Temperature {
    /// The temperature of the least log loss.
    ///
    /// # Errors
    /// A class is missing, a probability is not in [0, 1], or all of them are 0.5, so that every
    /// temperature gives the same.
    pub fn fit(tuning: Labelled<'_>) -> Result<Self, Undefined> {
        check(tuning)?;
        let points = points(tuning)?;
        if points.iter().all(|point| point.logit == 0.0) {
            return Err(Undefined::because("all probabilities are 0.5"));
        }
        let (flattest, sharpest) = (1.0 / HOTTEST, 1.0 / COLDEST);
        if gain(&points, flattest) <= 0.0 {
            return Ok(Self::bound(HOTTEST));
        }
        if gain(&points, sharpest) >= 0.0 {
            return Ok(Self::bound(COLDEST));
        }
        let slope = falling_root(flattest, sharpest, |slope| {
            (gain(&points, slope), fall(&points, slope))
        });
        Ok(Self {
            temperature: 1.0 / slope,
            at_bound: false,
        })
    }

    fn bound(temperature: f64) -> Self {
        Self {
            temperature,
            at_bound: true,
        }
    }

    /// The recalibrated probability.
    #[must_use]
    pub fn apply(&self, probability: f64) -> f64 {
        expit(logit(probability) / self.temperature)
    }
}

/// How fast the log loss falls with the slope; it never grows with it.
fn gain(points: &[Point], slope: f64) -> f64 {
    sum(points, |point| {
        point.logit * (point.positives - point.examples * expit(slope * point.logit))
    })
}

/// How fast the gain falls with the slope.
fn fall(points: &[Point], slope: f64) -> f64 {
    sum(points, |point| {
        let odds = slope * point.logit;
        point.logit * point.logit * point.examples * expit(odds) * expit(-odds)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(truth: &[bool], probability: &[f64]) -> Result<Temperature, Undefined> {
        Temperature::fit(Labelled {
            truth,
            probability,
            threshold: 0.5,
        })
    }

    #[test]
    fn bounds_are_flagged() {
        let sharp = fit(&[true, false], &[0.6, 0.4]).unwrap();
        assert_eq!((sharp.temperature, sharp.at_bound), (COLDEST, true));
        let wrong = fit(&[true, false], &[0.4, 0.6]).unwrap();
        assert_eq!((wrong.temperature, wrong.at_bound), (HOTTEST, true));
        let half = fit(&[true, false], &[0.5, 0.5]).unwrap_err();
        assert_eq!(half.0, "all probabilities are 0.5");
        assert_eq!(fit(&[true], &[0.4]).unwrap_err().0, "no negative example");
    }

    #[test]
    fn closed_form_of_one_pair() {
        // 3 of 4 right at 0.9: the best probability is 0.75, so logit(0.9) / T = ln 3.
        let map = fit(&[true, true, true, false], &[0.9; 4]).unwrap();
        let expected = libm::log(9.0) / libm::log(3.0);
        assert!((map.temperature - expected).abs() < 1e-14);
        assert!((map.apply(0.9) - 0.75).abs() < 1e-15);
    }
}
