//! Platt scaling.

use titer_core::{Labelled, Undefined};

use crate::logistic::{Overlap, expit, intercept, line, logit, overlap, points};

/// The largest slope, up or down, that is tried.
pub const STEEPEST: f64 = 20.0;

/// Platt scaling: the logit of the probability, clipped to [1e-7, 1 - 1e-7], becomes a line of
/// itself. Fitted to the labels as they are, without Platt's pull towards one half and without a
/// penalty on the slope.
///
/// Source: Platt 1999, "Probabilistic outputs for support vector machines"
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Platt {
    /// What is added; the best one beside the slope.
    pub intercept: f64,
    /// What the logit is multiplied by.
    pub slope: f64,
    /// Whether the slope is [`STEEPEST`] up or down and the data ask for more, as they do where the
    /// probabilities separate positive from negative examples.
    pub at_bound: bool,
}

impl Platt {
    /// The line of the least log loss.
    ///
    /// # Errors
    /// A class is missing, all probabilities are equal, or one is not in [0, 1].
    pub fn fit(tuning: Labelled<'_>) -> Result<Self, Undefined> {
        let points = points(tuning)?;
        let steepest = match overlap(&points) {
            Overlap::OneLogit => return Err(Undefined::because("all probabilities are equal")),
            Overlap::PositivesAbove => STEEPEST,
            Overlap::PositivesBelow => -STEEPEST,
            Overlap::Mixed => {
                let fit = line(&points)?;
                if fit.slope.abs() <= STEEPEST {
                    return Ok(Self {
                        intercept: fit.intercept,
                        slope: fit.slope,
                        at_bound: false,
                    });
                }
                STEEPEST.copysign(fit.slope)
            }
        };
        Ok(Self {
            intercept: intercept(&points, steepest).intercept,
            slope: steepest,
            at_bound: true,
        })
    }

    /// The recalibrated probability.
    #[must_use]
    pub fn apply(&self, probability: f64) -> f64 {
        expit(self.intercept + self.slope * logit(probability))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separated_data_reach_the_bound_on_either_side() {
        let fit = |truth: &[bool]| {
            Platt::fit(Labelled {
                truth,
                probability: &[0.2, 0.3, 0.6, 0.7],
                threshold: 0.5,
            })
            .unwrap()
        };
        let up = fit(&[false, false, true, true]);
        assert_eq!((up.slope, up.at_bound), (STEEPEST, true));
        assert!(up.apply(0.3) < 0.01 && up.apply(0.6) > 0.99, "{up:?}");
        let down = fit(&[true, true, false, false]);
        assert_eq!((down.slope, down.at_bound), (-STEEPEST, true));
        assert!(down.apply(0.3) > 0.99);
        assert!(!fit(&[false, true, false, true]).at_bound);
    }
}
