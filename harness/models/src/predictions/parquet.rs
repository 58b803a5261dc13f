//! Parquet, some rows at a time, of the wanted columns alone.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use polars::datatypes::ArrowDataType;
use polars::prelude::{
    ChunkedArray, Column, DataType, Float64Type, Int64Type, ParquetReader, PolarsResult, SerReader,
    StringChunked,
};
use titer_core::{ModelError, quietly};

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
    hold(path, columns)?;
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

/// Refuses columns of a kind that is not read, before any of them is.
fn hold(path: &Path, columns: &[&str]) -> Result<(), ModelError> {
    let schema = read(path, |file| ParquetReader::new(file).schema())?;
    for name in columns {
        let kind = schema.get(name).map(|field| &field.dtype);
        if let Some((kind, cure)) = kind.and_then(refusal) {
            let reason = format!("column `{name}` holds {kind}, which is not read: {cure}");
            return Err(refused(path, &reason));
        }
    }
    Ok(())
}

/// What a column is that is not read, in words, and the cure; `None` of text, whole numbers, floats and booleans.
fn refusal(kind: &ArrowDataType) -> Option<(String, String)> {
    use ArrowDataType as Kind;
    let (said, to) = match kind {
        Kind::Dictionary(_, of, _) => return refusal(of),
        Kind::Utf8
        | Kind::LargeUtf8
        | Kind::Utf8View
        | Kind::Int32
        | Kind::Int64
        | Kind::UInt32
        | Kind::UInt64
        | Kind::Float32
        | Kind::Float64
        | Kind::Boolean
        | Kind::Null => return None,
        Kind::Int8 => ("int8".to_owned(), "int32"),
        Kind::Int16 => ("int16".to_owned(), "int32"),
        Kind::UInt8 => ("uint8".to_owned(), "int32"),
        Kind::UInt16 => ("uint16".to_owned(), "int32"),
        Kind::Float16 => ("float16".to_owned(), "float64"),
        Kind::Decimal(digits, behind) | Kind::Decimal256(digits, behind) => {
            (format!("decimal({digits}, {behind})"), "float64")
        }
        Kind::Binary | Kind::LargeBinary | Kind::BinaryView | Kind::FixedSizeBinary(_) => {
            ("binary".to_owned(), "string")
        }
        Kind::Date32 | Kind::Date64 => ("dates".to_owned(), "string"),
        Kind::Timestamp(..) => ("timestamps".to_owned(), "string"),
        Kind::Time32(_) | Kind::Time64(_) => ("times".to_owned(), "string"),
        Kind::Duration(_) => ("durations".to_owned(), "int64"),
        Kind::List(_) | Kind::LargeList(_) | Kind::FixedSizeList(..) | Kind::Map(..) => {
            ("lists".to_owned(), "")
        }
        Kind::Struct(_) => ("structs".to_owned(), ""),
        other => (format!("{other:?}"), ""),
    };
    let cure = match to {
        "" => "write it as text, one value a row".to_owned(),
        to => format!("write it as {to}, in pyarrow by table.column(...).cast(\"{to}\")"),
    };
    Some((said, cure))
}

/// A column of some rows.
enum Taken {
    Texts(StringChunked),
    Whole(ChunkedArray<Int64Type>),
    Numbers(ChunkedArray<Float64Type>),
}

impl Taken {
    fn of(path: &Path, column: &Column) -> Result<Self, ModelError> {
        let wanted = match column.dtype() {
            kind if kind.is_integer() => DataType::Int64,
            // A column of nothing but nulls has no kind.
            DataType::Float32 | DataType::Float64 | DataType::Null => DataType::Float64,
            _ => DataType::String,
        };
        // One chunk, so that a row is found at once.
        let column = unpacked(path, quietly(|| Ok(column.cast(&wanted)?.rechunk())))?;
        let damaged = |error| damaged(path, &error);
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

/// Opens the file and reads from it; what damaged Parquet makes the reader panic is an error.
fn read<T>(path: &Path, of: impl FnOnce(File) -> PolarsResult<T>) -> Result<T, ModelError> {
    let file = whole(path)?;
    unpacked(path, quietly(|| of(file)))
}

/// What a reader gave that may have panicked.
fn unpacked<T>(path: &Path, read: Option<PolarsResult<T>>) -> Result<T, ModelError> {
    match read {
        Some(Ok(read)) => Ok(read),
        Some(Err(error)) => Err(damaged(path, &error)),
        None => Err(damaged(path, &"the reader gave up")),
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
