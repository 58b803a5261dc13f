//! Balanced accuracy.

use titer_core::{
    About, Chance, Confusion, Direction, IntervalKind, Labelled, Metric, OfCalls, Prepared, Sees,
    Undefined,
};

use crate::checked::{self, one_class};
use crate::confusion::Counted;

/// Balanced accuracy.
///
/// # What it measures
/// The mean of sensitivity and specificity.
///
/// # Range and direction
/// 0 to 1, higher is better; 0.5 is what chance and constant calls earn.
///
/// # Undefined when
/// One class is missing: there is no sensitivity or no specificity.
///
/// # Source
/// Brodersen et al. 2010, doi:10.1109/ICPR.2010.764
#[derive(Clone, Copy, Debug)]
pub struct BalancedAccuracy;

impl Metric for BalancedAccuracy {
    fn about(&self) -> About {
        About {
            name: "balanced_accuracy",
            title: "Balanced accuracy",
            measures: "The mean of the share of positives and the share of negatives that are called right. 0.5 is guessing.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "one class is missing",
            source: "Brodersen et al. 2010, doi:10.1109/ICPR.2010.764",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: false,
            chance: Chance::Always(0.5),
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
    let (positives, negatives) = (counts.positives(), counts.negatives());
    if positives == 0 || negatives == 0 {
        return Err(one_class(positives, negatives));
    }
    let sensitivity = counts.true_positives as f64 / positives as f64;
    let specificity = counts.true_negatives as f64 / negatives as f64;
    Ok(0.5 * (sensitivity + specificity))
}
