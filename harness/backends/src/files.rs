//! A variant's files, held to what its backend needs.

use std::collections::BTreeMap;
use std::path::PathBuf;

use titer_inspection::files;
use titer_spec::Backend;

use crate::registry::engine;

pub use files::Refused;

/// Checks a variant's files by role, before any of them is loaded.
///
/// # Errors
/// The first file that is not what its role needs, with what it is and the cure.
pub fn check(backend: Backend, files: &BTreeMap<String, PathBuf>) -> Result<(), Refused> {
    files::check(backend, engine(backend), files)
}

#[cfg(test)]
mod tests;
