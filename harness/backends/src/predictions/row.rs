//! A row of a table, whatever the table is written in.

use std::path::Path;

use titer_core::ModelError;

/// A value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Text; everything in CSV and TSV.
    Text(&'a str),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// Nothing.
    Null,
}

/// What is done with each row: its line (of Parquet: its row, counted from 1) and the values of the
/// columns that were asked for, in that order.
pub type Each<'a> = &'a mut dyn FnMut(u64, &[Cell<'_>]) -> Result<(), ModelError>;

pub(super) fn refused(path: &Path, reason: &str) -> ModelError {
    ModelError::File {
        path: path.display().to_string(),
        reason: reason.to_owned(),
    }
}
