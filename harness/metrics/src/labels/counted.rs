//! Metrics that look at how often each label is true and called.

use titer_core::{MultiLabelled, Prepared};

use super::checked;
use crate::margins::{Counted, Formula, Mark};

/// Prepares a formula of how often each label is true and called.
pub(super) fn prepare<'a>(data: MultiLabelled<'a>, formula: Formula) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| {
        let size = (data.truth.len() / data.labels, data.labels);
        Ok(Counted::new("label", size, marks(data), formula))
    })
}

fn marks(data: MultiLabelled<'_>) -> Vec<Mark> {
    let answers = data.truth.iter().zip(data.probability).enumerate();
    let mark = |(place, (&truth, &probability)): (usize, (&bool, &f64))| Mark {
        example: (place / data.labels) as u32,
        class: (place % data.labels) as u32,
        truth,
        called: probability >= data.threshold,
    };
    let marks = answers.map(mark);
    marks.filter(|mark| mark.truth || mark.called).collect()
}
