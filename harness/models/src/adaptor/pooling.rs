//! One vector out of those of all positions.

use std::ops::Range;

use titer_spec::model::Pooling;

use super::Tensor;

/// `[batch, positions, numbers]` to `[batch, numbers]`. `real` is the part of each row that is no padding;
/// without it every position counts. A row that is all padding counts whole.
pub(super) fn pool(how: Pooling, tensor: &Tensor, real: Option<&[Range<usize>]>) -> Tensor {
    let &[examples, positions, width] = tensor.shape.as_slice() else {
        return tensor.clone();
    };
    let mut values = Vec::with_capacity(examples * width);
    for (example, row) in tensor.values.chunks((positions * width).max(1)).enumerate() {
        let all = 0..positions;
        let part = real.and_then(|real| real.get(example)).unwrap_or(&all);
        let part = if part.is_empty() { &all } else { part };
        pool_row(
            how,
            &row[part.start * width..part.end * width],
            width,
            &mut values,
        );
    }
    Tensor {
        shape: vec![examples, width],
        values,
    }
}

fn pool_row(how: Pooling, vectors: &[f32], width: usize, to: &mut Vec<f32>) {
    let count = vectors.len() / width.max(1);
    match how {
        Pooling::First => to.extend(&vectors[..width]),
        Pooling::Last => to.extend(&vectors[vectors.len() - width..]),
        Pooling::Mean => to.extend((0..width).map(|number| {
            let column = vectors.iter().skip(number).step_by(width);
            let sum: f64 = column.copied().map(f64::from).sum();
            (sum / count as f64) as f32
        })),
        // NaN is no number to be larger than: it stays.
        Pooling::Max => to.extend((0..width).map(|number| {
            let column = vectors.iter().skip(number).step_by(width).copied();
            column.fold(f32::NEG_INFINITY, |largest, value| {
                if largest.is_nan() || value.is_nan() {
                    f32::NAN
                } else {
                    largest.max(value)
                }
            })
        })),
    }
}
