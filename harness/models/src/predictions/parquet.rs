//! Parquet, some rows at a time, of the wanted columns alone.

use std::path::Path;

use polars::prelude::{ChunkedArray, Column, DataType, Float64Type, Int64Type, StringChunked};
use titer_core::ModelError;
use titer_parquet::{Fault, Parquet, cast};

use super::reader::{Cell, Each, refused};

/// Rows in memory at once.
const ROWS_AT_ONCE: usize = 1 << 17;

/// The names of the columns.
pub fn columns(path: &Path) -> Result<Vec<String>, ModelError> {
    let file = Parquet::open(path).map_err(|fault| told(path, &fault))?;
    Ok(file.names())
}

/// Goes over the rows.
pub fn scan(path: &Path, columns: &[&str], each: Each<'_>) -> Result<(), ModelError> {
    let told = |fault: Fault| told(path, &fault);
    let file = Parquet::open(path).map_err(told)?;
    // Kinds that are not read are refused before any row is.
    columns
        .iter()
        .try_for_each(|name| file.hold(name))
        .map_err(told)?;
    let names: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    let mut start = 0;
    while start < file.rows() {
        let (height, taken) = file.read(&names, start, ROWS_AT_ONCE).map_err(told)?;
        let taken: Result<Vec<Taken>, Fault> = taken.iter().map(Taken::of).collect();
        let taken = taken.map_err(told)?;
        let mut cells = Vec::with_capacity(columns.len());
        for row in 0..height {
            cells.clear();
            cells.extend(taken.iter().map(|column| column.cell(row)));
            each((start + row) as u64 + 1, &cells)?;
        }
        start += height;
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
    fn of(column: &Column) -> Result<Self, Fault> {
        let wanted = match column.dtype() {
            kind if kind.is_integer() => DataType::Int64,
            // A column of nothing but nulls has no kind.
            kind if kind.is_float() || *kind == DataType::Null => DataType::Float64,
            _ => DataType::String,
        };
        let column = cast(column, &wanted)?;
        let damaged = |error| titer_parquet::damaged(&error);
        Ok(match wanted {
            DataType::Int64 => Self::Whole(column.i64().map_err(damaged)?.clone()),
            DataType::Float64 => Self::Numbers(column.f64().map_err(damaged)?.clone()),
            _ => Self::Texts(column.str().map_err(damaged)?.clone()),
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

/// A fault as an error of the predictions.
fn told(path: &Path, fault: &Fault) -> ModelError {
    let reason = match fault {
        Fault::Unreadable(_) | Fault::Damaged(_) => fault.to_string(),
        Fault::Short => format!("{fault}: fetch it anew"),
        Fault::Kind { column, cure, .. } => format!("column `{column}` {fault}: {cure}"),
    };
    refused(path, &reason)
}
