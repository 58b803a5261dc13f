//! A build without the feature `tokenizers`: no `tokenizer.json` is read.

use std::convert::Infallible;
use std::path::Path;

use crate::built::TOKENIZERS;
use crate::error::AdaptorError;

/// A `tokenizer.json`; there is none here.
#[derive(Clone, Debug)]
pub(super) struct Bpe(Infallible);

impl Bpe {
    pub(super) fn read(_: &Path) -> Result<Self, AdaptorError> {
        let (message, cure) = (TOKENIZERS.to_string(), TOKENIZERS.cure());
        Err(AdaptorError::of("input.tokens.unit", message, cure))
    }

    pub(super) fn encode(&self, _: &[u8]) -> Result<Vec<i64>, AdaptorError> {
        match self.0 {}
    }

    pub(super) fn around(&self) -> Result<[Vec<i64>; 2], AdaptorError> {
        match self.0 {}
    }

    pub(super) fn special(&self, _: &str, _: &str) -> Result<i64, AdaptorError> {
        match self.0 {}
    }

    pub(super) fn name(&self, _: i64) -> Option<String> {
        match self.0 {}
    }
}
