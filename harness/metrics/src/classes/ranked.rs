//! Metrics of the order of each class's probability, that class against the rest.

use titer_core::{Classified, Prepared};

use super::checked;
use crate::one_against_rest::{Average, OneAgainstRest};
use crate::ranking::Reader;

pub(super) fn prepare<'a, R: Reader + Copy + Send + Sync + 'a>(
    data: Classified<'a>,
    average: Average,
    reader: R,
) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| {
        let of = |class: usize| {
            let truth = data.truth.iter().map(|&one| one as usize == class);
            let rows = data.probability.chunks_exact(data.classes);
            (truth.collect(), rows.map(|row| row[class]).collect())
        };
        let classes = (0..data.classes).map(of);
        Ok(OneAgainstRest::new(average, classes, reader))
    })
}
