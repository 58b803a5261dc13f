//! AUROC of labels.

use titer_core::{
    About, Chance, Direction, IntervalKind, LabelsMetric, MultiLabelled, Prepared, Sees,
};

use super::averaged::{self, Needs};
use super::ranked;
use crate::auroc::Area;
use crate::one_against_rest::Average;

/// AUROC of labels.
///
/// # What it measures
/// The probability that an example with a label has a higher probability of it than one without (a
/// tie counts half), averaged over the labels that have a value; micro-averaged, the same of all pairs of
/// example and label taken together, which also asks that probabilities of different labels compare.
///
/// # Range and direction
/// 0 to 1, higher is better; 0.5 is chance. Micro-averaged, knowing which labels are common earns more.
///
/// # Undefined when
/// Macro and weighted: no label is true of some examples and not of others; of those that are not, the mean is not taken.
/// Micro: every label is always, or none is ever true.
///
/// # Source
/// Tsoumakas, Katakis and Vlahavas 2010, doi:10.1007/978-0-387-09823-4_34
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auroc {
    /// The mean over labels.
    Macro,
    /// All pairs of example and label taken together.
    Micro,
    /// The mean over labels by how often each is true.
    Weighted,
}

impl LabelsMetric for Auroc {
    fn about(&self) -> About {
        let (name, title, measures, undefined_when) = match self {
            Self::Macro => (
                "auroc_macro",
                "AUROC, one against the rest (macro)",
                "The mean over classes or labels of the AUROC of each against the rest.",
                "no label is true of some examples and not of others",
            ),
            Self::Micro => (
                "auroc_micro",
                "AUROC of labels (micro)",
                "The AUROC of all pairs of example and label taken together.",
                "every label is always, or none is ever true",
            ),
            Self::Weighted => (
                "auroc_weighted",
                "AUROC, one against the rest (weighted)",
                "The mean over classes or labels, by how often each is true, of the AUROC of each against the rest.",
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
            source: "Tsoumakas, Katakis and Vlahavas 2010, doi:10.1007/978-0-387-09823-4_34",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Order,
            mixes_classes: *self != Self::Macro,
            chance: Chance::Always(0.5),
        }
    }

    fn prepare<'a>(&self, data: MultiLabelled<'a>) -> Box<dyn Prepared + 'a> {
        match self {
            Self::Macro => ranked::prepare(data, Average::Macro, Area),
            Self::Micro => ranked::pooled(data, Area),
            Self::Weighted => ranked::prepare(data, Average::Weighted, Area),
        }
    }

    fn averaged(&self, data: MultiLabelled<'_>) -> Option<Vec<bool>> {
        match self {
            Self::Macro | Self::Weighted => Some(averaged::labels(data, Needs::Both)),
            Self::Micro => None,
        }
    }
}
