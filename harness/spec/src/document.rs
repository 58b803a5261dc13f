//! One YAML file, read and parsed, with what errors need to point into it.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use titer_core::Digest;

use crate::bounds::{self, Breach};
use crate::dataset::Dataset;
use crate::error::SpecError;
use crate::evaluation::Evaluation;
use crate::located::Located;
use crate::model::{LITERAL, ModelSpec};
use crate::policy::Policy;
use crate::schema;
use crate::suite::Suite;
use crate::tree::Tree;
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

/// What a YAML file can hold. Its parser is compiled here, once: as a generic function it was compiled again in every
/// crate that reads a file, and stood in the program as often.
pub trait Written: Sized {
    /// Parses a text.
    ///
    /// # Errors
    /// The text is not YAML, or does not say what the type asks for.
    fn from_yaml(text: &str) -> Result<Self, ParserError>;

    /// The JSON schema, which holds the bounds.
    fn schema() -> &'static Schema;
}

/// Makes types ones that a file can hold.
#[macro_export]
macro_rules! written {
    ($($of:ty),*) => {
        $(impl $crate::document::Written for $of {
            fn from_yaml(text: &str) -> Result<Self, $crate::document::ParserError> {
                $crate::document::from_yaml(text)
            }

            fn schema() -> &'static $crate::document::Schema {
                $crate::document::schema_of::<Self>()
            }
        })*
    };
}

/// What the parser says of a text.
pub type ParserError = serde_saphyr::Error;

/// A JSON schema.
pub type Schema = serde_json::Value;

/// Parses a text: for [`written`].
///
/// # Errors
/// As [`Written::from_yaml`].
pub fn from_yaml<T: DeserializeOwned>(text: &str) -> Result<T, ParserError> {
    serde_saphyr::from_str(text)
}

/// The schema of a type: for [`written`].
#[must_use]
pub fn schema_of<T: JsonSchema>() -> &'static Schema {
    schema::value::<T>()
}

written!(Dataset, Evaluation, ModelSpec, Policy, Suite);

