//! Tables as Parquet: typed columns in, typed columns out.

use std::path::Path;

use titer_parquet::{Fault, Parquet, Texts, Values};

use crate::atomic;
use crate::error::StoreError;

/// A table being made. Every column has a value or a null for each row.
#[derive(Default)]
pub struct Columns {
    columns: Vec<(String, Values)>,
}

impl Columns {
    /// Adds a column of texts.
    pub fn text<'a>(self, name: &str, values: impl Iterator<Item = &'a str>) -> Self {
        self.maybe_text(name, values.map(Some))
    }

    /// Adds a column of texts and nulls.
    pub fn maybe_text<'a>(self, name: &str, values: impl Iterator<Item = Option<&'a str>>) -> Self {
        self.add(name, Values::Text(values.collect()))
    }

    /// Adds a column of whole numbers.
    pub fn whole(self, name: &str, values: impl Iterator<Item = u64>) -> Self {
        self.maybe_whole(name, values.map(Some))
    }

    /// Adds a column of whole numbers and nulls. They are written with a sign, so that whoever subtracts
    /// one from another elsewhere gets what is meant; no count comes near the limit.
    pub fn maybe_whole(self, name: &str, values: impl Iterator<Item = Option<u64>>) -> Self {
        let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let values = values.map(|value| value.map(signed)).collect();
        self.add(name, Values::Whole(values))
    }

    /// Adds a column of whole numbers that may lie below 0.
    pub fn signed(self, name: &str, values: impl Iterator<Item = i64>) -> Self {
        self.add(name, Values::Whole(values.map(Some).collect()))
    }

    /// Adds a column of numbers.
    pub fn number(self, name: &str, values: impl Iterator<Item = f64>) -> Self {
        self.maybe_number(name, values.map(Some))
    }

    /// Adds a column of numbers and nulls.
    pub fn maybe_number(self, name: &str, values: impl Iterator<Item = Option<f64>>) -> Self {
        self.add(name, Values::Double(values.collect()))
    }

    /// Adds a column of 32-bit numbers and nulls.
    pub fn maybe_probability(self, name: &str, values: impl Iterator<Item = Option<f32>>) -> Self {
        self.add(name, Values::Float(values.collect()))
    }

    /// Adds a column of lists of 32-bit numbers and nulls.
    pub fn maybe_probabilities<'a>(
        self,
        name: &str,
        values: impl Iterator<Item = Option<&'a [f32]>>,
    ) -> Self {
        let values = values.map(|list| list.map(<[f32]>::to_vec)).collect();
        self.add(name, Values::Floats(values))
    }

    /// Adds a column of lists of 64-bit numbers and nulls.
    pub fn maybe_numbers<'a>(
        self,
        name: &str,
        values: impl Iterator<Item = Option<&'a [f64]>>,
    ) -> Self {
        let values = values.map(|list| list.map(<[f64]>::to_vec)).collect();
        self.add(name, Values::Doubles(values))
    }

    /// Adds a column of bytes and nulls.
    pub fn maybe_bytes<'a>(
        self,
        name: &str,
        values: impl Iterator<Item = Option<&'a [u8]>>,
    ) -> Self {
        let values = values.map(|bytes| bytes.map(<[u8]>::to_vec)).collect();
        self.add(name, Values::Bytes(values))
    }

    /// Adds a column of yes and no.
    pub fn flag(self, name: &str, values: impl Iterator<Item = bool>) -> Self {
        self.add(name, Values::Flag(values.map(Some).collect()))
    }

    fn add(mut self, name: &str, values: Values) -> Self {
        self.columns.push((name.to_owned(), values));
        self
    }

    /// Writes the table as Parquet.
    pub fn write(self, path: &Path) -> Result<(), StoreError> {
        let bytes = titer_parquet::write(&self.columns)
            .map_err(|error| StoreError::damaged(path, error.to_string()))?;
        atomic::write(path, &bytes)
    }
}

/// A table that is read, column by column.
pub struct Table<'a> {
    file: Parquet,
    path: &'a Path,
}

impl<'a> Table<'a> {
    /// Reads what Parquet says of itself.
    pub fn read(path: &'a Path) -> Result<Self, StoreError> {
        let file = Parquet::open(path).map_err(|fault| told(path, fault))?;
        Ok(Self { file, path })
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.file.rows()
    }

    /// The columns' names in order.
    pub fn names(&self) -> Vec<String> {
        self.file.names()
    }

    /// Whether there is such a column.
    pub fn has(&self, name: &str) -> bool {
        self.file.has(name)
    }

    /// A column of texts without nulls.
    pub fn text(&self, name: &str) -> Result<Vec<String>, StoreError> {
        self.whole_column(name, self.maybe_text(name)?)
    }

