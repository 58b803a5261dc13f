//! Parquet, some rows at a time.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use polars::prelude::{Column, DataType, ParquetReader, PolarsResult, SerReader, StringChunked};

use crate::error::TableError;
use crate::records::{Records, flawed, unreadable};

/// Rows in memory at once.
const ROWS_AT_ONCE: usize = 1 << 16;

/// A Parquet file that is being read.
pub struct Parquet {
    path: PathBuf,
    names: Vec<String>,
    rows: usize,
    columns: Vec<StringChunked>,
    /// The first row of `columns`, and the next row.
    first: usize,
    next: usize,
}

/// Opens a Parquet file.
pub fn open(path: &Path) -> Result<Parquet, TableError> {
    let names = read(path, |file| {
        let schema = ParquetReader::new(file).schema()?;
        Ok(schema.iter_names().map(ToString::to_string).collect())
    })?;
    Ok(Parquet {
        path: path.to_owned(),
        names,
        rows: read(path, |file| ParquetReader::new(file).num_rows())?,
        columns: Vec::new(),
        first: 0,
        next: 0,
    })
}

impl Parquet {
    fn load(&mut self) -> Result<(), TableError> {
        let frame = read(&self.path, |file| {
            ParquetReader::new(file)
                .with_slice(Some((self.next, ROWS_AT_ONCE)))
                .finish()
        })?;
        if frame.height() == 0 {
            return Err(flawed(
                &self.path,
                0,
                "holds fewer rows than it says",
                "fetch it anew",
            ));
        }
        self.first = self.next;
        self.columns.clear();
        for name in &self.names {
            let column = frame
                .column(name)
                .map_err(|error| damaged(&self.path, &error))?;
            self.columns.push(texts(&self.path, column)?);
        }
        Ok(())
    }
}

/// A column as text; lists and other nested kinds are given as nothing, and missed only where they are asked for.
fn texts(path: &Path, column: &Column) -> Result<StringChunked, TableError> {
    let kind = column.dtype();
    let column = if kind.is_nested() || *kind == DataType::Binary {
        Column::full_null(column.name().clone(), column.len(), &DataType::String)
    } else {
        column
            .cast(&DataType::String)
            .map_err(|error| damaged(path, &error))?
    };
    // One chunk, so that a row is found at once.
    let column = column.rechunk();
    let texts = column.str().map_err(|error| damaged(path, &error))?;
    Ok(texts.clone())
}

impl Records for Parquet {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn next(&mut self, record: &mut StringRecord) -> Result<bool, TableError> {
        if self.next >= self.rows {
            return Ok(false);
        }
        let held = self.columns.first().map_or(0, StringChunked::len);
        if self.next >= self.first + held {
            self.load()?;
        }
        let row = self.next - self.first;
        record.clear();
        for column in &self.columns {
            record.push_field(column.get(row).unwrap_or_default());
        }
        self.next += 1;
        Ok(true)
    }

    fn place(&self) -> (&Path, u64) {
        (&self.path, self.next as u64)
    }
}

/// Opens the file and reads from it; what damaged Parquet makes the reader panic is an error.
fn read<T>(path: &Path, of: impl FnOnce(File) -> PolarsResult<T>) -> Result<T, TableError> {
    let file = whole(path)?;
    match std::panic::catch_unwind(AssertUnwindSafe(|| of(file))) {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(error)) => Err(damaged(path, &error)),
        Err(_) => Err(damaged(path, &"the reader gave up")),
    }
}

fn damaged(path: &Path, error: &dyn std::fmt::Display) -> TableError {
    flawed(
        path,
        0,
        format!("is damaged or cut short, or no Parquet that can be read here: {error}"),
        "fetch or make it anew",
    )
}

/// The file, where it ends as Parquet does: the reader trusts lengths that a cut-off file holds.
fn whole(path: &Path) -> Result<File, TableError> {
    let open = || -> std::io::Result<(File, [u8; 4])> {
        let (mut file, mut end) = (File::open(path)?, [0; 4]);
        file.seek(SeekFrom::End(-4))?;
        file.read_exact(&mut end)?;
        file.rewind()?;
        Ok((file, end))
    };
    match open() {
        Ok((file, end)) if end == *b"PAR1" => Ok(file),
        Ok(_) => Err(damaged(path, &"its end is missing")),
        Err(error) => Err(unreadable(path, 0, &error)),
    }
}
