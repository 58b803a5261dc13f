//! The numbers of a table, made what the descriptor promises: probabilities, or a ranking.

use std::fmt;

use titer_adaptors::{SUM_ROUNDING, Width, activate};
use titer_core::ModelError;
use titer_spec::OutputKind;
use titer_spec::model::{Activation, Direction, OutputSpec, PredictionsOptions, ScoreColumns};

use super::reader::Reader;
use super::row::Cell;

/// What a probability may miss 0 to 1 by and still be rounding.
const ROUNDING: f64 = 1e-6;
/// What tables write where there is no number.
const ABSENT: [&str; 10] = [
    "", "NA", "N/A", "na", "NaN", "nan", "NAN", "null", "None", ".",
];

/// The numbers, row after row.
pub(super) struct Numbers {
    reader: Reader,
    columns: Vec<String>,
    /// As they stand in the table; a gap is NaN.
    raw: Vec<f64>,
    /// What they were made.
    made: Vec<f64>,
    /// The line of each row.
    lines: Vec<u32>,
}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} rows of {}",
            self.rows(),
            self.reader.path().display()
        )
    }
}

impl Numbers {
    /// Reads a table's numbers.
    ///
    /// # Errors
    /// The columns do not fit the model's kind, or a value is no number or not what is promised.
    pub(super) fn read(
        scores: &Reader,
        options: &PredictionsOptions,
        output: &OutputSpec,
    ) -> Result<Self, ModelError> {
        let mut numbers = Self {
            reader: Reader::open(scores.path())?,
            columns: columns(options, output)?,
            raw: Vec::new(),
            made: Vec::new(),
            lines: Vec::new(),
        };
        let names: Vec<&str> = numbers.columns.iter().map(String::as_str).collect();
        let (raw, lines) = (&mut numbers.raw, &mut numbers.lines);
        scores.scan(&names, &mut |line, cells| {
            for (cell, column) in cells.iter().zip(&names) {
                let number = number(*cell)
                    .map_err(|reason| scores.flaw(Some(line), Some(column), reason))?;
                raw.push(number);
            }
            lines.push(u32::try_from(line).unwrap_or(u32::MAX));
            Ok(())
        })?;
        if numbers.lines.is_empty() {
            let reason = "has a header and no row: write a row for each example".to_owned();
            return Err(scores.flaw(None, None, reason));
        }
        if u32::try_from(numbers.lines.len()).is_err() {
            let reason = "has more than 4294967295 rows: cut it into several".to_owned();
            return Err(scores.flaw(None, None, reason));
        }
        numbers.make(options, output)?;
        Ok(numbers)
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.lines.len()
    }

    /// The file, in words.
    pub(super) fn file(&self) -> String {
        self.reader.at(None)
    }

    /// The line of a row.
    pub(super) fn line(&self, row: u32) -> u64 {
        self.lines.get(row as usize).copied().unwrap_or(0).into()
    }

    /// Whether two rows say the same.
    pub(super) fn alike(&self, one: u32, other: u32) -> bool {
        // A gap is like a gap.
        let same = |(one, other): (&f64, &f64)| one == other || one.is_nan() && other.is_nan();
        match (self.raw_of(one), self.raw_of(other)) {
            (Some(one), Some(other)) => one.iter().zip(other).all(same),
            _ => false,
        }
    }

    /// What a row answers; why it does not.
    pub(super) fn of(&self, row: u32) -> Result<&[f64], String> {
        let raw = self.raw_of(row).unwrap_or_default();
        if let Some(gap) = raw.iter().position(|number| !number.is_finite()) {
            let what = if raw[gap].is_nan() {
                "no number"
            } else {
                "infinite"
            };
            let column = self.columns.get(gap).map_or("", String::as_str);
            let line = self.reader.at(Some(self.line(row)));
            return Err(format!("{line}: in column `{column}`: {what}"));
        }
        let start = row as usize * self.columns.len();
        self.made
            .get(start..start + self.columns.len())
            .ok_or_else(|| format!("{} has no row {row}", self.file()))
    }

    fn raw_of(&self, row: u32) -> Option<&[f64]> {
        let start = row as usize * self.columns.len();
        self.raw.get(start..start + self.columns.len())
    }

    fn make(
        &mut self,
        options: &PredictionsOptions,
        output: &OutputSpec,
    ) -> Result<(), ModelError> {
        let falling = options.direction == Direction::Falling;
        let probabilities = output.kind != OutputKind::Value && output.meaning.is_probability();
        let exclude = output.kind != OutputKind::Labels;
        let width = self.columns.len();
        let mut made = Vec::with_capacity(self.raw.len());
        for (row, raw) in (0u32..).zip(self.raw.chunks(width)) {
            let turned = raw
                .iter()
                .map(|&value| if falling { -value } else { value });
            let mut values: Vec<f64> = turned.collect();
            activate(options.activation, width, Width::Double, &mut values);
            if falling && probabilities && options.activation == Activation::None {
                values.iter_mut().for_each(|value| *value += 1.0);
            }
            if probabilities && values.iter().all(|value| value.is_finite()) {
                self.hold(row, raw, &mut values, exclude)?;
            }
            made.extend(values);
        }
        self.made = made;
        Ok(())
    }

