//! A model nobody here exported: RiboDetector's bidirectional LSTM of opset 10, fetched through pip (GPL-3, so
//! it does not ship), on real reads, held to what ONNX Runtime's Python said of the same reads
//! (`fixtures/ribodetector/make.py`). Ignored unless asked for: `-- --ignored with_pip`.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use titer_core::{Digest, Sequence};
use titer_spec::{Document, ModelSpec};

use crate::fixtures::{fixture, load_files, predict};

const WHEEL: &str = "ribodetector-0.3.3-py3-none-any.whl";
const MODEL: &str = "ribodetector/data/model_len70_101.onnx";

/// Beside what cargo builds; fetched once.
fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("ribodetector-0.3.3")
}

/// The graph.
fn fetched() -> &'static Path {
    static FETCHED: OnceLock<PathBuf> = OnceLock::new();
    FETCHED.get_or_init(fetch)
}

fn fetch() -> PathBuf {
    let model = cache().join("model_len70_101.onnx");
    if model.exists() {
        return model;
    }
    std::fs::create_dir_all(cache()).unwrap();
    let wheel = cache().join(WHEEL);
    if !wheel.exists() {
        download();
    }
    let mut wheel = zip::ZipArchive::new(std::fs::File::open(wheel).unwrap()).unwrap();
    let mut bytes = Vec::new();
    wheel
        .by_name(MODEL)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    // Whole or not there, for the next time.
    let part = tempfile::NamedTempFile::new_in(cache()).unwrap();
    std::fs::write(part.path(), bytes).unwrap();
    part.persist(&model).unwrap();
    model
}

fn download() {
    let pip = Command::new("python3")
        .args(["-m", "pip", "download", "--no-deps"])
        .args(["--only-binary", ":all:", "--disable-pip-version-check"])
        .args(["--retries", "1", "--timeout", "20"])
        .args(["ribodetector==0.3.3", "--dest"])
        .arg(cache())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&pip.stderr);
    assert!(pip.status.success(), "pip: {said}");
}

/// The example's descriptor, which is what a user writes.
fn descriptor() -> Document<ModelSpec> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/ribodetector/model.yaml");
    Document::read(&path).unwrap()
}

struct Row {
    read: Sequence,
    rrna: bool,
    /// Of ribosomal RNA, from Python's logits.
    probability: f64,
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(fixture("ribodetector/reads.tsv")).unwrap();
    let row = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let logit = |text: &str| text.parse::<f64>().unwrap();
        Row {
            read: Sequence::new(fields[0]).unwrap(),
            rrna: fields[1] == "rrna",
            probability: 1.0 / (1.0 + (logit(fields[2]) - logit(fields[3])).exp()),
        }
    };
    text.lines().skip(1).map(row).collect()
}

#[test]
#[ignore = "downloads RiboDetector through pip"]
fn with_pip_a_foreign_lstm_answers_as_in_python() {
    let model = fetched();
    let document = descriptor();
    let spec = &document.value;
    let rows = rows();
    assert_eq!(rows.len(), 160);
    for variant in 0..spec.variants.len() {
        let stated = spec.variants[variant].files.value["model"]
            .stated(&document)
            .unwrap();
        assert_eq!(
            Digest::of_reader(std::fs::File::open(model).unwrap()).unwrap(),
            stated
        );
        let mut loaded = load_files(spec, variant, &[("model", model.to_owned())]).unwrap();
        let mut called = 0;
        for rows in rows.chunks(40) {
            let reads: Vec<Sequence> = rows.iter().map(|row| row.read.clone()).collect();
            for (row, output) in rows.iter().zip(predict(&mut *loaded, &reads)) {
                let found = output.numbers()[1];
                assert!(
                    (found - row.probability).abs() < 1e-5,
                    "{found} for {}",
                    row.probability
                );
                called += usize::from((found >= 0.5) == row.rrna);
            }
        }
        let right = rows
            .iter()
            .filter(|row| (row.probability >= 0.5) == row.rrna)
            .count();
        assert_eq!(called, right);
        assert!(right > 150, "{right}");
    }
}

/// The package's own checkpoint is a pickle: refused by what it is, under any name.
#[test]
#[ignore = "downloads RiboDetector through pip"]
fn with_pip_its_pickled_checkpoint_is_refused() {
    fetched();
    let wheel = std::fs::File::open(cache().join(WHEEL)).unwrap();
    let mut bytes = Vec::new();
    zip::ZipArchive::new(wheel)
        .unwrap()
        .by_name("ribodetector/data/model_len70_101.pth")
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.onnx");
    std::fs::write(&path, bytes).unwrap();
    let spec = &descriptor().value;
    let error = load_files(spec, 0, &[("model", path)])
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("pickle") && error.contains("torch.onnx.export"),
        "{error}"
    );
}
