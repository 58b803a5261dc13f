//! What a comparison of two shares of right calls could show, from the flip rate.

use titer_core::Undefined;

use super::{TAIL, check_power};
use crate::check_share;
use crate::normal::upper_quantile;

/// What is known, or assumed, of the flips of two variants beforehand.
///
/// It plans for Tango's interval. Where units share clusters [`crate::flip_intervals()`] is as wide but for
/// rare flips; where so few clusters would be discordant that a whole cluster's flips must be allowed for, no
/// margin below the bound at no flips ([`crate::flip_rate_upper()`]) can be shown at all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlannedFlips {
    /// Units.
    pub units: f64,
    /// How many times larger than for independent units the variance is, at least 1
    /// ([`crate::DesignEffect`]).
    pub design_effect: f64,
    /// The share of units called differently.
    pub flip_rate: f64,
}

impl PlannedFlips {
    fn effective(self) -> Result<f64, Undefined> {
        check_share(0, (self.units > 0.0).into(), 0.95)?;
        let rate = self.flip_rate > 0.0 && self.flip_rate <= 1.0;
        if !(rate && self.design_effect >= 1.0 && self.units.is_finite()) {
            return Err(Undefined::because(format!(
                "a flip rate of {} (above 0, at most 1) and a design effect of {} (at least 1) \
                 cannot be planned with",
                self.flip_rate, self.design_effect
            )));
        }
        Ok(self.units / self.design_effect)
    }

    /// The standard error of the difference of the two shares, if that difference is 0.
    ///
    /// # Errors
    /// There are no units, the flip rate is not above 0 and at most 1, or the design effect is
    /// below 1.
    pub fn standard_error(self) -> Result<f64, Undefined> {
        Ok((self.flip_rate / self.effective()?).sqrt())
    }

    /// The smallest true difference of the two shares that a two-sided test at 5 % sees with this
    /// power (Connor 1987, doi:10.2307/2531961). Never more than the flip rate: nothing where not
    /// even that is seen.
    ///
    /// # Errors
    /// As [`Self::standard_error`]; further where the power is not above 5 % and below 1.
    pub fn detectable_difference(self, power: f64) -> Result<Option<f64>, Undefined> {
        check_power(power)?;
        let (units, rate) = (self.effective()?, self.flip_rate);
        let (z, beta) = (upper_quantile(TAIL), upper_quantile(1.0 - power));
        let seen = |difference: f64| {
            let spread = (rate - difference * difference).max(0.0).sqrt();
            difference * units.sqrt() >= z * rate.sqrt() + beta * spread
        };
        Ok(smallest(rate, seen))
    }
}

/// The smallest number up to `most` from which on something is so, by bisection.
fn smallest(most: f64, so: impl Fn(f64) -> bool) -> Option<f64> {
    let (mut low, mut high) = (0.0, most);
    if !so(high) {
        return None;
    }
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high || high < 1e-300 {
            return Some(high);
        }
        if so(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flips_planned() {
        let flips = PlannedFlips {
            units: 2000.0,
            design_effect: 1.0,
            flip_rate: 0.02,
        };
        let seen = flips.detectable_difference(0.8).unwrap().unwrap();
        // Connor's number of pairs at that difference is what was put in.
        let root = 1.959_963_985 * 0.02f64.sqrt() + 0.841_621_234 * (0.02 - seen * seen).sqrt();
        assert!((root * root / (seen * seen) - 2000.0).abs() < 1e-3);
        let clustered = PlannedFlips {
            units: 6000.0,
            design_effect: 3.0,
            ..flips
        };
        assert_eq!(clustered.detectable_difference(0.8), Ok(Some(seen)));
        let few = PlannedFlips {
            units: 30.0,
            ..flips
        };
        assert_eq!(few.detectable_difference(0.8), Ok(None));
    }

    #[test]
    fn nonsense_is_said() {
        let flips = PlannedFlips {
            units: 0.0,
            design_effect: 1.0,
            flip_rate: 0.02,
        };
        assert!(flips.standard_error().is_err());
    }
}
