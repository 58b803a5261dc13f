//! One YAML file, read and parsed, with what errors need to point into it.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use titer_core::Digest;

use crate::error::SpecError;
use crate::located::Located;
use crate::model::LITERAL;
use crate::wording;

/// A parsed YAML file.
#[derive(Clone, Debug)]
pub struct Document<T> {
    /// What it says.
    pub value: T,
    /// Where it lies.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

impl<T: DeserializeOwned> Document<T> {
    /// Reads and parses a file.
    ///
    /// # Errors
    /// The file cannot be read, is not YAML, or has an unknown key, a duplicate key, a missing key or
    /// a value of the wrong type.
    pub fn read(path: &Path) -> Result<Self, SpecError> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            SpecError::of_file(
                path,
                format!("cannot be read: {error}"),
                "check the path, and that it is a YAML file: a model goes by its description, not by its weights",
            )
        })?;
        Self::parse(path, text)
    }

    /// Parses a text that came from `path`.
    ///
    /// # Errors
    /// As [`Document::read`], but for reading.
    pub fn parse(path: &Path, text: String) -> Result<Self, SpecError> {
        match serde_saphyr::from_str::<T>(&text) {
            Ok(value) => Ok(Self {
                value,
                path: path.to_owned(),
                text,
            }),
            Err(error) => Err(from_parser(path, &text, &error)),
        }
    }
}

impl<T> Document<T> {
    /// The folder that relative paths start from.
    #[must_use]
    pub fn folder(&self) -> &Path {
        // The parent of a bare file name is the empty path.
        let parent = self.path.parent().filter(|parent| *parent != Path::new(""));
        parent.unwrap_or_else(|| Path::new("."))
    }

    /// The digest of the text.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// An error that points at a value.
    pub fn error<V>(
        &self,
        at: &Located<V>,
        message: impl Into<String>,
        cure: impl Into<String>,
    ) -> SpecError {
        SpecError {
            path: self.path.clone(),
            line: at.line,
            column: at.column,
            excerpt: wording::line_of(&self.text, at.line).to_owned(),
            message: message.into(),
            cure: cure.into(),
        }
    }
}

/// The parser is exact about the place and terse about the matter.
fn from_parser(path: &Path, text: &str, error: &serde_saphyr::Error) -> SpecError {
    let (line, column) = error
        .location()
        .map_or((0, 0), |at| (at.line(), at.column()));
    let said = error.without_snippet().to_string();
    let (message, cure) = wording::words(&said, text, line, column);
    let error = SpecError {
        path: path.to_owned(),
        line,
        column,
        excerpt: wording::line_of(text, line).to_owned(),
        message,
        cure,
    };
    match said.contains(LITERAL) || holds_a_password(&error.excerpt) {
        true => error.without_its_line(),
        false => error,
    }
}

/// Whether an address with a user stands in a line: whatever else is wrong with it, it is not shown.
fn holds_a_password(line: &str) -> bool {
    line.split("://").skip(1).any(|rest| {
        let authority = rest.split(['/', '?', '#', '"', '\'', ' ']).next();
        authority.is_some_and(|authority| authority.contains('@'))
    })
}
