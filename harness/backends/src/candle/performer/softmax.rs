//! The softmax of a window's scores. Its powers are most of what a Performer takes time for: on a processor they are made in
//! place, by all threads, in place of four passes by one.

use candle_core::{
    CpuStorage, D, DType, Error, InplaceOp1, Layout, Result as CandleResult, Tensor,
};
use rayon::prelude::*;

/// How many rows a thread takes at once.
const ROWS: usize = 64;

/// `[heads, queries, width]` of queries and of the keys and values that each of them sees; computed in f32.
pub(super) fn softmax(queries: &Tensor, keys: &Tensor, values: &Tensor) -> CandleResult<Tensor> {
    let scores = queries.matmul(&keys.transpose(1, 2)?.contiguous()?)?;
    let powers = powers(scores.to_dtype(DType::F32)?)?;
    let total = powers.sum_keepdim(D::Minus1)?;
    powers
        .matmul(&values.to_dtype(DType::F32)?)?
        .broadcast_div(&total)?
        .to_dtype(values.dtype())
}

/// e to the power of each score less the largest of its row.
fn powers(scores: Tensor) -> CandleResult<Tensor> {
    if scores.device().is_cpu() {
        scores.inplace_op1(&Powers)?;
        return Ok(scores);
    }
    let largest = scores.max_keepdim(D::Minus1)?;
    scores.broadcast_sub(&largest)?.exp()
}

struct Powers;

impl InplaceOp1 for Powers {
    fn name(&self) -> &'static str {
        "powers"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> CandleResult<()> {
        let (CpuStorage::F32(values), Some((start, end))) = (storage, layout.contiguous_offsets())
        else {
            return Err(Error::Msg("powers are of contiguous f32".to_owned()));
        };
        let width = layout.dims().last().copied().unwrap_or_default().max(1);
        values[start..end]
            .par_chunks_mut(width * ROWS)
            .for_each(|rows| rows.chunks_mut(width).for_each(of_row));
        Ok(())
    }
}

fn of_row(row: &mut [f32]) {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for value in row {
        *value = (*value - largest).exp();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    /// Large scores overflow nothing, and the parts of a row make 1.
    #[test]
    fn a_row_is_weighed_by_its_powers() {
        let tensor = |values: &[f32], shape: (usize, usize, usize)| {
            Tensor::from_vec(values.to_vec(), shape, &Device::Cpu).unwrap()
        };
        let queries = tensor(&[1.0, 2.0], (1, 2, 1));
        let keys = tensor(&[500.0, 501.0, -900.0], (1, 3, 1));
        let values = tensor(&[0.0, 1.0, 7.0], (1, 3, 1));
        let found = softmax(&queries, &keys, &values).unwrap();
        let found: Vec<f32> = found.flatten_all().unwrap().to_vec1().unwrap();
        // The logistic function of 1 and of 2.
        for (found, wanted) in found.iter().zip([0.731_058_6, 0.880_797_1]) {
            assert!((found - wanted).abs() < 1e-6, "{found} {wanted}");
        }
    }
}
