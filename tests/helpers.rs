//! What several tests of the whole program use.

pub(crate) mod hub;
pub(crate) mod loopback;
pub(crate) mod mlserver;
pub(crate) mod onnx;
pub(crate) mod pip;
pub(crate) mod script;
pub(crate) mod world;
