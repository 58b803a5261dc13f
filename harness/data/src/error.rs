//! Errors of data: file, line, column and cure.

use std::fmt;
use std::path::PathBuf;

use titer_spec::SpecError;

/// What is wrong with a dataset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// Its descriptor.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// Its table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// What is wrong with a table, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct TableError {
    /// The file.
    pub path: PathBuf,
    /// 1-based line; 0 where the whole file is meant.
    pub line: u64,
    /// The column's name; empty where the whole line is meant.
    pub column: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub cure: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.column.is_empty() {
            write!(f, ": in column `{}`", self.column)?;
        }
        write!(f, ": {}\n  cure: {}", self.message, self.cure)
    }
}
