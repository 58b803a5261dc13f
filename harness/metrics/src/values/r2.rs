//! R2, the coefficient of determination.

use titer_core::{
    About, Chance, Direction, IntervalKind, Multiplicity, Prepared, Sees, Undefined, Valued,
    ValuesMetric,
};

use super::checked::{self, Side, constant};
use super::moments::Summed;

/// R2, the coefficient of determination.
///
/// # What it measures
/// The share of the variance of the true values that is gone once the prediction is taken away: 1
/// minus the squared error over that of always saying the mean. Not a squared correlation: a wrong
/// slope or height costs.
///
/// # Range and direction
/// Below any number to 1, higher is better; 0 is what the mean of the true values earns.
///
/// # Undefined when
/// Every true value is the same.
///
/// # Source
/// Kvalseth 1985, doi:10.1080/00031305.1985.10479448 (his first form)
#[derive(Clone, Copy, Debug)]
pub struct R2;

impl ValuesMetric for R2 {
    fn about(&self) -> About {
        About {
            name: "r2",
            title: "R2 (coefficient of determination)",
            measures: "1 minus the squared error over that of always saying the mean; not a squared correlation.",
            direction: Direction::HigherIsBetter,
            range: (f64::NEG_INFINITY, 1.0),
            undefined_when: "every true value is the same",
            source: "Kvalseth 1985, doi:10.1080/00031305.1985.10479448",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Number,
            mixes_classes: false,
            chance: Chance::Always(0.0),
        }
    }

    fn prepare<'a>(&self, data: Valued<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Ok(Ready(Summed::alike(data))))
    }
}

struct Ready(Summed);

impl Prepared for Ready {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let moments = self.0.moments(multiplicity)?;
        if moments.constant(0) {
            return Err(constant(Side::Truth));
        }
        let value = 1.0 - moments.residual / moments.squares[0];
        // Both sides share a scale, so true values far smaller than the predictions can vanish.
        if value.is_finite() {
            Ok(value)
        } else {
            Err(Undefined::because(
                "the error is beyond comparison with the spread of the true values",
            ))
        }
    }
}
