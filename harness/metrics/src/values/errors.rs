//! Means of powers of the distance of truth and prediction.

use titer_core::{Multiplicity, Prepared, Undefined, Valued};

use super::checked::exponent;
use crate::mean_loss::MeanLoss;

/// The mean distance, or the root of the mean squared distance.
pub(crate) struct MeanError {
    /// Of distances times 2^-exponent, which are at most 2.
    mean: MeanLoss,
    exponent: i32,
    root: bool,
}

impl MeanError {
    pub(crate) fn absolute(data: Valued<'_>) -> Self {
        Self::new(data, false)
    }

    pub(crate) fn root_mean_square(data: Valued<'_>) -> Self {
        Self::new(data, true)
    }

    fn new(data: Valued<'_>, root: bool) -> Self {
        let exponent = exponent(data.truth.iter().chain(data.predicted));
        let scaled = |value: f64| libm::scalbn(value, -exponent);
        let pairs = data.truth.iter().zip(data.predicted);
        let distances = pairs.map(|(&truth, &predicted)| {
            let distance = (scaled(truth) - scaled(predicted)).abs();
            if root { distance * distance } else { distance }
        });
        Self {
            mean: MeanLoss::of(distances, if root { 4.0 } else { 2.0 }),
            exponent,
            root,
        }
    }
}

impl Prepared for MeanError {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let mean = self.mean.value(multiplicity)?;
        let value = libm::scalbn(if self.root { mean.sqrt() } else { mean }, self.exponent);
        if value.is_finite() {
            Ok(value)
        } else {
            Err(Undefined::because(
                "the error is larger than a 64-bit number can be",
            ))
        }
    }
}
