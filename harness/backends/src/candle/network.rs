//! Layers with their tensors, checked against each other while they are built.
//!
//! candle works in `[batch, channels, length]`, the files speak Keras's `[batch, length, channels]`.

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::quantized::QMatMul;
use candle_core::{DType, Device, Result as CandleResult, Tensor};
use titer_core::ModelError;

use super::config::{Config, Family, Layer, Padding};
use super::damaged;
use super::weights::{Stored, Weights};

mod convolution;
mod finish;
mod fuse;
mod step;

use fuse::fuse;
use step::Step;

/// The most bases that an input is believed to have, and that one convolution is believed to span: what
/// config.json says decides how much memory is taken.
const LONGEST_INPUT: usize = 1 << 30;
const LONGEST_SPAN: usize = 1 << 22;

/// What flows between two layers, without the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Map { length: usize, channels: usize },
    Flat(usize),
}

/// A network, ready to run.
pub(super) struct Network {
    input: (usize, usize),
    steps: Vec<Step>,
    on: On,
}

/// Where a network runs, and in what numbers.
#[derive(Clone, Debug)]
pub(super) struct On {
    pub(super) device: Device,
    pub(super) flow: DType,
}

impl Network {
    pub(super) fn build(
        path: &Path,
        config: &Config,
        weights: &mut Weights,
        on: &On,
    ) -> Result<Self, ModelError> {
        let residual = config.family == Family::Residual;
        let mut kept = BTreeMap::new();
        let (length, channels) = (config.input.length, config.input.channels);
        if length > LONGEST_INPUT || channels > LONGEST_SPAN {
            return Err(damaged(
                path,
                format!(
                    "its input of {length} positions of {channels} is longer than any: correct `input`"
                ),
            ));
        }
        let mut shape = Shape::Map { length, channels };
        let mut steps = Vec::with_capacity(config.layers.len());
        for (index, layer) in config.layers.iter().enumerate() {
            let mut builder = Builder {
                path,
                weights: &mut *weights,
                kept: residual.then_some(&mut kept),
                on,
                index,
                shape,
            };
            let (step, next) = builder.layer(layer)?;
            steps.push(step);
            shape = next;
        }
        if on.device.is_cpu() && on.flow == DType::F32 {
            steps = fuse(steps).map_err(|error| damaged(path, error.to_string()))?;
        }
        Ok(Self {
            input: (length, channels),
            steps,
            on: on.clone(),
        })
    }

    /// Length and channels of the input.
    pub(super) fn input(&self) -> (usize, usize) {
        self.input
    }

    /// From `[batch, channels, length]` to `[batch, length, channels]` or `[batch, numbers]`.
    pub(super) fn forward(&self, input: &Tensor) -> CandleResult<Tensor> {
        let mut flow = input.to_device(&self.on.device)?.to_dtype(self.on.flow)?;
        let mut kept = BTreeMap::new();
        for step in &self.steps {
            flow = step.apply(&flow, &mut kept)?;
        }
        let flow = flow.to_dtype(DType::F32)?;
        match flow.rank() {
            3 => flow.transpose(1, 2)?.contiguous(),
            _ => Ok(flow),
        }
    }
}

struct Builder<'a> {
    path: &'a Path,
    weights: &'a mut Weights,
    /// The shapes of what is kept; `None`: the family keeps nothing.
    kept: Option<&'a mut BTreeMap<String, Shape>>,
    on: &'a On,
    index: usize,
    shape: Shape,
}

