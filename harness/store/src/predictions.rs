//! `predictions.parquet`: what came out for each example, written and read some rows at a time.

use std::path::{Path, PathBuf};

use titer_core::{Answer, Outcome, Prediction};

use crate::atomic::Temporary;
use crate::error::StoreError;
use crate::table::{Columns, Part, Table, TableWriter, Typed};

/// An example's fate in the column `status`.
const PREDICTED: &str = "predicted";
const NON_FINITE: &str = "non_finite";
const FAILED: &str = "failed";

/// Rows that are held in memory at a time.
const ROWS: usize = 16_384;
/// Rows that are read at a time where each may hold very many numbers.
const LISTS: usize = 64;
/// Numbers that wait in memory to be written, where answers are long.
const NUMBERS: usize = 1 << 20;

/// The columns there may be.
const COLUMNS: [&str; 7] = [
    "id",
    "status",
    "reason",
    "value",
    "probability",
    "classes",
    "probabilities",
];

/// Predictions on their way into a file.
pub(crate) struct PredictionsWriter {
    path: PathBuf,
    waiting: Vec<Prediction>,
    numbers: usize,
    /// What is written, in this shape; in none where it holds no answer yet.
    table: Option<(Option<Shape>, TableWriter)>,
}

impl PredictionsWriter {
    /// Nothing is written before there is enough of it.
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            waiting: Vec::new(),
            numbers: 0,
            table: None,
        }
    }

    /// Adds predictions.
    pub(crate) fn add(&mut self, predictions: Vec<Prediction>) -> Result<(), StoreError> {
        for prediction in predictions {
            self.numbers += answer(&prediction).map_or(0, |answer| answer.numbers().len());
            self.waiting.push(prediction);
            if self.waiting.len() >= ROWS || self.numbers >= NUMBERS {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Writes what waits; gives the whole file, which has no name yet.
    pub(crate) fn finish(mut self) -> Result<Temporary, StoreError> {
        self.flush()?;
        match self.table {
            Some((_, table)) => table.finish(),
            None => begun(&self.path, None)?.finish(),
        }
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.numbers = 0;
        let shape = Shape::of(&waiting);
        let (shape, mut table) = match self.table.take() {
            None => (shape, begun(&self.path, shape)?),
            Some((held, table)) => match Shape::of_both(held, shape) {
                both if both == held => (held, table),
                both => (both, widened(&self.path, table, both)?),
            },
        };
        table.add(&columns(&waiting, shape))?;
        self.table = Some((shape, table));
        Ok(())
    }
}

fn begun(path: &Path, shape: Option<Shape>) -> Result<TableWriter, StoreError> {
    TableWriter::new(path, &columns(&[], shape))
}

/// What is written already, in a shape that holds more.
fn widened(
    path: &Path,
    table: TableWriter,
    shape: Option<Shape>,
) -> Result<TableWriter, StoreError> {
    let narrow = table.finish()?;
    let mut wide = begun(path, shape)?;
    each(narrow.place(), &mut |some| wide.add(&columns(&some, shape)))?;
    Ok(wide)
}

fn answer(prediction: &Prediction) -> Option<&Answer> {
    prediction.outcome.answer()
}

/// The columns that answers take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    form: Form,
    /// Whether numbers need 64 bits. Most runtimes give 32, in half of the space.
    is_double: bool,
}

/// One answer per example is a plain column, for whoever opens the file elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Value,
    Probability,
    Lists,
}

impl Shape {
    /// What holds all of these as they are; none where none has an answer.
    fn of(predictions: &[Prediction]) -> Option<Self> {
        let answers = predictions.iter().filter_map(answer);
        answers.fold(None, |all, answer| {
            Self::of_both(all, Some(Self::one(answer)))
        })
    }

    fn one(answer: &Answer) -> Self {
        let fits = |number: &f64| number.is_nan() || f64::from(*number as f32) == *number;
        Self {
            form: match answer {
                Answer::Value(_) => Form::Value,
                Answer::Probabilities { numbers, .. } if numbers.len() == 1 => Form::Probability,
                Answer::Probabilities { .. } => Form::Lists,
            },
            is_double: !answer.numbers().iter().all(fits),
        }
    }

