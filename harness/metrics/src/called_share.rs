//! Share called positive.

use titer_core::{About, Direction, Labelled, Metric, Prepared, Undefined};

use crate::checked;
use crate::confusion::{Confusion, Counted};

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
            name: "called_share",
            title: "Share called positive",
            measures: "The share of examples that are called positive, whatever the truth.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "a share of calls; no literature needed",
            smooth: true,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Counted::new(data, formula))
    }
}

fn formula(counts: &Confusion) -> Result<f64, Undefined> {
    Ok(counts.called() as f64 / counts.total() as f64)
}
