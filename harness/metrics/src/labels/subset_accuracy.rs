//! Subset accuracy.

use titer_core::{
    About, Chance, Direction, IntervalKind, LabelsMetric, MultiLabelled, Prepared, Sees,
};

use super::losses;

/// Subset accuracy.
///
/// # What it measures
/// The share of examples with every label called right.
///
/// # Range and direction
/// 0 to 1, higher is better. It falls with the number of labels.
///
/// # Undefined when
/// There are no examples.
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
            measures: "The share of examples with every label called right.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "Tsoumakas and Katakis 2007, doi:10.4018/jdwm.2007070101",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: MultiLabelled<'a>) -> Box<dyn Prepared + 'a> {
        losses::prepare(data, |calls| f64::from(u8::from(calls.wrong == 0)))
    }
}
