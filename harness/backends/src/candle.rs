//! The candle backend: safetensors or GGUF and a `config.json` that describes the network, in pure Rust.
//!
//! A network is a list of layers or a Performer, see [`config`]; a variant's `precision` says in what numbers it
//! is kept and run, see [`precision`].

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
mod performer;
pub mod precision;
mod quantize;
pub(crate) mod shuffle;
mod threads;
mod weights;

use config::Described;

pub(crate) use engine::CandleEngine;
pub use precision::Precision;
pub use quantize::{Share, quantize};
pub use threads::{candle_threads, thread_environment};
pub use weights::{precision_of, write};

/// candle's version; a test holds it to Cargo.lock.
pub const VERSION: &str = "0.11.1";

/// A network whose tensors are in memory.
pub struct Candle {
    runs: Runs,
}

enum Runs {
    Layers(network::Network, Layout),
    Performer(Box<performer::Network>),
}

/// What a network of layers is fed with.
const ONE_HOT: &str = "the networks of layers take one-hot letters: describe `input.one_hot`";

/// Loads a network. `layout` is that of a one-hot input; `None` where the descriptor makes none.
///
/// # Errors
/// A file is missing or damaged, a tensor is missing or of the wrong shape (it is named), the layers do
/// not fit each other, the input is not what the family takes, or this process runs candle with another number of threads.
pub fn load(
    config: &Path,
    weights: &Path,
    layout: Option<Layout>,
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
    let runs = match described {
        Described::Layers(described) => {
            let layout = layout.ok_or_else(|| ModelError::Input(ONE_HOT.to_owned()))?;
            let network = network::Network::build(config, &described, &mut tensors, &on)?;
            Runs::Layers(network, layout)
        }
        Described::Performer(described) => {
            let network = performer::Network::build(&described, &mut tensors, &on)?;
            Runs::Performer(Box::new(network))
        }
    };
    tensors.all_used()?;
    tensors.some_in_blocks()?;
    Ok(Candle { runs })
}

impl Graph for Candle {
    fn run(&mut self, inputs: Vec<Feed>) -> Result<Tensor, ModelError> {
        let failed = |error| ModelError::Run(format!("candle failed: {error}"));
        match &self.runs {
            Runs::Layers(network, layout) => {
                let (shape, values) = numbers(only(inputs)?)?;
                fits(network, *layout, &shape)?;
                forward(network, *layout, shape, values).map_err(failed)
            }
            Runs::Performer(network) => {
                let (shape, ids) = tokens(only(inputs)?)?;
                network.check(&shape, &ids)?;
                network.run(&shape, &ids).map_err(failed)
            }
        }
    }
}

/// The networks here take one tensor.
fn only(inputs: Vec<Feed>) -> Result<Feed, ModelError> {
    let count = inputs.len();
    let [feed] = <[Feed; 1]>::try_from(inputs).map_err(|_| {
        ModelError::Input(format!(
            "the networks of candle take one input, the descriptor makes {count}"
        ))
    })?;
    Ok(feed)
}

fn numbers(feed: Feed) -> Result<(Vec<usize>, Vec<f32>), ModelError> {
    match feed.values {
        Values::F32(values) => Ok((feed.shape, values)),
        _ => Err(ModelError::Input(ONE_HOT.to_owned())),
    }
}

fn tokens(feed: Feed) -> Result<(Vec<usize>, Vec<i64>), ModelError> {
    match feed.values {
        Values::I64(ids) => Ok((feed.shape, ids)),
        _ => Err(ModelError::Input(
            "the family `performer` takes tokens: describe `input.tokens`".to_owned(),
        )),
    }
}

fn fits(network: &network::Network, layout: Layout, shape: &[usize]) -> Result<(), ModelError> {
    let (length, channels) = network.input();
    let expected = match layout {
        Layout::LengthChannels => [length, channels],
        Layout::ChannelsLength => [channels, length],
    };
    if shape.get(1..) == Some(&expected[..]) {
        return Ok(());
    }
    Err(ModelError::Input(format!(
        "the network of config.json takes {expected:?} per example, the descriptor's input makes {:?}: correct `input.window` and `input.one_hot`",
        shape.get(1..).unwrap_or_default()
    )))
}

fn forward(
    network: &network::Network,
    layout: Layout,
    shape: Vec<usize>,
    values: Vec<f32>,
) -> candle_core::Result<Tensor> {
    let tensor = candle_core::Tensor::from_vec(values, shape, &Device::Cpu)?;
    let tensor = match layout {
        Layout::LengthChannels => tensor.transpose(1, 2)?.contiguous()?,
        Layout::ChannelsLength => tensor,
    };
    let output = network.forward(&tensor)?;
    let values: Vec<f32> = output.flatten_all()?.to_vec1()?;
    Ok(Tensor::single(output.dims().to_vec(), values))
}

fn damaged(path: &Path, reason: impl Into<String>) -> ModelError {
    ModelError::File {
        path: path.display().to_string(),
        reason: reason.into(),
    }
}
