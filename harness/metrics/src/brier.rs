//! Brier score.

use titer_core::{About, Chance, Direction, IntervalKind, Labelled, Metric, Prepared, Sees};

use crate::checked;
use crate::mean_loss::MeanLoss;

/// Brier score.
///
/// # What it measures
/// The mean squared distance of the probability from what is true (1 or 0).
///
/// # Range and direction
/// 0 to 1, lower is better. Always saying the share of positives q earns q(1 - q).
///
/// # Undefined when
/// There are no examples.
///
/// # Source
/// Brier 1950, `doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2`
#[derive(Clone, Copy, Debug)]
pub struct Brier;

impl Metric for Brier {
    fn about(&self) -> About {
        About {
            name: "brier",
            title: "Brier score",
            measures: "The mean squared distance of the probability from the truth. 0 is perfect.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::OfPrevalence(|share| share * (1.0 - share)),
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| MeanLoss::new(data, 1.0, loss))
    }
}

fn loss(truth: bool, probability: f64) -> f64 {
    let distance = probability - f64::from(u8::from(truth));
    distance * distance
}
