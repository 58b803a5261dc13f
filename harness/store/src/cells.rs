//! `cells/<key>/`: predictions, and the record that says they are whole.
//!
//! The record is written last, and goes first where a cell is written again: a cell without one never
//! happened, and no record stands beside the predictions of another try.

use std::path::Path;

use titer_core::prediction::digest_of_predictions;
use titer_core::{Answer, CellRecord, Digest, Outcome, Prediction};

use crate::atomic;
use crate::error::StoreError;
use crate::folder::{RunFolder, read_json_if_there, write_json};
use crate::table::{Columns, Table};

const PREDICTIONS: &str = "predictions.parquet";
const RECORD: &str = "cell.json";

/// An example's fate in the column `status`.
const PREDICTED: &str = "predicted";
const NON_FINITE: &str = "non_finite";
const FAILED: &str = "failed";

impl RunFolder {
    /// Writes a cell's predictions, then its record.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_cell(
        &self,
        predictions: &[Prediction],
        record: &CellRecord,
    ) -> Result<(), StoreError> {
        let folder = self.cell(&record.key);
        atomic::remove(&folder.join(RECORD))?;
        write_predictions(&folder.join(PREDICTIONS), predictions)?;
        write_json(&folder.join(RECORD), record)
    }

    /// Writes the record of a cell that has no predictions.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_failed_cell(&self, record: &CellRecord) -> Result<(), StoreError> {
        let folder = self.cell(&record.key);
        atomic::remove(&folder.join(RECORD))?;
        // Of an earlier try; they belong to no record any more.
        atomic::remove(&folder.join(PREDICTIONS))?;
        write_json(&folder.join(RECORD), record)
    }

    /// Reads a cell's record; `None` where it was not tried or did not end.
    ///
    /// # Errors
    /// The record is damaged, or of another cell.
    pub fn read_cell_record(&self, key: &Digest) -> Result<Option<CellRecord>, StoreError> {
        let path = self.cell(key).join(RECORD);
        let record: Option<CellRecord> = read_json_if_there(&path)?;
        if record.as_ref().is_some_and(|record| record.key != *key) {
            return Err(StoreError::damaged(
                &path,
                "it is the record of another cell",
            ));
        }
        Ok(record)
    }

    /// Reads a cell's predictions and holds them to the digest in its record.
    ///
    /// # Errors
    /// They are absent, damaged, or not the ones that the record names.
    pub fn read_predictions(&self, key: &Digest) -> Result<Vec<Prediction>, StoreError> {
        let path = self.cell(key).join(PREDICTIONS);
        let predictions = read_predictions(&path)?;
        let stated = self
            .read_cell_record(key)?
            .and_then(|record| record.predictions);
        if stated != Some(digest_of_predictions(&predictions)) {
            return Err(StoreError::damaged(
                &path,
                "its predictions are not the ones that cell.json names",
            ));
        }
        Ok(predictions)
    }
}

fn output(prediction: &Prediction) -> Option<&Answer> {
    match &prediction.outcome {
        Outcome::Predicted(output) | Outcome::NonFinite(output) => Some(output),
        Outcome::Failed(_) => None,
    }
}

/// How many bits the numbers of a cell need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Single,
    Double,
}

impl Width {
    /// 32 bits where those hold every number as it is: what most runtimes give, in half of the space.
    fn of(predictions: &[Prediction]) -> Self {
        let mut numbers = predictions
            .iter()
            .filter_map(output)
            .flat_map(Answer::numbers);
        let fits = |number: &f64| number.is_nan() || f64::from(*number as f32) == *number;
        match numbers.all(fits) {
            true => Self::Single,
            false => Self::Double,
        }
    }

    fn column(
        self,
        columns: Columns,
        name: &str,
        numbers: impl Iterator<Item = Option<f64>>,
    ) -> Columns {
        match self {
            Self::Single => {
                columns.maybe_probability(name, numbers.map(|one| one.map(|one| one as f32)))
            }
            Self::Double => columns.maybe_number(name, numbers),
        }
    }

