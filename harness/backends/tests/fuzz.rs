//! Damaged model files of every format: refused or loaded, never a panic, never memory by a length that a
//! file only claims. `TITER_FUZZ_CASES` says how many cases a format gets, `TITER_FUZZ_SEED` which.
//!
//! A format is a line of [`FORMATS`]. ONNX Runtime may abort, so it meets damaged graphs in processes of its
//! own only, and after our own check.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    unsafe_code
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use titer_adaptors::Adaptor;
use titer_backends::candle::{Precision, write};
use titer_backends::files;
use titer_spec::{Backend, Document, ModelSpec};

#[path = "fuzz/allocations.rs"]
mod allocations;
#[path = "fuzz/child.rs"]
mod child;
#[path = "helpers/fixtures.rs"]
mod fixtures;
#[path = "fuzz/mutate.rs"]
mod mutate;

use fixtures::{BINARY, fixture, load_files, sequences, spec};
use mutate::{Numbers, damaged};

#[global_allocator]
static MEMORY: allocations::Watched = allocations::Watched;

/// More than any case needs whose file is small.
const MOST_BYTES: usize = 64 << 20;

/// A format: its name, how many times the usual number of cases it gets, sound files, what reads one.
type Format = (
    &'static str,
    u64,
    fn(&Path) -> Vec<Vec<u8>>,
    fn(&Path) -> Result<(), String>,
);

const FORMATS: [Format; 7] = [
    ("safetensors", 1, safetensors, |path| {
        candle("layers.json", "fp32", path)
    }),
    (
        "gguf q8_0",
        1,
        |folder| vec![gguf(folder, "q8_0")],
        |path| candle("config.json", "q8_0", path),
    ),
    (
        "gguf fp16",
        1,
        |folder| vec![gguf(folder, "fp16")],
        |path| candle("config.json", "fp16", path),
    ),
    (
        "candle config",
        1,
        |_| contents(&["layers.json", "layers.json", "average.json"]),
        config,
    ),
    (
        "tokenizer.json",
        1,
        |_| contents(&["tokens/tokenizer.json"]),
        tokenizer,
    ),
    ("onnx, our check", 10, |_| contents(&GRAPHS), onnx),
    ("model.yaml", 3, |_| contents(&DESCRIPTORS), yaml),
];

const GRAPHS: [&str; 7] = [
    "foreign/lstm-opset10.onnx",
    "foreign/int8-qdq.onnx",
    "foreign/external.onnx",
    "foreign/fp16.onnx",
    "foreign/maps.onnx",
    "layers.onnx",
    "dense.onnx",
];

const DESCRIPTORS: [&str; 2] = [
    "../../../models/mmsplice-donor/model.yaml",
    "../../../models/cispliceai-member/model.yaml",
];

fn contents(names: &[&str]) -> Vec<Vec<u8>> {
    names
        .iter()
        .map(|name| std::fs::read(fixture(name)).unwrap())
        .collect()
}

fn safetensors(_folder: &Path) -> Vec<Vec<u8>> {
    contents(&[
        "layers.safetensors",
        "layers.safetensors",
        "average.safetensors",
    ])
}

fn gguf(folder: &Path, precision: &str) -> Vec<u8> {
    let to = folder.join("seed.gguf");
    let from = fixture("../../../models/mmsplice-donor/weights.safetensors");
    write(&from, &to, Precision::parse(precision).unwrap()).unwrap();
    std::fs::read(to).unwrap()
}

/// Loads weights as a variant does and asks the network once.
fn candle(config: &str, precision: &str, weights: &Path) -> Result<(), String> {
    let (config, length) = match config {
        "layers.json" => (fixture(config), 11),
        _ => (fixture("../../../models/mmsplice-donor/config.json"), 18),
    };
    let mut spec = spec(length, BINARY);
    spec.variants[1].precision = precision.to_owned();
    ask(
        &spec,
        1,
        &[("config", config), ("weights", weights.to_owned())],
    )
}

fn config(path: &Path) -> Result<(), String> {
    let files = [
        ("config", path.to_owned()),
        ("weights", fixture("layers.safetensors")),
    ];
    ask(&spec(11, BINARY), 1, &files)
}

fn ask(spec: &ModelSpec, variant: usize, files: &[(&str, PathBuf)]) -> Result<(), String> {
    let mut model = load_files(spec, variant, files).map_err(|error| error.to_string())?;
    let list = sequences(2, spec.input.bases().unwrap());
    let answers = model.predict(&fixtures::queries(&list));
    answers.map(|_| ()).map_err(|error| error.to_string())
}

fn onnx(path: &Path) -> Result<(), String> {
    let data = path.with_file_name("external.onnx_data");
    let files = [
        ("model".to_owned(), path.to_owned()),
        ("data".to_owned(), data),
    ]
    .into();
    files::check(Backend::Onnx, &files).map_err(|error| error.to_string())
}

