//! Backends: what turns a variant's files and a batch of sequences into probabilities.
//!
//! In scope: the adaptor from sequence to tensor and back, ONNX Runtime (and how it is found and
//! installed), candle. Not aware of: datasets, metrics, measurement, run folders, worker processes.
//!
//! A backend is one file whose `load` returns a [`Graph`], one arm in [`load`] and one in
//! [`backend_version`]; the compiler asks for both once spec's `Backend` has the name.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use titer_core::{Model, ModelError, Outcome, Query};
use titer_spec::{Backend, ModelSpec, VariantSpec};

pub mod adaptor;
pub mod candle;
pub mod files;
pub mod onnx;
pub mod predictions;
pub mod random_weights;
pub mod runtime;

pub use adaptor::{Adaptor, Feed, Tensor, Values};
pub use candle::{candle_threads, thread_environment};

/// What executes tensors: a loaded network without its adaptor.
pub trait Graph {
    /// Runs a batch of encoded sequences; the first axis of every input and of the output is the batch.
    ///
    /// # Errors
    /// The runtime's own failure, or inputs that it cannot take.
    fn run(&mut self, inputs: Vec<Feed>) -> Result<Tensor, ModelError>;
}

/// How a variant is loaded.
#[derive(Clone, Copy, Debug)]
pub struct LoadOptions<'a> {
    /// ONNX Runtime's library, as [`runtime::ensure`] found it; needed by the onnx backend alone.
    pub runtime: Option<&'a Path>,
    /// Threads per prediction, at least 1. candle takes its number from the process's environment
    /// (see [`thread_environment`]): another number here is an error, for it would not be the truth.
    pub threads: usize,
}

/// Loads a variant. `files` holds the variant's files by role, already located and verified.
///
/// # Errors
/// A file is missing or damaged, the runtime is absent or broken, or the descriptor asks for what the
/// backend cannot do.
pub fn load(
    spec: &ModelSpec,
    variant: &VariantSpec,
    files: &BTreeMap<String, PathBuf>,
    options: &LoadOptions,
) -> Result<Box<dyn Model>, ModelError> {
    files::check(variant.backend, files)?;
    if variant.backend == Backend::Predictions {
        return Ok(Box::new(predictions::load(spec, variant, files, None)?));
    }
    let adaptor = Adaptor::new(&spec.input, &spec.output)?;
    let graph: Box<dyn Graph> = match variant.backend {
        Backend::Onnx => Box::new(onnx::load(spec, variant, files, options)?),
        Backend::Candle => Box::new(candle::load(
            role(files, "config")?,
            role(files, "weights")?,
            spec.input.one_hot.layout,
            options.threads,
            variant,
        )?),
        Backend::Predictions => return Err(predictions::no_graph()),
    };
    Ok(Box::new(Adapted { adaptor, graph }))
}

/// The backend and its version in words, for records and keys. `runtime_version` is ONNX Runtime's,
/// as [`runtime::version`] says; "unknown version" stands in for it where it is `None`.
#[must_use]
pub fn backend_version(backend: Backend, runtime_version: Option<&str>) -> String {
    match backend {
        Backend::Onnx => format!(
            "ONNX Runtime {} (ort {})",
            runtime_version.unwrap_or("unknown version"),
            onnx::ORT_VERSION
        ),
        Backend::Candle => format!("candle {}", candle::VERSION),
        Backend::Predictions => "table of predictions".to_owned(),
    }
}

/// What executes a variant, in words that tell one version from another; before anything runs. A
/// backend whose runtime is somewhere else asks it here.
///
/// # Errors
/// The runtime does not answer.
pub fn identify(
    variant: &VariantSpec,
    _files: &BTreeMap<String, PathBuf>,
    runtime_version: Option<&str>,
) -> Result<String, ModelError> {
    match variant.backend {
        Backend::Onnx => {
            Ok(backend_version(variant.backend, runtime_version) + &onnx::told(variant))
        }
        Backend::Candle | Backend::Predictions => {
            Ok(backend_version(variant.backend, runtime_version))
        }
    }
}

fn role<'a>(files: &'a BTreeMap<String, PathBuf>, role: &str) -> Result<&'a Path, ModelError> {
    files
        .get(role)
        .map(PathBuf::as_path)
        .ok_or_else(|| ModelError::File {
            path: role.to_owned(),
            reason: format!("the variant has no file of the role `{role}`: add it under `files`"),
        })
}

struct Adapted {
    adaptor: Adaptor,
    graph: Box<dyn Graph>,
}

impl Model for Adapted {
    fn predict(&mut self, batch: &[Query<'_>]) -> Result<Vec<Outcome>, ModelError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let inputs = self.adaptor.encode(batch)?;
        let output = self.graph.run(inputs)?;
        let outputs = self.adaptor.decode(batch.len(), output)?;
        Ok(outputs.into_iter().map(Outcome::of).collect())
    }
}
