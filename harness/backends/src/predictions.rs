//! The predictions backend: a table of what a model said, in place of the model.
//!
//! In scope: CSV, TSV and Parquet read as they are, rows matched with examples by id, place or order,
//! numbers made probabilities. Not aware of: which examples will be asked for, until they are.
//!
//! A table's rows are kept as 16 bytes of a digest and a number each, so that a million take about
//! 100 MB. What is flawed is an error with its line and column; an example without a row, or whose row
//! holds no finite number, fails by itself and is counted.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use titer_core::{Answer, Model, ModelError, Outcome, Query};
use titer_spec::model::{PredictionsOptions, ROWS, SCORES};
use titer_spec::{ModelSpec, OutputKind, VariantSpec};

mod engine;
mod keys;
mod near;
mod numbers;
mod parquet;
pub mod reader;
pub mod row;
mod text;

#[cfg(test)]
mod tests;

pub(crate) use engine::PredictionsEngine;
pub use near::{NoneChosen, near_miss, none_chosen};

use keys::{Key, Keys};
use numbers::Numbers;
use reader::Reader;

/// Which data a table is read for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The dataset's name.
    pub dataset: &'a str,
    /// The split.
    pub split: &'a str,
    /// The ids of all examples of the split in the dataset's order; looked at for `row_order` alone.
    pub ids: &'a [String],
}

/// A table of predictions, ready to be asked.
#[derive(Debug)]
pub struct Table {
    keys: Keys,
    row_of: HashMap<Key, u32>,
    numbers: Numbers,
    /// Whether a row holds a number that is the answer itself, and no probability.
    is_value: bool,
    repeated: u64,
}

/// What every table of a variant needs: its options.
///
/// # Errors
/// The variant has none.
pub fn options(variant: &VariantSpec) -> Result<&PredictionsOptions, ModelError> {
    variant.predictions.as_ref().ok_or_else(|| {
        ModelError::Input(
            "the predictions backend needs `predictions`, as in `predictions: {id: id, score: score}`"
                .to_owned(),
        )
    })
}

/// Reads a variant's table. Without `asked`, what depends on a dataset (`row_order`, `dataset`) is an
/// error.
///
/// # Errors
/// A table is missing a column or holds what is no number, an id twice with different numbers, or what is
/// no probability where one is promised.
pub fn load(
    spec: &ModelSpec,
    variant: &VariantSpec,
    files: &BTreeMap<String, PathBuf>,
    asked: Option<Asked<'_>>,
) -> Result<Table, ModelError> {
    let options = options(variant)?;
    let scores = Reader::open(super::role(files, SCORES)?)?;
    let numbers = Numbers::read(&scores, options, &spec.output)?;
    let named = files.get(ROWS).map(|path| Reader::open(path)).transpose()?;
    let named = named.as_ref().unwrap_or(&scores);
    let keys = Keys::new(options);
    let mut table = Table {
        keys,
        row_of: HashMap::with_capacity(numbers.rows()),
        numbers,
        is_value: spec.output.kind == OutputKind::Value,
        repeated: 0,
    };
    let rows = table.index(named, options, asked)?;
    if rows != table.numbers.rows() {
        return Err(named.flaw(
            None,
            None,
            format!(
                "{rows} rows, where {} has {}: name the table that goes with it, row for row",
                scores.path().display(),
                table.numbers.rows()
            ),
        ));
    }
    Ok(table)
}

impl Table {
    /// Puts every row that is wanted under its key; how many rows there are, wanted or not.
    fn index(
        &mut self,
        named: &Reader,
        options: &PredictionsOptions,
        asked: Option<Asked<'_>>,
    ) -> Result<usize, ModelError> {
        let mut rows = self.keys.rows(named, options, asked)?;
        let columns = rows.columns();
        let mut row = 0;
        named.scan(&columns, &mut |line, cells| {
            let key = rows.key(named, line, cells)?;
            let index = row;
            row += 1;
            let Some(key) = key else { return Ok(()) };
            // More rows than numbers is told by their count, below.
            let number = u32::try_from(index)
                .ok()
                .filter(|_| index < self.numbers.rows());
            let Some(number) = number else { return Ok(()) };
            match self.row_of.get(&key) {
                None => {
                    self.row_of.insert(key, number);
                    Ok(())
                }
                Some(&earlier) if self.numbers.alike(earlier, number) => {
                    self.repeated += 1;
                    Ok(())
                }
                Some(&earlier) => Err(named.flaw(
                    Some(line),
                    columns.first().copied(),
                    format!(
                        "the same example stands on {} {} with another number: keep one row for each \
                         example, or say by `where` or `dataset` which rows are meant",
                        named.unit(),
                        self.numbers.line(earlier)
                    ),
                )),
            }
        })?;
        rows.finish(named)?;
        Ok(row)
    }

    /// The row that answers a query.
    #[must_use]
    pub fn row(&self, query: &Query<'_>) -> Option<u32> {
        self.row_of.get(&self.keys.of(query)?).copied()
    }

    /// How many examples have a row.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.row_of.len()
    }

    /// How many rows say again what an earlier one says.
    #[must_use]
    pub fn repeated(&self) -> u64 {
        self.repeated
    }

    /// What became of a query.
    #[must_use]
    pub fn answer(&self, query: &Query<'_>) -> Outcome {
        let Some(row) = self.row(query) else {
            return Outcome::Failed(format!(
                "{} has no row for {}",
                self.numbers.file(),
                self.keys.in_words(query)
            ));
        };
        match self.numbers.of(row) {
            Ok([value]) if self.is_value => Outcome::of(Answer::Value(*value)),
            Ok(probabilities) => Outcome::of(Answer::Probabilities {
                classes: probabilities.len(),
                numbers: probabilities.to_vec(),
            }),
            Err(reason) => Outcome::Failed(reason),
        }
    }
}

impl Model for Table {
    fn predict(&mut self, batch: &[Query<'_>]) -> Result<Vec<Outcome>, ModelError> {
        Ok(batch.iter().map(|query| self.answer(query)).collect())
    }
}
