//! Share called positive.

use titer_core::{
    About, Chance, Confusion, Direction, IntervalKind, Labelled, Metric, OfCalls, Prepared, Sees,
    Undefined,
};

use crate::checked;
use crate::confusion::Counted;

/// The name of the one score of a negative control: the share of the truly positive units that are still called, though
/// their target is destroyed.
pub const CALLED_POSITIVE_SHARE: &str = "called_positive_share";

/// Share called positive.
///
/// # What it measures
/// The share of examples that are called positive, whatever the truth.
///
/// # Range and direction
/// 0 to 1, lower is better: it is meant for negative controls, whose target is destroyed, so that
/// nothing should be called.
///
/// # Undefined when
/// There are no examples.
///
/// # Source
/// A share of calls; no literature needed.
#[derive(Clone, Copy, Debug)]
pub struct CalledShare;

impl Metric for CalledShare {
    fn about(&self) -> About {
        About {
            name: CALLED_POSITIVE_SHARE,
            title: "Share still called",
            measures: "Negative controls only: of the sites whose target was destroyed, the share that is still called a site. 0 is perfect.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "a share of calls; no literature needed",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: false,
            chance: Chance::Unknown,
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

fn formula(counts: &Confusion) -> Result<f64, Undefined> {
    Ok(counts.called() as f64 / counts.total() as f64)
}
