//! The process backend on systems without process groups and `poll`: it says that it is not there.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};

use titer_core::ModelError;
use titer_spec::{ModelSpec, VariantSpec};

use crate::probe::Said;
use crate::{Feed, Graph, LoadOptions, Tensor};

/// `titer_model.py`: turns a Python function into a process that answers.
pub const PYTHON: &str = include_str!("../../../python/titer_model.py");

/// A process; there is none here.
pub struct Process(Infallible);

/// A file that a command names; nobody looks here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlisted {
    /// The word of the command.
    pub word: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// Nothing: no command is started here.
#[must_use]
pub fn unlisted(_: &Path, _: &[String], _: &[&str]) -> Option<Unlisted> {
    None
}

/// # Errors
/// Always.
pub fn load(
    _: &ModelSpec,
    _: &VariantSpec,
    _: &BTreeMap<String, PathBuf>,
    _: &LoadOptions,
) -> Result<Process, ModelError> {
    Err(absent())
}

/// # Errors
/// Always.
pub fn identify(
    _: &VariantSpec,
    _: &BTreeMap<String, PathBuf>,
    _: &LoadOptions,
) -> Result<String, ModelError> {
    Err(absent())
}

/// # Errors
/// Always.
pub fn describe(_: &VariantSpec, _: &LoadOptions) -> Result<(Said, Vec<String>), ModelError> {
    Err(absent())
}

impl Graph for Process {
    fn run(&mut self, _: Vec<Feed>) -> Result<Tensor, ModelError> {
        match self.0 {}
    }
}

fn absent() -> ModelError {
    ModelError::Runtime(
        "the process backend needs a Unix system: leave the variant out, or run Titer on Linux or macOS"
            .to_owned(),
    )
}