/// Reads a tokenizer as the adaptor does and encodes two sequences.
fn tokenizer(path: &Path) -> Result<(), String> {
    let mut spec = spec(11, BINARY);
    spec.input = serde_json::from_str(
        r#"{"tokens": {"unit": "bpe", "pad": "[PAD]", "length": {"tokens": 16, "shorter": "pad_right"}}}"#,
    )
    .unwrap();
    let files = [("tokenizer".to_owned(), path.to_owned())].into();
    files::check(Backend::Onnx, &files).map_err(|error| error.to_string())?;
    let adaptor = Adaptor::new(&spec.input, &spec.output, &files);
    let adaptor = adaptor.map_err(|error| error.to_string())?;
    let list = sequences(2, 11);
    let encoded = adaptor.encode(&fixtures::queries(&list));
    encoded.map(|_| ()).map_err(|error| error.to_string())
}

fn yaml(path: &Path) -> Result<(), String> {
    let read = Document::<ModelSpec>::read(path);
    read.map(|_| ()).map_err(|error| error.to_string())
}

fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |text| {
        text.parse().unwrap_or_else(|_| panic!("{name}={text}"))
    })
}

/// What became of a format's cases.
#[derive(Debug, Default)]
struct Counts {
    cases: u64,
    refused: u64,
    loaded: u64,
    wrong: Vec<String>,
}

/// What the last panic said.
static SAID: Mutex<String> = Mutex::new(String::new());

fn run(format: &Format, cases: u64, seed: u64, keep: &mut dyn FnMut(&[u8])) -> Counts {
    let (name, times, seeds, read) = format;
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(
        fixture("foreign/external.onnx_data"),
        folder.path().join("external.onnx_data"),
    )
    .unwrap();
    let sound = seeds(folder.path());
    let path = folder.path().join("case");
    let mut counts = Counts::default();
    for case in 0..cases * times {
        let mut numbers = Numbers::new(seed ^ (case << 8));
        let first = &sound[numbers.below(sound.len())];
        // The first case of each format is a sound file: the harness itself is tried, too.
        let bytes = match case {
            0 => sound[0].clone(),
            _ => damaged(&mut numbers, first, &sound),
        };
        std::fs::write(&path, &bytes).unwrap();
        allocations::largest();
        counts.cases += 1;
        let mut wrong = |what: String| {
            counts
                .wrong
                .push(format!("{name}, seed {seed}, case {case}: {what}"));
        };
        match catch_unwind(AssertUnwindSafe(|| read(&path))) {
            Err(_) => wrong(format!("panic: {}", SAID.lock().unwrap())),
            Ok(Ok(())) => {
                counts.loaded += 1;
                keep(&bytes);
            }
            Ok(Err(error)) if case == 0 => wrong(format!("a sound file was refused: {error}")),
            Ok(Err(_)) => counts.refused += 1,
        }
        let largest = allocations::largest();
        if largest > MOST_BYTES {
            counts.wrong.push(format!(
                "{name}, seed {seed}, case {case}: {largest} bytes at once"
            ));
        }
    }
    counts
}

#[test]
fn damaged_files_never_panic() {
    std::panic::set_hook(Box::new(|panic| {
        // Shown at once, too: some panics end the process.
        eprintln!("{panic}");
        *SAID.lock().unwrap() = panic.to_string();
    }));
    let (cases, seed) = (
        number("TITER_FUZZ_CASES", 1200),
        number("TITER_FUZZ_SEED", 1),
    );
    let mut wrong = Vec::new();
    let mut graphs = Vec::new();
    for format in &FORMATS {
        let start = std::time::Instant::now();
        let mut keep = |bytes: &[u8]| {
            if format.0.starts_with("onnx") {
                graphs.push(bytes.to_vec());
            }
        };
        let counts = run(format, cases, seed, &mut keep);
        println!(
            "{}: cases {}, refused {}, loaded {}, {} ms",
            format.0,
            counts.cases,
            counts.refused,
            counts.loaded,
            start.elapsed().as_millis()
        );
        assert!(
            counts.refused > 0 && counts.loaded > 0,
            "{}: {counts:?}",
            format.0
        );
        wrong.extend(counts.wrong);
    }
    let start = std::time::Instant::now();
    let counts = child::through_onnx_runtime(&graphs);
    println!(
        "onnx, ONNX Runtime: {counts}, {} ms",
        start.elapsed().as_millis()
    );
    assert!(counts.loaded > 0, "{counts}");
    wrong.extend(counts.panicked);
    drop(std::panic::take_hook());
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Not a test: what a child process runs.
#[test]
#[ignore = "run by damaged_files_never_panic in a process of its own"]
fn child_of_the_test() {
    child::serve();
}
