//! The process backend on systems without process groups and `poll`: it says that it is not there.

use std::convert::Infallible;

use titer_core::ModelError;
use titer_spec::{ModelSpec, VariantSpec};

use crate::probe::Said;
use crate::{Feed, Graph, LoadOptions, Tensor};

#[path = "process/engine.rs"]
mod engine;

pub(crate) use engine::ProcessEngine;

/// `titer_model.py`: turns a Python function into a process that answers.
pub const PYTHON: &str = include_str!("../../../python/titer_model.py");

/// A process; there is none here.
pub struct Process(Infallible);

/// # Errors
/// Always.
pub fn load(_: &ModelSpec, _: &VariantSpec, _: &LoadOptions) -> Result<Process, ModelError> {
    Err(absent())
}

/// # Errors
/// Always.
pub fn identify(_: &VariantSpec, _: &LoadOptions) -> Result<String, ModelError> {
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
