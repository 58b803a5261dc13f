//! Parquet, some rows at a time, of the wanted columns alone.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::AssertUnwindSafe;
use std::path::Path;

use polars::prelude::{
    ChunkedArray, Column, DataType, Float64Type, Int64Type, ParquetReader, PolarsResult, SerReader,
    StringChunked,
};
use titer_core::ModelError;

use super::reader::{Cell, Each, refused};

/// Rows in memory at once.
const ROWS_AT_ONCE: usize = 1 << 17;

/// The names of the columns.
pub fn columns(path: &Path) -> Result<Vec<String>, ModelError> {
    read(path, |file| {
        let schema = ParquetReader::new(file).schema()?;
        Ok(schema.iter_names().map(ToString::to_string).collect())
    })
}

/// Goes over the rows.
pub fn scan(path: &Path, columns: &[&str], each: Each<'_>) -> Result<(), ModelError> {
    let rows = read(path, |file| ParquetReader::new(file).num_rows())?;
    let names: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    let mut start = 0;
    while start < rows {
        let frame = read(path, |file| {
            ParquetReader::new(file)
                .with_columns(Some(names.clone()))
                .with_slice(Some((start, ROWS_AT_ONCE)))
                .finish()
        })?;
        let mut taken = Vec::with_capacity(columns.len());
        for name in columns {
            let column = frame.column(name).map_err(|error| damaged(path, &error))?;
            taken.push(Taken::of(path, column)?);
        }
        if frame.height() == 0 {
            return Err(refused(
                path,
                "holds fewer rows than it says: fetch it anew",
            ));
        }
        let mut cells = Vec::with_capacity(columns.len());
        for row in 0..frame.height() {
            cells.clear();
            cells.extend(taken.iter().map(|column| column.cell(row)));
            each((start + row) as u64 + 1, &cells)?;
        }
        start += frame.height();
    }
    Ok(())
}

/// A column of some rows.
enum Taken {
    Texts(StringChunked),
    Whole(ChunkedArray<Int64Type>),
    Numbers(ChunkedArray<Float64Type>),
}

impl Taken {
    fn of(path: &Path, column: &Column) -> Result<Self, ModelError> {
        let damaged = |error| damaged(path, &error);
        let wanted = match column.dtype() {
            DataType::String => DataType::String,
            DataType::Float32 | DataType::Float64 => DataType::Float64,
            kind if kind.is_integer() => DataType::Int64,
            // A column of nothing but nulls.
            DataType::Null => DataType::Float64,
            other => {
                let reason = format!(
                    "column `{}` holds {other}: write it as text or numbers",
                    column.name()
                );
                return Err(refused(path, &reason));
            }
        };
        // One chunk, so that a row is found at once.
        let column = column.cast(&wanted).map_err(damaged)?.rechunk();
        Ok(match wanted {
            DataType::String => Self::Texts(column.str().map_err(damaged)?.clone()),
            DataType::Int64 => Self::Whole(column.i64().map_err(damaged)?.clone()),
            _ => Self::Numbers(column.f64().map_err(damaged)?.clone()),
        })
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Texts(texts) => texts.get(row).map_or(Cell::Null, Cell::Text),
            Self::Whole(whole) => whole.get(row).map_or(Cell::Null, Cell::Whole),
            Self::Numbers(numbers) => numbers.get(row).map_or(Cell::Null, Cell::Number),
        }
    }
}

/// Opens the file and reads from it; what damaged Parquet makes the reader panic is an error.
fn read<T>(path: &Path, of: impl FnOnce(File) -> PolarsResult<T>) -> Result<T, ModelError> {
    let file = whole(path)?;
    match std::panic::catch_unwind(AssertUnwindSafe(|| of(file))) {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(error)) => Err(damaged(path, &error)),
        Err(_) => Err(damaged(path, &"the reader gave up")),
    }
}

fn damaged(path: &Path, error: &dyn std::fmt::Display) -> ModelError {
    refused(
        path,
        &format!("is damaged or cut short, or no Parquet that can be read here: {error}"),
    )
}

/// The file, where it ends as Parquet does: the reader trusts lengths that a cut-off file holds.
fn whole(path: &Path) -> Result<File, ModelError> {
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
        Err(error) => Err(refused(path, &format!("cannot be read: {error}"))),
    }
}
