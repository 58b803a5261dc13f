//! Subset accuracy.

use titer_core::{
    About, Chance, Direction, IntervalKind, LabelsMetric, MultiLabelled, Prepared, Sees,
};

use super::shares;

/// Subset accuracy.
///
/// # What it measures
/// The share of examples with every label called right that is known, of those with a label that is.
///
/// # Range and direction
/// 0 to 1, higher is better. It falls with the number of labels.
///
/// # Undefined when
/// No label of any example is known.
///
/// # Source
/// Tsoumakas and Katakis 2007, doi:10.4018/jdwm.2007070101
#[derive(Clone, Copy, Debug)]
pub struct SubsetAccuracy;

impl LabelsMetric for SubsetAccuracy {
    fn about(&self) -> About {
        About {
            name: "subset_accuracy",
            title: "Subset accuracy",
            measures: "The share of examples with every known label called right.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "no label is known",
            source: "Tsoumakas and Katakis 2007, doi:10.4018/jdwm.2007070101",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: MultiLabelled<'a>) -> Box<dyn Prepared + 'a> {
        shares::prepare(data, |calls| {
            let right = calls.known > 0 && calls.wrong == 0;
            [u64::from(right), u64::from(calls.known > 0)]
        })
    }

    fn averaged(&self, _: MultiLabelled<'_>) -> Option<Vec<bool>> {
        None
    }
}
