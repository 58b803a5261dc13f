//! What is wrong with an adaptor: where, what, and the cure.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use titer_core::ModelError;

/// Why a descriptor's input and output make no adaptor, or why an example does not fit it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdaptorError {
    /// Where the mistake stands.
    pub at: At,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub cure: String,
}

/// Where a mistake stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// In a field of the descriptor, by its path: `output.head`, or `input.also.1` of a list.
    Field(String),
    /// In a file of the variant.
    File {
        /// Its role.
        role: &'static str,
        /// Where it lies; its role where there is none.
        path: String,
    },
}

impl AdaptorError {
    pub(super) fn of(
        field: impl Into<String>,
        message: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self {
            at: At::Field(field.into()),
            message: message.into(),
            cure: cure.into(),
        }
    }

    pub(super) fn of_file(
        role: &'static str,
        path: &Path,
        message: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self {
            at: At::File {
                role,
                path: path.display().to_string(),
            },
            message: message.into(),
            cure: cure.into(),
        }
    }
}

impl std::error::Error for AdaptorError {}

impl fmt::Display for AdaptorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let At::File { path, .. } = &self.at {
            write!(f, "{path}: ")?;
        }
        write!(f, "{}: {}", self.message, self.cure)
    }
}

impl From<AdaptorError> for ModelError {
    fn from(error: AdaptorError) -> Self {
        match error.at {
            At::Field(_) => Self::Input(error.to_string()),
            At::File { path, .. } => Self::File {
                path,
                reason: format!("{}: {}", error.message, error.cure),
            },
        }
    }
}

/// The variant's file of a role.
pub(super) fn file<'a>(
    files: &'a BTreeMap<String, PathBuf>,
    role: &'static str,
) -> Result<&'a Path, AdaptorError> {
    files.get(role).map(PathBuf::as_path).ok_or_else(|| {
        let message = format!("the variant has no file of the role `{role}`");
        AdaptorError::of_file(role, Path::new(role), message, "add it under `files`")
    })
}

pub(super) fn wrong<T>(
    field: impl Into<String>,
    message: impl Into<String>,
    cure: impl Into<String>,
) -> Result<T, AdaptorError> {
    Err(AdaptorError::of(field, message, cure))
}
