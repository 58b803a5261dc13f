//! Squared calibration error, without bias.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{About, Chance, Direction, IntervalKind, Labelled, Metric, Prepared, Sees};

use crate::parameters::{BINS, usual_bins};
use crate::residuals::{self, BinResidual, Binning, CalibrationError, Form};

/// Squared calibration error (debiased).
///
/// # What it measures
/// The mean squared distance between the probability of the positive class and how often it is
/// true, over bins of equal mass ([`crate::ece::reliability`]). From each bin's squared distance
/// y (1 - y) / (n - 1) is taken away, which is what the share y of n labels varies by: for a model
/// that gives one probability in each bin nothing of chance remains on average, unlike in the
/// debiased [`crate::ece::Ece`]. A bin of one example says nothing of its variance and counts as 0,
/// as in uncertainty-calibration. The square root is not taken: it would bring the bias back.
///
/// # Range and direction
/// -0.25 to 1, lower is better; below 0 the error is smaller than what chance adds on average.
///
/// # Undefined when
/// There are no examples, or no bins are asked for.
///
/// # Source
/// Kumar, Liang and Ma 2019, "Verified uncertainty calibration", arXiv:1909.10155
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"bins": 15}]))]
pub struct SquaredCalibrationError {
    /// Bins asked for; equal probabilities that cannot be told apart may leave fewer.
    #[serde(default = "usual_bins")]
    #[schemars(range(min = 2, max = 1000), extend("$comment" = "10 to 20 are usual"))]
    pub bins: usize,
}

impl SquaredCalibrationError {
    /// What is usual.
    pub const USUAL: Self = Self { bins: BINS };
}

impl Metric for SquaredCalibrationError {
    fn about(&self) -> About {
        About {
            name: "squared_calibration_error",
            title: "Squared calibration error (debiased)",
            measures: "The mean squared distance between probability and how often it is true, \
                       over bins of equal mass, minus what chance alone adds.",
            direction: Direction::LowerIsBetter,
            range: (-0.25, 1.0),
            undefined_when: "there are no examples",
            source: "Kumar, Liang and Ma 2019, arXiv:1909.10155",
            interval: IntervalKind::Residuals,
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        residuals::prepare(data, self.bins, *self)
    }
}

impl CalibrationError for SquaredCalibrationError {
    fn form(&self) -> Form {
        Form::OfBins(Binning::EqualMass(self.bins), mean_square)
    }
}

fn mean_square(bins: &[BinResidual]) -> f64 {
    let sum: f64 = bins.iter().map(|bin| bin.weight * squared(bin)).sum();
    let examples: f64 = bins.iter().map(|bin| bin.weight).sum();
    (sum / examples).min(1.0)
}

fn squared(bin: &BinResidual) -> f64 {
    if bin.weight < 2.0 {
        return 0.0;
    }
    let share = bin.share();
    bin.gap() * bin.gap() - share * (1.0 - share) / (bin.weight - 1.0)
}

#[cfg(test)]
mod tests {
    use titer_core::{Multiplicity, Stream};

    use super::*;

    #[test]
    fn a_calibrated_model_has_none_on_average() {
        let probability: Vec<f64> = (0..600).map(|i| f64::from(i % 15) / 15.0 + 0.03).collect();
        let draws = 400;
        let mut errors = Vec::new();
        for draw in 0..draws {
            let mut stream = Stream::new(6, "test", &draw.to_string());
            let truth: Vec<bool> = probability.iter().map(|&p| stream.uniform() < p).collect();
            let data = Labelled {
                truth: &truth,
                probability: &probability,
                threshold: 0.5,
            };
            let error = SquaredCalibrationError { bins: 15 }.prepare(data);
            errors.push(error.value(Multiplicity::Once).unwrap());
        }
        let mean = errors.iter().sum::<f64>() / f64::from(draws);
        let spread = errors.iter().map(|e| (e - mean) * (e - mean)).sum::<f64>();
        let standard_error = spread.sqrt() / f64::from(draws);
        assert!(mean.abs() < 4.0 * standard_error, "{mean} {standard_error}");
        assert!(standard_error < 2e-4, "{standard_error}");
    }
}
