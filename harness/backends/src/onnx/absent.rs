//! The onnx backend in a build without it: graphs are checked, and nothing runs.

mod engine;
pub(crate) mod shuffle;

pub(crate) use engine::OnnxEngine;
