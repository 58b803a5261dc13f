//! `scores.parquet`, `comparisons.parquet`, `agreements.parquet`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use titer_core::{Agreement, Comparison, Interval, Score, ScoreKey, Undefined};

use crate::error::StoreError;
use crate::folder::RunFolder;
use crate::table::{Columns, Table};

const SCORES: &str = "scores";
const COMPARISONS: &str = "comparisons";
const AGREEMENTS: &str = "agreements";

/// The word that an enum is written as.
pub fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The value that a word stands for.
pub fn from_word<T: DeserializeOwned>(
    table: &Table<'_>,
    row: usize,
    word: &str,
) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|_| table.row_error(row, &format!("`{word}` is not known")))
}

fn undefined<T>(value: &Result<T, Undefined>) -> Option<&str> {
    value.as_ref().err().map(|undefined| undefined.0.as_str())
}

fn keys<'a>(columns: Columns, keys: impl Iterator<Item = &'a ScoreKey> + Clone) -> Columns {
    columns
        .text("suite", keys.clone().map(|key| key.suite.as_str()))
        .text("model", keys.clone().map(|key| key.model.as_str()))
        .text("variant", keys.clone().map(|key| key.variant.as_str()))
        .text("dataset", keys.clone().map(|key| key.dataset.as_str()))
        .text("split", keys.clone().map(|key| key.split.as_str()))
        .maybe_text(
            "perturbation",
            keys.clone().map(|key| key.perturbation.as_deref()),
        )
        .text("metric", keys.clone().map(|key| key.metric.as_str()))
        .maybe_text("class", keys.map(|key| key.class.as_deref()))
}

fn read_keys(table: &Table<'_>) -> Result<Vec<ScoreKey>, StoreError> {
    let mut columns = Vec::new();
    for name in ["suite", "model", "variant", "dataset", "split", "metric"] {
        columns.push(table.text(name)?.into_iter());
    }
    let perturbations = table.maybe_text("perturbation")?;
    let classes = table.maybe_text("class")?;
    let mut next = |column: usize| columns[column].next().unwrap_or_default();
    let mut keys = Vec::with_capacity(classes.len());
    for (perturbation, class) in perturbations.into_iter().zip(classes) {
        keys.push(ScoreKey {
            suite: next(0),
            model: next(1),
            variant: next(2),
            dataset: next(3),
            split: next(4),
            perturbation,
            metric: next(5),
            class,
        });
    }
    Ok(keys)
}

/// A value or why there is none, and the same of its interval.
fn values<'a>(
    columns: Columns,
    name: &str,
    values: impl Iterator<Item = &'a Result<f64, Undefined>> + Clone,
    intervals: impl Iterator<Item = &'a Result<Interval, Undefined>> + Clone,
) -> Columns {
    let part = |part: fn(&Interval) -> f64| {
        intervals
            .clone()
            .map(move |interval| interval.as_ref().ok().map(part))
    };
    columns
        .maybe_number(
            name,
            values.clone().map(|value| value.as_ref().ok().copied()),
        )
        .maybe_text(&format!("{name}_undefined"), values.map(undefined))
        .maybe_number("lower", part(|interval| interval.lower))
        .maybe_number("upper", part(|interval| interval.upper))
        .maybe_number("confidence", part(|interval| interval.confidence))
        .maybe_text(
            "interval_method",
            intervals
                .clone()
                .map(|interval| interval.as_ref().ok().map(|it| it.method.name())),
        )
        .maybe_text("interval_undefined", intervals.map(undefined))
}

type Values = Vec<(Result<f64, Undefined>, Result<Interval, Undefined>)>;

