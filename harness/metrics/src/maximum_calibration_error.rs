//! Maximum calibration error.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{About, Chance, Direction, IntervalKind, Labelled, Metric, Prepared, Sees};

use crate::parameters::{BINS, usual_bins};
use crate::residuals::{self, BinResidual, Binning, CalibrationError, Form};

/// Maximum calibration error (bins of equal width).
///
/// # What it measures
/// The largest distance between mean probability and how often the positive class is true in any
/// bin that holds an example; bins as in [`crate::ece_equal_width::EceEqualWidth`]. A bin of one
/// example counts as much as any other, so that this is mostly the chance of the emptiest bin.
///
/// # Range and direction
/// 0 to 1, lower is better.
///
/// # Undefined when
/// There are no examples, or no bins are asked for.
///
/// # Source
/// Naeini, Cooper and Hauskrecht 2015, doi:10.1609/aaai.v29i1.9602
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"bins": 15}]))]
pub struct MaximumCalibrationError {
    /// How many bins.
    #[serde(default = "usual_bins")]
    #[schemars(range(min = 2, max = 1000), extend("$comment" = "10 to 20 are usual"))]
    pub bins: usize,
}

impl MaximumCalibrationError {
    /// What is usual.
    pub const USUAL: Self = Self { bins: BINS };
}

/// Maximum calibration error (bins of equal mass).
///
/// # What it measures
/// As [`MaximumCalibrationError`], over the bins of [`crate::ece::reliability`], which hold about
/// equal numbers of examples.
///
/// # Range and direction
/// 0 to 1, lower is better.
///
/// # Undefined when
/// There are no examples, or no bins are asked for.
///
/// # Source
/// Naeini, Cooper and Hauskrecht 2015, doi:10.1609/aaai.v29i1.9602
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"bins": 15}]))]
pub struct MaximumCalibrationErrorEqualMass {
    /// Bins asked for; equal probabilities that cannot be told apart may leave fewer.
    #[serde(default = "usual_bins")]
    #[schemars(range(min = 2, max = 1000), extend("$comment" = "10 to 20 are usual"))]
    pub bins: usize,
}

impl MaximumCalibrationErrorEqualMass {
    /// What is usual.
    pub const USUAL: Self = Self { bins: BINS };
}

impl Metric for MaximumCalibrationError {
    fn about(&self) -> About {
        About {
            name: "maximum_calibration_error",
            title: "Maximum calibration error (equal width)",
            measures: "The largest distance between probability and how often it is true in any \
                       bin of equal width; chance alone lifts it above 0.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "Naeini, Cooper and Hauskrecht 2015, doi:10.1609/aaai.v29i1.9602",
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

impl Metric for MaximumCalibrationErrorEqualMass {
    fn about(&self) -> About {
        About {
            name: "maximum_calibration_error_equal_mass",
            title: "Maximum calibration error (equal mass)",
            measures: "The largest distance between probability and how often it is true in any \
                       bin of equal mass; chance alone lifts it above 0.",
            ..MaximumCalibrationError { bins: self.bins }.about()
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        residuals::prepare(data, self.bins, *self)
    }
}

impl CalibrationError for MaximumCalibrationError {
    fn form(&self) -> Form {
        Form::OfBins(Binning::EqualWidth(self.bins), largest)
    }
}

impl CalibrationError for MaximumCalibrationErrorEqualMass {
    fn form(&self) -> Form {
        Form::OfBins(Binning::EqualMass(self.bins), largest)
    }
}

fn largest(bins: &[BinResidual]) -> f64 {
    bins.iter()
        .map(BinResidual::gap)
        .fold(0.0, f64::max)
        .min(1.0)
}
