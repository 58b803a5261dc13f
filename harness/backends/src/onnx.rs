//! The onnx backend: ONNX Runtime, loaded dynamically.
//!
//! The library is loaded into this process and stays there: one library a process. Files that are no
//! library, are cut short or are not ONNX Runtime are refused before that; against a library whose own
//! code aborts only a process of its own helps, which is where a cell runs anyway.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ort::session::Session;
use titer_adaptors::{Feed, Graph, Made, Tensor};
use titer_core::ModelError;
use titer_inspection::Port;
use titer_spec::model::{OnnxOptimization, OnnxOptions, OnnxProvider};
use titer_spec::{ModelSpec, VariantSpec};

use crate::LoadOptions;
use crate::runtime::absent;

mod batches;
mod engine;
mod environment;
mod find;
mod session;
pub(crate) mod shuffle;
mod signature;
mod values;

pub(crate) use engine::OnnxEngine;

use environment::environment;
use signature::Signature;

/// The version of the `ort` crate; a test holds it to Cargo.lock.
pub const ORT_VERSION: &str = "2.0.0-rc.15";

/// A session on a graph.
pub struct Onnx {
    session: Session,
    signature: Signature,
}

/// Loads a graph that is fed what the adaptor has `made`: `options.threads` threads within an operator, deterministic kernels, the rest as the
/// variant says. `files` are the variant's: the graph under `model`, its external data under other roles.
///
/// # Errors
/// The runtime is absent or broken, a file is missing or damaged, the graph reads files that the variant
/// does not name, its input is not what the descriptor says, or what is to execute it is not there.
pub fn load(
    spec: &ModelSpec,
    made: &[Made],
    variant: &VariantSpec,
    files: &BTreeMap<String, PathBuf>,
    options: &LoadOptions,
) -> Result<Onnx, ModelError> {
    let onnx = open(spec, made, variant, crate::role(files, "model")?, options)?;
    onnx.signature.all_fed(made)?;
    Ok(onnx)
}

/// Loads a graph, whatever inputs it needs.
fn open(
    spec: &ModelSpec,
    made: &[Made],
    variant: &VariantSpec,
    path: &Path,
    options: &LoadOptions,
) -> Result<Onnx, ModelError> {
    let library = options.runtime.ok_or_else(absent)?;
    let environment = environment(library)?;
    readable(path)?;
    let told = variant.onnx.clone().unwrap_or_default();
    let session = session::open(&environment, library, path, options.threads, &told)?;
    let wanted = spec.output.tensor.as_ref().map(|name| name.value.as_str());
    let signature = Signature::read(path, &session, made, wanted)?;
    Ok(Onnx { session, signature })
}

/// The inputs and outputs of the graph at `path`, as ONNX Runtime reads them. The file was checked before.
///
/// # Errors
/// The runtime is absent or broken, or it cannot load the graph.
pub fn describe(path: &Path, options: &LoadOptions) -> Result<(Vec<Port>, Vec<Port>), ModelError> {
    let library = options.runtime.ok_or_else(absent)?;
    let environment = environment(library)?;
    let told = OnnxOptions::default();
    let session = session::open(&environment, library, path, options.threads, &told)?;
    let ports = |outlets: &[ort::value::Outlet]| outlets.iter().map(signature::port).collect();
    Ok((ports(session.inputs()), ports(session.outputs())))
}

/// What the variant asks of ONNX Runtime, in words; empty where it asks nothing.
#[must_use]
pub fn told(variant: &VariantSpec) -> String {
    let options = variant.onnx.clone().unwrap_or_default();
    let mut words = String::new();
    if options.execution_provider != OnnxProvider::Cpu {
        words += &format!(", {}", options.execution_provider.name());
    }
    words += match options.optimization {
        OnnxOptimization::Disabled => ", optimization disabled",
        OnnxOptimization::Basic => ", optimization basic",
        OnnxOptimization::Extended => ", optimization extended",
        OnnxOptimization::All => "",
    };
    match options.threads_between_operators {
        Some(threads) if threads > 1 => words + &format!(", {threads} operators at once"),
        _ => words,
    }
}

/// Loads the library at `path` into this process, as [`load`] does, and nothing more.
///
/// # Errors
/// The library is absent, too old or broken, or this process has loaded another one. A library whose
/// own code aborts takes the process with it: call this in a process that may die.
pub fn probe(path: &Path) -> Result<(), ModelError> {
    environment(path).map(|_| ())
}

/// The library at `path` in this process, for a session beside Titer's own: there is one environment a process.
///
/// # Errors
/// As [`probe`].
#[cfg(feature = "examples")]
pub fn shared(path: &Path) -> Result<ort::environment::Environment, ModelError> {
    environment(path)
}

impl Graph for Onnx {
    fn run(&mut self, inputs: Vec<Feed>) -> Result<Tensor, ModelError> {
        let examples = inputs.first().map_or(0, Feed::examples);
        match self.signature.batch.filter(|batch| *batch != examples) {
            None => self.forward(inputs),
            Some(batch) => {
                let parts = (0..examples)
                    .step_by(batch)
                    .map(|from| self.forward(batches::part(&inputs, from, batch)))
                    .collect::<Result<Vec<Tensor>, _>>()?;
                batches::joined(parts, batch, examples)
            }
        }
    }
}

impl Onnx {
    fn forward(&mut self, inputs: Vec<Feed>) -> Result<Tensor, ModelError> {
        let mut fed = Vec::with_capacity(inputs.len());
        for (slot, feed) in self.signature.take(inputs)? {
            let value = values::input(&slot.name, slot.kind, feed.shape, feed.values)?;
            fed.push((slot.name.clone(), value));
        }
        let outputs = self.session.run(fed).map_err(|error| {
            ModelError::Run(format!(
                "ONNX Runtime failed: {}",
                one_line(error.message())
            ))
        })?;
        let name = &self.signature.output;
        let output = outputs
            .get(name)
            .ok_or_else(|| ModelError::Run(format!("ONNX Runtime returned no output `{name}`")))?;
        values::output(name, output)
    }
}

fn readable(path: &Path) -> Result<(), ModelError> {
    let file = std::fs::File::open(path).and_then(|file| file.metadata());
    match file {
        Ok(file) if file.is_file() => Ok(()),
        Ok(_) => Err(damaged(path, "is not a file")),
        Err(error) => Err(damaged(path, format!("cannot be read: {error}"))),
    }
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn damaged(path: &Path, reason: impl Into<String>) -> ModelError {
    ModelError::File {
        path: path.display().to_string(),
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests;
