//! F1.

use titer_core::{
    About, Chance, Direction, IntervalKind, LabelsMetric, MultiLabelled, Prepared, Sees,
};

use super::{counted, losses};
use crate::margins::{f1, f1_micro};

/// F1.
///
/// # What it measures
/// The harmonic mean of precision and recall of the calls at the threshold. The average is always
/// named: over labels (macro, weighted), over the counts of all labels together (micro), or over
/// examples (samples).
///
/// # Range and direction
/// 0 to 1, higher is better. It rises with the share of positives.
///
/// # Undefined when
/// Macro: a label is never true. Micro and weighted: none ever is. Samples: an example has no true
/// label, so that nothing could be found.
///
/// # Source
/// Sokolova and Lapalme 2009, doi:10.1016/j.ipm.2009.03.002; over examples Godbole and Sarawagi 2004,
/// doi:10.1007/978-3-540-24775-3_5
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum F1 {
    /// The mean over labels.
    Macro,
    /// Counts of all labels taken together.
    Micro,
    /// The mean over labels by how often each is true.
    Weighted,
    /// The mean over examples.
    Samples,
}

impl LabelsMetric for F1 {
    fn about(&self) -> About {
        let (name, title, measures, undefined_when) = match self {
            Self::Macro => (
                "f1_macro",
                "F1 (macro)",
                "The mean over labels of the harmonic mean of precision and recall.",
                "a label is never true",
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
                "The mean over labels, by how often each is true, of the harmonic mean of precision and recall.",
                "no label is ever true",
            ),
            Self::Samples => (
                "f1_samples",
                "F1 (samples)",
                "The mean over examples of the harmonic mean of precision and recall among their labels.",
                "an example has no true label",
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
            Self::Macro => counted::prepare(data, |margins| margins.macro_average(f1)),
            Self::Micro => counted::prepare(data, f1_micro),
            Self::Weighted => counted::prepare(data, |margins| margins.weighted_average(f1)),
            Self::Samples => losses::prepare_where_labelled(data, |calls| {
                (2 * calls.hits) as f64 / (calls.truth + calls.called) as f64
            }),
        }
    }
}
