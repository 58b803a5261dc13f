//! Errors of datasets: of the descriptor, or of the table with file, line and column.

use std::fmt;
use std::path::PathBuf;

use titer_spec::SpecError;
use titer_spec::error::{MAX_MESSAGE, cut};

/// What is wrong with a dataset.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The descriptor, or its file entry.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// What is wrong with a table, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    /// The table.
    pub path: PathBuf,
    /// 1-based line; 0 where the whole table is meant.
    pub line: u64,
    /// The column's name; `None` where the whole row is meant.
    pub column: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub cure: String,
}

impl std::error::Error for TableError {}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if let Some(column) = &self.column {
            write!(f, ": in column `{}`", cut(column, SHOWN))?;
        }
        let message = cut(&self.message, MAX_MESSAGE);
        write!(f, ": {message}\n  help: {}", cut(&self.cure, MAX_MESSAGE))
    }
}

/// Characters of a field that a message quotes.
pub(crate) const SHOWN: usize = 60;

/// A field as messages quote it.
pub(crate) fn quoted(text: &str) -> String {
    format!("{:?}", cut(text, SHOWN))
}

/// What is wrong with a value, and the cure; the reader adds the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub cure: String,
}

impl Flaw {
    /// A flaw and its cure.
    pub(crate) fn new(message: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            cure: cure.into(),
        }
    }
}
