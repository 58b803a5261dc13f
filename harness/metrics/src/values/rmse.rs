//! Root mean squared error.

use titer_core::{About, Chance, Direction, IntervalKind, Prepared, Sees, Valued, ValuesMetric};

use super::checked;
use super::errors::MeanError;

/// Root mean squared error.
///
/// # What it measures
/// The root of the mean squared distance of the predicted from the true value, in the unit of the
/// values. A few large errors weigh more than in the mean absolute error.
///
/// # Range and direction
/// 0 to any number, lower is better.
///
/// # Undefined when
/// There are no examples.
///
/// # Source
/// Chai and Draxler 2014, doi:10.5194/gmd-7-1247-2014
#[derive(Clone, Copy, Debug)]
pub struct Rmse;

impl ValuesMetric for Rmse {
    fn about(&self) -> About {
        About {
            name: "rmse",
            title: "Root mean squared error",
            measures: "The root of the mean squared distance of the predicted from the true value.",
            direction: Direction::LowerIsBetter,
            range: (0.0, f64::INFINITY),
            undefined_when: "there are no examples",
            source: "Chai and Draxler 2014, doi:10.5194/gmd-7-1247-2014",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Number,
            mixes_classes: false,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Valued<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Ok(MeanError::root_mean_square(data)))
    }
}
