//! Pearson's correlation.

use titer_core::{
    About, Chance, Direction, IntervalKind, Multiplicity, Prepared, Sees, Undefined, Valued,
    ValuesMetric,
};

use super::checked::{self, Side, constant};
use super::moments::{Moments, Summed};

/// Pearson's correlation.
///
/// # What it measures
/// How near true and predicted values lie to a rising straight line, whatever its slope and height.
///
/// # Range and direction
/// -1 to 1, higher is better; 0 is chance.
///
/// # Undefined when
/// Every true or every predicted value is the same.
///
/// # Source
/// Pearson 1896, doi:10.1098/rsta.1896.0007
#[derive(Clone, Copy, Debug)]
pub struct Pearson;

impl ValuesMetric for Pearson {
    fn about(&self) -> About {
        About {
            name: "pearson",
            title: "Pearson's correlation",
            measures: "How near true and predicted values lie to a rising straight line.",
            direction: Direction::HigherIsBetter,
            range: (-1.0, 1.0),
            undefined_when: "every true or every predicted value is the same",
            source: "Pearson 1896, doi:10.1098/rsta.1896.0007",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Number,
            mixes_classes: false,
            chance: Chance::Always(0.0),
        }
    }

    fn prepare<'a>(&self, data: Valued<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Ok(Ready(Summed::apart(data))))
    }
}

struct Ready(Summed);

impl Prepared for Ready {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        correlation(&self.0.moments(multiplicity)?)
    }
}

fn correlation(moments: &Moments) -> Result<f64, Undefined> {
    for (number, side) in [Side::Truth, Side::Predicted].into_iter().enumerate() {
        if moments.constant(number) {
            return Err(constant(side));
        }
    }
    let [truth, predicted] = moments.squares;
    Ok((moments.product / (truth.sqrt() * predicted.sqrt())).clamp(-1.0, 1.0))
}
