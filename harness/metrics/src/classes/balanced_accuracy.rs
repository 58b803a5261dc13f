//! Balanced accuracy.

use titer_core::{
    About, Chance, ClassesMetric, Classified, Direction, IntervalKind, Prepared, Sees,
};

use super::counted;
use crate::margins::recall;

/// Balanced accuracy.
///
/// # What it measures
/// The mean over classes of the share of its examples that are called right. The same number as
/// macro-averaged recall.
///
/// # Range and direction
/// 0 to 1, higher is better; with K classes chance and constant calls earn 1/K.
///
/// # Undefined when
/// A class has no example. Leaving it out silently would compare means over different classes.
///
/// # Source
/// Brodersen et al. 2010, doi:10.1109/ICPR.2010.764
#[derive(Clone, Copy, Debug)]
pub struct BalancedAccuracy;

impl ClassesMetric for BalancedAccuracy {
    fn about(&self) -> About {
        About {
            name: "balanced_accuracy",
            title: "Balanced accuracy",
            measures: "The mean over classes of the share of its examples that are called right.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "a class has no example",
            source: "Brodersen et al. 2010, doi:10.1109/ICPR.2010.764",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: false,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a> {
        counted::prepare(data, |margins| margins.macro_average(recall))
    }
}
