//! The answers of both strands as one.

use titer_core::Answer;

use super::Width;

/// The mean of what a model says of a sequence and of its reverse complement. `turned`: positions of the
/// other strand lie the other way round. `width`: that of the numbers that both were read from.
pub(crate) fn mean(
    given: Vec<Answer>,
    other: Vec<Answer>,
    turned: bool,
    width: Width,
) -> Vec<Answer> {
    let pairs = given.into_iter().zip(other);
    pairs
        .map(|(given, other)| mean_of(given, &other, turned, width))
        .collect()
}

fn mean_of(mut given: Answer, other: &Answer, turned: bool, width: Width) -> Answer {
    let classes = given.classes().max(1);
    let rows: Vec<&[f64]> = other.numbers().chunks(classes).collect();
    let last = rows.len().saturating_sub(1);
    for (position, row) in given.numbers_mut().chunks_mut(classes).enumerate() {
        let opposite = if turned {
            last - position.min(last)
        } else {
            position
        };
        for (value, other) in row
            .iter_mut()
            .zip(rows.get(opposite).copied().unwrap_or_default())
        {
            *value = width.round((*value + *other) / 2.0);
        }
    }
    given
}
