//! The run folder, written and read. The only room that knows its layout.
//!
//! In scope: tables as Parquet, records as JSON, atomic writing, the lock, digests of what a run came
//! to. Not aware of: how predictions are made, what a score means.
//!
//! Everything is written under a temporary name and renamed: whoever reads sees whole files only.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod atomic;
mod cells;
mod digests;
mod error;
mod examples;
mod folder;
mod found;
mod inputs;
mod jobs;
mod lock;
pub mod manifest;
mod measurements;
mod predictions;
mod recognise;
mod rows;
mod runs;
mod similarities;
mod table;
mod writer;

#[cfg(test)]
mod tests;

pub use cells::CellWriter;
pub use error::StoreError;
pub use examples::{Bases, ExamplesWriter, GroupNames, StoredExample};
pub use folder::RunFolder;
pub use lock::RunLock;
pub use manifest::{Manifest, RunStatus};
pub use measurements::Measured;
pub use rows::flat;
pub use runs::Removed;
