//! What several tests of the whole program use.

pub(crate) mod hub;
pub(crate) mod loopback;
pub(crate) mod mlserver;
pub(crate) mod onnx;
pub(crate) mod pip;
pub(crate) mod script;
#[cfg(target_os = "linux")]
pub(crate) mod terminal;
pub(crate) mod world;