impl Builder<'_> {
    fn layer(&mut self, layer: &Layer) -> Result<(Step, Shape), ModelError> {
        match layer {
            Layer::Conv1d {
                weight,
                bias,
                padding,
                stride,
                dilation,
            } => self.conv(weight, bias.as_deref(), *padding, *stride, *dilation),
            Layer::BatchNorm {
                scale,
                shift,
                mean,
                variance,
                epsilon,
            } => {
                let step = self.affine([scale, shift, mean, variance], *epsilon)?;
                Ok((step, self.shape))
            }
            Layer::Activation(activation) => Ok((Step::Activation(*activation), self.shape)),
            Layer::Flatten => {
                let (length, channels) = self.map("flatten")?;
                Ok((Step::Flatten, Shape::Flat(length * channels)))
            }
            Layer::MaxPool1d { size, stride } => {
                let (length, channels) = self.map("max_pool1d")?;
                if *size == 0 || *stride == 0 || *size > length {
                    return Err(self.wrong(format!(
                        "max_pool1d of size {size} and stride {stride} does not fit a length of {length}"
                    )));
                }
                let length = (length - size) / stride + 1;
                let step = Step::MaxPool {
                    size: *size,
                    stride: *stride,
                };
                Ok((step, Shape::Map { length, channels }))
            }
            Layer::Dense { weight, bias } => self.dense(weight, bias.as_deref()),
            Layer::Affine { scale, shift } => {
                let channels = self.channels();
                let factor = self.weights.vector(scale, channels)?;
                let offset = self.weights.vector(shift, channels)?;
                Ok((self.scaled(factor, offset)?, self.shape))
            }
            Layer::Keep(name) => {
                let shape = self.shape;
                self.kept()?.insert(name.clone(), shape);
                Ok((Step::Keep(name.clone()), shape))
            }
            Layer::Take(name) => {
                let shape = self.known(name)?;
                Ok((Step::Take(name.clone()), shape))
            }
            Layer::Add(name) => {
                let shape = self.known(name)?;
                if shape != self.shape {
                    return Err(self.wrong(format!(
                        "what is kept as `{name}` is {shape:?}, what flows is {:?}",
                        self.shape
                    )));
                }
                Ok((Step::Add(name.clone()), shape))
            }
            Layer::Crop { left, right } => {
                let (length, channels) = self.map("crop")?;
                let rest = left
                    .checked_add(*right)
                    .and_then(|cut| length.checked_sub(cut))
                    .filter(|rest| *rest > 0);
                let Some(rest) = rest else {
                    return Err(self.wrong(format!(
                        "crop of {left} and {right} leaves nothing of {length} positions"
                    )));
                };
                let step = Step::Crop {
                    left: *left,
                    length: rest,
                };
                let shape = Shape::Map {
                    length: rest,
                    channels,
                };
                Ok((step, shape))
            }
            Layer::GlobalAveragePool => {
                let (_, channels) = self.map("global_average_pool")?;
                Ok((Step::Average, Shape::Flat(channels)))
            }
            Layer::GlobalMaxPool => {
                let (_, channels) = self.map("global_max_pool")?;
                Ok((Step::Largest, Shape::Flat(channels)))
            }
        }
    }

    fn conv(
        &mut self,
        name: &str,
        bias: Option<&str>,
        padding: Padding,
        stride: usize,
        dilation: usize,
    ) -> Result<(Step, Shape), ModelError> {
        let (length, channels) = self.map("conv1d")?;
        let weight = self.weights.kernel(name, channels)?;
        let [out, inputs, width] = sizes(weight.dims());
        if inputs != channels || out == 0 || width == 0 {
            return Err(self
                .weights
                .misfit(name, weight.dims(), &[out, channels, width]));
        }
        if stride == 0 || dilation == 0 {
            return Err(self.wrong("stride and dilation must be at least 1"));
        }
        let reach = (width - 1)
            .checked_mul(dilation)
            .map_or(usize::MAX, |n| n.saturating_add(1));
        if reach > LONGEST_SPAN {
            return Err(self.wrong(format!(
                "conv1d `{name}` spans {reach} bases, more than any input"
            )));
        }
        let pads = match padding {
            Padding::Valid => (0, 0),
            Padding::Same => same_pads(length, reach, stride),
        };
        let padded = length + pads.0 + pads.1;
        if reach > padded {
            return Err(self.wrong(format!(
                "conv1d `{name}` spans {reach} bases, its input has {padded}"
            )));
        }
        let bias = self
            .bias(bias, out)?
            .map(|bias| self.shaped(bias, &[1, out, 1]))
            .transpose()?;
        let length = (padded - reach) / stride + 1;
        let step = Step::Conv {
            weight,
            bias,
            pads,
            stride,
            dilation,
        };
        Ok((
            step,
            Shape::Map {
                length,
                channels: out,
            },
        ))
    }

    fn dense(&mut self, name: &str, bias: Option<&str>) -> Result<(Step, Shape), ModelError> {
        let (inputs, length) = match self.shape {
            Shape::Flat(inputs) => (inputs, None),
            Shape::Map { length, channels } => (channels, Some(length)),
        };
        let weight = self.weights.matrix(name)?;
        let dims = match &weight {
            Stored::Plain(tensor) => tensor.dims(),
            Stored::Blocks(blocks) => blocks.shape().dims(),
        };
        let [out, found] = sizes(dims);
        if found != inputs || out == 0 {
            return Err(self.weights.misfit(name, &[out, found], &[out, inputs]));
        }
        let bias = self
            .bias(bias, out)?
            .map(|bias| self.shaped(bias, &[out]))
            .transpose()?;
        let step = match weight {
            Stored::Plain(weight) => weight
                .t()
                .and_then(|weight| weight.contiguous())
                .map(|weight| Step::Dense { weight, bias }),
            Stored::Blocks(blocks) => {
                QMatMul::from_arc(blocks).map(|weight| Step::DenseInBlocks { weight, bias })
            }
        };
        let step = step.map_err(|error| self.wrong(error.to_string()))?;
        let shape = match length {
            None => Shape::Flat(out),
            Some(length) => Shape::Map {
                length,
                channels: out,
            },
        };
        Ok((step, shape))
    }

    /// Keras: scale * (x - mean) / sqrt(variance + epsilon) + shift.
    fn affine(&mut self, names: [&str; 4], epsilon: f64) -> Result<Step, ModelError> {
        let channels = self.channels();
        let [scale, shift, mean, variance] = names.map(|name| self.weights.vector(name, channels));
        let (scale, shift, mean, variance) = (scale?, shift?, mean?, variance?);
        let mut factor = Vec::with_capacity(channels);
        let mut offset = Vec::with_capacity(channels);
        for channel in 0..channels {
            let times = f64::from(scale[channel]) / (f64::from(variance[channel]) + epsilon).sqrt();
            factor.push(times as f32);
            offset.push((f64::from(shift[channel]) - f64::from(mean[channel]) * times) as f32);
        }
        self.scaled(factor, offset)
    }

    fn scaled(&self, factor: Vec<f32>, offset: Vec<f32>) -> Result<Step, ModelError> {
        let channels = self.channels();
        let dims: &[usize] = match self.shape {
            Shape::Map { .. } => &[1, channels, 1],
            Shape::Flat(_) => &[1, channels],
        };
        Ok(Step::Affine {
            factor: self.shaped(factor, dims)?,
            offset: self.shaped(offset, dims)?,
        })
    }

    fn channels(&self) -> usize {
        match self.shape {
            Shape::Map { channels, .. } => channels,
            Shape::Flat(numbers) => numbers,
        }
    }

    fn kept(&mut self) -> Result<&mut BTreeMap<String, Shape>, ModelError> {
        let wrong = self.wrong("keep, take and add need `\"family\": \"residual\"`");
        self.kept.as_deref_mut().ok_or(wrong)
    }

    fn known(&mut self, name: &str) -> Result<Shape, ModelError> {
        let found = self.kept()?.get(name).copied();
        found.ok_or_else(|| self.wrong(format!("nothing is kept as `{name}` before this layer")))
    }

    fn bias(&mut self, name: Option<&str>, out: usize) -> Result<Option<Vec<f32>>, ModelError> {
        name.map(|name| self.weights.vector(name, out)).transpose()
    }

    fn shaped(&self, values: Vec<f32>, dims: &[usize]) -> Result<Tensor, ModelError> {
        Tensor::from_vec(values, dims, &self.on.device)
            .and_then(|tensor| tensor.to_dtype(self.on.flow))
            .map_err(|error| self.wrong(error.to_string()))
    }

    fn map(&self, layer: &str) -> Result<(usize, usize), ModelError> {
        match self.shape {
            Shape::Map { length, channels } => Ok((length, channels)),
            Shape::Flat(_) => Err(self.wrong(format!(
                "{layer} needs [length, channels], and the layers before it have flattened that"
            ))),
        }
    }

    fn wrong(&self, reason: impl std::fmt::Display) -> ModelError {
        damaged(
            self.path,
            format!("layer {} (from 0): {reason}", self.index),
        )
    }
}

/// Zeros on the left and on the right; the odd one goes to the right.
fn same_pads(length: usize, reach: usize, stride: usize) -> (usize, usize) {
    let outputs = length.div_ceil(stride);
    let needed = outputs
        .saturating_sub(1)
        .saturating_mul(stride)
        .saturating_add(reach);
    let total = needed.saturating_sub(length).min(reach);
    (total / 2, total - total / 2)
}

/// The sizes of axes whose number is known.
fn sizes<const N: usize>(dims: &[usize]) -> [usize; N] {
    let mut sizes = [0; N];
    for (size, dim) in sizes.iter_mut().zip(dims) {
        *size = *dim;
    }
    sizes
}
