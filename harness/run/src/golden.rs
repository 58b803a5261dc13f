//! Golden outputs: what a model's original runtime said on real examples, held against a variant.

use std::collections::BTreeMap;
use std::path::Path;

use titer_backends::LoadOptions;
use titer_core::{Digest, Model, Outcome, Query, Sequence};
use titer_spec::model::Golden;
use titer_spec::{Kind, OutputKind, Resolver, SpecError};

use crate::error::RunError;
use crate::models::{LoadedModel, LoadedVariant};

/// A golden table: column by name, one map per row.
type Row = BTreeMap<String, String>;

/// What a variant gave, against the original.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Values compared.
    pub values: usize,
    /// The largest absolute difference.
    pub largest_difference: f64,
    /// What is accepted.
    pub tolerance: f64,
}

impl Agreement {
    /// Whether every value is close enough.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.largest_difference <= self.tolerance
    }
}

/// How many sequences are predicted at once.
const BATCH: usize = 32;

/// Runs a variant on the golden examples.
///
/// # Errors
/// The table is missing or another one, a dataset that it names is not found, or the variant fails.
pub fn check(
    model: &LoadedModel,
    golden: &Golden,
    variant: &LoadedVariant,
    resolver: &Resolver,
    options: &LoadOptions<'_>,
) -> Result<Agreement, RunError> {
    let rows = read(model, golden)?;
    let mut spec = model.spec().clone();
    let (inputs, values) = match spec.output.kind {
        OutputKind::Binary | OutputKind::Classes | OutputKind::Labels | OutputKind::Value => {
            let (inputs, values) = windows(model, golden, &rows)?;
            // The table holds the model's own cut of each example.
            spec.input.window = None;
            (inputs, values)
        }
        OutputKind::PerPosition => positions(model, golden, &rows, resolver)?,
    };
    let mut loaded = titer_backends::load(&spec, &variant.spec, &variant.files, options)?;
    let difference = compare(loaded.as_mut(), &inputs, &values)?;
    Ok(Agreement {
        values: values.len(),
        largest_difference: difference,
        tolerance: golden.tolerance,
    })
}

/// One expected value: which input, which of its output's probabilities, how much.
struct Expected {
    input: usize,
    index: usize,
    value: f64,
}

fn compare(
    model: &mut dyn Model,
    inputs: &[Sequence],
    values: &[Expected],
) -> Result<f64, RunError> {
    // Sequences that do not all have one length would be padded to it: alone, they are what the original was asked.
    let longest = inputs.iter().map(Sequence::len).max();
    let same = inputs.iter().all(|input| Some(input.len()) == longest);
    let batch = if !same || longest > Some(4096) {
        1
    } else {
        BATCH
    };
    let mut outputs = Vec::with_capacity(inputs.len());
    for batch in inputs.chunks(batch) {
        let queries: Vec<_> = batch.iter().map(Query::from).collect();
        outputs.extend(model.predict(&queries)?);
    }
    let mut largest = 0.0_f64;
    for expected in values {
        let found = outputs
            .get(expected.input)
            .and_then(Outcome::answer)
            .and_then(|output| output.numbers().get(expected.index));
        let difference = found.map_or(f64::INFINITY, |found| (found - expected.value).abs());
        // NaN is no agreement.
        largest = if difference.is_nan() {
            f64::INFINITY
        } else {
            largest.max(difference)
        };
    }
    Ok(largest)
}

fn read(model: &LoadedModel, golden: &Golden) -> Result<Vec<Row>, SpecError> {
    let document = &model.document;
    let path = document.folder().join(&golden.path.value);
    let bytes = std::fs::read(&path).map_err(|error| {
        document.error(
            &golden.path,
            format!("{}: {error}", path.display()),
            "restore the file, or remove `golden`",
        )
    })?;
    let found = Digest::of(&bytes);
    if found.to_string() != golden.digest.value {
        let message = format!("digest: {} has {found}", path.display());
        return Err(document.error(
            &golden.digest,
            message,
            "restore the file that was described",
        ));
    }
    Ok(table(&String::from_utf8_lossy(&bytes)))
}

fn table(text: &str) -> Vec<Row> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let row = |line: &str| {
        let cells = line.split('\t').map(str::to_owned);
        names
            .iter()
            .map(|name| (*name).to_owned())
            .zip(cells)
            .collect()
    };
    lines.map(row).collect()
}

