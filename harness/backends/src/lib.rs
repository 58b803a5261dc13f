//! Backends: what executes a variant's tensors, or answers in a model's place.
//!
//! In scope: ONNX Runtime (and how it is found and installed), candle, a command of the user's, a server, a table of
//! predictions. Not aware of: datasets, metrics, measurement, run folders, worker processes; how sequences become tensors.
//!
//! A backend is a folder with an `Engine` and a line in `registry.rs`; what plans have to know of it
//! stands in spec's table. A build may lack those behind cargo features: what their files are is still known, what would run
//! is [`NotBuilt`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use titer_core::{Model, ModelError};
use titer_spec::{Backend, ModelSpec, VariantSpec};

#[cfg(feature = "candle")]
pub mod candle;
#[cfg(not(feature = "candle"))]
#[path = "candle/absent.rs"]
pub mod candle;
pub mod files;
#[cfg(feature = "http")]
pub mod http;
#[cfg(not(feature = "http"))]
#[path = "http/absent.rs"]
pub mod http;
#[cfg(feature = "onnx")]
pub mod onnx;
#[cfg(not(feature = "onnx"))]
#[path = "onnx/absent.rs"]
pub mod onnx;
#[cfg(any(feature = "http", all(feature = "process", unix)))]
pub mod open_inference;
pub mod predictions;
#[cfg(all(feature = "process", unix))]
pub mod process;
#[cfg(not(all(feature = "process", unix)))]
#[path = "process/absent.rs"]
pub mod process;
pub mod random_weights;
pub mod runtime;

mod probing;
mod registry;

use registry::{Loading, engine};
use titer_inspection::files::graph::Ending;

pub use candle::{Share, candle_threads, quantize, thread_environment};
pub use probing::Probing;
pub use registry::{built, can_run};
pub use titer_adaptors::NotBuilt;

/// How a variant is loaded.
#[derive(Clone, Copy, Debug)]
pub struct LoadOptions<'a> {
    /// ONNX Runtime's library, as [`runtime::ensure`] found it; needed by the onnx backend alone.
    pub runtime: Option<&'a Path>,
    /// Threads per prediction, at least 1. candle takes its number from the process's environment
    /// (see [`thread_environment`]): another number here is an error, for it would not be the truth.
    pub threads: usize,
    /// The descriptor's folder; needed by the process backend alone.
    pub folder: Option<&'a Path>,
    /// The file that keeps what a process writes to its standard error.
    pub errors: Option<&'a Path>,
    /// The version of a served model that a run was planned with: no other may answer.
    pub version: Option<&'a str>,
}

impl Default for LoadOptions<'_> {
    fn default() -> Self {
        Self {
            runtime: None,
            threads: 1,
            folder: None,
            errors: None,
            version: None,
        }
    }
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
    can_run(spec, variant)?;
    files::check(variant.backend, files)?;
    engine(variant.backend).load(&Loading {
        spec,
        variant,
        files,
        options,
    })
}

/// The backend and its version in words, for records and keys. `runtime_version` is ONNX Runtime's,
/// as [`runtime::version`] says; "unknown version" stands in for it where it is `None`.
#[must_use]
pub fn backend_version(backend: Backend, runtime_version: Option<&str>) -> String {
    engine(backend).version(runtime_version)
}

/// The libraries within Titer that compute, each in a line of words with its version or what a build needs to have it.
#[must_use]
pub fn libraries() -> Vec<String> {
    let of = |backend: &Backend| match built(*backend) {
        Ok(()) => engine(*backend).library(),
        Err(lacking) => Some(format!("{}: {lacking}; {}", backend.name(), lacking.cure())),
    };
    Backend::ALL.iter().filter_map(of).collect()
}

/// What the numbers of a model's output come out of, the first output where none is named; `None`: that cannot be told.
#[must_use]
pub fn ending(
    backend: Backend,
    files: &BTreeMap<String, PathBuf>,
    output: Option<&str>,
) -> Option<Ending> {
    engine(backend).ending(files, output)
}

/// What executes a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// In words that tell one version from another.
    pub words: String,
    /// The version of a served model; `None` where its server names none, and of every other backend.
    pub version: Option<String>,
}

impl Identity {
    /// What has no version of its own beside its words.
    fn of(words: String) -> Self {
        Self {
            words,
            version: None,
        }
    }
}

/// What executes a variant, before anything runs. A backend whose runtime is somewhere else asks it here; a
/// server that does not say which version of the model it has is given one made-up sequence, of `bases` where
/// the model takes any number.
///
/// # Errors
/// The runtime does not answer.
pub fn identify(
    spec: &ModelSpec,
    variant: &VariantSpec,
    files: &BTreeMap<String, PathBuf>,
    runtime_version: Option<&str>,
    bases: Option<usize>,
    options: &LoadOptions,
) -> Result<Identity, ModelError> {
    let loading = Loading {
        spec,
        variant,
        files,
        options,
    };
    engine(variant.backend).identify(&loading, runtime_version, bases)
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
