//! `scores.parquet`, `comparisons.parquet`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use titer_core::{Comparison, Interval, IntervalMethod, Score, ScoreKey, Undefined};

use crate::error::StoreError;
use crate::folder::RunFolder;
use crate::table::{Columns, Table, Typed};

const SCORES: &str = "scores";
const COMPARISONS: &str = "comparisons";

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

type Otherwise = Vec<Option<(f64, f64, IntervalMethod)>>;

/// The intervals under the other assumption on rare flips, which runs before 0.2 do not have.
fn read_otherwise(table: &Table<'_>) -> Result<Otherwise, StoreError> {
    if !table.has("otherwise_method") {
        return Ok(Vec::new());
    }
    let lower = table.maybe_number("otherwise_lower")?.into_iter();
    let upper = table.maybe_number("otherwise_upper")?;
    let methods = table.maybe_text("otherwise_method")?;
    let rows = lower.zip(upper).zip(methods).enumerate();
    rows.map(|(row, ends)| match ends {
        ((Some(lower), Some(upper)), Some(method)) => {
            Ok(Some((lower, upper, from_word(table, row, &method)?)))
        }
        _ => Ok(None),
    })
    .collect()
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
        .number(
            "effective_clusters",
            scores.iter().map(|score| score.effective_clusters),
        )
        .maybe_whole(
            "rarer_clusters",
            scores.iter().map(|score| score.rarer_clusters),
        )
        .whole("unknown", scores.iter().map(|score| score.unknown))
        .maybe_whole("labels", scores.iter().map(|score| score.labels))
        .maybe_whole(
            "labels_averaged",
            scores.iter().map(|score| score.labels_averaged),
        )
        .whole("failed", scores.iter().map(|score| score.failed))
        .whole("clipped", scores.iter().map(|score| score.clipped))
        .maybe_number("null_floor", scores.iter().map(|score| score.null_floor))
        .maybe_number("null_upper", scores.iter().map(|score| score.null_upper))
        .maybe_number(
            "plain_equal_mass",
            scores.iter().map(|score| score.plain_equal_mass),
        )
        .maybe_number(
            "plain_equal_width",
            scores.iter().map(|score| score.plain_equal_width),
        )
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
        let effective = table.number("effective_clusters")?;
        // Columns that runs before 0.2 do not have.
        let later = |name| match table.has(name) {
            true => table.maybe_whole(name),
            false => Ok(vec![None; effective.len()]),
        };
        let rarer = later("rarer_clusters")?;
        let (labels, averaged) = (later("labels")?, later("labels_averaged")?);
        let unknown = later("unknown")?;
        let plain = |name| match table.has(name) {
            true => table.maybe_number(name),
            false => Ok(vec![None; effective.len()]),
        };
        let (equal_mass, equal_width) = (plain("plain_equal_mass")?, plain("plain_equal_width")?);
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
                effective_clusters: effective[row],
                rarer_clusters: rarer[row],
                unknown: unknown[row].unwrap_or_default(),
                labels: labels[row],
                labels_averaged: averaged[row],
                failed: failed[row],
                clipped: clipped[row],
                null_floor: floors[row],
                null_upper: uppers[row],
                plain_equal_mass: equal_mass[row],
                plain_equal_width: equal_width[row],
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
        let otherwise = |part: fn(&Interval) -> f64| {
            comparisons
                .iter()
                .map(move |one| one.otherwise.as_ref().map(part))
        };
        values(
            columns,
            "difference",
            difference,
            comparisons.iter().map(|one| &one.interval),
        )
        .maybe_number("otherwise_lower", otherwise(|it| it.lower))
        .maybe_number("otherwise_upper", otherwise(|it| it.upper))
        .maybe_text(
            "otherwise_method",
            comparisons
                .iter()
                .map(|one| one.otherwise.map(|it| it.method.name())),
        )
        .maybe_number("lower_90", comparisons.iter().map(|one| one.lower_90))
        .maybe_number("upper_90", comparisons.iter().map(|one| one.upper_90))
        .maybe_number("kept", comparisons.iter().map(|one| one.kept))
        .maybe_number("kept_lower", comparisons.iter().map(|one| one.kept_lower))
        .maybe_number("kept_upper", comparisons.iter().map(|one| one.kept_upper))
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
        let (lower_90, upper_90) = (
            table.maybe_number("lower_90")?,
            table.maybe_number("upper_90")?,
        );
        let otherwise = read_otherwise(&table)?;
        let kept = table.maybe_number("kept")?;
        let kept_lower = table.maybe_number("kept_lower")?;
        let kept_upper = table.maybe_number("kept_upper")?;
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
                otherwise: otherwise
                    .get(row)
                    .copied()
                    .flatten()
                    .zip(interval.as_ref().ok())
                    .map(|((lower, upper, method), decides)| Interval {
                        lower,
                        upper,
                        confidence: decides.confidence,
                        method,
                    }),
                interval,
                lower_90: lower_90[row],
                upper_90: upper_90[row],
                kept: kept[row],
                kept_lower: kept_lower[row],
                kept_upper: kept_upper[row],
                examples: examples[row],
                clusters: clusters[row],
                discordant: discordant[row],
            });
        }
        Ok(comparisons)
    }
}
