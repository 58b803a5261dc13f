//! Recall.

use titer_core::{
    About, Chance, ClassesMetric, Classified, Direction, IntervalKind, Prepared, Sees,
};

use super::counted;
use crate::margins::recall;

/// Recall.
///
/// # What it measures
/// The share of a class's examples that are called it, averaged over classes. Macro-averaged it is
/// balanced accuracy, weighted it is accuracy.
///
/// # Range and direction
/// 0 to 1, higher is better.
///
/// # Undefined when
/// A class has no example (weighted: there are no examples).
///
/// # Source
/// Sokolova and Lapalme 2009, doi:10.1016/j.ipm.2009.03.002
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recall {
    /// The mean over classes.
    Macro,
    /// The mean over classes by how often each is true.
    Weighted,
}

impl ClassesMetric for Recall {
    fn about(&self) -> About {
        let (name, title, measures, undefined_when) = match self {
            Self::Macro => (
                "recall_macro",
                "Recall (macro)",
                "The mean over classes of the share of its examples that are called it.",
                "a class has no example",
            ),
            Self::Weighted => (
                "recall_weighted",
                "Recall (weighted)",
                "The mean over classes, by how often each is true, of the share of its examples that are called it.",
                "there are no examples",
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
            mixes_classes: *self == Self::Weighted,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a> {
        match self {
            Self::Macro => counted::prepare(data, |margins| margins.macro_average(recall)),
            Self::Weighted => counted::prepare(data, |margins| margins.weighted_average(recall)),
        }
    }
}
