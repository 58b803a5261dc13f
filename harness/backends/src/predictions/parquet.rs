//! Parquet, some rows at a time, of the wanted columns alone.

use std::path::Path;

use titer_core::ModelError;
use titer_parquet::{Fault, Parquet, Texts, Values};

use super::row::{Cell, Each, refused};

/// Rows in memory at once.
const ROWS_AT_ONCE: usize = 1 << 17;

/// The names of the columns.
pub(super) fn columns(path: &Path) -> Result<Vec<String>, ModelError> {
    let file = Parquet::open(path).map_err(|fault| told(path, &fault))?;
    Ok(file.names())
}

/// Goes over the rows.
pub(super) fn scan(path: &Path, columns: &[&str], each: Each<'_>) -> Result<(), ModelError> {
    let told = |fault: Fault| told(path, &fault);
    let file = Parquet::open(path).map_err(told)?;
    let names: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    // Kinds that are not read are refused before any row is.
    let mut rows = file.read(&names).map_err(told)?;
    let mut start = 0;
    while let Some((height, taken)) = rows.next(ROWS_AT_ONCE).map_err(told)? {
        let taken: Vec<Taken> = taken.into_iter().map(Taken::of).collect();
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
    Texts(Texts),
    Whole(Vec<Option<i64>>),
    Numbers(Vec<Option<f64>>),
}

impl Taken {
    fn of(column: Values) -> Self {
        match column {
            Values::Whole(whole) => Self::Whole(whole),
            Values::Double(numbers) => Self::Numbers(numbers),
            Values::Float(numbers) => {
                Self::Numbers(numbers.into_iter().map(|it| it.map(f64::from)).collect())
            }
            other => Self::Texts(other.into_texts()),
        }
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Texts(texts) => texts.get(row).map_or(Cell::Null, Cell::Text),
            Self::Whole(whole) => at(whole, row).map_or(Cell::Null, Cell::Whole),
            Self::Numbers(numbers) => at(numbers, row).map_or(Cell::Null, Cell::Number),
        }
    }
}

fn at<T: Copy>(values: &[Option<T>], row: usize) -> Option<T> {
    values.get(row).copied().flatten()
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
