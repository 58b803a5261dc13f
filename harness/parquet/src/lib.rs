//! Parquet: columns of others' files some rows at a time, whole columns of Titer's own, and tables written.
//!
//! In scope: opening a file, refusing kinds of columns that are not read, values in memory, errors for whatever damaged files
//! hold. Not aware of: what the columns mean, and how its errors are worded for a table, a run folder or a model's answers.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("scores.parquet");
//! use titer_parquet::{Parquet, Values, write};
//!
//! let scores = ("score".to_owned(), Values::Double(vec![Some(0.5), None]));
//! std::fs::write(&path, write(&[scores])?)?;
//!
//! let file = Parquet::open(&path)?;
//! assert_eq!(file.rows(), 2);
//! let mut rows = file.read(&["score".to_owned()])?;
//! while let Some((_height, columns)) = rows.next(1 << 16)? {
//!     assert_eq!(columns[0].clone().into_texts().get(0), Some("0.5"));
//! }
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod chunks;
mod column;
mod encodings;
mod footer;
mod kinds;
mod values;
mod write;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::file::metadata::ParquetMetaData;

use column::Column;
use kinds::{Form, Refused};
pub use values::{Texts, Values};
pub use write::{Unwritable, Writer, write};

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
    meta: Arc<ParquetMetaData>,
    fields: Arc<Vec<Field>>,
    rows: usize,
}

/// A top-level column.
#[derive(Debug)]
struct Field {
    name: String,
    form: Option<Form>,
    refused: Option<Refused>,
    /// Its first column of values: of a list or a struct there may be several.
    leaf: usize,
}

impl Parquet {
    /// Reads what a file says of itself.
    ///
    /// # Errors
    /// It cannot be read or is no whole Parquet.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let meta = footer::read(&mut File::open(path)?)?;
        let rows = |rows: i64| usize::try_from(rows).map_err(|error| damaged(&error));
        let mut total = 0_usize;
        for group in meta.row_groups() {
            total = total.saturating_add(rows(group.num_rows())?);
        }
        if total != rows(meta.file_metadata().num_rows())? {
            return Err(damaged(&"its parts have not as many rows as it says"));
        }
        let schema = meta.file_metadata().schema_descr();
        let mut fields = Vec::new();
        for (place, field) in schema.root_schema().get_fields().iter().enumerate() {
            let mut leaves = 0..schema.num_columns();
            let leaf = leaves.find(|leaf| schema.get_column_root_idx(*leaf) == place);
            let (form, refused) = match leaf {
                Some(_) => kinds::of(field),
                None => (None, Some(("structs".to_owned(), ""))),
            };
            fields.push(Field {
                name: field.name().to_owned(),
                form,
                refused,
                leaf: leaf.unwrap_or_default(),
            });
        }
        Ok(Self {
            path: path.to_owned(),
            meta: Arc::new(meta),
            fields: Arc::new(fields),
            rows: total,
        })
    }

    /// The names of the columns, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.fields.iter().map(|field| field.name.clone()).collect()
    }

    /// Whether there is such a column.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.field(column).is_some()
    }

    /// How many rows the file says that it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Refuses a column of a kind that is not read of others' files; one that is not there is not refused.
    ///
    /// # Errors
    /// It is of such a kind.
    pub fn hold(&self, column: &str) -> Result<(), Fault> {
        match self.field(column).and_then(|field| field.refused.as_ref()) {
            None => Ok(()),
            Some(refused) => Err(kind(column, refused)),
        }
    }

    /// The rows, some at a time, of some columns in the order asked for, of which there may be none.
    ///
    /// # Errors
    /// The file cannot be read, or has no such column or one of a kind that is not read.
    pub fn read(&self, columns: &[String]) -> Result<Rows, Fault> {
        columns.iter().try_for_each(|column| self.hold(column))?;
        self.rows_of(columns)
    }

    /// As [`read`](Self::read), of columns of any kind that Titer writes: bytes and lists too.
    ///
    /// # Errors
    /// The file cannot be read, or has no such column or one of another kind.
    pub fn rows_of(&self, columns: &[String]) -> Result<Rows, Fault> {
        let columns: Result<Vec<Column>, Fault> =
            columns.iter().map(|name| self.open_column(name)).collect();
        Ok(Rows {
            columns: columns?,
            left: self.rows,
        })
    }

    /// A whole column, also of bytes and of lists of 32-bit floats.
    ///
    /// # Errors
    /// The file is damaged, or has no such column or one of another kind.
    pub fn column(&self, name: &str) -> Result<Values, Fault> {
        let mut column = self.open_column(name)?;
        let values = column.read(self.rows)?;
        column.ended()?;
        Ok(values)
    }

    fn open_column(&self, name: &str) -> Result<Column, Fault> {
        let field = self.field(name);
        let field = field.ok_or_else(|| damaged(&format!("there is no column `{name}`")))?;
        match (&field.form, &field.refused) {
            (Some(form), _) => {
                let file = File::open(&self.path)?;
                Ok(Column::new(file, self.meta.clone(), field.leaf, *form))
            }
            (None, Some(refused)) => Err(kind(name, refused)),
            (None, None) => Err(damaged(&format!("column `{name}` is of no known kind"))),
        }
    }

    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// The rows of a file that is being read.
pub struct Rows {
    columns: Vec<Column>,
    left: usize,
}

impl Rows {
    /// The next rows, `most` at most: how many there are, and their columns; nothing where all were read.
    ///
    /// # Errors
    /// The file is damaged.
    pub fn next(&mut self, most: usize) -> Result<Option<(usize, Vec<Values>)>, Fault> {
        let many = most.min(self.left);
        if many == 0 {
            return Ok(None);
        }
        let columns: Result<Vec<Values>, Fault> =
            self.columns.iter_mut().map(|it| it.read(many)).collect();
        let columns = columns?;
        self.left -= many;
        if self.left == 0 {
            self.columns.iter().try_for_each(Column::ended)?;
        }
        Ok(Some((many, columns)))
    }
}

fn damaged(error: &dyn std::fmt::Display) -> Fault {
    Fault::Damaged(error.to_string())
}

fn kind(column: &str, (said, to): &Refused) -> Fault {
    Fault::Kind {
        column: column.to_owned(),
        kind: said.clone(),
        cure: kinds::cure(to),
    }
}