    /// Holds a row's numbers to being probabilities, which make 1 where their classes exclude each other.
    fn hold(
        &self,
        row: u32,
        raw: &[f64],
        values: &mut [f64],
        exclude: bool,
    ) -> Result<(), ModelError> {
        let line = Some(self.line(row));
        for ((value, raw), column) in values.iter_mut().zip(raw).zip(&self.columns) {
            if !(-ROUNDING..=1.0 + ROUNDING).contains(value) {
                let reason = format!(
                    "{raw} is no probability: say under `predictions` what makes it one (`activation: \
                     sigmoid`, `softmax`), or `meaning: ranking` under `output` where it is none"
                );
                return Err(self.reader.flaw(line, Some(column), reason));
            }
            *value = value.clamp(0.0, 1.0);
        }
        let sum: f64 = values.iter().sum();
        if exclude && values.len() > 1 && (sum - 1.0).abs() > SUM_ROUNDING {
            let reason = format!(
                "the classes' probabilities make {sum}, not 1: `activation: softmax` under `predictions` \
                 makes probabilities of logits"
            );
            return Err(self.reader.flaw(line, None, reason));
        }
        Ok(())
    }
}

/// The columns of the numbers, in the order of the model's classes.
fn columns(options: &PredictionsOptions, output: &OutputSpec) -> Result<Vec<String>, ModelError> {
    match (&options.score, output.kind) {
        (ScoreColumns::One(column), OutputKind::Binary | OutputKind::Value) => Ok(vec![column.clone()]),
        (ScoreColumns::ByClass(by_class), OutputKind::Classes | OutputKind::Labels) => output
            .classes
            .iter()
            .map(|class| {
                by_class.get(class).cloned().ok_or_else(|| {
                    ModelError::Input(format!("predictions: `score` has no column of class `{class}`"))
                })
            })
            .collect(),
        _ => Err(ModelError::Input(
            "predictions: `score` names one column for the kinds binary and value, each class's for the kinds classes and labels"
                .to_owned(),
        )),
    }
}

fn number(cell: Cell<'_>) -> Result<f64, String> {
    match cell {
        Cell::Number(number) => Ok(number),
        Cell::Whole(number) => {
            titer_adaptors::whole(number).ok_or_else(|| inexact(&number.to_string()))
        }
        Cell::Null => Ok(f64::NAN),
        Cell::Text(text) => {
            let text = text.trim();
            if ABSENT.contains(&text) {
                return Ok(f64::NAN);
            }
            let number = text.parse().map_err(|_| {
                format!("{text:?} is no number: write it as in 0.25 or 1e-3, or leave it empty where there is none")
            })?;
            match is_exact(text, number) {
                true => Ok(number),
                false => Err(inexact(text)),
            }
        }
    }
}

fn inexact(number: &str) -> String {
    format!("it holds {}", titer_adaptors::inexact(number))
}

/// Whether a number is the whole number that was written, where one was.
fn is_exact(text: &str, number: f64) -> bool {
    // Below 2^53, which is below 1e16, all are.
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_whole = digits.len() >= 16 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let written = || text.parse::<i128>().ok();
    !is_whole || written().and_then(titer_adaptors::whole) == Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_no_number_is_told_from_what_is_none() {
        assert!(number(Cell::Text("NA")).unwrap().is_nan());
        assert_eq!(number(Cell::Text(" 0.25 ")), Ok(0.25));
        assert_eq!(number(Cell::Text("-inf")), Ok(f64::NEG_INFINITY));
        assert!(
            number(Cell::Text("0,25"))
                .unwrap_err()
                .contains("is no number")
        );
    }

    #[test]
    fn whole_numbers_beyond_2_53_are_refused() {
        let largest = 9_007_199_254_740_992.0;
        for (text, expected) in [
            ("16777217", 16_777_217.0),
            ("9007199254740992", largest),
            ("-09007199254740992", -largest),
            ("9007199254740993.0", largest),
            ("1e300", 1e300),
        ] {
            assert_eq!(number(Cell::Text(text)), Ok(expected));
        }
        let nines = "9".repeat(60);
        for text in ["9007199254740993", "-9007199254740993", &nines] {
            let error = number(Cell::Text(text)).unwrap_err();
            let says = format!("it holds {text}, a whole number beyond 2^53");
            assert!(error.starts_with(&says), "{error}");
        }
        assert_eq!(number(Cell::Whole(-(1 << 53))), Ok(-largest));
        assert!(number(Cell::Whole((1 << 53) + 1)).is_err());
    }
}
