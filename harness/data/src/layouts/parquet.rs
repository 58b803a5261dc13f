//! Parquet, some rows at a time, of the wanted columns alone.

use std::path::{Path, PathBuf};

use csv::StringRecord;
use titer_parquet::{Fault, Rows, Texts, Values};

use crate::error::TableError;
use crate::records::{Records, flawed, unreadable};

/// Rows in memory at once.
const ROWS_AT_ONCE: usize = 1 << 16;

/// A Parquet file that is being read.
pub(crate) struct Parquet {
    path: PathBuf,
    file: titer_parquet::Parquet,
    names: Vec<String>,
    /// Places of the columns that are read, the rows that are still to come, and what the columns hold in some rows.
    wanted: Vec<usize>,
    rows: Option<Rows>,
    columns: Vec<Texts>,
    /// The first row of `columns`, how many they have, and the next row.
    first: usize,
    height: usize,
    next: usize,
}

/// Opens a Parquet file; of its columns none is read before [`Records::want`] says which.
pub(crate) fn open(path: &Path) -> Result<Parquet, TableError> {
    let file = titer_parquet::Parquet::open(path).map_err(|fault| told(path, fault))?;
    Ok(Parquet {
        path: path.to_owned(),
        names: file.names(),
        file,
        wanted: Vec::new(),
        rows: None,
        columns: Vec::new(),
        first: 0,
        height: 0,
        next: 0,
    })
}

impl Parquet {
    /// The next rows' texts.
    fn load(&mut self) -> Result<(), TableError> {
        let rows = match &mut self.rows {
            Some(rows) => rows,
            none => {
                let names = self.wanted.iter().filter_map(|at| self.names.get(*at));
                let names: Vec<String> = names.cloned().collect();
                let rows = self.file.read(&names);
                none.insert(rows.map_err(|fault| told(&self.path, fault))?)
            }
        };
        let next = rows.next(ROWS_AT_ONCE);
        let next = next.map_err(|fault| told(&self.path, fault))?;
        let (height, columns) = next.ok_or_else(|| told(&self.path, Fault::Short))?;
        self.first = self.next;
        self.height = height;
        self.columns = columns.into_iter().map(Values::into_texts).collect();
        Ok(())
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
        self.rows = None;
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
        if self.next >= self.first + self.height {
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
