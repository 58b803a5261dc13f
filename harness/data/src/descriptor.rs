//! A dataset's descriptor, checked before any row is read.

use std::path::{Path, PathBuf};

use titer_core::Digest;
use titer_spec::{Dataset, DatasetKind, Document, SpecError, suggest};

use crate::error::DataError;

/// The splits that Titer knows.
pub const SPLITS: [&str; 3] = ["train", "tuning", "test"];

/// A dataset whose descriptor is sound and whose file is the one described.
#[derive(Clone, Debug)]
pub struct LoadedDataset {
    /// The descriptor.
    pub document: Document<Dataset>,
    /// The table.
    pub path: PathBuf,
    /// The table's digest, checked.
    pub digest: Digest,
}

impl LoadedDataset {
    /// What the descriptor says.
    #[must_use]
    pub fn about(&self) -> &Dataset {
        &self.document.value
    }
}

/// Opens a dataset.
///
/// # Errors
/// The descriptor is unsound, or its file is missing or not the one described.
pub fn open(descriptor: &Path) -> Result<LoadedDataset, DataError> {
    let document = Document::<Dataset>::read(descriptor)?;
    check(&document)?;
    let path = document.value.file.verify(&document)?;
    let digest = document.value.file.stated(&document)?;
    Ok(LoadedDataset {
        document,
        path,
        digest,
    })
}

fn check(document: &Document<Dataset>) -> Result<(), SpecError> {
    let about = &document.value;
    let at_name = |message: String, cure: &str| Err(document.error(&about.dataset, message, cure));
    if about.classes.is_empty() {
        return at_name(
            "classes: there is none".to_owned(),
            "list every class that a label may have",
        );
    }
    for (index, class) in about.classes.iter().enumerate() {
        if about.classes[..index].contains(class) {
            return at_name(
                format!("classes: `{class}` is listed twice"),
                "list each class once",
            );
        }
    }
    for split in about.splits.keys() {
        if !SPLITS.contains(&split.as_str()) {
            return at_name(
                format!("splits: `{split}` is not a split"),
                &suggest::cure(split, &SPLITS),
            );
        }
    }
    if about.splits.values().sum::<u64>() == 0 {
        return at_name(
            "splits: the dataset is empty".to_owned(),
            "state how many examples each split holds; a dataset needs at least one",
        );
    }
    check_columns(document)
}

fn check_columns(document: &Document<Dataset>) -> Result<(), SpecError> {
    let about = &document.value;
    let columns = &about.columns;
    let missing = |name: &str, kind: &str| {
        Err(document.error(
            &columns.id,
            format!("columns: `{name}` is missing, which a {kind} dataset needs"),
            format!("name the column that holds `{name}`"),
        ))
    };
    match about.kind {
        DatasetKind::Windows if columns.label.is_none() => missing("label", "windows"),
        DatasetKind::PerPosition if columns.sites.is_none() => missing("sites", "per_position"),
        DatasetKind::PerPosition if columns.background.is_none() => {
            missing("background", "per_position")
        }
        DatasetKind::PerPosition if columns.scored.is_none() => missing("scored", "per_position"),
        _ => check_site_classes(document),
    }
}

fn check_site_classes(document: &Document<Dataset>) -> Result<(), SpecError> {
    let about = &document.value;
    let known: Vec<&str> = about.classes.iter().map(String::as_str).collect();
    let sites = about.columns.sites.iter().flat_map(|sites| sites.keys());
    let background = about
        .columns
        .background
        .as_ref()
        .map(|background| &background.value);
    for class in sites.chain(background) {
        if !known.contains(&class.as_str()) {
            return Err(document.error(
                &about.columns.id,
                format!("columns: `{class}` is not among the classes"),
                suggest::cure(class, &known),
            ));
        }
    }
    Ok(())
}
