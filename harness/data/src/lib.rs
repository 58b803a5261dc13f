//! Datasets: descriptors checked, tables read into examples.
//!
//! In scope: `dataset.yaml` checked as a whole, its table streamed, checked row by row and turned into
//! examples, a summary of what it holds, and fetching what it names. Not aware of: suites, models, run folders, perturbations.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod ahead;
mod content;
pub mod croissant;
mod descriptor;
mod division;
mod error;
pub mod fetch;
pub mod genome;
mod header;
mod hygiene;
mod ids;
mod labels;
pub mod layouts;
mod letters;
pub mod pin;
mod positions;
pub mod profile;
mod read;
mod records;
pub mod regions;
mod rows;
pub mod sheet;
mod spaced;
mod summary;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use titer_core::{Digest, canonical};
use titer_spec::dataset::Columns;
use titer_spec::fetch::{check as check_fetch, check_present};
use titer_spec::layout::Divide;
use titer_spec::{Dataset, Document, Layout, SpecError};

pub use error::{DataError, TableError};
pub use hygiene::{Letters, Repeats};
pub use read::{each, each_of, read};
pub use rows::{Met, Row};
pub use summary::{SplitSummary, Summary, check};

/// A dataset whose descriptor holds together and whose table is the one described.
#[derive(Clone, Debug)]
pub struct LoadedDataset {
    /// The descriptor.
    pub document: Document<Dataset>,
    /// The file or folder on disk, the first of several; sizes and digests are those of the descriptor.
    pub path: PathBuf,
    /// The assembly's sequences, where places are read.
    pub genome: Option<PathBuf>,
    /// Whether rows are counted, not held to what the descriptor says of splits and classes.
    pub(crate) counts: bool,
    /// Whether rows with places may go without letters, as an audit of places needs none.
    pub without_letters: bool,
    /// Whether the table was read before, as a digest of what is read will show: its ids are not held against each other once
    /// more, which takes memory for each.
    pub was_read: bool,
    /// The value that is left out, where examples are divided into folds; none: every example is of `test`.
    pub fold: Option<String>,
    /// The digest of everything that examples follow from: the file's own where that is one table, else that of all files,
    /// the genome, and what the descriptor says of how they are read.
    pub digest: Digest,
}

impl LoadedDataset {
    /// Whether the files or a genome of its own give letters; places alone do not.
    #[must_use]
    pub fn has_letters(&self) -> bool {
        let dataset = self.about();
        let own = records::own_names(&dataset.layout).contains(&"sequence");
        own || dataset.columns.sequence.is_some() || self.genome.is_some()
    }

    /// What the descriptor says.
    #[must_use]
    pub fn about(&self) -> &Dataset {
        &self.document.value
    }
}

/// Reads a descriptor, checks it, and checks its table's size and digest. Rows are checked by [`read`]
/// and [`check`].
///
/// # Errors
/// The descriptor cannot be read or contradicts itself, or the table is missing or another one.
pub fn open(descriptor: &Path) -> Result<LoadedDataset, DataError> {
    let document = descriptor::named(Document::read(descriptor)?);
    descriptor::check_filled(&document)?;
    descriptor::check_open(&document)?;
    let Dataset { dataset, fetch, .. } = &document.value;
    check_fetch(&document, fetch)?;
    check_present(&document, &dataset.value, fetch)?;
    let mut paths = Vec::new();
    for file in document.value.all_files() {
        paths.push(file.entry().verify(&document)?);
    }
    let genome = match &document.value.genome {
        Some(genome) => Some(genome.verify(&document)?),
        None => None,
    };
    descriptor::check_counted(&document)?;
    Ok(LoadedDataset {
        path: paths.into_iter().next().unwrap_or_default(),
        genome,
        counts: false,
        without_letters: false,
        was_read: false,
        fold: None,
        digest: digest(&document)?,
        document,
    })
}

/// What the descriptor says that examples follow from.
#[derive(Serialize)]
struct Described<'a> {
    files: Vec<DescribedFile<'a>>,
    genome: Option<Digest>,
    layout: &'a Layout,
    header: &'a [String],
    columns: &'a Columns,
    labels: &'a BTreeMap<String, String>,
    divide: &'a Option<Divide>,
    window: &'a Option<usize>,
}

#[derive(Serialize)]
struct DescribedFile<'a> {
    digest: Digest,
    split: &'a Option<String>,
    label: &'a Option<String>,
}

/// The digest of everything that examples follow from.
fn digest(document: &Document<Dataset>) -> Result<Digest, SpecError> {
    let dataset = &document.value;
    let is_plain = dataset.layout == Layout::Tsv
        && dataset.header.is_empty()
        && dataset.labels.is_empty()
        && dataset.divide.is_none()
        && dataset.genome.is_none();
    if let (true, Some(file)) = (is_plain, &dataset.file) {
        return file.stated(document);
    }
    let files = dataset.all_files();
    let mut described = Vec::with_capacity(files.len());
    for file in &files {
        described.push(DescribedFile {
            digest: file.entry().stated(document)?,
            split: &file.split,
            label: &file.label,
        });
    }
    let genome = dataset.genome.as_ref();
    let described = Described {
        files: described,
        genome: genome.map(|genome| genome.stated(document)).transpose()?,
        layout: &dataset.layout,
        header: &dataset.header,
        columns: &dataset.columns,
        labels: &dataset.labels,
        divide: &dataset.divide,
        window: &dataset.window,
    };
    canonical::digest("dataset", &described).map_err(|error| {
        let cure = "write finite numbers";
        document.error(&dataset.dataset, error.to_string(), cure)
    })
}
