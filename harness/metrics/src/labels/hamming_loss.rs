//! Hamming loss.

use titer_core::{
    About, Chance, Direction, IntervalKind, LabelsMetric, MultiLabelled, Prepared, Sees,
};

use super::shares;

/// Hamming loss.
///
/// # What it measures
/// The share of pairs of example and label that are called wrong, of those whose truth is known.
///
/// # Range and direction
/// 0 to 1, lower is better. Where labels are rare, calling none earns little more than 0.
///
/// # Undefined when
/// No label of any example is known.
///
/// # Source
/// Schapire and Singer 1999, doi:10.1023/A:1007614523901
#[derive(Clone, Copy, Debug)]
pub struct HammingLoss;

impl LabelsMetric for HammingLoss {
    fn about(&self) -> About {
        About {
            name: "hamming_loss",
            title: "Hamming loss",
            measures: "The share of pairs of example and label that are called wrong.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 1.0),
            undefined_when: "no label is known",
            source: "Schapire and Singer 1999, doi:10.1023/A:1007614523901",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: MultiLabelled<'a>) -> Box<dyn Prepared + 'a> {
        shares::prepare(data, |calls| [calls.wrong, calls.known])
    }

    fn averaged(&self, _: MultiLabelled<'_>) -> Option<Vec<bool>> {
        None
    }
}
