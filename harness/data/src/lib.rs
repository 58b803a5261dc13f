//! Datasets: descriptors checked, tables read into examples.
//!
//! In scope: reading what a `dataset.yaml` describes, with errors that name file, line and column.
//! Not aware of: models, suites, run folders.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod descriptor;
pub mod error;
mod positions;
pub mod read;
mod row;
mod table;

pub use descriptor::{LoadedDataset, open};
pub use error::DataError;
pub use read::{Summary, check, read};

#[cfg(test)]
mod tests;
