//! candle's precisions: each close to full precision by as much as it has bits, and none the same.

use std::path::{Path, PathBuf};

use titer_backends::candle::{Precision, write};
use titer_core::ModelError;
use titer_spec::{Document, ModelSpec};

use crate::fixtures::{distance, load_files, predict, sequences};

fn donor(precision: &str) -> ModelSpec {
    let path = folder().join("model.yaml");
    let mut spec = Document::<ModelSpec>::read(&path).unwrap().value;
    let candle = spec
        .variants
        .iter()
        .position(|variant| variant.variant.value == "fp32-candle")
        .unwrap();
    spec.variants.swap(0, candle);
    spec.variants[0].precision = precision.to_owned();
    spec
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/mmsplice-donor")
}

fn outputs(precision: &str, weights: PathBuf) -> Result<Vec<titer_core::Answer>, ModelError> {
    let files = [
        ("config", folder().join("config.json")),
        ("weights", weights),
    ];
    let mut model = load_files(&donor(precision), 0, &files)?;
    Ok(predict(&mut *model, &sequences(100, 400)))
}

fn safetensors() -> PathBuf {
    folder().join("weights.safetensors")
}

/// A real model; how far each may be from full precision is far more than its bits need.
#[test]
fn fewer_bits_are_further_from_full_precision() {
    let full = outputs("fp32", safetensors()).unwrap();
    let mut found = Vec::new();
    for (precision, bound) in [
        ("fp16", 0.01),
        ("bf16", 0.05),
        ("q8_0", 0.02),
        ("q4_0", 0.5),
    ] {
        let distance = distance(&full, &outputs(precision, safetensors()).unwrap());
        assert!(
            distance > 0.0 && distance < bound,
            "{precision}: {distance}"
        );
        found.push(distance);
    }
    assert!(found[0] < found[1] && found[2] < found[3], "{found:?}");
    assert_eq!(full, outputs("f32", safetensors()).unwrap());
}

#[test]
fn a_gguf_gives_what_the_same_precision_gives_on_load() {
    let folder = tempfile::tempdir().unwrap();
    for precision in ["fp32", "q8_0", "q4_0"] {
        let path = folder.path().join(format!("{precision}.gguf"));
        let share = write(&safetensors(), &path, Precision::parse(precision).unwrap()).unwrap();
        assert_eq!(share.in_blocks > 0, precision.starts_with('q'));
        assert!(share.all > 10_000 && share.in_blocks < share.all);
        let loaded = outputs(precision, path).unwrap();
        assert_eq!(
            loaded,
            outputs(precision, safetensors()).unwrap(),
            "{precision}"
        );
    }
}

#[test]
fn what_a_gguf_is_not_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q8.gguf");
    write(&safetensors(), &path, Precision::parse("q8_0").unwrap()).unwrap();
    let error = outputs("q4_0", path.clone()).unwrap_err().to_string();
    assert!(
        error.contains("state the one that the file holds"),
        "{error}"
    );
    let bytes = std::fs::read(&path).unwrap();
    for cut in [3, 4, 20, 100, bytes.len() / 2, bytes.len() - 64] {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        let error = outputs("q8_0", path.clone()).unwrap_err().to_string();
        assert!(error.contains("q8.gguf"), "{cut}: {error}");
    }
    let error = outputs("int3", safetensors()).unwrap_err().to_string();
    assert!(
        error.contains("`int3`") && error.contains("q8_0"),
        "{error}"
    );
}

/// Full precision under another name would be a lie.
#[test]
fn blocks_that_no_weight_fits_are_an_error() {
    let error = outputs("q4_k", safetensors()).unwrap_err().to_string();
    assert!(error.contains("whole blocks of 256"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q4.gguf");
    let kind = Precision::parse("q4_k").unwrap();
    assert!(write(&safetensors(), &path, kind).is_err() && !path.exists());
}

/// Without the feature, a GPU is an error that says so: nothing runs elsewhere in its place.
#[cfg(not(any(feature = "cuda", feature = "metal")))]
#[test]
fn a_device_that_this_build_lacks_is_an_error() {
    use titer_spec::model::{CandleDevice, CandleOptions};
    for device in [CandleDevice::Cuda, CandleDevice::Metal] {
        let mut spec = donor("fp32");
        spec.variants[0].candle = Some(CandleOptions { device });
        let files = [
            ("config", folder().join("config.json")),
            ("weights", safetensors()),
        ];
        let error = load_files(&spec, 0, &files).err().unwrap();
        assert!(matches!(error, ModelError::Device(_)), "{error}");
        assert!(error.to_string().contains(device.name()), "{error}");
    }
}

#[test]
fn every_precision_of_candle_may_be_stated() {
    for precision in titer_spec::model::CANDLE_PRECISIONS {
        assert!(
            titer_spec::model::PRECISIONS.contains(&precision),
            "{precision}"
        );
    }
}
