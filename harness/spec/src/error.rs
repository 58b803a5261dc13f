//! Errors of YAML files: file, line, column, the line itself and the cure.

use std::fmt;
use std::path::{Path, PathBuf};

/// What is wrong with a YAML file, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecError {
    /// The file.
    pub path: PathBuf,
    /// 1-based line; 0 where the whole file is meant.
    pub line: u64,
    /// 1-based column; 0 where the whole line is meant.
    pub column: u64,
    /// The line itself.
    pub excerpt: String,
    /// What is wrong, naming the field.
    pub message: String,
    /// What to do.
    pub cure: String,
}

impl SpecError {
    /// An error about a whole file.
    pub fn of_file(path: &Path, message: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: 0,
            column: 0,
            excerpt: String::new(),
            message: message.into(),
            cure: cure.into(),
        }
    }
}

impl std::error::Error for SpecError {}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.line > 0 && self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        write!(f, ": {}", self.message)?;
        if self.line > 0 && !self.excerpt.is_empty() {
            let number = self.line.to_string();
            let gutter = " ".repeat(number.len());
            write!(f, "\n  {gutter} |\n  {number} | {}", self.excerpt)?;
            if self.column > 0 {
                let indent = " ".repeat(self.column.saturating_sub(1) as usize);
                write!(f, "\n  {gutter} | {indent}^")?;
            }
        }
        if !self.cure.is_empty() {
            write!(f, "\n  cure: {}", self.cure)?;
        }
        Ok(())
    }
}
