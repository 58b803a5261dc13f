//! F1.

use titer_core::{
    About, Chance, Confusion, Direction, IntervalKind, Labelled, Metric, OfCalls, Prepared, Sees,
    Undefined,
};

use crate::checked::{self, one_class};
use crate::confusion::Counted;

/// F1.
///
/// # What it measures
/// The harmonic mean of precision and recall.
///
/// # Range and direction
/// 0 to 1, higher is better. It rises with the share of positives.
///
/// # Undefined when
/// There is no positive example: nothing could be found, whatever the model calls.
///
/// # Source
/// van Rijsbergen 1979, Information Retrieval, chapter 7
#[derive(Clone, Copy, Debug)]
pub struct F1;

impl Metric for F1 {
    fn about(&self) -> About {
        About {
            name: "f1",
            title: "F1",
            measures: "The harmonic mean of precision and recall of the positive class. It rises with the prevalence.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there is no positive example",
            source: "van Rijsbergen 1979, Information Retrieval, chapter 7",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: true,
            chance: Chance::OfPrevalence(|share| 2.0 * share / (1.0 + share)),
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Counted::new(data, formula))
    }

    fn of_calls(&self) -> Option<OfCalls> {
        Some(OfCalls {
            formula,
            linear: false,
        })
    }
}

pub(crate) fn formula(counts: &Confusion) -> Result<f64, Undefined> {
    if counts.positives() == 0 {
        return Err(one_class(0, counts.negatives()));
    }
    let both = counts.positives() + counts.called();
    Ok((2 * counts.true_positives) as f64 / both as f64)
}
