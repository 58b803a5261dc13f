//! Accuracy.

use titer_core::{
    About, Chance, Confusion, Direction, IntervalKind, Labelled, Metric, OfCalls, Prepared, Sees,
    Undefined,
};

use crate::checked;
use crate::confusion::Counted;

/// Accuracy.
///
/// # What it measures
/// The share of examples that are called right.
///
/// # Range and direction
/// 0 to 1, higher is better. Calling everything the commoner class already earns its share.
///
/// # Undefined when
/// There are no examples.
///
/// # Source
/// Fawcett 2006, doi:10.1016/j.patrec.2005.10.010
#[derive(Clone, Copy, Debug)]
pub struct Accuracy;

impl Metric for Accuracy {
    fn about(&self) -> About {
        About {
            name: "accuracy",
            title: "Accuracy",
            measures: "The share of examples on the right side of the model's threshold.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "Fawcett 2006, doi:10.1016/j.patrec.2005.10.010",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: true,
            chance: Chance::OfPrevalence(|share| share.max(1.0 - share)),
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Counted::new(data, formula))
    }

    fn of_calls(&self) -> Option<OfCalls> {
        Some(OfCalls {
            formula,
            linear: true,
        })
    }
}

pub(crate) fn formula(counts: &Confusion) -> Result<f64, Undefined> {
    let right = counts.true_positives + counts.true_negatives;
    Ok(right as f64 / counts.total() as f64)
}
