//! What the programs that measure speed have in common.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use titer_backends::{LoadOptions, load};
use titer_core::{Model, Sequence};
use titer_spec::{Document, ModelSpec};

/// A model's descriptor, in its folder.
pub(crate) fn descriptor(folder: &str) -> Document<ModelSpec> {
    Document::read(&Path::new(folder).join("model.yaml")).unwrap()
}

/// A variant, loaded, and its files by role.
pub(crate) fn variant(
    document: &Document<ModelSpec>,
    name: &str,
    library: &Path,
    threads: usize,
) -> (Box<dyn Model>, BTreeMap<String, PathBuf>) {
    let spec = &document.value;
    let mut variants = spec.variants.iter();
    let variant = variants.find(|variant| variant.variant.value == name);
    let variant = variant.unwrap();
    let files = variant.files.value.iter();
    let files: BTreeMap<String, PathBuf> = files
        .map(|(role, file)| (role.clone(), document.folder().join(&file.path.value)))
        .collect();
    let options = LoadOptions {
        runtime: Some(library),
        threads,
        ..LoadOptions::default()
    };
    (load(spec, variant, &files, &options).unwrap(), files)
}

/// Sequences of equally frequent letters, the same every time.
pub(crate) fn sequences(number: usize, length: usize) -> Vec<Sequence> {
    let mut state = 12_345_u64;
    let mut letter = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        char::from(b"ACGT"[(state >> 33) as usize % 4])
    };
    let text = |_| (0..length).map(|_| letter()).collect::<String>();
    let texts: Vec<String> = (0..number).map(text).collect();
    let sequences = texts.iter().map(|text| Sequence::new(text).unwrap());
    sequences.collect()
}

/// Smallest first.
pub(crate) fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// The middle of sorted numbers.
pub(crate) fn middle(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}
