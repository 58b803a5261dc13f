//! The candle backend: safetensors or GGUF and a `config.json` that describes the network, in pure Rust.
//!
//! A network is a list of layers, see [`config`]; a variant's `precision` says in what numbers it is kept
//! and run, see [`precision`].

use std::path::Path;

use candle_core::Device;
use titer_core::ModelError;
use titer_spec::VariantSpec;
use titer_spec::model::Layout;

use titer_adaptors::{Feed, Graph, Tensor, Values};

pub mod config;
mod device;
mod engine;
mod find;
mod network;
pub mod precision;
mod quantize;
pub(crate) mod shuffle;
mod threads;
mod weights;

pub(crate) use engine::CandleEngine;
pub use precision::Precision;
pub use quantize::{Share, quantize};
pub use threads::{candle_threads, thread_environment};
pub use weights::{precision_of, write};

/// candle's version; a test holds it to Cargo.lock.
pub const VERSION: &str = "0.11.1";

/// A network whose tensors are in memory.
pub struct Candle {
    network: network::Network,
    layout: Layout,
}

/// Loads a network.
///
/// # Errors
/// A file is missing or damaged, a tensor is missing or of the wrong shape (it is named), the layers do
/// not fit each other, or this process runs candle with another number of threads.
pub fn load(
    config: &Path,
    weights: &Path,
    layout: Layout,
    threads: usize,
    variant: &VariantSpec,
) -> Result<Candle, ModelError> {
    let precision = Precision::parse(&variant.precision)?;
    let device = device::open(variant.candle.unwrap_or_default().device)?;
    let has = candle_threads();
    if has != threads.max(1) {
        return Err(ModelError::Runtime(format!(
            "candle runs {has} threads in this process, not {threads}: set RAYON_NUM_THREADS={threads} and CANDLE_NUM_THREADS={threads} before it starts"
        )));
    }
    let described = config::read(config)?;
    let mut tensors = weights::Weights::read(weights, precision, &device)?;
    let on = network::On {
        device,
        flow: precision.flow(),
    };
    let network = network::Network::build(config, &described, &mut tensors, &on)?;
    tensors.all_used()?;
    tensors.some_in_blocks()?;
    Ok(Candle { network, layout })
}

impl Graph for Candle {
    fn run(&mut self, inputs: Vec<Feed>) -> Result<Tensor, ModelError> {
        let (shape, values) = the_numbers(inputs)?;
        let (length, channels) = self.network.input();
        let expected = match self.layout {
            Layout::LengthChannels => [length, channels],
            Layout::ChannelsLength => [channels, length],
        };
        if shape.get(1..) != Some(&expected[..]) {
            return Err(ModelError::Input(format!(
                "the network of config.json takes {expected:?} per example, the descriptor's input makes {:?}: correct `input.window` and `input.one_hot`",
                shape.get(1..).unwrap_or_default()
            )));
        }
        self.forward(shape, values)
            .map_err(|error| ModelError::Run(format!("candle failed: {error}")))
    }
}

/// The networks here take one tensor of numbers.
fn the_numbers(inputs: Vec<Feed>) -> Result<(Vec<usize>, Vec<f32>), ModelError> {
    let count = inputs.len();
    match <[Feed; 1]>::try_from(inputs) {
        Ok(
            [
                Feed {
                    shape,
                    values: Values::F32(values),
                    ..
                },
            ],
        ) => Ok((shape, values)),
        Ok(_) => Err(ModelError::Input(
            "the networks of candle take one-hot letters: describe `input.one_hot`".to_owned(),
        )),
        Err(_) => Err(ModelError::Input(format!(
            "the networks of candle take one input, the descriptor makes {count}"
        ))),
    }
}

impl Candle {
    fn forward(&self, shape: Vec<usize>, values: Vec<f32>) -> candle_core::Result<Tensor> {
        let tensor = candle_core::Tensor::from_vec(values, shape, &Device::Cpu)?;
        let tensor = match self.layout {
            Layout::LengthChannels => tensor.transpose(1, 2)?.contiguous()?,
            Layout::ChannelsLength => tensor,
        };
        let output = self.network.forward(&tensor)?;
        let values: Vec<f32> = output.flatten_all()?.to_vec1()?;
        Ok(Tensor::single(output.dims().to_vec(), values))
    }
}

fn damaged(path: &Path, reason: impl Into<String>) -> ModelError {
    ModelError::File {
        path: path.display().to_string(),
        reason: reason.into(),
    }
}
