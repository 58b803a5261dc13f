//! Parquet that others wrote, some rows at a time, of the wanted columns alone.
//!
//! In scope: opening a file, refusing kinds of columns that are not read, and making errors of whatever damaged files make the
//! reader do. Not aware of: what the columns mean, and how its errors are worded for a table or for a model's answers.

mod kinds;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::prelude::{ArrowSchema, Column, DataType, ParquetReader, PolarsResult, SerReader};
use titer_core::quietly;

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The file itself.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// What it holds.
    #[error("is damaged or cut short, or no Parquet that can be read here: {0}")]
    Damaged(String),
    /// It ends before the rows that it announces.
    #[error("holds fewer rows than it says")]
    Short,
    /// A column of a kind that is not read.
    #[error("holds {kind}, which is not read")]
    Kind {
        /// The column.
        column: String,
        /// What it holds, in words.
        kind: String,
        /// What to write instead.
        cure: String,
    },
}

/// A Parquet file of which nothing but the end was read.
#[derive(Clone, Debug)]
pub struct Parquet {
    path: PathBuf,
    schema: Arc<ArrowSchema>,
    rows: usize,
}

impl Parquet {
    /// Reads what a file says of itself.
    ///
    /// # Errors
    /// It cannot be read or is no whole Parquet.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        Ok(Self {
            schema: read(path, |file| ParquetReader::new(file).schema())?,
            rows: read(path, |file| ParquetReader::new(file).num_rows())?,
            path: path.to_owned(),
        })
    }

    /// The names of the columns, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.schema.iter_names().map(ToString::to_string).collect()
    }

    /// How many rows the file says that it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Refuses a column of a kind that is not read; one that is not there is not refused.
    ///
    /// # Errors
    /// It is of such a kind.
    pub fn hold(&self, column: &str) -> Result<(), Fault> {
        let kind = self.schema.get(column).map(|field| &field.dtype);
        match kind.and_then(kinds::refusal) {
            None => Ok(()),
            Some((kind, cure)) => Err(Fault::Kind {
                column: column.to_owned(),
                kind,
                cure,
            }),
        }
    }

    /// At most `most` rows from `start` on (from 0): how many there are, one at least, and their columns in the order asked for, of
    /// which there may be none.
    ///
    /// # Errors
    /// The file is damaged, or there is no row although [`Self::rows`] says so.
    pub fn read(
        &self,
        columns: &[String],
        start: usize,
        most: usize,
    ) -> Result<(usize, Vec<Column>), Fault> {
        let frame = read(&self.path, |file| {
            ParquetReader::new(file)
                .with_columns(Some(columns.to_vec()))
                .with_slice(Some((start, most)))
                .finish()
        })?;
        if frame.height() == 0 {
            return Err(Fault::Short);
        }
        let column = |name: &String| frame.column(name).cloned().map_err(|it| damaged(&it));
        let columns: Result<Vec<Column>, Fault> = columns.iter().map(column).collect();
        Ok((frame.height(), columns?))
    }
}

/// A column as another kind, in one chunk, so that a row is found at once.
///
/// # Errors
/// The file was damaged in a way that shows only now.
pub fn cast(column: &Column, to: &DataType) -> Result<Column, Fault> {
    unpacked(quietly(|| Ok(column.cast(to)?.rechunk())))
}

/// An error of the reader.
pub fn damaged(error: &dyn std::fmt::Display) -> Fault {
    Fault::Damaged(error.to_string())
}

/// Opens the file and reads from it.
fn read<T>(path: &Path, of: impl FnOnce(File) -> PolarsResult<T>) -> Result<T, Fault> {
    let file = whole(path)?;
    unpacked(quietly(|| of(file)))
}

/// What a reader gave that may have panicked on damaged Parquet.
fn unpacked<T>(read: Option<PolarsResult<T>>) -> Result<T, Fault> {
    match read {
        Some(Ok(read)) => Ok(read),
        Some(Err(error)) => Err(damaged(&error)),
        None => Err(damaged(&"the reader gave up")),
    }
}

/// The file, where it ends as Parquet does: the reader trusts lengths that a cut-off file holds.
fn whole(path: &Path) -> Result<File, Fault> {
    let (mut file, mut end) = (File::open(path)?, [0; 4]);
    file.seek(SeekFrom::End(-4))?;
    file.read_exact(&mut end)?;
    file.rewind()?;
    match end == *b"PAR1" {
        true => Ok(file),
        false => Err(damaged(&"its end is missing")),
    }
}