    /// A column of texts and nulls.
    pub fn maybe_text(&self, name: &str) -> Result<Vec<Option<String>>, StoreError> {
        let texts = self.texts(name)?;
        Ok(texts.iter().map(|text| text.map(str::to_owned)).collect())
    }

    /// A column of texts and nulls, in one piece of memory.
    pub fn texts(&self, name: &str) -> Result<Texts, StoreError> {
        match self.column(name)? {
            Values::Text(texts) => Ok(texts),
            other => Err(self.wrong(name, "text", &other)),
        }
    }

    /// A column of whole numbers without nulls.
    pub fn whole(&self, name: &str) -> Result<Vec<u64>, StoreError> {
        self.whole_column(name, self.maybe_whole(name)?)
    }

    /// A column of whole numbers and nulls.
    pub fn maybe_whole(&self, name: &str) -> Result<Vec<Option<u64>>, StoreError> {
        let whole = |value: Option<i64>| value.map(u64::try_from).transpose();
        let values = self.maybe_signed(name)?;
        let values: Result<_, _> = values.into_iter().map(whole).collect();
        values.map_err(|_| {
            StoreError::damaged(self.path, format!("column `{name}` holds a number below 0"))
        })
    }

    /// A column of whole numbers that may lie below 0.
    pub fn signed(&self, name: &str) -> Result<Vec<i64>, StoreError> {
        self.whole_column(name, self.maybe_signed(name)?)
    }

    fn maybe_signed(&self, name: &str) -> Result<Vec<Option<i64>>, StoreError> {
        match self.column(name)? {
            Values::Whole(values) => Ok(values),
            other => Err(self.wrong(name, "whole numbers", &other)),
        }
    }

    /// A column of numbers without nulls.
    pub fn number(&self, name: &str) -> Result<Vec<f64>, StoreError> {
        self.whole_column(name, self.maybe_number(name)?)
    }

    /// A column of numbers and nulls.
    pub fn maybe_number(&self, name: &str) -> Result<Vec<Option<f64>>, StoreError> {
        match self.column(name)? {
            Values::Double(values) => Ok(values),
            other => Err(self.wrong(name, "64-bit floats", &other)),
        }
    }

    /// A column of 32-bit or 64-bit numbers and nulls.
    pub fn maybe_float(&self, name: &str) -> Result<Vec<Option<f64>>, StoreError> {
        match self.column(name)? {
            Values::Double(values) => Ok(values),
            Values::Float(values) => Ok(values
                .into_iter()
                .map(|value| value.map(f64::from))
                .collect()),
            other => Err(self.wrong(name, "floats", &other)),
        }
    }

    /// A column of lists of 32-bit or 64-bit numbers and nulls.
    pub fn maybe_floats(&self, name: &str) -> Result<Vec<Option<Vec<f64>>>, StoreError> {
        let wide = |list: Vec<f32>| list.into_iter().map(f64::from).collect();
        match self.column(name)? {
            Values::Doubles(values) => Ok(values),
            Values::Floats(values) => Ok(values.into_iter().map(|list| list.map(wide)).collect()),
            other => Err(self.wrong(name, "lists of floats", &other)),
        }
    }

    /// A column of bytes and nulls.
    pub fn maybe_bytes(&self, name: &str) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        match self.column(name)? {
            Values::Bytes(values) => Ok(values),
            other => Err(self.wrong(name, "bytes", &other)),
        }
    }

    /// A column of yes and no.
    pub fn flag(&self, name: &str) -> Result<Vec<bool>, StoreError> {
        match self.column(name)? {
            Values::Flag(values) => self.whole_column(name, values),
            other => Err(self.wrong(name, "booleans", &other)),
        }
    }

    /// An error about a row's content.
    pub fn row_error(&self, row: usize, reason: &str) -> StoreError {
        StoreError::damaged(self.path, format!("row {}: {reason}", row + 1))
    }

    fn column(&self, name: &str) -> Result<Values, StoreError> {
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

    fn whole_column<T>(&self, name: &str, values: Vec<Option<T>>) -> Result<Vec<T>, StoreError> {
        let values: Option<Vec<T>> = values.into_iter().collect();
        values.ok_or_else(|| StoreError::damaged(self.path, format!("column `{name}` holds nulls")))
    }

    fn wrong(&self, name: &str, expected: &str, found: &Values) -> StoreError {
        let found = found.kind();
        let reason = format!("column `{name}` holds {found}, expected {expected}");
        StoreError::damaged(self.path, reason)
    }
}

fn told(path: &Path, fault: Fault) -> StoreError {
    match fault {
        Fault::Unreadable(error) => StoreError::reading(path, error),
        Fault::Damaged(reason) => StoreError::damaged(path, format!("corrupt Parquet: {reason}")),
        fault => StoreError::damaged(path, fault.to_string()),
    }
}
