//! Parquet, some rows at a time, of the wanted columns alone.

use std::path::{Path, PathBuf};

use csv::StringRecord;
use polars::prelude::{DataType, StringChunked};
use titer_parquet::{Fault, cast};

use crate::error::TableError;
use crate::records::{Records, flawed, unreadable};

/// Rows in memory at once.
const ROWS_AT_ONCE: usize = 1 << 16;

/// A Parquet file that is being read.
pub struct Parquet {
    path: PathBuf,
    file: titer_parquet::Parquet,
    names: Vec<String>,
    /// Places of the columns that are read, and what they hold in some rows.
    wanted: Vec<usize>,
    columns: Vec<StringChunked>,
    /// The first row of `columns`, and the next row.
    first: usize,
    next: usize,
}

/// Opens a Parquet file; of its columns none is read before [`Records::want`] says which.
pub fn open(path: &Path) -> Result<Parquet, TableError> {
    let file = titer_parquet::Parquet::open(path).map_err(|fault| told(path, fault))?;
    Ok(Parquet {
        path: path.to_owned(),
        names: file.names(),
        file,
        wanted: Vec::new(),
        columns: Vec::new(),
        first: 0,
        next: 0,
    })
}

impl Parquet {
    fn load(&mut self) -> Result<(), TableError> {
        let names = self
            .wanted
            .iter()
            .filter_map(|place| self.names.get(*place));
        let names: Vec<String> = names.cloned().collect();
        self.columns = self
            .texts(&names)
            .map_err(|fault| told(&self.path, fault))?;
        self.first = self.next;
        Ok(())
    }

    fn texts(&self, names: &[String]) -> Result<Vec<StringChunked>, Fault> {
        let text = |column| {
            let column = cast(&column, &DataType::String)?;
            let texts = column.str().cloned();
            texts.map_err(|error| titer_parquet::damaged(&error))
        };
        let (_, columns) = self.file.read(names, self.next, ROWS_AT_ONCE)?;
        columns.into_iter().map(text).collect()
    }
}

impl Records for Parquet {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn want(&mut self, columns: &[usize]) -> Result<(), TableError> {
        self.wanted = columns.to_vec();
        self.wanted.sort_unstable();
        self.wanted.dedup();
        let mut names = self
            .wanted
            .iter()
            .filter_map(|place| self.names.get(*place));
        names
            .try_for_each(|name| self.file.hold(name))
            .map_err(|fault| told(&self.path, fault))
    }

    fn next(&mut self, record: &mut StringRecord) -> Result<bool, TableError> {
        if self.next >= self.file.rows() {
            return Ok(false);
        }
        let held = self.columns.first().map_or(0, StringChunked::len);
        if self.next >= self.first + held {
            self.load()?;
        }
        let row = self.next - self.first;
        record.clear();
        let mut columns = self.wanted.iter().zip(&self.columns).peekable();
        for place in 0..self.names.len() {
            let here = columns.next_if(|(wanted, _)| **wanted == place);
            let text = here.and_then(|(_, column)| column.get(row));
            record.push_field(text.unwrap_or_default());
        }
        self.next += 1;
        Ok(true)
    }

    fn place(&self) -> (&Path, u64) {
        (&self.path, self.next as u64)
    }
}

/// A fault as an error of the table.
fn told(path: &Path, fault: Fault) -> TableError {
    let message = fault.to_string();
    match fault {
        Fault::Unreadable(error) => unreadable(path, 0, &error),
        Fault::Damaged(_) => flawed(path, 0, message, "fetch or make it anew"),
        Fault::Short => flawed(path, 0, message, "fetch it anew"),
        Fault::Kind { column, cure, .. } => TableError {
            column: Some(column),
            ..flawed(path, 0, message, &cure)
        },
    }
}