    fn lists<'a>(
        self,
        columns: Columns,
        name: &str,
        lists: impl Iterator<Item = Option<&'a [f64]>>,
    ) -> Columns {
        if self == Self::Double {
            return columns.maybe_numbers(name, lists);
        }
        let single = |list: &[f64]| list.iter().map(|one| *one as f32).collect();
        let lists: Vec<Option<Vec<f32>>> = lists.map(|list| list.map(single)).collect();
        columns.maybe_probabilities(name, lists.iter().map(Option::as_deref))
    }
}

fn write_predictions(path: &Path, predictions: &[Prediction]) -> Result<(), StoreError> {
    let status = |prediction: &Prediction| match prediction.outcome {
        Outcome::Predicted(_) => PREDICTED,
        Outcome::NonFinite(_) => NON_FINITE,
        Outcome::Failed(_) => FAILED,
    };
    let reason = |prediction: &'_ Prediction| match &prediction.outcome {
        Outcome::Failed(reason) => Some(reason.clone()),
        _ => None,
    };
    let reasons: Vec<Option<String>> = predictions.iter().map(reason).collect();
    let columns = Columns::default()
        .text(
            "id",
            predictions.iter().map(|prediction| prediction.id.as_str()),
        )
        .text("status", predictions.iter().map(status))
        .maybe_text("reason", reasons.iter().map(Option::as_deref));
    let width = Width::of(predictions);
    // One answer per example is a plain column, for whoever opens the file elsewhere.
    let mut answers = predictions.iter().filter_map(output).peekable();
    if answers.peek().is_some() && answers.all(|output| output.value().is_some()) {
        let value = |prediction| output(prediction).and_then(Answer::value);
        let values = predictions.iter().map(value);
        return width.column(columns, "value", values).write(path);
    }
    let single = predictions
        .iter()
        .filter_map(output)
        .all(|output| output.numbers().len() == 1);
    let columns = if single {
        let first =
            |prediction| output(prediction).and_then(|output| output.numbers().first().copied());
        width.column(columns, "probability", predictions.iter().map(first))
    } else {
        let all = |prediction| output(prediction).map(Answer::numbers);
        let classes = |prediction| output(prediction).map(|output| output.classes() as u64);
        let columns = columns.maybe_whole("classes", predictions.iter().map(classes));
        width.lists(columns, "probabilities", predictions.iter().map(all))
    };
    columns.write(path)
}

fn read_predictions(path: &Path) -> Result<Vec<Prediction>, StoreError> {
    let table = Table::read(path)?;
    let (ids, statuses, reasons) = (
        table.text("id")?,
        table.texts("status")?,
        table.texts("reason")?,
    );
    let rows = ids.into_iter().zip(read_outputs(&table)?);
    let prediction = |(row, (id, output))| {
        let (status, reason) = (statuses.get(row), reasons.get(row));
        let outcome = match (status, output, reason) {
            (Some(PREDICTED), Some(output), None) => Outcome::Predicted(output),
            (Some(NON_FINITE), Some(output), None) => Outcome::NonFinite(output),
            (Some(FAILED), None, Some(reason)) => Outcome::Failed(reason.to_owned()),
            _ => return Err(table.row_error(row, "its status does not fit what it holds")),
        };
        Ok(Prediction { id, outcome })
    };
    rows.enumerate().map(prediction).collect()
}

fn read_outputs(table: &Table<'_>) -> Result<Vec<Option<Answer>>, StoreError> {
    if table.has("value") {
        let values = table.maybe_float("value")?.into_iter();
        return Ok(values.map(|value| value.map(Answer::Value)).collect());
    }
    if table.has("probability") {
        let single = |value: f64| Answer::probability(value);
        return Ok(table
            .maybe_float("probability")?
            .into_iter()
            .map(|value| value.map(single))
            .collect());
    }
    let classes = table.maybe_whole("classes")?;
    let lists = table.maybe_floats("probabilities")?;
    let output = |(probabilities, classes): (Option<Vec<f64>>, Option<u64>)| {
        Some(Answer::Probabilities {
            numbers: probabilities?,
            classes: usize::try_from(classes?).ok()?,
        })
    };
    Ok(lists.into_iter().zip(classes).map(output).collect())
}
