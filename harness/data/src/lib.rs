//! Datasets: descriptors checked, tables read into examples.
//!
//! In scope: `dataset.yaml` checked as a whole, its table streamed, checked row by row and turned into
//! examples, and a summary of what it holds. Not aware of: suites, models, run folders, perturbations.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod descriptor;
mod error;
pub mod genome;
mod header;
pub mod layouts;
mod positions;
mod read;
mod rows;
mod summary;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use titer_core::Digest;
use titer_spec::{Dataset, Document};

pub use error::{DataError, TableError};
pub use read::read;
pub use summary::{SplitSummary, Summary, check};

/// A dataset whose descriptor holds together and whose table is the one described.
#[derive(Clone, Debug)]
pub struct LoadedDataset {
    /// The descriptor.
    pub document: Document<Dataset>,
    /// The table on disk; its size and digest are those of the descriptor.
    pub path: PathBuf,
    /// The table's digest.
    pub digest: Digest,
}

impl LoadedDataset {
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
    let document = Document::<Dataset>::read(descriptor)?;
    descriptor::check(&document)?;
    let path = document.value.file.verify(&document)?;
    let digest = document.value.file.stated(&document)?;
    Ok(LoadedDataset {
        document,
        path,
        digest,
    })
}
