//! Metrics of the order of each label's probability.

use titer_core::{MultiLabelled, Prepared};

use super::checked;
use crate::one_against_rest::{Average, OneAgainstRest, Pooled};
use crate::ranking::Reader;

/// An average over labels.
pub(super) fn prepare<'a, R: Reader + Copy + Send + Sync + 'a>(
    data: MultiLabelled<'a>,
    average: Average,
    reader: R,
) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| {
        let of = |label: usize| {
            let truth = data.truth.iter().skip(label).step_by(data.labels);
            let probability = data.probability.iter().skip(label).step_by(data.labels);
            (truth.copied().collect(), probability.copied().collect())
        };
        let labels = (0..data.labels).map(of);
        Ok(OneAgainstRest::new("label", average, labels, reader))
    })
}

/// All pairs of example and label taken together.
pub(super) fn pooled<'a, R: Reader + Copy + Send + Sync + 'a>(
    data: MultiLabelled<'a>,
    reader: R,
) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| {
        Ok(Pooled::new(
            data.truth,
            data.probability,
            data.labels,
            reader,
        ))
    })
}
