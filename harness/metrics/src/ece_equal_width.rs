//! Expected calibration error with bins of equal width.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{About, Chance, Direction, IntervalKind, Labelled, Metric, Prepared, Sees};

use crate::parameters::{BINS, usual_bins};
use crate::residuals::{self, BinResidual, Binning, CalibrationError, Form};

/// Expected calibration error (bins of equal width).
///
/// # What it measures
/// The mean distance between the probability of the positive class and how often it is true, over
/// bins of equal width, weighted by their examples. Bin i of B holds the probabilities from i/B to
/// below (i+1)/B, and 1 is in the last one. This is the plug-in form that most papers print: chance
/// alone lifts it above 0, the more the fewer examples there are
/// ([`crate::calibration_floor::null_floor`]).
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
pub struct EceEqualWidth {
    /// How many bins.
    #[serde(default = "usual_bins")]
    #[schemars(range(min = 2, max = 1000), extend("$comment" = "10 to 20 are usual"))]
    pub bins: usize,
}

impl EceEqualWidth {
    /// What is usual.
    pub const USUAL: Self = Self { bins: BINS };
}

impl Metric for EceEqualWidth {
    fn about(&self) -> About {
        About {
            name: "ece_equal_width",
            title: "Expected calibration error (equal width, plug-in)",
            measures: "The mean distance between probability and how often it is true, over bins \
                       of equal width; chance alone lifts it above 0.",
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

impl CalibrationError for EceEqualWidth {
    fn form(&self) -> Form {
        Form::OfBins(Binning::EqualWidth(self.bins), mean_gap)
    }
}

/// The mean distance over bins by the number of their examples.
pub(crate) fn mean_gap(bins: &[BinResidual]) -> f64 {
    let apart: f64 = bins.iter().map(|bin| bin.residual.abs()).sum();
    let examples: f64 = bins.iter().map(|bin| bin.weight).sum();
    (apart / examples).min(1.0)
}
