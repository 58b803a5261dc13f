//! Tables as Parquet: typed columns in, typed columns out.

use std::io::Cursor;
use std::path::Path;

use polars::prelude::*;
use titer_core::quietly;

use crate::atomic;
use crate::error::StoreError;

/// A table being made. Every column has a value or a null for each row.
#[derive(Default)]
pub struct Columns {
    columns: Vec<Column>,
}

impl Columns {
    /// Adds a column of texts.
    pub fn text<'a>(self, name: &str, values: impl Iterator<Item = &'a str>) -> Self {
        self.maybe_text(name, values.map(Some))
    }

    /// Adds a column of texts and nulls.
    pub fn maybe_text<'a>(self, name: &str, values: impl Iterator<Item = Option<&'a str>>) -> Self {
        let values: Vec<Option<&str>> = values.collect();
        self.add(Series::new(name.into(), values))
    }

    /// Adds a column of whole numbers.
    pub fn whole(self, name: &str, values: impl Iterator<Item = u64>) -> Self {
        self.maybe_whole(name, values.map(Some))
    }

    /// Adds a column of whole numbers and nulls. They are written with a sign, so that whoever subtracts
    /// one from another elsewhere gets what is meant; no count comes near the limit.
    pub fn maybe_whole(self, name: &str, values: impl Iterator<Item = Option<u64>>) -> Self {
        let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let values: Vec<Option<i64>> = values.map(|value| value.map(signed)).collect();
        self.add(Series::new(name.into(), values))
    }

    /// Adds a column of whole numbers that may lie below 0.
    pub fn signed(self, name: &str, values: impl Iterator<Item = i64>) -> Self {
        let values: Vec<i64> = values.collect();
        self.add(Series::new(name.into(), values))
    }

    /// Adds a column of numbers.
    pub fn number(self, name: &str, values: impl Iterator<Item = f64>) -> Self {
        self.maybe_number(name, values.map(Some))
    }

    /// Adds a column of numbers and nulls.
    pub fn maybe_number(self, name: &str, values: impl Iterator<Item = Option<f64>>) -> Self {
        let values: Vec<Option<f64>> = values.collect();
        self.add(Series::new(name.into(), values))
    }

    /// Adds a column of 32-bit numbers and nulls.
    pub fn maybe_probability(self, name: &str, values: impl Iterator<Item = Option<f32>>) -> Self {
        let values: Vec<Option<f32>> = values.collect();
        self.add(Series::new(name.into(), values))
    }

    /// Adds a column of lists of 32-bit numbers and nulls.
    pub fn maybe_probabilities<'a>(
        self,
        name: &str,
        values: impl Iterator<Item = Option<&'a [f32]>>,
    ) -> Self {
        let values: Vec<Option<&[f32]>> = values.collect();
        let total = values.iter().flatten().map(|list| list.len()).sum();
        let mut builder = ListPrimitiveChunkedBuilder::<Float32Type>::new(
            name.into(),
            values.len(),
            total,
            DataType::Float32,
        );
        for list in values {
            builder.append_opt_slice(list);
        }
        self.add(builder.finish().into_series())
    }

    /// Adds a column of lists of 64-bit numbers and nulls.
    pub fn maybe_numbers<'a>(
        self,
        name: &str,
        values: impl Iterator<Item = Option<&'a [f64]>>,
    ) -> Self {
        let values: Vec<Option<&[f64]>> = values.collect();
        let total = values.iter().flatten().map(|list| list.len()).sum();
        let mut builder = ListPrimitiveChunkedBuilder::<Float64Type>::new(
            name.into(),
            values.len(),
            total,
            DataType::Float64,
        );
        for list in values {
            builder.append_opt_slice(list);
        }
        self.add(builder.finish().into_series())
    }

    /// Adds a column of bytes and nulls.
    pub fn maybe_bytes<'a>(
        self,
        name: &str,
        values: impl Iterator<Item = Option<&'a [u8]>>,
    ) -> Self {
        let values: Vec<Option<&[u8]>> = values.collect();
        self.add(Series::new(name.into(), values))
    }

    /// Adds a column of yes and no.
    pub fn flag(self, name: &str, values: impl Iterator<Item = bool>) -> Self {
        let values: Vec<bool> = values.collect();
        self.add(Series::new(name.into(), values))
    }

    fn add(mut self, series: Series) -> Self {
        self.columns.push(series.into());
        self
    }

    /// Writes the table as Parquet.
    pub fn write(self, path: &Path) -> Result<(), StoreError> {
        let broken = |error: PolarsError| {
            StoreError::damaged(path, format!("it cannot be put into Parquet: {error}"))
        };
        let height = self.columns.first().map_or(0, Column::len);
        let mut frame = DataFrame::new(height, self.columns).map_err(broken)?;
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes)
            .finish(&mut frame)
            .map_err(broken)?;
        atomic::write(path, &bytes)
    }
}

/// A table that was read.
pub struct Table<'a> {
    frame: DataFrame,
    path: &'a Path,
}

impl<'a> Table<'a> {
    /// Reads Parquet.
    pub fn read(path: &'a Path) -> Result<Self, StoreError> {
        let bytes = std::fs::read(path).map_err(|error| StoreError::reading(path, error))?;
        // The reader trusts lengths that a cut-off file holds: look for the end's mark first.
        if bytes.len() < 12 || !bytes.starts_with(b"PAR1") || !bytes.ends_with(b"PAR1") {
            return Err(StoreError::damaged(
                path,
                "it is cut short or no Parquet file",
            ));
        }
        // Polars trusts what a footer says and panics where a flipped bit makes it a lie.
        let frame = quietly(|| ParquetReader::new(Cursor::new(bytes)).finish())
            .ok_or_else(|| StoreError::damaged(path, "its content makes no sense"))?
            .map_err(|error| StoreError::damaged(path, error.to_string()))?;
        Ok(Self { frame, path })
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.frame.height()
    }

