//! One YAML file, read and parsed, with what errors need to point into it.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use titer_core::Digest;

use crate::error::SpecError;
use crate::located::Located;
use crate::suggest;

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
                "check the path, and that the file is text",
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
        self.path.parent().unwrap_or_else(|| Path::new("."))
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
            excerpt: line_of(&self.text, at.line),
            message: message.into(),
            cure: cure.into(),
        }
    }
}

fn line_of(text: &str, line: u64) -> String {
    let index = (line as usize).saturating_sub(1);
    text.lines().nth(index).unwrap_or_default().to_owned()
}

/// The parser is exact about the place and terse about the matter: the field's name is taken from
/// the line, and unknown names get the nearest known one.
fn from_parser(path: &Path, text: &str, error: &serde_saphyr::Error) -> SpecError {
    let (line, column) = error
        .location()
        .map_or((0, 0), |at| (at.line(), at.column()));
    let excerpt = line_of(text, line);
    let said = plain(&error.without_snippet().to_string());
    let field = field_of(&excerpt);
    let cure = unknown_name(&said)
        .unwrap_or_else(|| "see `titer schema` for every field and its type".to_owned());
    let message = match field {
        Some(field) if !said.contains(&field) => format!("in `{field}`: {said}"),
        _ => said,
    };
    SpecError {
        path: path.to_owned(),
        line,
        column,
        excerpt,
        message,
        cure,
    }
}

/// The parser's sentence without its own "at line ..., column ...".
fn plain(said: &str) -> String {
    let first = said.lines().next().unwrap_or_default();
    let end = first.find(" at line ").unwrap_or(first.len());
    first[..end]
        .trim_start_matches("error: ")
        .trim_end_matches([',', ':', ' '])
        .to_owned()
}

/// The key of a line such as `  - auroc: 3`.
fn field_of(line: &str) -> Option<String> {
    let (key, _) = line.trim_start().trim_start_matches("- ").split_once(':')?;
    let key = key.trim();
    let word = key
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    (word && !key.is_empty()).then(|| key.to_owned())
}

/// Reads "unknown field `x`, expected one of `a`, `b`" and answers with a cure.
fn unknown_name(said: &str) -> Option<String> {
    if !said.contains("unknown") {
        return None;
    }
    let quoted: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    let (written, known) = quoted.split_first()?;
    (!known.is_empty()).then(|| suggest::cure(written, known))
}