    fn of_both(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        let (Some(one), Some(other)) = (one, other) else {
            return one.or(other);
        };
        let form = match one.form == other.form {
            true => one.form,
            false => Form::Lists,
        };
        Some(Self {
            form,
            is_double: one.is_double || other.is_double,
        })
    }
}

fn columns(predictions: &[Prediction], shape: Option<Shape>) -> Columns {
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
    let shape = shape.unwrap_or(Shape {
        form: Form::Probability,
        is_double: false,
    });
    let first = |prediction| answer(prediction).and_then(|it| it.numbers().first().copied());
    let numbers = predictions.iter().map(first);
    match shape.form {
        Form::Value => shape.numbers(columns, "value", numbers),
        Form::Probability => shape.numbers(columns, "probability", numbers),
        Form::Lists => {
            let classes = |prediction| answer(prediction).map(|it| it.classes() as u64);
            let columns = columns.maybe_whole("classes", predictions.iter().map(classes));
            let all = |prediction| answer(prediction).map(Answer::numbers);
            shape.lists(columns, "probabilities", predictions.iter().map(all))
        }
    }
}

impl Shape {
    fn numbers(
        self,
        columns: Columns,
        name: &str,
        numbers: impl Iterator<Item = Option<f64>>,
    ) -> Columns {
        match self.is_double {
            true => columns.maybe_number(name, numbers),
            false => columns.maybe_probability(name, numbers.map(|one| one.map(|one| one as f32))),
        }
    }

    fn lists<'a>(
        self,
        columns: Columns,
        name: &str,
        lists: impl Iterator<Item = Option<&'a [f64]>>,
    ) -> Columns {
        if self.is_double {
            return columns.maybe_numbers(name, lists);
        }
        let single = |list: &[f64]| list.iter().map(|one| *one as f32).collect();
        let lists: Vec<Option<Vec<f32>>> = lists.map(|list| list.map(single)).collect();
        columns.maybe_probabilities(name, lists.iter().map(Option::as_deref))
    }
}

/// Reads a file and hands its predictions over, some at a time.
pub(crate) fn each(
    path: &Path,
    take: &mut dyn FnMut(Vec<Prediction>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let table = Table::read(path)?;
    let mut parts = table.parts(&COLUMNS)?;
    let most = match table.has("probabilities") {
        true => LISTS,
        false => ROWS,
    };
    while let Some(part) = parts.next(most)? {
        take(read(&part)?)?;
    }
    Ok(())
}

fn read(part: &Part<'_>) -> Result<Vec<Prediction>, StoreError> {
    let (ids, statuses, reasons) = (
        part.text("id")?,
        part.texts("status")?,
        part.texts("reason")?,
    );
    let rows = ids.into_iter().zip(read_answers(part)?);
    let prediction = |(row, (id, answer))| {
        let (status, reason) = (statuses.get(row), reasons.get(row));
        let outcome = match (status, answer, reason) {
            (Some(PREDICTED), Some(answer), None) => Outcome::Predicted(answer),
            (Some(NON_FINITE), Some(answer), None) => Outcome::NonFinite(answer),
            (Some(FAILED), None, Some(reason)) => Outcome::Failed(reason.to_owned()),
            _ => return Err(part.row_error(row, "its status does not fit what it holds")),
        };
        Ok(Prediction { id, outcome })
    };
    rows.enumerate().map(prediction).collect()
}

fn read_answers(part: &Part<'_>) -> Result<Vec<Option<Answer>>, StoreError> {
    if part.has("value") {
        let values = part.maybe_float("value")?.into_iter();
        return Ok(values.map(|value| value.map(Answer::Value)).collect());
    }
    if part.has("probability") {
        let values = part.maybe_float("probability")?.into_iter();
        return Ok(values.map(|value| value.map(Answer::probability)).collect());
    }
    let classes = part.maybe_whole("classes")?;
    let lists = part.maybe_floats("probabilities")?;
    let answer = |(probabilities, classes): (Option<Vec<f64>>, Option<u64>)| {
        Some(Answer::Probabilities {
            numbers: probabilities?,
            classes: usize::try_from(classes?).ok()?,
        })
    };
    Ok(lists.into_iter().zip(classes).map(answer).collect())
}
