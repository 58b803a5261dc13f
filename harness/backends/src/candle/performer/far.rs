//! FAVOR+: attention to every token, its softmax approximated by random features that the weights hold.

use candle_core::{D, DType, Result as CandleResult, Tensor};

/// Added to every feature: performer-pytorch's softmax_kernel.
const EPSILON: f64 = 1e-4;

/// `[heads, tokens, width]` of turned queries and keys and of values; `features` is `[features, width]` in f32. What is
/// summed over all tokens is summed in f32, whatever flows.
pub(super) fn attend(
    queries: &Tensor,
    keys: &Tensor,
    values: &Tensor,
    features: &Tensor,
) -> CandleResult<Tensor> {
    let dtype = values.dtype();
    let values = values.to_dtype(DType::F32)?;
    let (seen, squares) = seen(queries, features)?;
    let largest = seen.max_keepdim(D::Minus1)?;
    let queries = feature(&seen, &squares, &largest)?;
    let (seen, squares) = self::seen(keys, features)?;
    let largest = seen.max_keepdim(D::Minus1)?.max_keepdim(1)?;
    let keys = feature(&seen, &squares, &largest)?;
    let context = keys.transpose(1, 2)?.contiguous()?.matmul(&values)?;
    let total = keys.sum_keepdim(1)?.transpose(1, 2)?.contiguous()?;
    queries
        .matmul(&context)?
        .broadcast_div(&queries.matmul(&total)?)?
        .to_dtype(dtype)
}

/// What the features see of vectors, and half of the vectors' squares.
fn seen(heads: &Tensor, features: &Tensor) -> CandleResult<(Tensor, Tensor)> {
    let (count, length, width) = heads.dims3()?;
    let scaled = (heads.to_dtype(DType::F32)? * (width as f64).powf(-0.25))?;
    let rows = scaled.reshape((count * length, width))?;
    let seen = rows.matmul(&features.t()?.contiguous()?)?;
    let squares = (scaled.sqr()?.sum_keepdim(D::Minus1)? / 2.0)?;
    Ok((seen.reshape((count, length, ()))?, squares))
}

/// exp(seen - squares - largest) plus epsilon. One over the root of the number of features, which performer-pytorch
/// multiplies it by, stands above and below the line.
fn feature(seen: &Tensor, squares: &Tensor, largest: &Tensor) -> CandleResult<Tensor> {
    let powers = seen.broadcast_sub(squares)?.broadcast_sub(largest)?.exp()?;
    powers + EPSILON
}
