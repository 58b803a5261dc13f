//! What a build of Titer may lack: parts behind cargo features.

use titer_core::ModelError;
use titer_spec::model::Unit;
use titer_spec::{Backend, ModelSpec, VariantSpec};

use crate::registry::engine;

/// A part that a model needs and this build lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotBuilt {
    /// What executes a variant.
    #[error("this titer was built without {}", .0.name())]
    Backend(Backend),
    /// What reads a `tokenizer.json`.
    #[error("this titer was built without tokenizers")]
    Tokenizers,
}

impl NotBuilt {
    /// The cargo feature that has it.
    #[must_use]
    pub fn feature(self) -> &'static str {
        match self {
            Self::Backend(backend) => backend.name(),
            Self::Tokenizers => "tokenizers",
        }
    }

    /// What to do.
    #[must_use]
    pub fn cure(self) -> String {
        format!("build it with `--features {}`", self.feature())
    }
}

impl From<NotBuilt> for ModelError {
    fn from(lacking: NotBuilt) -> Self {
        Self::Runtime(format!("{lacking}: {}", lacking.cure()))
    }
}

/// Whether this build can run a variant.
///
/// # Errors
/// It lacks the backend, or what makes the model's tokens.
pub fn can_run(spec: &ModelSpec, variant: &VariantSpec) -> Result<(), NotBuilt> {
    engine(variant.backend).built()?;
    let tokens = spec.input.tokens.as_ref();
    let needs_file = tokens.is_some_and(|tokens| matches!(tokens.value.unit, Unit::Bpe));
    match variant.backend.runs() && needs_file && !cfg!(feature = "tokenizers") {
        true => Err(NotBuilt::Tokenizers),
        false => Ok(()),
    }
}