impl<T: Written> Document<T> {
    /// Reads and parses a file.
    ///
    /// # Errors
    /// The file cannot be read, is not YAML, or has an unknown key, a duplicate key, a missing key, a
    /// value of the wrong type, a number out of its bounds or a name that is none.
    pub fn read(path: &Path) -> Result<Self, SpecError> {
        let text = text_of(path).map_err(|error| {
            if error.kind() == ErrorKind::FileTooLarge {
                let message = format!("has more than {} MB", MAX_BYTES / 1_000_000);
                let cure = "say where data and predictions lie, in files of their own";
                return SpecError::of_file(path, message, cure);
            }
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
        match T::from_yaml(&text) {
            Ok(value) => {
                let tree = Tree::read(&text)
                    .map_err(|error| from_parser(path, &text, &error, T::schema()))?;
                match bounds::breach(&tree, T::schema()) {
                    Some(breach) => Err(from_breach(path, &text, breach)),
                    None => Ok(Self {
                        value,
                        path: path.to_owned(),
                        text,
                    }),
                }
            }
            Err(error) => {
                let at = error.location().map(|at| (at.line(), at.column()));
                // Of a number that its type cannot hold the bounds say more.
                let said = error.without_snippet().to_string();
                if let Some(missing) = missing(&said, &text, T::schema()) {
                    return Err(SpecError::of_file(path, missing.0, missing.1));
                }
                let number = said.contains("invalid ");
                let tree = number.then(|| Tree::read(&text).ok()).flatten();
                let breach = tree.and_then(|tree| bounds::breach(&tree, T::schema()));
                match breach.filter(|it| at == Some((it.line, it.column))) {
                    Some(breach) => Err(from_breach(path, &text, breach)),
                    None => Err(from_parser(path, &text, &error, T::schema())),
                }
            }
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

    /// The place of a field, by its path (`output.head`, `also.1.tensor`) from the mapping that `beside` is or that holds it;
    /// of what is not there the place of the last field on the way, or of `beside`.
    #[must_use]
    pub fn place<V>(&self, beside: &Located<V>, path: &str) -> Located<()> {
        let tree = Tree::read(&self.text).ok();
        let holder = tree
            .as_ref()
            .and_then(|tree| tree.value.mapping(beside.line, beside.column));
        let found = holder.and_then(|holder| holder.last_of(path));
        let (line, column) = found.map_or((beside.line, beside.column), |at| (at.line, at.column));
        Located {
            value: (),
            line,
            column,
        }
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

/// Bytes of a YAML file at most.
const MAX_BYTES: u64 = 16_000_000;

/// The text of a YAML file. A pipe may be one.
pub(crate) fn text_of(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > MAX_BYTES {
        true => Err(ErrorKind::FileTooLarge.into()),
        false => String::from_utf8(bytes).map_err(|_| std::io::Error::other("it is no UTF-8 text")),
    }
}

/// What is said of a file that lacks several of its fields, and the cure.
fn missing(said: &str, text: &str, schema: &Schema) -> Option<(String, String)> {
    let (_, rest) = said.split_once("missing field `")?;
    let (named, _) = rest.split_once('`')?;
    let tree = Tree::read(text).ok()?.value;
    let needed = schema.get("required")?.as_array()?.iter();
    let needed = needed.filter_map(Schema::as_str);
    let missing: Vec<&str> = needed.filter(|field| !tree.has(field)).collect();
    if missing.len() < 2 || !missing.contains(&named) {
        return None;
    }
    let list = format!("`{}`", missing.join("`, `"));
    Some((
        format!("the fields {list} are missing"),
        format!("add them; {}", wording::SCHEMA),
    ))
}

fn from_breach(path: &Path, text: &str, breach: Breach) -> SpecError {
    let error = SpecError {
        path: path.to_owned(),
        line: breach.line,
        column: breach.column,
        excerpt: wording::line_of(text, breach.line).to_owned(),
        message: breach.message,
        cure: breach.cure,
    };
    match holds_a_password(&error.excerpt) {
        true => error.without_its_line(),
        false => error,
    }
}

/// The parser is exact about the place and terse about the matter.
fn from_parser(path: &Path, text: &str, error: &serde_saphyr::Error, schema: &Schema) -> SpecError {
    let (line, column) = error
        .location()
        .map_or((0, 0), |at| (at.line(), at.column()));
    let said = error.without_snippet().to_string();
    let (message, cure) = wording::words(&said, text, (line, column), schema);
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

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "\
model: m
summary: s
tasks: []
input:
  tokens:
    unit: single_nucleotide
    length: {tokens: 9, shorter: pad_right}
  also:
    - {tensor: mask, holds: mask}
    - tensor: zeros
      holds: zeros
output: {kind: binary, activation: none}
variants: []
reference: r
";

    fn place(text: &str, path: &str) -> (u64, u64) {
        let document = Document::<ModelSpec>::parse(Path::new("m.yaml"), text.to_owned()).unwrap();
        let at = document.place(&document.value.model, path);
        (at.line, at.column)
    }

    #[test]
    fn a_field_is_found_by_its_path() {
        for (path, at) in [
            ("output.activation", (12, 36)),
            ("input.tokens.length.shorter", (7, 34)),
            ("input.also.1.holds", (11, 14)),
            // What is not there: the last one on the way.
            ("input.tokens.pad", (6, 5)),
            ("input.also.7", (9, 5)),
            ("output.head.weight", (12, 9)),
            ("golden", (1, 8)),
        ] {
            assert_eq!(place(MODEL, path), at, "{path}");
        }
    }

    #[test]
    fn a_field_of_a_mapping_is_found_by_its_path() {
        let text = "\
evaluation: e
suites: []
models: []
gates:
  - at_least:
      metric: auroc
      value: 2
  - at_most: {metric: auroc, covers: {classes: [a, b]}, value: 2}
";
        let document =
            Document::<crate::Evaluation>::parse(Path::new("e.yaml"), text.to_owned()).unwrap();
        let place = |gate: usize, path: &str| {
            let at = document.place(&document.value.gates[gate], path);
            (at.line, at.column)
        };
        assert_eq!(place(0, "at_least.value"), (7, 14));
        assert_eq!(place(1, "at_most.covers.classes.1"), (8, 52));
        assert_eq!(place(1, "at_most.where"), (8, 14));
        assert_eq!(place(0, "at_most"), (5, 5));
    }

    #[test]
    fn a_model_within_another_file_is_its_own_start() {
        let inner: String = MODEL
            .lines()
            .map(|line| format!("      {line}\n"))
            .collect();
        let text =
            format!("evaluation: e\nsuites: []\nmodels:\n  - model: other\n  - model:\n{inner}");
        let document =
            Document::<crate::Evaluation>::parse(Path::new("e.yaml"), text.clone()).unwrap();
        let crate::ModelSource::Inline(spec) = &document.value.models[1].model.value else {
            panic!("{:?}", document.value.models[1]);
        };
        let document = Document {
            value: (**spec).clone(),
            path: document.path.clone(),
            text,
        };
        let at = document.place(&document.value.model, "output.activation");
        assert_eq!((at.line, at.column), (17, 42));
    }
}
