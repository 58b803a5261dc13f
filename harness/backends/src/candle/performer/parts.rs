//! Dense layers and normalization over `[tokens, numbers]`.

use candle_core::quantized::QMatMul;
use candle_core::{DType, Module, Result as CandleResult, Tensor};
use titer_core::ModelError;

use crate::candle::network::On;
use crate::candle::weights::{Stored, Weights};

/// PyTorch's own for layer normalization.
const EPSILON: f64 = 1e-5;

/// x W + b.
pub(super) struct Dense {
    weight: Weight,
    bias: Tensor,
    out: usize,
}

enum Weight {
    /// `[in, out]`.
    Plain(Tensor),
    Blocks(QMatMul),
}

impl Dense {
    /// `name.weight`, `[out, in]`, and `name.bias`. `out` is the weight's own where it is not given.
    pub(super) fn read(
        name: &str,
        inputs: usize,
        out: Option<usize>,
        weights: &mut Weights,
        on: &On,
    ) -> Result<Self, ModelError> {
        let (matrix, vector) = (format!("{name}.weight"), format!("{name}.bias"));
        let stored = weights.matrix(&matrix)?;
        let dims = match &stored {
            Stored::Plain(tensor) => tensor.dims(),
            Stored::Blocks(blocks) => blocks.shape().dims(),
        };
        let found = dims.first().copied().unwrap_or_default();
        let out = out.unwrap_or(found);
        if dims != [out, inputs] || out == 0 {
            return Err(weights.misfit(&matrix, dims, &[out, inputs]));
        }
        let bias = row(weights.vector(&vector, out)?, on.flow, on)?;
        let weight = match stored {
            Stored::Plain(tensor) => tensor
                .t()
                .and_then(|turned| turned.contiguous())
                .map(Weight::Plain),
            Stored::Blocks(blocks) => QMatMul::from_arc(blocks).map(Weight::Blocks),
        };
        Ok(Self {
            weight: weight.map_err(|error| broken(&error))?,
            bias,
            out,
        })
    }

    /// Numbers that come out.
    pub(super) fn out(&self) -> usize {
        self.out
    }

    pub(super) fn apply(&self, flow: &Tensor) -> CandleResult<Tensor> {
        let product = match &self.weight {
            Weight::Plain(weight) => flow.matmul(weight)?,
            Weight::Blocks(weight) => weight.forward(flow)?,
        };
        product.broadcast_add(&self.bias)
    }
}

/// Normalization over the numbers of each token, computed in f32.
pub(super) struct Norm {
    scale: Tensor,
    shift: Tensor,
}

impl Norm {
    /// `name.norm.weight` and `name.norm.bias`.
    pub(super) fn read(
        name: &str,
        width: usize,
        weights: &mut Weights,
        on: &On,
    ) -> Result<Self, ModelError> {
        let scale = weights.vector(&format!("{name}.norm.weight"), width)?;
        let shift = weights.vector(&format!("{name}.norm.bias"), width)?;
        Ok(Self {
            scale: row(scale, DType::F32, on)?,
            shift: row(shift, DType::F32, on)?,
        })
    }

    pub(super) fn apply(&self, flow: &Tensor) -> CandleResult<Tensor> {
        let wide = flow.to_dtype(DType::F32)?;
        let width = wide.dim(1)? as f64;
        let centred = wide.broadcast_sub(&(wide.sum_keepdim(1)? / width)?)?;
        let variance = (centred.sqr()?.sum_keepdim(1)? / width)?;
        let normed = centred.broadcast_div(&(variance + EPSILON)?.sqrt()?)?;
        normed
            .broadcast_mul(&self.scale)?
            .broadcast_add(&self.shift)?
            .to_dtype(flow.dtype())
    }
}

fn row(values: Vec<f32>, dtype: DType, on: &On) -> Result<Tensor, ModelError> {
    let length = values.len();
    Tensor::from_vec(values, (1, length), &on.device)
        .and_then(|tensor| tensor.to_dtype(dtype))
        .map_err(|error| broken(&error))
}

/// An operation on weights that were read failed.
pub(super) fn broken(error: &candle_core::Error) -> ModelError {
    ModelError::Run(format!("candle failed: {error}"))
}
