//! Tables as Parquet: typed columns in, typed columns out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use titer_parquet::{Fault, Parquet, Rows, Texts, Unwritable, Values, Writer};

use crate::atomic::Temporary;
use crate::error::StoreError;

/// A table being made. Every column has a value or a null for each row.
#[derive(Default)]
pub(crate) struct Columns {
    columns: Vec<(String, Values)>,
}

impl Columns {
    /// Adds a column of texts.
    pub(crate) fn text<'a>(self, name: &str, values: impl Iterator<Item = &'a str>) -> Self {
        self.maybe_text(name, values.map(Some))
    }

    /// Adds a column of texts and nulls.
    pub(crate) fn maybe_text<'a>(
        self,
        name: &str,
        values: impl Iterator<Item = Option<&'a str>>,
    ) -> Self {
        self.add(name, Values::Text(values.collect()))
    }

    /// Adds a column of whole numbers.
    pub(crate) fn whole(self, name: &str, values: impl Iterator<Item = u64>) -> Self {
        self.maybe_whole(name, values.map(Some))
    }

    /// Adds a column of whole numbers and nulls. They are written with a sign, so that whoever subtracts
    /// one from another elsewhere gets what is meant; no count comes near the limit.
    pub(crate) fn maybe_whole(self, name: &str, values: impl Iterator<Item = Option<u64>>) -> Self {
        let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let values = values.map(|value| value.map(signed)).collect();
        self.add(name, Values::Whole(values))
    }

    /// Adds a column of whole numbers that may lie below 0.
    pub(crate) fn signed(self, name: &str, values: impl Iterator<Item = i64>) -> Self {
        self.add(name, Values::Whole(values.map(Some).collect()))
    }

    /// Adds a column of numbers and nulls.
    pub(crate) fn maybe_number(
        self,
        name: &str,
        values: impl Iterator<Item = Option<f64>>,
    ) -> Self {
        self.add(name, Values::Double(values.collect()))
    }

    /// Adds a column of 32-bit numbers and nulls.
    pub(crate) fn maybe_probability(
        self,
        name: &str,
        values: impl Iterator<Item = Option<f32>>,
    ) -> Self {
        self.add(name, Values::Float(values.collect()))
    }

    /// Adds a column of lists of 32-bit numbers and nulls.
    pub(crate) fn maybe_probabilities<'a>(
        self,
        name: &str,
        values: impl Iterator<Item = Option<&'a [f32]>>,
    ) -> Self {
        let values = values.map(|list| list.map(<[f32]>::to_vec)).collect();
        self.add(name, Values::Floats(values))
    }

    /// Adds a column of lists of 64-bit numbers and nulls.
    pub(crate) fn maybe_numbers<'a>(
        self,
        name: &str,
        values: impl Iterator<Item = Option<&'a [f64]>>,
    ) -> Self {
        let values = values.map(|list| list.map(<[f64]>::to_vec)).collect();
        self.add(name, Values::Doubles(values))
    }

    /// Adds a column of bytes and nulls.
    pub(crate) fn maybe_bytes<'a>(
        self,
        name: &str,
        values: impl Iterator<Item = Option<&'a [u8]>>,
    ) -> Self {
        let values = values.map(|bytes| bytes.map(<[u8]>::to_vec)).collect();
        self.add(name, Values::Bytes(values))
    }

    /// Adds a column of yes and no.
    pub(crate) fn flag(self, name: &str, values: impl Iterator<Item = bool>) -> Self {
        self.add(name, Values::Flag(values.map(Some).collect()))
    }

    fn add(mut self, name: &str, values: Values) -> Self {
        self.columns.push((name.to_owned(), values));
        self
    }

    /// Writes the table as Parquet.
    pub(crate) fn write(self, path: &Path) -> Result<(), StoreError> {
        let mut table = TableWriter::new(path, &self)?;
        table.add(&self)?;
        table.keep()
    }
}

/// A table that is written some rows at a time, each time in columns of the same names and kinds.
pub(crate) struct TableWriter {
    path: PathBuf,
    file: Writer<Temporary>,
}

impl TableWriter {
    /// Begins a table with the columns of these rows, which are not written.
    pub(crate) fn new(path: &Path, columns: &Columns) -> Result<Self, StoreError> {
        let file = Writer::new(Temporary::new(path)?, &columns.columns);
        Ok(Self {
            file: file.map_err(|error| unwritten(path, &error))?,
            path: path.to_owned(),
        })
    }

    /// Adds rows.
    pub(crate) fn add(&mut self, columns: &Columns) -> Result<(), StoreError> {
        let added = self.file.add(&columns.columns);
        added.map_err(|error| unwritten(&self.path, &error))
    }

