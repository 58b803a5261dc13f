//! Weights of the candle backend written in another precision.

use std::path::Path;

use titer_core::ModelError;

/// How many numbers of a file lie in blocks that share a scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Numbers that lie in blocks.
    pub in_blocks: usize,
    /// All numbers.
    pub all: usize,
}

/// Writes the tensors of a safetensors file as GGUF in a precision that candle knows.
///
/// # Errors
/// The precision is none, the file cannot be read or written, or this build lacks candle.
#[cfg(feature = "candle")]
pub fn quantize(from: &Path, to: &Path, precision: &str) -> Result<Share, ModelError> {
    super::write(from, to, super::Precision::parse(precision)?)
}

/// # Errors
/// Always: this build lacks candle.
#[cfg(not(feature = "candle"))]
pub fn quantize(_: &Path, _: &Path, _: &str) -> Result<Share, ModelError> {
    Err(ModelError::from(titer_adaptors::NotBuilt {
        feature: "candle",
    }))
}
