//! Average precision, one against the rest.

use titer_core::{
    About, Chance, ClassesMetric, Classified, Direction, IntervalKind, Prepared, Sees,
};

use super::ranked;
use crate::average_precision::Steps;
use crate::one_against_rest::Average;

/// Average precision, one against the rest.
///
/// # What it measures
/// The mean, over examples of a class, of the precision at the rank where each is found by the
/// probability of that class, averaged over classes.
///
/// # Range and direction
/// 0 to 1, higher is better; chance earns the mean share of the classes.
///
/// # Undefined when
/// A class has no example, or all of them (weighted: a class without examples has no weight).
///
/// # Source
/// scikit-learn, average_precision_score
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AveragePrecision {
    /// The mean over classes.
    Macro,
    /// The mean over classes by how often each is true.
    Weighted,
}

impl ClassesMetric for AveragePrecision {
    fn about(&self) -> About {
        let (name, title, measures, undefined_when) = match self {
            Self::Macro => (
                "average_precision_macro",
                "Average precision, one against the rest (macro)",
                "The mean over classes or labels of the average precision of each against the rest.",
                "a class has no example, or all of them",
            ),
            Self::Weighted => (
                "average_precision_weighted",
                "Average precision, one against the rest (weighted)",
                "The mean over classes or labels, by how often each is true, of the average precision of each against the rest.",
                "a class has all examples",
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
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a> {
        match self {
            Self::Macro => ranked::prepare(data, Average::Macro, Steps),
            Self::Weighted => ranked::prepare(data, Average::Weighted, Steps),
        }
    }
}
