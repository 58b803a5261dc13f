//! F1.

use titer_core::{
    About, Chance, ClassesMetric, Classified, Direction, IntervalKind, Prepared, Sees,
};

use super::counted;
use crate::margins::f1;

/// F1.
///
/// # What it measures
/// The harmonic mean of a class's precision and recall, averaged over classes. The average is
/// always named; a micro-averaged one would be accuracy. A class that is never called right has an F1 of 0.
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
pub enum F1 {
    /// The mean over classes.
    Macro,
    /// The mean over classes by how often each is true.
    Weighted,
}

impl ClassesMetric for F1 {
    fn about(&self) -> About {
        let (name, title, measures, undefined_when) = match self {
            Self::Macro => (
                "f1_macro",
                "F1 (macro)",
                "The mean over classes or labels of the harmonic mean of precision and recall.",
                "a class has no example",
            ),
            Self::Weighted => (
                "f1_weighted",
                "F1 (weighted)",
                "The mean over classes or labels, by how often each is true, of the harmonic mean of precision and recall.",
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
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a> {
        match self {
            Self::Macro => counted::prepare(data, |margins| margins.macro_average(f1)),
            Self::Weighted => counted::prepare(data, |margins| margins.weighted_average(f1)),
        }
    }
}
