//! Files that the adaptor needs, whatever the backend.

use super::{ModelSpec, Unit};

/// One token a line.
pub const VOCABULARY: &str = "vocabulary";
/// A `tokenizer.json`.
pub const TOKENIZER: &str = "tokenizer";
/// Safetensors of a linear layer.
pub const HEAD: &str = "head";

impl ModelSpec {
    /// The roles of the files that input and output need of every variant, beside the backend's.
    #[must_use]
    pub fn adaptor_roles(&self) -> Vec<&'static str> {
        let tokens = self.input.tokens.as_ref().map(|tokens| &tokens.value);
        let of_tokens = tokens.and_then(|tokens| match (&tokens.unit, &tokens.vocabulary) {
            (Unit::Bpe, _) => Some(TOKENIZER),
            (_, None) => Some(VOCABULARY),
            (_, Some(_)) => None,
        });
        let of_head = self.output.head.as_ref().map(|_| HEAD);
        of_tokens.into_iter().chain(of_head).collect()
    }
}
