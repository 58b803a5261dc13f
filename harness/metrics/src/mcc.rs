//! Matthews correlation coefficient.

use titer_core::{
    About, Chance, Confusion, Direction, IntervalKind, Labelled, Metric, OfCalls, Prepared, Sees,
    Undefined,
};

use crate::checked::{self, one_class};
use crate::confusion::Counted;

/// Matthews correlation coefficient.
///
/// # What it measures
/// The correlation of called and true class.
///
/// # Range and direction
/// -1 to 1, higher is better; 0 is no relation.
///
/// # Undefined when
/// One class is missing, or everything is called the same. Some libraries say 0 there, which
/// reads like a finding.
///
/// # Source
/// Matthews 1975, doi:10.1016/0005-2795(75)90109-9
#[derive(Clone, Copy, Debug)]
pub struct Mcc;

impl Metric for Mcc {
    fn about(&self) -> About {
        About {
            name: "mcc",
            title: "MCC",
            measures: "Matthews correlation of called and true class: 1 is perfect, 0 is no relation.",
            direction: Direction::HigherIsBetter,
            range: (-1.0, 1.0),
            undefined_when: "one class is missing, or everything is called the same",
            source: "Matthews 1975, doi:10.1016/0005-2795(75)90109-9",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: true,
            chance: Chance::Always(0.0),
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
    let (positives, negatives) = (counts.positives(), counts.negatives());
    if positives == 0 || negatives == 0 {
        return Err(one_class(positives, negatives));
    }
    let called = counts.called();
    let spared = counts.total() - called;
    if called == 0 || spared == 0 {
        return Err(Undefined::because("every example is called the same"));
    }
    // Whole numbers until the last step; 128 bits hold products of any two counts.
    let product = |a: u64, b: u64| i128::from(a) * i128::from(b);
    let over = product(counts.true_positives, counts.true_negatives)
        - product(counts.false_positives, counts.false_negatives);
    let truth = product(positives, negatives) as f64;
    let calls = product(called, spared) as f64;
    let value = over as f64 / (truth.sqrt() * calls.sqrt());
    Ok(value.clamp(-1.0, 1.0))
}
