//! Metrics that look at how often each label is true and called.

use titer_core::{MultiLabelled, Prepared};

use super::checked;
use crate::margins::{Counted, Formula, Mark};

/// Prepares a formula of how often each label is true and called.
pub(super) fn prepare<'a>(data: MultiLabelled<'a>, formula: Formula) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| {
        let size = (data.truth.len() / data.labels(), data.labels());
        Counted::new("label", size, marks(data), formula)
    })
}

fn marks(data: MultiLabelled<'_>) -> Vec<Mark> {
    let answers = data.truth.iter().zip(data.probability).enumerate();
    let mark = |(place, (truth, probability)): (usize, (&Option<bool>, &f64))| {
        let label = place % data.labels();
        Some(Mark {
            example: (place / data.labels()) as u32,
            class: label as u32,
            truth: (*truth)?,
            called: *probability >= data.thresholds[label],
        })
    };
    let marks = answers.filter_map(mark);
    marks.filter(|mark| mark.truth || mark.called).collect()
}
