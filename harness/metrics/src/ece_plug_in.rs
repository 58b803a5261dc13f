//! Expected calibration error with bins of equal mass, as it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{About, Chance, Direction, IntervalKind, Labelled, Metric, Prepared, Sees};

use crate::ece_equal_width::mean_gap;
use crate::parameters::{BINS, usual_bins};
use crate::residuals::{self, Binning, CalibrationError, Form};

/// Expected calibration error (bins of equal mass, plug-in).
///
/// # What it measures
/// The mean distance between the probability of the positive class and how often it is true, over
/// the bins of [`crate::ece::reliability`]: [`crate::ece::Ece`] before the part that chance adds is
/// taken away.
///
/// # Range and direction
/// 0 to 1, lower is better.
///
/// # Undefined when
/// There are no examples, or no bins are asked for.
///
/// # Source
/// Nixon et al. 2019, arXiv:1904.01685
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"bins": 15}]))]
pub struct EcePlugIn {
    /// Bins asked for; equal probabilities that cannot be told apart may leave fewer.
    #[serde(default = "usual_bins")]
    #[schemars(range(min = 2, max = 1000), extend("$comment" = "10 to 20 are usual"))]
    pub bins: usize,
}

impl EcePlugIn {
    /// What is usual.
    pub const USUAL: Self = Self { bins: BINS };
}

impl Metric for EcePlugIn {
    fn about(&self) -> About {
        About {
            name: "ece_plug_in",
            title: "Expected calibration error (equal mass, plug-in)",
            measures: "The mean distance between probability and how often it is true, over bins \
                       of equal mass; chance alone lifts it above 0.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "Nixon et al. 2019, arXiv:1904.01685",
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

impl CalibrationError for EcePlugIn {
    fn form(&self) -> Form {
        Form::OfBins(Binning::EqualMass(self.bins), mean_gap)
    }
}

#[cfg(test)]
mod tests {
    use titer_core::Multiplicity;

    use super::*;
    use crate::ece::reliability;
    use crate::trial::Trial;

    #[test]
    fn is_what_the_debiased_error_starts_from() {
        let trial = Trial::new(500, 5, 0.4, 60, 3);
        let error = EcePlugIn { bins: 15 }.prepare(trial.data());
        let bins = reliability(trial.data(), 15).unwrap();
        let gaps = bins.iter().map(|bin| bin.examples as f64 * bin.gap().abs());
        let known = gaps.sum::<f64>() / 500.0;
        let distance = error.value(Multiplicity::Once).unwrap() - known;
        assert!(distance.abs() < 1e-15, "{distance}");
    }
}
