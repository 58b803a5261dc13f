//! Layers with their tensors, as they run.

use candle_core::{D, Result as CandleResult, Tensor};

use crate::candle::config::Activation;

/// A layer, in `[batch, channels, length]` or `[batch, numbers]`.
pub(super) enum Step {
    Conv {
        weight: Tensor,
        bias: Option<Tensor>,
        pads: (usize, usize),
        stride: usize,
        dilation: usize,
    },
    /// y = factor * x + offset per channel: batch normalization, folded.
    Affine {
        factor: Tensor,
        offset: Tensor,
    },
    Activation(Activation),
    Flatten,
    MaxPool {
        size: usize,
        stride: usize,
    },
    /// The weight lies transposed, `[in, out]`.
    Dense {
        weight: Tensor,
        bias: Option<Tensor>,
    },
    Average,
    Largest,
}

impl Step {
    pub(super) fn apply(&self, flow: &Tensor) -> CandleResult<Tensor> {
        match self {
            Self::Conv {
                weight,
                bias,
                pads,
                stride,
                dilation,
            } => {
                let padded = match pads {
                    (0, 0) => flow.clone(),
                    (left, right) => flow.pad_with_zeros(2, *left, *right)?.contiguous()?,
                };
                let output = padded.conv1d(weight, 0, *stride, *dilation, 1)?;
                plus(output, bias.as_ref())
            }
            Self::Affine { factor, offset } => flow.broadcast_mul(factor)?.broadcast_add(offset),
            Self::Activation(activation) => activate(*activation, flow),
            Self::Flatten => flow.transpose(1, 2)?.contiguous()?.flatten_from(1),
            Self::MaxPool { size, stride } => flow
                .unsqueeze(2)?
                .max_pool2d_with_stride((1, *size), (1, *stride))?
                .squeeze(2),
            Self::Dense { weight, bias } => match flow.rank() {
                // Each position of a map by itself, as Keras does.
                3 => {
                    let rows = flow.transpose(1, 2)?.contiguous()?;
                    plus(rows.broadcast_matmul(weight)?, bias.as_ref())?
                        .transpose(1, 2)?
                        .contiguous()
                }
                _ => plus(flow.matmul(weight)?, bias.as_ref()),
            },
            Self::Average => flow.mean(D::Minus1),
            Self::Largest => flow.max(D::Minus1),
        }
    }
}

fn plus(flow: Tensor, bias: Option<&Tensor>) -> CandleResult<Tensor> {
    match bias {
        Some(bias) => flow.broadcast_add(bias),
        None => Ok(flow),
    }
}

/// Channels are axis 1 in maps and in flat rows alike.
fn activate(activation: Activation, flow: &Tensor) -> CandleResult<Tensor> {
    match activation {
        Activation::Relu => flow.relu(),
        Activation::Tanh => flow.tanh(),
        Activation::Elu => flow.elu(1.0),
        Activation::Sigmoid => (flow.neg()?.exp()? + 1.0)?.recip(),
        Activation::Softmax => {
            let powers = flow.broadcast_sub(&flow.max_keepdim(1)?)?.exp()?;
            powers.broadcast_div(&powers.sum_keepdim(1)?)
        }
    }
}
