//! The onnx backend: ONNX Runtime, loaded dynamically.
//!
//! The library is loaded into this process and stays there: one library a process. Files that are no
//! library, are cut short or are not ONNX Runtime are refused before that; against a library whose own
//! code aborts only a process of its own helps, which is where a cell runs anyway.

use std::path::Path;

use ort::environment::Environment;
use ort::logging::LogLevel;
use ort::session::{Session, SessionInputValue, builder::SessionBuilder};
use titer_core::ModelError;
use titer_spec::ModelSpec;

use crate::runtime::absent;
use crate::{Feed, Graph, LoadOptions, Made, Tensor, Values};

mod environment;
mod inputs;
mod signature;

use environment::environment;
use inputs::inputs;
use signature::the_output;

/// The version of the `ort` crate; a test holds it to Cargo.lock.
pub const ORT_VERSION: &str = "2.0.0-rc.15";

/// A session on a graph.
pub struct Onnx {
    session: Session,
    input: String,
    output: String,
    /// How many sequences the graph takes at once, where that is fixed.
    batch: Option<usize>,
}

/// Loads a graph that is fed what the adaptor has `made`: `options.threads` threads within an operator, one operator at a time, deterministic
/// kernels, the default graph optimizations.
///
/// # Errors
/// The runtime is absent or broken, the file is missing or damaged, or the graph's input is not what the
/// descriptor says.
pub fn load(
    spec: &ModelSpec,
    made: &[Made],
    path: &Path,
    options: &LoadOptions,
) -> Result<Onnx, ModelError> {
    let environment = environment(options.runtime.ok_or_else(absent)?)?;
    readable(path)?;
    let session = builder(&environment, options.threads)
        .and_then(|mut builder| builder.commit_from_file(path))
        .map_err(|error| {
            damaged(
                path,
                format!(
                    "ONNX Runtime cannot load it as a model ({}): fetch or export it anew",
                    one_line(error.message())
                ),
            )
        })?;
    let inputs = inputs(path, session.inputs(), made)?;
    let output = the_output(path, &session, spec.output.tensor.as_deref())?;
    Ok(Onnx {
        session,
        input: inputs.first,
        output,
        batch: inputs.batch,
    })
}

/// Loads the library at `path` into this process, as [`load`] does, and nothing more.
///
/// # Errors
/// The library is absent, too old or broken, or this process has loaded another one. A library whose
/// own code aborts takes the process with it: call this in a process that may die.
pub fn probe(path: &Path) -> Result<(), ModelError> {
    environment(path).map(|_| ())
}

fn builder(environment: &Environment, threads: usize) -> ort::Result<SessionBuilder> {
    Ok(Session::builder(environment)?
        .with_log_level(LogLevel::Fatal)?
        .with_intra_threads(threads.max(1))?
        .with_inter_threads(1)?
        .with_parallel_execution(false)?
        .with_deterministic_compute(true)?)
}

impl Graph for Onnx {
    fn run(&mut self, inputs: Vec<Feed>) -> Result<Tensor, ModelError> {
        let examples = inputs.first().map_or(0, Feed::examples);
        if let Some(batch) = self.batch.filter(|batch| *batch != examples) {
            return Err(ModelError::Input(format!(
                "the graph takes exactly {batch} sequences at once and got {examples}: use that batch size, or export it with a free batch axis"
            )));
        }
        self.forward(inputs).map_err(|error| {
            ModelError::Run(format!(
                "ONNX Runtime failed: {}",
                one_line(error.message())
            ))
        })
    }
}

impl Onnx {
    fn forward(&mut self, inputs: Vec<Feed>) -> ort::Result<Tensor> {
        let mut values = Vec::with_capacity(inputs.len());
        for input in inputs {
            let name = input.name.unwrap_or_else(|| self.input.clone());
            values.push((name, value(input.shape, input.values)?));
        }
        let outputs = self.session.run(values)?;
        let output = outputs
            .get(&self.output)
            .ok_or_else(|| ort::Error::new(format!("no output `{}`", self.output)))?;
        let (shape, values) = output.try_extract_tensor::<f32>()?;
        Ok(Tensor {
            // A tensor that exists has no negative sizes.
            shape: shape
                .iter()
                .map(|size| usize::try_from(*size).unwrap_or(0))
                .collect(),
            values: values.to_vec(),
        })
    }
}

fn value(shape: Vec<usize>, values: Values) -> ort::Result<SessionInputValue<'static>> {
    Ok(match values {
        Values::F32(values) => ort::value::Tensor::from_array((shape, values))?.into(),
        Values::I64(values) => ort::value::Tensor::from_array((shape, values))?.into(),
        Values::Text(values) => {
            ort::value::Tensor::from_string_array((shape, values.as_slice()))?.into()
        }
    })
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
mod tests {
    use super::*;

    #[test]
    fn the_versions_that_are_named_are_the_locked_ones() {
        let lock = include_str!("../../../Cargo.lock");
        for (name, version) in [
            ("ort", ORT_VERSION),
            ("candle-core", crate::candle::VERSION),
        ] {
            let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
            assert!(
                lock.contains(&entry),
                "{name} is not {version} in Cargo.lock"
            );
        }
    }
}
