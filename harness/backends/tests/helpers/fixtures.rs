//! Small models over the networks in `fixtures/`, and the runtime that they need.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use titer_backends::{LoadOptions, candle_threads, load, runtime};
use titer_core::{Answer, Model, ModelError, Outcome, Query, Sequence};
use titer_spec::{Document, ModelSpec};

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// ONNX Runtime as a fresh machine gets it.
pub(crate) fn library() -> PathBuf {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND
        .get_or_init(|| runtime::ensure(None, false, &mut |_| {}).unwrap().path)
        .clone()
}

/// A descriptor over fixtures: an input of `length` bases and this `output:`.
pub(crate) fn spec(length: usize, output: &str) -> ModelSpec {
    let text = format!(
        "model: fixture
summary: A fixture.
tasks: [test]
input:
  window: {{start: 0, end: {length}}}
  one_hot: {{alphabet: ACGT, layout: length_channels, other: zeros}}
output: {output}
variants:
  - {{variant: onnx, backend: onnx, precision: fp32, files: {{model: {{path: a, digest: b, bytes: 0}}}}}}
  - {{variant: candle, backend: candle, precision: fp32, files: {{weights: {{path: a, digest: b, bytes: 0}}, config: {{path: a, digest: b, bytes: 0}}}}}}
reference: onnx
"
    );
    Document::<ModelSpec>::parse(Path::new("fixture.yaml"), text)
        .unwrap()
        .value
}

pub(crate) const BINARY: &str = "{kind: binary, activation: none}";
pub(crate) const THREE: &str =
    "{kind: per_position, classes: [none, acceptor, donor], activation: none}";

/// Loads these files as variant 0 (onnx) or 1 (candle) of a descriptor.
pub(crate) fn load_files(
    spec: &ModelSpec,
    variant: usize,
    files: &[(&str, PathBuf)],
) -> Result<Box<dyn Model>, ModelError> {
    let files: BTreeMap<String, PathBuf> = files
        .iter()
        .map(|(role, path)| ((*role).to_owned(), path.clone()))
        .collect();
    let library = library();
    let options = LoadOptions {
        runtime: Some(&library),
        threads: candle_threads(),
        ..LoadOptions::default()
    };
    load(spec, &spec.variants[variant], &files, &options)
}

pub(crate) fn onnx(spec: &ModelSpec, path: PathBuf) -> Result<Box<dyn Model>, ModelError> {
    load_files(spec, 0, &[("model", path)])
}

pub(crate) fn candle(
    spec: &ModelSpec,
    config: PathBuf,
    weights: PathBuf,
) -> Result<Box<dyn Model>, ModelError> {
    load_files(spec, 1, &[("config", config), ("weights", weights)])
}

/// A fixture in both backends.
pub(crate) fn both(spec: &ModelSpec, name: &str) -> [(&'static str, Box<dyn Model>); 2] {
    let part = |end: &str| fixture(&format!("{name}.{end}"));
    [
        ("onnx", onnx(spec, part("onnx")).unwrap()),
        (
            "candle",
            candle(spec, part("json"), part("safetensors")).unwrap(),
        ),
    ]
}

/// Different sequences of a length, the same ones each time.
pub(crate) fn sequences(number: usize, length: usize) -> Vec<Sequence> {
    let mut state = 12_345_u64;
    let mut letter = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        b"ACGTN"[(state >> 33) as usize % 5]
    };
    (0..number)
        .map(|_| {
            let text: Vec<u8> = (0..length).map(|_| letter()).collect();
            Sequence::new(std::str::from_utf8(&text).unwrap()).unwrap()
        })
        .collect()
}

pub(crate) fn predict(model: &mut dyn Model, sequences: &[Sequence]) -> Vec<Answer> {
    let outcomes = model.predict(&queries(sequences)).unwrap();
    let output = |outcome: &Outcome| outcome.answer().unwrap().clone();
    outcomes.iter().map(output).collect()
}

pub(crate) fn queries(sequences: &[Sequence]) -> Vec<Query<'_>> {
    sequences.iter().map(Query::from).collect()
}

/// The largest difference between two lists of outputs.
pub(crate) fn distance(one: &[Answer], other: &[Answer]) -> f64 {
    assert_eq!(one.len(), other.len());
    one.iter()
        .zip(other)
        .flat_map(|(one, other)| {
            assert_eq!(one.numbers().len(), other.numbers().len());
            one.numbers().iter().zip(other.numbers())
        })
        .map(|(one, other)| (one - other).abs())
        .fold(0.0, f64::max)
}
