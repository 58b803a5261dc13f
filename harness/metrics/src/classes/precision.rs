//! Precision.

use titer_core::{
    About, Chance, ClassesMetric, Classified, Direction, IntervalKind, Prepared, Sees,
};

use super::counted;
use crate::margins::precision;

/// Precision.
///
/// # What it measures
/// The share of the examples called a class that are of it, averaged over classes.
///
/// # Range and direction
/// 0 to 1, higher is better.
///
/// # Undefined when
/// A class is never called (weighted: a class that is true is never called).
///
/// # Source
/// Sokolova and Lapalme 2009, doi:10.1016/j.ipm.2009.03.002
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// The mean over classes.
    Macro,
    /// The mean over classes by how often each is true.
    Weighted,
}

impl ClassesMetric for Precision {
    fn about(&self) -> About {
        let (name, title, measures, undefined_when) = match self {
            Self::Macro => (
                "precision_macro",
                "Precision (macro)",
                "The mean over classes of the share of the examples called it that are of it.",
                "a class is never called",
            ),
            Self::Weighted => (
                "precision_weighted",
                "Precision (weighted)",
                "The mean over classes, by how often each is true, of the share of the examples called it that are of it.",
                "a class that is true is never called",
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

    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a> {
        match self {
            Self::Macro => counted::prepare(data, |margins| margins.macro_average(precision)),
            Self::Weighted => counted::prepare(data, |margins| margins.weighted_average(precision)),
        }
    }
}