    /// Ends the table and gives the file its name.
    pub(crate) fn keep(self) -> Result<(), StoreError> {
        self.finish()?.keep()
    }

    /// Ends the table, whose file has no name yet.
    pub(crate) fn finish(self) -> Result<Temporary, StoreError> {
        let file = self.file.finish();
        file.map_err(|error| unwritten(&self.path, &error))
    }
}

fn unwritten(path: &Path, error: &Unwritable) -> StoreError {
    StoreError::writing(path, std::io::Error::other(error.to_string()))
}

/// A table that is read, column by column.
pub(crate) struct Table<'a> {
    file: Parquet,
    path: &'a Path,
}

impl<'a> Table<'a> {
    /// Reads what Parquet says of itself.
    pub(crate) fn read(path: &'a Path) -> Result<Self, StoreError> {
        let file = Parquet::open(path).map_err(|fault| told(path, fault))?;
        Ok(Self { file, path })
    }

    /// Rows.
    pub(crate) fn height(&self) -> usize {
        self.file.rows()
    }

    /// The columns' names in order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.file.names()
    }

    /// Whether there is such a column.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.file.has(name)
    }

    /// The rows, some at a time, of those of these columns that there are.
    pub(crate) fn parts(&self, columns: &[&str]) -> Result<Parts<'a>, StoreError> {
        let there = columns.iter().filter(|name| self.has(name));
        let names: Vec<String> = there.map(|name| (*name).to_owned()).collect();
        let rows = self.file.rows_of(&names);
        Ok(Parts {
            rows: rows.map_err(|fault| told(self.path, fault))?,
            names,
            path: self.path,
            read: 0,
        })
    }

    /// An error about a row's content.
    pub(crate) fn row_error(&self, row: usize, reason: &str) -> StoreError {
        row_error(self.path, row, reason)
    }
}

impl Typed for Table<'_> {
    fn path(&self) -> &Path {
        self.path
    }

    fn values(&self, name: &str) -> Result<Values, StoreError> {
        if !self.has(name) {
            let reason = format!("there is no column `{name}`");
            return Err(StoreError::damaged(self.path, reason));
        }
        self.file.column(name).map_err(|fault| match fault {
            Fault::Unreadable(_) => told(self.path, fault),
            Fault::Damaged(reason) => {
                StoreError::damaged(self.path, format!("column `{name}`: {reason}"))
            }
            fault => StoreError::damaged(self.path, format!("column `{name}` {fault}")),
        })
    }
}

/// The rows of a table, some at a time.
pub(crate) struct Parts<'a> {
    rows: Rows,
    names: Vec<String>,
    path: &'a Path,
    read: usize,
}

impl<'a> Parts<'a> {
    /// The next rows, `most` at most; nothing where all were read.
    pub(crate) fn next(&mut self, most: usize) -> Result<Option<Part<'a>>, StoreError> {
        let found = self.rows.next(most);
        let Some((height, values)) = found.map_err(|fault| told(self.path, fault))? else {
            return Ok(None);
        };
        let first = self.read;
        self.read += height;
        Ok(Some(Part {
            columns: self.names.iter().cloned().zip(values).collect(),
            path: self.path,
            first,
            height,
        }))
    }
}

/// Some rows of a table.
pub(crate) struct Part<'a> {
    columns: BTreeMap<String, Values>,
    path: &'a Path,
    first: usize,
    /// Rows.
    pub height: usize,
}

impl Part<'_> {
    /// Whether the table has such a column.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.columns.contains_key(name)
    }

    /// The columns' names, in their own order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.columns.keys()
    }

    /// An error about the content of one of these rows, counted from 0.
    pub(crate) fn row_error(&self, row: usize, reason: &str) -> StoreError {
        row_error(self.path, self.first + row, reason)
    }
}

impl Typed for Part<'_> {
    fn path(&self) -> &Path {
        self.path
    }

    fn values(&self, name: &str) -> Result<Values, StoreError> {
        self.columns
            .get(name)
            .cloned()
            .ok_or_else(|| StoreError::damaged(self.path, format!("there is no column `{name}`")))
    }
}

/// Columns by name, as what they hold.
pub(crate) trait Typed {
    /// The file.
    fn path(&self) -> &Path;

    /// A column.
    fn values(&self, name: &str) -> Result<Values, StoreError>;

    /// A column of texts without nulls.
    fn text(&self, name: &str) -> Result<Vec<String>, StoreError> {
        self.filled(name, self.maybe_text(name)?)
    }

