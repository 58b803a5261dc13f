//! Brier score.

use titer_core::{
    About, Chance, ClassesMetric, Classified, Direction, IntervalKind, Prepared, Sees,
};

use super::checked::check_sums;
use super::losses;

/// Brier score.
///
/// # What it measures
/// The mean over examples of the sum over classes of the squared distance of the probability from
/// what is true (1 or 0). Brier's own convention: with two classes it is twice the binary score,
/// which counts one class only.
///
/// # Range and direction
/// 0 to 2, lower is better. Saying 1/K for each of K classes earns 1 - 1/K.
///
/// # Undefined when
/// There are no examples, or the probabilities of one do not sum to 1 (within 0.001).
///
/// # Source
/// Brier 1950, `doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2`
#[derive(Clone, Copy, Debug)]
pub struct Brier;

impl ClassesMetric for Brier {
    fn about(&self) -> About {
        About {
            name: "brier_multiclass",
            title: "Brier score",
            measures: "The mean over examples of the sum over classes of the squared distance of the probability from what is true.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 2.0),
            undefined_when: "there are no examples, or probabilities do not sum to 1",
            source: "Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a> {
        losses::prepare(data, check_sums, 2.0, loss)
    }
}

fn loss(row: &[f64], class: usize) -> f64 {
    let squares = row.iter().enumerate().map(|(number, &probability)| {
        let distance = probability - f64::from(u8::from(number == class));
        distance * distance
    });
    squares.sum()
}
