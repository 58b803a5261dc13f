//! Average precision of labels.

use titer_core::{
    About, Chance, Direction, IntervalKind, LabelsMetric, MultiLabelled, Prepared, Sees,
};

use super::averaged::{self, Needs};
use super::ranked;
use crate::average_precision::Steps;
use crate::one_against_rest::Average;

/// Average precision of labels.
///
/// # What it measures
/// The mean, over examples with a label, of the precision at the rank where each is found by the
/// probability of that label, averaged over the labels that have a value; micro-averaged, the same of all
/// pairs of example and label taken together.
///
/// # Range and direction
/// 0 to 1, higher is better; chance earns the share of positives, which belongs beside it.
///
/// # Undefined when
/// Macro and weighted: no label is true of some examples and not of others; of those that are not, the mean is not taken.
/// Micro: every label is always, or none is ever true.
///
/// # Source
/// scikit-learn, average_precision_score
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AveragePrecision {
    /// The mean over labels.
    Macro,
    /// All pairs of example and label taken together.
    Micro,
    /// The mean over labels by how often each is true.
    Weighted,
}

impl LabelsMetric for AveragePrecision {
    fn about(&self) -> About {
        let (name, title, measures, undefined_when) = match self {
            Self::Macro => (
                "average_precision_macro",
                "Average precision, one against the rest (macro)",
                "The mean over classes or labels of the average precision of each against the rest.",
                "no label is true of some examples and not of others",
            ),
            Self::Micro => (
                "average_precision_micro",
                "Average precision of labels (micro)",
                "The average precision of all pairs of example and label taken together.",
                "every label is always, or none is ever true",
            ),
            Self::Weighted => (
                "average_precision_weighted",
                "Average precision, one against the rest (weighted)",
                "The mean over classes or labels, by how often each is true, of the average precision of each against the rest.",
                "no label is true of some examples and not of others",
            ),
        };
        About {
            name,
            title,
            measures,
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when,
            source: "scikit-learn, average_precision_score",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Order,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: MultiLabelled<'a>) -> Box<dyn Prepared + 'a> {
        match self {
            Self::Macro => ranked::prepare(data, Average::Macro, Steps),
            Self::Micro => ranked::pooled(data, Steps),
            Self::Weighted => ranked::prepare(data, Average::Weighted, Steps),
        }
    }

    fn averaged(&self, data: MultiLabelled<'_>) -> Option<Vec<bool>> {
        match self {
            Self::Macro | Self::Weighted => Some(averaged::labels(data, Needs::Both)),
            Self::Micro => None,
        }
    }
}
