//! Mean absolute error.

use titer_core::{About, Chance, Direction, IntervalKind, Prepared, Sees, Valued, ValuesMetric};

use super::checked;
use super::errors::MeanError;

/// Mean absolute error.
///
/// # What it measures
/// The mean distance of the predicted from the true value, in the unit of the values.
///
/// # Range and direction
/// 0 to any number, lower is better.
///
/// # Undefined when
/// There are no examples.
///
/// # Source
/// Willmott and Matsuura 2005, doi:10.3354/cr030079
#[derive(Clone, Copy, Debug)]
pub struct Mae;

impl ValuesMetric for Mae {
    fn about(&self) -> About {
        About {
            name: "mae",
            title: "Mean absolute error",
            measures: "The mean distance of the predicted from the true value, in the unit of the values.",
            direction: Direction::LowerIsBetter,
            range: (0.0, f64::INFINITY),
            undefined_when: "there are no examples",
            source: "Willmott and Matsuura 2005, doi:10.3354/cr030079",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Number,
            mixes_classes: false,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Valued<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Ok(MeanError::absolute(data)))
    }
}