    /// The columns' names in order.
    pub fn names(&self) -> Vec<String> {
        self.frame
            .get_column_names()
            .into_iter()
            .map(ToString::to_string)
            .collect()
    }

    /// Whether there is such a column.
    pub fn has(&self, name: &str) -> bool {
        self.frame.column(name).is_ok()
    }

    /// A column of texts without nulls.
    pub fn text(&self, name: &str) -> Result<Vec<String>, StoreError> {
        self.whole_column(name, self.maybe_text(name)?)
    }

    /// A column of texts and nulls.
    pub fn maybe_text(&self, name: &str) -> Result<Vec<Option<String>>, StoreError> {
        let column = self.column(name)?;
        let values = column.str().map_err(|error| self.wrong(name, &error))?;
        Ok(values
            .iter()
            .map(|value| value.map(str::to_owned))
            .collect())
    }

    /// A column of whole numbers without nulls.
    pub fn whole(&self, name: &str) -> Result<Vec<u64>, StoreError> {
        self.whole_column(name, self.maybe_whole(name)?)
    }

    /// A column of whole numbers and nulls.
    pub fn maybe_whole(&self, name: &str) -> Result<Vec<Option<u64>>, StoreError> {
        let column = self.column(name)?;
        let values = column.i64().map_err(|error| self.wrong(name, &error))?;
        let whole = |value: Option<i64>| value.map(u64::try_from).transpose();
        values
            .iter()
            .map(whole)
            .collect::<Result<_, _>>()
            .map_err(|_| {
                StoreError::damaged(self.path, format!("column `{name}` holds a number below 0"))
            })
    }

    /// A column of whole numbers that may lie below 0.
    pub fn signed(&self, name: &str) -> Result<Vec<i64>, StoreError> {
        let column = self.column(name)?;
        let values = column
            .i64()
            .map_err(|error| self.wrong(name, &error))?
            .iter()
            .collect();
        self.whole_column(name, values)
    }

    /// A column of numbers without nulls.
    pub fn number(&self, name: &str) -> Result<Vec<f64>, StoreError> {
        self.whole_column(name, self.maybe_number(name)?)
    }

    /// A column of numbers and nulls.
    pub fn maybe_number(&self, name: &str) -> Result<Vec<Option<f64>>, StoreError> {
        let column = self.column(name)?;
        Ok(column
            .f64()
            .map_err(|error| self.wrong(name, &error))?
            .iter()
            .collect())
    }

    /// A column of 32-bit numbers and nulls.
    pub fn maybe_probability(&self, name: &str) -> Result<Vec<Option<f32>>, StoreError> {
        let column = self.column(name)?;
        Ok(column
            .f32()
            .map_err(|error| self.wrong(name, &error))?
            .iter()
            .collect())
    }

    /// A column of lists of 32-bit numbers and nulls.
    pub fn maybe_probabilities(&self, name: &str) -> Result<Vec<Option<Vec<f32>>>, StoreError> {
        let column = self.column(name)?;
        let lists = column.list().map_err(|error| self.wrong(name, &error))?;
        let mut values = Vec::with_capacity(lists.len());
        for index in 0..lists.len() {
            let Some(list) = lists.get_as_series(index) else {
                values.push(None);
                continue;
            };
            let list = list.f32().map_err(|error| self.wrong(name, &error))?;
            values.push(list.iter().collect());
        }
        Ok(values)
    }

    /// A column of lists of 64-bit numbers and nulls.
    pub fn maybe_numbers(&self, name: &str) -> Result<Vec<Option<Vec<f64>>>, StoreError> {
        let column = self.column(name)?;
        let lists = column.list().map_err(|error| self.wrong(name, &error))?;
        let mut values = Vec::with_capacity(lists.len());
        for index in 0..lists.len() {
            let Some(list) = lists.get_as_series(index) else {
                values.push(None);
                continue;
            };
            let list = list.f64().map_err(|error| self.wrong(name, &error))?;
            values.push(list.iter().collect());
        }
        Ok(values)
    }

    /// A column of bytes and nulls.
    pub fn maybe_bytes(&self, name: &str) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let column = self.column(name)?;
        let values = column.binary().map_err(|error| self.wrong(name, &error))?;
        Ok(values
            .iter()
            .map(|value| value.map(<[u8]>::to_vec))
            .collect())
    }

    /// A column of yes and no.
    pub fn flag(&self, name: &str) -> Result<Vec<bool>, StoreError> {
        let column = self.column(name)?;
        let values = column
            .bool()
            .map_err(|error| self.wrong(name, &error))?
            .iter()
            .collect();
        self.whole_column(name, values)
    }

    /// An error about a row's content.
    pub fn row_error(&self, row: usize, reason: &str) -> StoreError {
        StoreError::damaged(self.path, format!("row {}: {reason}", row + 1))
    }

    fn column(&self, name: &str) -> Result<&Column, StoreError> {
        self.frame
            .column(name)
            .map_err(|_| StoreError::damaged(self.path, format!("there is no column `{name}`")))
    }

    fn whole_column<T>(&self, name: &str, values: Vec<Option<T>>) -> Result<Vec<T>, StoreError> {
        let values: Option<Vec<T>> = values.into_iter().collect();
        values.ok_or_else(|| StoreError::damaged(self.path, format!("column `{name}` holds nulls")))
    }

    fn wrong(&self, name: &str, error: &PolarsError) -> StoreError {
        StoreError::damaged(self.path, format!("column `{name}`: {error}"))
    }
}
