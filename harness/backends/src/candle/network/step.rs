//! Layers with their tensors, as they run.

use std::collections::BTreeMap;

use candle_core::quantized::QMatMul;
use candle_core::{D, Module, Result as CandleResult, Tensor};

use super::convolution::Convolution;
use super::finish::Finish;
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
    /// The weight lies in blocks, `[out, in]`.
    DenseInBlocks {
        weight: QMatMul,
        bias: Option<Tensor>,
    },
    Keep(String),
    Add(String),
    Take(String),
    Crop {
        left: usize,
        length: usize,
    },
    Average,
    Largest,
    /// A convolution with what follows it, on a processor; the name of what is kept and added before the activation.
    Tiled(Box<Convolution>, Option<String>),
    /// What follows no convolution, on a processor.
    Finish(Finish),
}

impl Step {
    /// `kept` holds what earlier layers kept.
    pub(super) fn apply(
        &self,
        flow: &Tensor,
        kept: &mut BTreeMap<String, Tensor>,
    ) -> CandleResult<Tensor> {
        let of = |name: &String, kept: &BTreeMap<String, Tensor>| {
            // Building made sure of it.
            let found = kept.get(name).cloned();
            found.ok_or_else(|| candle_core::Error::Msg(format!("nothing is kept as {name}")))
        };
        match self {
            Self::Keep(name) => {
                kept.insert(name.clone(), flow.clone());
                Ok(flow.clone())
            }
            Self::Add(name) => flow + of(name, kept)?,
            Self::Take(name) => of(name, kept),
            Self::Crop { left, length } => flow.narrow(2, *left, *length)?.contiguous(),
            Self::DenseInBlocks { weight, bias } => match flow.rank() {
                3 => {
                    let rows = flow.transpose(1, 2)?.contiguous()?;
                    plus(weight.forward(&rows)?, bias.as_ref())?
                        .transpose(1, 2)?
                        .contiguous()
                }
                _ => plus(weight.forward(flow)?, bias.as_ref()),
            },
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
                let output = match *stride {
                    1 => by_taps(&padded, weight, *dilation)?,
                    _ => padded.conv1d(weight, 0, *stride, *dilation, 1)?,
                };
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
            Self::Tiled(convolution, None) => flow.apply_op1_no_bwd(convolution.as_ref()),
            Self::Tiled(convolution, Some(name)) => {
                flow.apply_op2_no_bwd(&of(name, kept)?, convolution.as_ref())
            }
            Self::Finish(finish) => flow.apply_op1_no_bwd(finish),
            Self::Average => flow.mean(D::Minus1),
            Self::Largest => flow.max(D::Minus1),
        }
    }
}

/// A convolution of stride 1 as a sum of products, one for each base of the kernel: on long stretches a
/// copy of the input for every base, as candle's own takes, costs more than the arithmetic.
fn by_taps(padded: &Tensor, weight: &Tensor, dilation: usize) -> CandleResult<Tensor> {
    let (_, _, width) = weight.dims3()?;
    let length = padded.dim(2)? - (width - 1) * dilation;
    let mut sum: Option<Tensor> = None;
    for tap in 0..width {
        let seen = padded.narrow(2, tap * dilation, length)?.contiguous()?;
        let of_tap = weight.narrow(2, tap, 1)?.squeeze(2)?.contiguous()?;
        let product = of_tap.unsqueeze(0)?.broadcast_matmul(&seen)?;
        sum = Some(match sum {
            None => product,
            Some(sum) => (sum + product)?,
        });
    }
    sum.ok_or_else(|| candle_core::Error::Msg("a kernel of no width".to_owned()))
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
