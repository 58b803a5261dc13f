//! What a comparison of two shares of right calls could show, from the flip rate.

use titer_core::Undefined;

use super::{TAIL, check_power};
use crate::stats::check_share;
use crate::stats::normal::{above, upper_quantile};
use crate::stats::tango::restricted_variance;

/// What is known, or assumed, of the flips of two variants beforehand.
///
/// It plans for Tango's interval. Where units share clusters [`crate::stats::flip_intervals()`] is as wide but for
/// rare flips; where so few clusters would be discordant that a whole cluster's flips must be allowed for, no
/// margin below the bound at no flips ([`crate::stats::flip_rate_upper()`]) can be shown at all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlannedFlips {
    /// Units.
    pub units: f64,
    /// How many times larger than for independent units the variance is, at least 1
    /// ([`crate::stats::DesignEffect`]).
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

    /// The chance that Tango's interval shows non-inferiority within the margin, given the true
    /// difference (candidate minus base; negative: worse), after Liu and others 2002
    /// (doi:10.1002/sim.1012).
    ///
    /// # Errors
    /// As [`Self::standard_error`]; further where the margin is not between 0 and 1 or the
    /// difference is larger than the flip rate.
    pub fn power_of_non_inferiority(self, margin: f64, difference: f64) -> Result<f64, Undefined> {
        let (away, beyond, own) = self.score(margin, difference)?;
        Ok(chance(away - beyond, own))
    }

    /// The chance that Tango's interval is wholly beyond the margin, so that a worse candidate is
    /// caught.
    ///
    /// # Errors
    /// As [`Self::power_of_non_inferiority`].
    pub fn power_of_inferiority(self, margin: f64, difference: f64) -> Result<f64, Undefined> {
        let (away, beyond, own) = self.score(margin, difference)?;
        Ok(chance(-away - beyond, own))
    }

    /// How far the difference is from the margin, how far it must be seen to be, and the standard
    /// deviation of what is seen, all times the root of the effective units.
    fn score(self, margin: f64, difference: f64) -> Result<(f64, f64, f64), Undefined> {
        let (units, rate) = (self.effective()?, self.flip_rate);
        if !(margin > 0.0 && margin < 1.0) {
            let reason = format!("a margin of {margin} is not between 0 and 1");
            return Err(Undefined::because(reason));
        }
        if difference.is_nan() || difference.abs() > rate {
            return Err(Undefined::because(format!(
                "a difference of {difference} is more than the flip rate of {rate} allows"
            )));
        }
        let (gain, loss) = (0.5 * (rate + difference), 0.5 * (rate - difference));
        let at_margin = restricted_variance(gain, loss, -margin).sqrt();
        let own = (rate - difference * difference).sqrt();
        let away = (margin + difference) * units.sqrt();
        Ok((away, upper_quantile(TAIL) * at_margin, own))
    }

    /// The smallest margin within which Tango's interval shows non-inferiority with this power if
    /// the two are equally often right: a gate with a smaller one cannot be decided. Nothing where
    /// there is none below 1.
    ///
    /// # Errors
    /// As [`Self::standard_error`]; further where the power is not above 5 % and below 1.
    pub fn smallest_margin(self, power: f64) -> Result<Option<f64>, Undefined> {
        check_power(power)?;
        self.effective()?;
        let shown = |margin: f64| {
            let chance = self.power_of_non_inferiority(margin, 0.0);
            chance.is_ok_and(|chance| chance >= power)
        };
        Ok(smallest(1.0 - 1e-9, shown))
    }
}

/// The chance that what is seen is above 0, given its mean and standard deviation.
fn chance(mean: f64, deviation: f64) -> f64 {
    if deviation > 0.0 {
        above(-mean / deviation)
    } else if mean >= 0.0 {
        1.0
    } else {
        0.0
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
        let margin = flips.smallest_margin(0.8).unwrap().unwrap();
        assert!((flips.power_of_non_inferiority(margin, 0.0).unwrap() - 0.8).abs() < 1e-9);
        let at = flips.power_of_non_inferiority(0.01, -0.01).unwrap();
        assert!((at - 0.025).abs() < 1e-9, "{at}");
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
