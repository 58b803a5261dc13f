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
        let vectors = &row[part.start * width..part.end * width];
        pool_row(how, vectors, width, |pooled| {
            values.push(tensor.width.round(pooled));
        });
    }
    Tensor {
        shape: vec![examples, width],
        values,
        width: tensor.width,
    }
}

fn pool_row(how: Pooling, vectors: &[f64], width: usize, to: impl FnMut(f64)) {
    let count = vectors.len() / width.max(1);
    match how {
        Pooling::First => vectors[..width].iter().copied().for_each(to),
        Pooling::Last => vectors[vectors.len() - width..]
            .iter()
            .copied()
            .for_each(to),
        Pooling::Mean => (0..width)
            .map(|number| {
                let column = vectors.iter().skip(number).step_by(width);
                column.sum::<f64>() / count as f64
            })
            .for_each(to),
        // NaN is no number to be larger than: it stays.
        Pooling::Max => (0..width)
            .map(|number| {
                let column = vectors.iter().skip(number).step_by(width).copied();
                column.fold(f64::NEG_INFINITY, |largest, value| {
                    if largest.is_nan() || value.is_nan() {
                        f64::NAN
                    } else {
                        largest.max(value)
                    }
                })
            })
            .for_each(to),
    }
}
