//! Performers, by TIS Transformer's human fold 1: what the authors' code says is held in `shipped.rs`; here what becomes of
//! batches, of other rotary positions, of fewer bits and of descriptors that do not fit.

use std::path::{Path, PathBuf};

use titer_core::{Model, ModelError, Sequence};
use titer_spec::{Document, ModelSpec};

use crate::fixtures::{distance, fixture, load_files, predict, sequences};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/tis-transformer-human")
}

/// The shipped descriptor, changed.
fn spec(from: &str, to: &str) -> ModelSpec {
    let path = folder().join("model.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    Document::<ModelSpec>::parse(&path, text.replace(from, to))
        .unwrap()
        .value
}

fn load(spec: &ModelSpec, variant: &str, config: &Path) -> Result<Box<dyn Model>, ModelError> {
    let named = |known: &titer_spec::VariantSpec| known.variant.value == variant;
    let index = spec.variants.iter().position(named).unwrap();
    let files = match variant {
        "fp32" => vec![("model", folder().join("fp32.onnx"))],
        _ => vec![
            ("weights", folder().join("weights.safetensors")),
            ("config", config.to_owned()),
        ],
    };
    load_files(spec, index, &files)
}

fn shipped(variant: &str) -> Box<dyn Model> {
    load(&spec("", ""), variant, &folder().join("config.json")).unwrap()
}

/// config.json, changed, in a folder that goes with it.
fn config(from: &str, to: &str) -> (tempfile::TempDir, PathBuf) {
    let text = std::fs::read_to_string(folder().join("config.json")).unwrap();
    assert!(text.contains(from), "{from}");
    let kept = tempfile::tempdir().unwrap();
    let path = kept.path().join("config.json");
    std::fs::write(&path, text.replace(from, to)).unwrap();
    (kept, path)
}

/// A transcript for each id of a golden table, and (which, base, probability of a start).
fn table(path: &Path) -> (Vec<Sequence>, Vec<(usize, usize, f64)>) {
    let text = std::fs::read_to_string(path).unwrap();
    let (mut transcripts, mut rows) = (Vec::new(), Vec::new());
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        if !cells[1].is_empty() {
            transcripts.push(Sequence::new(cells[1]).unwrap());
        }
        let (base, tis) = (cells[2].parse().unwrap(), cells[4].parse().unwrap());
        rows.push((transcripts.len() - 1, base, tis));
    }
    (transcripts, rows)
}

/// local-attention 1.11.2 turns queries by a window more than their keys. The same weights load and run; the start codon of a
/// fly's transcript falls from 0.75 to nothing. Both are told apart by the golden outputs, and candle runs either.
#[test]
fn a_newer_rotary_formula_is_noise_and_is_caught() {
    let (transcripts, newer) = table(&fixture("rotary/newer.tsv"));
    let (_kept, window) = config("\"sequence\"", "\"window\"");
    let worst = |model: &mut dyn Model| {
        let answers: Vec<_> = transcripts
            .iter()
            .map(|one| predict(model, std::slice::from_ref(one)).remove(0))
            .collect();
        let off = |(which, base, tis): &(usize, usize, f64)| {
            (answers[*which].numbers()[2 * base + 1] - tis).abs()
        };
        newer.iter().map(off).fold(0.0, f64::max)
    };
    let of_window = worst(&mut *load(&spec("", ""), "fp32-candle", &window).unwrap());
    assert!(of_window < 1e-5, "{of_window}");
    for variant in ["fp32", "fp32-candle"] {
        let of_sequence = worst(&mut *shipped(variant));
        assert!((0.74..0.75).contains(&of_sequence), "{of_sequence}");
    }
}

/// A transcript's answer has a pair for each of its bases and does not depend on what it is padded to.
#[test]
fn transcripts_of_a_batch_are_answered_as_if_alone() {
    let lengths = [1, 40, 254, 255, 600];
    let mixed: Vec<Sequence> = lengths
        .iter()
        .flat_map(|length| sequences(1, *length))
        .collect();
    for (variant, tolerance) in [("fp32", 1e-6), ("fp32-candle", 1e-9)] {
        let mut model = shipped(variant);
        let together = predict(&mut *model, &mixed);
        for ((one, length), answer) in mixed.iter().zip(lengths).zip(&together) {
            assert_eq!(answer.positions(), length, "{variant}");
            let alone = predict(&mut *model, std::slice::from_ref(one));
            let distance = distance(&alone, std::slice::from_ref(answer));
            assert!(distance <= tolerance, "{variant}, {length}: {distance}");
        }
    }
}

/// Fewer bits are really fewer, and change little.
#[test]
fn fewer_bits_change_probabilities_a_little() {
    let (transcripts, _) = table(&fixture("rotary/newer.tsv"));
    let asked = &transcripts[1..2];
    let full = predict(&mut *shipped("fp32-candle"), asked);
    for (variant, least, most) in [("fp16-candle", 1e-5, 0.02), ("q8_0-candle", 1e-5, 0.05)] {
        let distance = distance(&full, &predict(&mut *shipped(variant), asked));
        assert!((least..most).contains(&distance), "{variant}: {distance}");
    }
}

#[test]
fn a_descriptor_that_does_not_fit_is_told_how() {
    let shipped = folder().join("config.json");
    let said = |spec: &ModelSpec, config: &Path| {
        let answer = load(spec, "fp32-candle", config)
            .and_then(|mut model| model.predict(&crate::fixtures::queries(&sequences(2, 30))));
        answer.unwrap_err().to_string()
    };
    let beyond = said(&spec("N: 4", "N: 9"), &shipped);
    assert!(beyond.contains("no token 9, only 0 to 7"), "{beyond}");
    let (_kept, shallow) = config("\"depth\": 8", "\"depth\": 7");
    let unused = said(&spec("", ""), &shallow);
    assert!(unused.contains("is used by no layer"), "{unused}");
    let (_kept, wide) = config("\"features\": 80", "\"features\": 64");
    let misfit = said(&spec("", ""), &wide);
    assert!(
        misfit.contains("[80, 16]") && misfit.contains("[64, 16]"),
        "{misfit}"
    );
    let (_kept, short) = config("\"longest\": 30002", "\"longest\": 16");
    let longer = said(&spec("", ""), &short);
    assert!(
        longer.contains("32 tokens") && longer.contains("takes 16"),
        "{longer}"
    );
}

#[test]
fn padding_before_a_sequence_is_refused() {
    let mut model = load(
        &spec("shorter: pad_right", "shorter: pad_left"),
        "fp32-candle",
        &folder().join("config.json"),
    )
    .unwrap();
    let mixed = [sequences(1, 20), sequences(1, 30)].concat();
    let error = model
        .predict(&crate::fixtures::queries(&mixed))
        .unwrap_err();
    assert!(error.to_string().contains("pad_right"), "{error}");
}
