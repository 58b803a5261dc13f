//! The process backend in a build without it, and on systems without process groups and `poll`: nothing runs.

mod engine;
mod python;

pub(crate) use engine::ProcessEngine;
pub use python::PYTHON;
