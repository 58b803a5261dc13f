//! Parquet, some rows at a time, of the wanted columns alone.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::StringRecord;
use polars::datatypes::ArrowDataType;
use polars::prelude::{
    ArrowSchema, Column, DataType, ParquetReader, PolarsResult, SerReader, StringChunked,
};
use titer_core::quietly;

use crate::error::TableError;
use crate::records::{Records, flawed, unreadable};

/// Rows in memory at once.
const ROWS_AT_ONCE: usize = 1 << 16;

/// A Parquet file that is being read.
pub struct Parquet {
    path: PathBuf,
    names: Vec<String>,
    schema: Arc<ArrowSchema>,
    rows: usize,
    /// Places of the columns that are read, and what they hold in some rows.
    wanted: Vec<usize>,
    columns: Vec<StringChunked>,
    /// The first row of `columns`, and the next row.
    first: usize,
    next: usize,
}

/// Opens a Parquet file; of its columns none is read before [`Records::want`] says which.
pub fn open(path: &Path) -> Result<Parquet, TableError> {
    let schema = read(path, |file| ParquetReader::new(file).schema())?;
    Ok(Parquet {
        path: path.to_owned(),
        names: schema.iter_names().map(ToString::to_string).collect(),
        schema,
        rows: read(path, |file| ParquetReader::new(file).num_rows())?,
        wanted: Vec::new(),
        columns: Vec::new(),
        first: 0,
        next: 0,
    })
}

impl Parquet {
    fn load(&mut self) -> Result<(), TableError> {
        let frame = read(&self.path, |file| {
            ParquetReader::new(file)
                .with_projection(Some(self.wanted.clone()))
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
        for &place in &self.wanted {
            let column = frame
                .column(&self.names[place])
                .map_err(|error| damaged(&self.path, &error))?;
            self.columns.push(texts(&self.path, column)?);
        }
        Ok(())
    }

    /// Refuses a column of a kind that is not read.
    fn hold(&self, name: &str) -> Result<(), TableError> {
        let kind = self.schema.get(name).map(|field| &field.dtype);
        match kind.and_then(refusal) {
            None => Ok(()),
            Some((kind, cure)) => Err(TableError {
                column: Some(name.to_owned()),
                ..flawed(
                    &self.path,
                    0,
                    format!("holds {kind}, which is not read"),
                    &cure,
                )
            }),
        }
    }
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

/// A column as text.
fn texts(path: &Path, column: &Column) -> Result<StringChunked, TableError> {
    // One chunk, so that a row is found at once.
    let column = quietly(|| Ok(column.cast(&DataType::String)?.rechunk()));
    let column = unpacked(path, column)?;
    let texts = column.str().map_err(|error| damaged(path, &error))?;
    Ok(texts.clone())
}

impl Records for Parquet {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn want(&mut self, columns: &[usize]) -> Result<(), TableError> {
        self.wanted = columns.to_vec();
        self.wanted.sort_unstable();
        self.wanted.dedup();
        self.wanted
            .iter()
            .filter_map(|place| self.names.get(*place))
            .try_for_each(|name| self.hold(name))
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

/// Opens the file and reads from it; what damaged Parquet makes the reader panic is an error.
fn read<T>(path: &Path, of: impl FnOnce(File) -> PolarsResult<T>) -> Result<T, TableError> {
    let file = whole(path)?;
    unpacked(path, quietly(|| of(file)))
}

/// What a reader gave that may have panicked.
fn unpacked<T>(path: &Path, read: Option<PolarsResult<T>>) -> Result<T, TableError> {
    match read {
        Some(Ok(read)) => Ok(read),
        Some(Err(error)) => Err(damaged(path, &error)),
        None => Err(damaged(path, &"the reader gave up")),
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