    /// A column of texts and nulls.
    fn maybe_text(&self, name: &str) -> Result<Vec<Option<String>>, StoreError> {
        let texts = self.texts(name)?;
        Ok(texts.iter().map(|text| text.map(str::to_owned)).collect())
    }

    /// A column of texts and nulls, in one piece of memory.
    fn texts(&self, name: &str) -> Result<Texts, StoreError> {
        match self.values(name)? {
            Values::Text(texts) => Ok(texts),
            other => Err(self.wrong(name, "text", &other)),
        }
    }

    /// A column of whole numbers without nulls.
    fn whole(&self, name: &str) -> Result<Vec<u64>, StoreError> {
        self.filled(name, self.maybe_whole(name)?)
    }

    /// A column of whole numbers and nulls.
    fn maybe_whole(&self, name: &str) -> Result<Vec<Option<u64>>, StoreError> {
        let whole = |value: Option<i64>| value.map(u64::try_from).transpose();
        let values = self.maybe_signed(name)?;
        let values: Result<_, _> = values.into_iter().map(whole).collect();
        values.map_err(|_| {
            StoreError::damaged(
                self.path(),
                format!("column `{name}` holds a number below 0"),
            )
        })
    }

    /// A column of whole numbers that may lie below 0.
    fn signed(&self, name: &str) -> Result<Vec<i64>, StoreError> {
        self.filled(name, self.maybe_signed(name)?)
    }

    /// A column of whole numbers that may lie below 0, and nulls.
    fn maybe_signed(&self, name: &str) -> Result<Vec<Option<i64>>, StoreError> {
        match self.values(name)? {
            Values::Whole(values) => Ok(values),
            other => Err(self.wrong(name, "whole numbers", &other)),
        }
    }

    /// A column of numbers and nulls.
    fn maybe_number(&self, name: &str) -> Result<Vec<Option<f64>>, StoreError> {
        match self.values(name)? {
            Values::Double(values) => Ok(values),
            other => Err(self.wrong(name, "64-bit floats", &other)),
        }
    }

    /// A column of 32-bit or 64-bit numbers and nulls.
    fn maybe_float(&self, name: &str) -> Result<Vec<Option<f64>>, StoreError> {
        match self.values(name)? {
            Values::Double(values) => Ok(values),
            Values::Float(values) => Ok(values
                .into_iter()
                .map(|value| value.map(f64::from))
                .collect()),
            other => Err(self.wrong(name, "floats", &other)),
        }
    }

    /// A column of lists of 32-bit or 64-bit numbers and nulls.
    fn maybe_floats(&self, name: &str) -> Result<Vec<Option<Vec<f64>>>, StoreError> {
        let wide = |list: Vec<f32>| list.into_iter().map(f64::from).collect();
        match self.values(name)? {
            Values::Doubles(values) => Ok(values),
            Values::Floats(values) => Ok(values.into_iter().map(|list| list.map(wide)).collect()),
            other => Err(self.wrong(name, "lists of floats", &other)),
        }
    }

    /// A column of bytes and nulls.
    fn maybe_bytes(&self, name: &str) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        match self.values(name)? {
            Values::Bytes(values) => Ok(values),
            other => Err(self.wrong(name, "bytes", &other)),
        }
    }

    /// A column of yes and no.
    fn flag(&self, name: &str) -> Result<Vec<bool>, StoreError> {
        match self.values(name)? {
            Values::Flag(values) => self.filled(name, values),
            other => Err(self.wrong(name, "booleans", &other)),
        }
    }

    /// A column that holds no nulls.
    fn filled<T>(&self, name: &str, values: Vec<Option<T>>) -> Result<Vec<T>, StoreError> {
        let values: Option<Vec<T>> = values.into_iter().collect();
        values
            .ok_or_else(|| StoreError::damaged(self.path(), format!("column `{name}` holds nulls")))
    }

    /// An error about what a column holds.
    fn wrong(&self, name: &str, expected: &str, found: &Values) -> StoreError {
        let found = found.kind();
        let reason = format!("column `{name}` holds {found}, expected {expected}");
        StoreError::damaged(self.path(), reason)
    }
}

fn row_error(path: &Path, row: usize, reason: &str) -> StoreError {
    StoreError::damaged(path, format!("row {}: {reason}", row + 1))
}

fn told(path: &Path, fault: Fault) -> StoreError {
    match fault {
        Fault::Unreadable(error) => StoreError::reading(path, error),
        Fault::Damaged(reason) => StoreError::damaged(path, format!("corrupt Parquet: {reason}")),
        fault => StoreError::damaged(path, fault.to_string()),
    }
}