fn cell<'a>(
    model: &LoadedModel,
    golden: &Golden,
    row: &'a Row,
    column: &str,
) -> Result<&'a str, SpecError> {
    row.get(column).map(String::as_str).ok_or_else(|| {
        let message = format!("{}: there is no column `{column}`", golden.path.value);
        model
            .document
            .error(&golden.path, message, "make the golden outputs again")
    })
}

fn number<T: std::str::FromStr>(
    model: &LoadedModel,
    golden: &Golden,
    row: &Row,
    column: &str,
) -> Result<T, SpecError> {
    let text = cell(model, golden, row, column)?;
    text.parse().map_err(|_| {
        let message = format!("{}: {column} `{text}` is no number", golden.path.value);
        model
            .document
            .error(&golden.path, message, "make the golden outputs again")
    })
}

fn sequence(model: &LoadedModel, golden: &Golden, text: &str) -> Result<Sequence, SpecError> {
    Sequence::new(text).map_err(|error| {
        let message = format!("{}: {error}", golden.path.value);
        model
            .document
            .error(&golden.path, message, "make the golden outputs again")
    })
}

type Expectations = (Vec<Sequence>, Vec<Expected>);

fn windows(model: &LoadedModel, golden: &Golden, rows: &[Row]) -> Result<Expectations, RunError> {
    let output = &model.spec().output;
    let columns = match output.kind {
        OutputKind::Classes | OutputKind::Labels => {
            output.classes.iter().map(AsRef::as_ref).collect()
        }
        _ => vec!["expected"],
    };
    let (mut inputs, mut values) = (Vec::new(), Vec::new());
    for row in rows {
        for (index, column) in columns.iter().enumerate() {
            values.push(Expected {
                input: inputs.len(),
                index,
                value: number(model, golden, row, column)?,
            });
        }
        let text = cell(model, golden, row, "sequence")?;
        inputs.push(sequence(model, golden, text)?);
    }
    Ok((inputs, values))
}

fn positions(
    model: &LoadedModel,
    golden: &Golden,
    rows: &[Row],
    resolver: &Resolver,
) -> Result<Expectations, RunError> {
    let classes = &model.spec().output.classes;
    let mut stored: BTreeMap<String, BTreeMap<String, Sequence>> = BTreeMap::new();
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    let (mut inputs, mut values) = (Vec::new(), Vec::new());
    for row in rows {
        // The table holds its sequences, each in the first row of its id, or names the dataset that does.
        let own = row.get("sequence");
        let dataset = match own {
            Some(_) => String::new(),
            None => cell(model, golden, row, "dataset")?.to_owned(),
        };
        let id = cell(model, golden, row, "id")?.to_owned();
        let next = inputs.len();
        let input = *places.entry((dataset.clone(), id.clone())).or_insert(next);
        if input == next {
            inputs.push(match own {
                Some(text) => sequence(model, golden, text)?,
                None => {
                    if !stored.contains_key(&dataset) {
                        let read = sequences(model, golden, &dataset, resolver)?;
                        stored.insert(dataset.clone(), read);
                    }
                    let found = stored.get(&dataset).and_then(|examples| examples.get(&id));
                    found.cloned().ok_or_else(|| {
                        let message = format!(
                            "{}: dataset {dataset} has no example {id}",
                            golden.path.value
                        );
                        let cure = "make the golden outputs again";
                        model.document.error(&golden.path, message, cure)
                    })?
                }
            });
        }
        let position: usize = number(model, golden, row, "position")?;
        for (class, name) in classes.iter().enumerate() {
            let value = number(model, golden, row, name)?;
            values.push(Expected {
                input,
                index: position * classes.len() + class,
                value,
            });
        }
    }
    Ok((inputs, values))
}

fn sequences(
    model: &LoadedModel,
    golden: &Golden,
    dataset: &str,
    resolver: &Resolver,
) -> Result<BTreeMap<String, Sequence>, RunError> {
    let beside = model.document.folder().join("../../datasets");
    let from = if beside.is_dir() {
        beside.as_path()
    } else {
        Path::new(".")
    };
    let path = resolver
        .find(Kind::Dataset, dataset, from)
        .map_err(|(message, cure)| model.document.error(&golden.path, message, cure))?;
    let loaded = titer_data::open(&path)?;
    let mut sequences = BTreeMap::new();
    for split in loaded.about().splits.keys() {
        for example in titer_data::read(&loaded, split, &|_| true)? {
            sequences.insert(example.id, example.sequence);
        }
    }
    Ok(sequences)
}
