//! F1.

use titer_core::{
    About, Chance, Direction, IntervalKind, LabelsMetric, MultiLabelled, Prepared, Sees,
};

use super::averaged::{self, Needs};
use super::counted;
use crate::margins::{f1, f1_micro};

/// F1.
///
/// # What it measures
/// The harmonic mean of precision and recall of the calls at the threshold. The average is always
/// named: over labels (macro, weighted), or over the counts of all labels together (micro).
///
/// # Range and direction
/// 0 to 1, higher is better. It rises with the share of positives.
///
/// # Undefined when
/// No label is ever true. Of labels that never are, the macro and weighted means are not taken.
///
/// # Source
/// Sokolova and Lapalme 2009, doi:10.1016/j.ipm.2009.03.002
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum F1 {
    /// The mean over labels.
    Macro,
    /// Counts of all labels taken together.
    Micro,
    /// The mean over labels by how often each is true.
    Weighted,
}

impl LabelsMetric for F1 {
    fn about(&self) -> About {
        let (name, title, measures, undefined_when) = match self {
            Self::Macro => (
                "f1_macro",
                "F1 (macro)",
                "The mean over classes or labels of the harmonic mean of precision and recall.",
                "no label is ever true",
            ),
            Self::Micro => (
                "f1_micro",
                "F1 (micro)",
                "The harmonic mean of precision and recall over the counts of all labels taken together.",
                "no label is ever true",
            ),
            Self::Weighted => (
                "f1_weighted",
                "F1 (weighted)",
                "The mean over classes or labels, by how often each is true, of the harmonic mean of precision and recall.",
                "no label is ever true",
            ),
        };
        About {
            name,
            title,
            measures,
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when,
            source: "Sokolova and Lapalme 2009, doi:10.1016/j.ipm.2009.03.002",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: MultiLabelled<'a>) -> Box<dyn Prepared + 'a> {
        match self {
            Self::Macro => counted::prepare(data, |margins| margins.average_of_known(f1)),
            Self::Micro => counted::prepare(data, f1_micro),
            Self::Weighted => counted::prepare(data, |margins| margins.weighted_average(f1)),
        }
    }

    fn averaged(&self, data: MultiLabelled<'_>) -> Option<Vec<bool>> {
        match self {
            Self::Macro | Self::Weighted => Some(averaged::labels(data, Needs::Positive)),
            Self::Micro => None,
        }
    }
}
