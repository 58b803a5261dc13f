//! Kolmogorov-Smirnov calibration error.

use titer_core::{About, Chance, Direction, IntervalKind, Labelled, Metric, Prepared, Sees};

use crate::residuals::{self, CalibrationError, Form, Residual, total};

/// Kolmogorov-Smirnov calibration error.
///
/// # What it measures
/// The largest distance between the cumulative sum of probabilities and that of what is true, over
/// examples from low to high probability, divided by their number. No bins are needed. Equal
/// probabilities are added together, so that their order changes nothing.
///
/// # Range and direction
/// 0 to 1, lower is better. At most the calibration error over any bins that hold one probability
/// each; at least the distance between mean probability and share of positives.
///
/// # Undefined when
/// There are no examples.
///
/// # Source
/// Gupta et al. 2021, "Calibration of neural networks using splines", arXiv:2006.12800
#[derive(Clone, Copy, Debug)]
pub struct KsCalibrationError;

impl Metric for KsCalibrationError {
    fn about(&self) -> About {
        About {
            name: "ks_calibration_error",
            title: "Kolmogorov-Smirnov calibration error",
            measures: "The largest distance between cumulated probability and cumulated truth; \
                       chance alone lifts it above 0.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "Gupta et al. 2021, arXiv:2006.12800",
            interval: IntervalKind::Residuals,
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        residuals::prepare(data, 1, *self)
    }
}

impl CalibrationError for KsCalibrationError {
    fn form(&self) -> Form {
        Form::OfAll(largest_sum)
    }
}

fn largest_sum(residuals: &[Residual]) -> f64 {
    let (mut sum, mut largest) = (0.0f64, 0.0f64);
    for one in residuals {
        sum += one.residual;
        largest = largest.max(sum.abs());
    }
    (largest / total(residuals)).min(1.0)
}

#[cfg(test)]
mod tests {
    use titer_core::Multiplicity;

    use super::*;

    #[test]
    fn by_hand() {
        let data = Labelled {
            truth: &[false, true, true, false],
            probability: &[0.2, 0.4, 0.4, 0.9],
            threshold: 0.5,
        };
        // Cumulated: -0.2, then +1.2 together, then -0.9: 1.0 is the largest.
        let error = KsCalibrationError.prepare(data).value(Multiplicity::Once);
        assert!((error.unwrap() - 0.25).abs() < 1e-15);
    }
}
