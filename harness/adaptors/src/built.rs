//! What a build of Titer may lack: parts behind cargo features.

use titer_core::ModelError;
use titer_spec::model::{Input, Unit};

/// A part that a model needs and this build lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this titer was built without {feature}")]
pub struct NotBuilt {
    /// The cargo feature that has it.
    pub feature: &'static str,
}

/// What reads a `tokenizer.json`.
pub(crate) const TOKENIZERS: NotBuilt = NotBuilt {
    feature: "tokenizers",
};

impl NotBuilt {
    /// What to do.
    #[must_use]
    pub fn cure(self) -> String {
        format!("build it with `--features {}`", self.feature)
    }
}

impl From<NotBuilt> for ModelError {
    fn from(lacking: NotBuilt) -> Self {
        Self::Runtime(format!("{lacking}: {}", lacking.cure()))
    }
}

/// Whether this build can make a model's tokens.
///
/// # Errors
/// They are byte pairs, and it lacks what reads a `tokenizer.json`.
pub fn built(input: &Input) -> Result<(), NotBuilt> {
    let tokens = input.tokens.as_ref();
    let needs_file = tokens.is_some_and(|tokens| matches!(tokens.value.unit, Unit::Bpe));
    match needs_file && !cfg!(feature = "tokenizers") {
        true => Err(TOKENIZERS),
        false => Ok(()),
    }
}