fn read_values(table: &Table<'_>, name: &str) -> Result<Values, StoreError> {
    let numbers = table.maybe_number(name)?;
    let mut reasons = table.maybe_text(&format!("{name}_undefined"))?.into_iter();
    let mut lowers = table.maybe_number("lower")?.into_iter();
    let mut uppers = table.maybe_number("upper")?.into_iter();
    let mut confidences = table.maybe_number("confidence")?.into_iter();
    let mut methods = table.maybe_text("interval_method")?.into_iter();
    let mut no_intervals = table.maybe_text("interval_undefined")?.into_iter();
    let neither = |row| table.row_error(row, "it holds neither a value nor a reason");
    let mut values = Vec::with_capacity(numbers.len());
    for (row, number) in numbers.into_iter().enumerate() {
        let value = match (number, reasons.next().flatten()) {
            (Some(number), None) => Ok(number),
            (None, Some(reason)) => Err(Undefined(reason)),
            _ => return Err(neither(row)),
        };
        let ends = (
            lowers.next().flatten(),
            uppers.next().flatten(),
            confidences.next().flatten(),
        );
        let interval = match (
            ends,
            methods.next().flatten(),
            no_intervals.next().flatten(),
        ) {
            ((Some(lower), Some(upper), Some(confidence)), Some(method), None) => Ok(Interval {
                lower,
                upper,
                confidence,
                method: from_word(table, row, &method)?,
            }),
            ((None, None, None), None, Some(reason)) => Err(Undefined(reason)),
            _ => return Err(neither(row)),
        };
        values.push((value, interval));
    }
    Ok(values)
}

