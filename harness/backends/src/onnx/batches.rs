//! Graphs that take a fixed number of examples at once.

use titer_core::ModelError;

use titer_adaptors::{Feed, Tensor, Values};

/// Examples `from` and on, `batch` of them: where fewer are left, the last one is repeated.
pub(super) fn part(feeds: &[Feed], from: usize, batch: usize) -> Vec<Feed> {
    feeds.iter().map(|feed| rows(feed, from, batch)).collect()
}

fn rows(feed: &Feed, from: usize, batch: usize) -> Feed {
    let row: usize = feed.shape.iter().skip(1).product();
    let last = feed.examples().saturating_sub(1);
    let examples = (from..from + batch).map(|example| example.min(last));
    let mut shape = feed.shape.clone();
    if let Some(first) = shape.first_mut() {
        *first = batch;
    }
    let values = match &feed.values {
        Values::F32(values) => Values::F32(picked(values, row, examples)),
        Values::I64(values) => Values::I64(picked(values, row, examples)),
        Values::Text(values) => Values::Text(picked(values, row, examples)),
    };
    Feed {
        name: feed.name.clone(),
        shape,
        values,
    }
}

fn picked<T: Clone>(values: &[T], row: usize, examples: impl Iterator<Item = usize>) -> Vec<T> {
    examples
        .filter_map(|example| values.get(example * row..(example + 1) * row))
        .flatten()
        .cloned()
        .collect()
}

/// The answers of the parts as one, without those of repeated examples.
pub(super) fn joined(
    parts: Vec<Tensor>,
    batch: usize,
    examples: usize,
) -> Result<Tensor, ModelError> {
    let mut whole: Option<Tensor> = None;
    for part in parts {
        if part.shape.first() != Some(&batch) {
            return Err(ModelError::Shape {
                found: format!("{:?}", part.shape),
                expected: format!("{batch} examples, as many as the graph takes at once"),
            });
        }
        match &mut whole {
            None => whole = Some(part),
            Some(whole) if whole.shape.get(1..) == part.shape.get(1..) => {
                whole.values.extend(part.values);
            }
            Some(whole) => {
                return Err(ModelError::Shape {
                    found: format!("{:?}", part.shape),
                    expected: format!("{:?}, as the batch before", whole.shape),
                });
            }
        }
    }
    let mut whole = whole.unwrap_or_else(|| Tensor::single(vec![0], []));
    let row: usize = whole.shape.iter().skip(1).product();
    whole.values.truncate(examples * row);
    if let Some(first) = whole.shape.first_mut() {
        *first = examples;
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(examples: usize) -> Feed {
        Feed {
            name: None,
            shape: vec![examples, 2],
            values: Values::I64((0..examples as i64 * 2).collect()),
        }
    }

    #[test]
    fn the_last_example_fills_up_and_its_copies_are_dropped() {
        let parts = part(&[feed(3)], 2, 2);
        assert_eq!(parts[0].shape, [2, 2]);
        assert_eq!(parts[0].values, Values::I64(vec![4, 5, 4, 5]));
        let answer = |values: [f32; 2]| Tensor::single(vec![2, 1], values);
        let whole = joined(vec![answer([1., 2.]), answer([3., 3.])], 2, 3).unwrap();
        assert_eq!((whole.shape, whole.values), (vec![3, 1], vec![1., 2., 3.]));
    }

    #[test]
    fn answers_of_another_number_are_told() {
        let answer = Tensor::single(vec![1, 2], [1., 2.]);
        let error = joined(vec![answer], 2, 2).unwrap_err().to_string();
        assert!(
            error.contains("[1, 2]") && error.contains("2 examples"),
            "{error}"
        );
    }
}
