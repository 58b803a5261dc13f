//! AUROC, one against the rest.

use titer_core::{
    About, Chance, ClassesMetric, Classified, Direction, IntervalKind, Prepared, Sees,
};

use super::ranked;
use crate::auroc::Area;
use crate::one_against_rest::Average;

/// AUROC, one against the rest.
///
/// # What it measures
/// The probability that an example of a class has a higher probability of it than one of another
/// class (a tie counts half), averaged over classes.
///
/// # Range and direction
/// 0 to 1, higher is better; 0.5 is chance.
///
/// # Undefined when
/// A class has no example, or all of them (weighted: a class without examples has no weight).
///
/// # Source
/// Provost and Domingos 2003, doi:10.1023/A:1024099825458
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auroc {
    /// The mean over classes.
    Macro,
    /// The mean over classes by how often each is true.
    Weighted,
}

impl ClassesMetric for Auroc {
    fn about(&self) -> About {
        let (name, title, measures, undefined_when) = match self {
            Self::Macro => (
                "auroc_macro",
                "AUROC, one against the rest (macro)",
                "The mean over classes or labels of the AUROC of each against the rest.",
                "a class has no example, or all of them",
            ),
            Self::Weighted => (
                "auroc_weighted",
                "AUROC, one against the rest (weighted)",
                "The mean over classes or labels, by how often each is true, of the AUROC of each against the rest.",
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
            source: "Provost and Domingos 2003, doi:10.1023/A:1024099825458",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Probability,
            mixes_classes: *self == Self::Weighted,
            chance: Chance::Always(0.5),
        }
    }

    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a> {
        match self {
            Self::Macro => ranked::prepare(data, Average::Macro, Area),
            Self::Weighted => ranked::prepare(data, Average::Weighted, Area),
        }
    }
}