impl RunFolder {
    /// Writes every score.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_scores(&self, scores: &[Score]) -> Result<(), StoreError> {
        let columns = keys(Columns::default(), scores.iter().map(|score| &score.key));
        let value = scores.iter().map(|score| &score.value);
        values(
            columns,
            "value",
            value,
            scores.iter().map(|score| &score.interval),
        )
        .whole("examples", scores.iter().map(|score| score.examples))
        .whole("positions", scores.iter().map(|score| score.positions))
        .whole("positives", scores.iter().map(|score| score.positives))
        .whole("clusters", scores.iter().map(|score| score.clusters))
        .whole("failed", scores.iter().map(|score| score.failed))
        .whole("clipped", scores.iter().map(|score| score.clipped))
        .maybe_number("null_floor", scores.iter().map(|score| score.null_floor))
        .maybe_number("null_upper", scores.iter().map(|score| score.null_upper))
        .write(&self.table(SCORES))
    }

    /// Reads every score.
    ///
    /// # Errors
    /// The run has not been scored, or the table is damaged.
    pub fn read_scores(&self) -> Result<Vec<Score>, StoreError> {
        let path = self.table(SCORES);
        let table = Table::read(&path)?;
        let (examples, positions) = (table.whole("examples")?, table.whole("positions")?);
        let (positives, clusters) = (table.whole("positives")?, table.whole("clusters")?);
        let (failed, clipped) = (table.whole("failed")?, table.whole("clipped")?);
        let (floors, uppers) = (
            table.maybe_number("null_floor")?,
            table.maybe_number("null_upper")?,
        );
        let rows = read_keys(&table)?
            .into_iter()
            .zip(read_values(&table, "value")?);
        let scores = rows
            .enumerate()
            .map(|(row, (key, (value, interval)))| Score {
                key,
                value,
                interval,
                examples: examples[row],
                positions: positions[row],
                positives: positives[row],
                clusters: clusters[row],
                failed: failed[row],
                clipped: clipped[row],
                null_floor: floors[row],
                null_upper: uppers[row],
            });
        Ok(scores.collect())
    }

    /// Writes every comparison.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_comparisons(&self, comparisons: &[Comparison]) -> Result<(), StoreError> {
        let contrasts: Vec<String> = comparisons.iter().map(|one| word(&one.contrast)).collect();
        let columns = keys(Columns::default(), comparisons.iter().map(|one| &one.key))
            .text("contrast", contrasts.iter().map(String::as_str))
            .text("base", comparisons.iter().map(|one| one.base.as_str()));
        let difference = comparisons.iter().map(|one| &one.difference);
        values(
            columns,
            "difference",
            difference,
            comparisons.iter().map(|one| &one.interval),
        )
        .whole("examples", comparisons.iter().map(|one| one.examples))
        .whole("clusters", comparisons.iter().map(|one| one.clusters))
        .whole("discordant", comparisons.iter().map(|one| one.discordant))
        .write(&self.table(COMPARISONS))
    }

    /// Reads every comparison.
    ///
    /// # Errors
    /// The run has not been scored, or the table is damaged.
    pub fn read_comparisons(&self) -> Result<Vec<Comparison>, StoreError> {
        let path = self.table(COMPARISONS);
        let table = Table::read(&path)?;
        let (contrasts, mut bases) = (table.text("contrast")?, table.text("base")?.into_iter());
        let (examples, clusters) = (table.whole("examples")?, table.whole("clusters")?);
        let discordant = table.whole("discordant")?;
        let rows = read_keys(&table)?
            .into_iter()
            .zip(read_values(&table, "difference")?);
        let mut comparisons = Vec::with_capacity(contrasts.len());
        for (row, (key, (difference, interval))) in rows.enumerate() {
            comparisons.push(Comparison {
                key,
                contrast: from_word(&table, row, &contrasts[row])?,
                base: bases.next().unwrap_or_default(),
                difference,
                interval,
                examples: examples[row],
                clusters: clusters[row],
                discordant: discordant[row],
            });
        }
        Ok(comparisons)
    }

    /// Writes how far cells agree.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_agreements(&self, agreements: &[Agreement]) -> Result<(), StoreError> {
        let contrasts: Vec<String> = agreements.iter().map(|one| word(&one.contrast)).collect();
        Columns::default()
            .text("suite", agreements.iter().map(|one| one.suite.as_str()))
            .text("model", agreements.iter().map(|one| one.model.as_str()))
            .text("variant", agreements.iter().map(|one| one.variant.as_str()))
            .text("base", agreements.iter().map(|one| one.base.as_str()))
            .text("contrast", contrasts.iter().map(String::as_str))
            .text("dataset", agreements.iter().map(|one| one.dataset.as_str()))
            .text("split", agreements.iter().map(|one| one.split.as_str()))
            .maybe_text(
                "perturbation",
                agreements.iter().map(|one| one.perturbation.as_deref()),
            )
            .text("unit", agreements.iter().map(|one| one.unit.as_str()))
            .whole("units", agreements.iter().map(|one| one.units))
            .whole("clusters", agreements.iter().map(|one| one.clusters))
            .whole(
                "flips_to_wrong",
                agreements.iter().map(|one| one.flips_to_wrong),
            )
            .whole(
                "flips_to_right",
                agreements.iter().map(|one| one.flips_to_right),
            )
            .whole(
                "flips_among_wrong",
                agreements.iter().map(|one| one.flips_among_wrong),
            )
            .number(
                "flip_rate_upper",
                agreements.iter().map(|one| one.flip_rate_upper),
            )
            .number(
                "largest_change",
                agreements.iter().map(|one| one.largest_change),
            )
            .number("mean_change", agreements.iter().map(|one| one.mean_change))
            .flag("identical", agreements.iter().map(|one| one.identical))
            .write(&self.table(AGREEMENTS))
    }

    /// Reads how far cells agree.
    ///
    /// # Errors
    /// The run has not been scored, or the table is damaged.
    pub fn read_agreements(&self) -> Result<Vec<Agreement>, StoreError> {
        let path = self.table(AGREEMENTS);
        let table = Table::read(&path)?;
        let mut texts = Vec::new();
        for name in [
            "suite", "model", "variant", "base", "dataset", "split", "unit",
        ] {
            texts.push(table.text(name)?.into_iter());
        }
        let mut next = |column: usize| texts[column].next().unwrap_or_default();
        let (contrasts, perturbations) =
            (table.text("contrast")?, table.maybe_text("perturbation")?);
        let (units, clusters) = (table.whole("units")?, table.whole("clusters")?);
        let (to_wrong, to_right) = (
            table.whole("flips_to_wrong")?,
            table.whole("flips_to_right")?,
        );
        let among_wrong = table.whole("flips_among_wrong")?;
        let (upper, largest) = (
            table.number("flip_rate_upper")?,
            table.number("largest_change")?,
        );
        let (mean, identical) = (table.number("mean_change")?, table.flag("identical")?);
        let mut agreements = Vec::with_capacity(contrasts.len());
        for (row, perturbation) in perturbations.into_iter().enumerate() {
            agreements.push(Agreement {
                suite: next(0),
                model: next(1),
                variant: next(2),
                base: next(3),
                contrast: from_word(&table, row, &contrasts[row])?,
                dataset: next(4),
                split: next(5),
                perturbation,
                unit: next(6),
                units: units[row],
                clusters: clusters[row],
                flips_to_wrong: to_wrong[row],
                flips_to_right: to_right[row],
                flips_among_wrong: among_wrong[row],
                flip_rate_upper: upper[row],
                largest_change: largest[row],
                mean_change: mean[row],
                identical: identical[row],
            });
        }
        Ok(agreements)
    }
}
