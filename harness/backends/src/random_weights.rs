//! The same architecture with random weights: every tensor's values in another order.
//!
//! A tensor keeps its own values, so that its scale stays that of a trained network and nothing that has to
//! be positive turns negative; what was learned is in the order, and is gone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use titer_core::{ModelError, Stream};
use titer_spec::VariantSpec;

use crate::registry::engine;

/// Writes a copy of the variant's weights in random order into `folder`; the variant's files with that
/// copy among them. The same seed gives the same bytes.
///
/// # Errors
/// The backend's weights cannot be reached, or their file is not one that can be read here.
pub fn write(
    variant: &VariantSpec,
    files: &BTreeMap<String, PathBuf>,
    folder: &Path,
    seed: u64,
) -> Result<BTreeMap<String, PathBuf>, ModelError> {
    let found = variant
        .backend
        .weights()
        .and_then(|role| Some((role, files.get(role)?)));
    let Some((role, path)) = found else {
        return Err(ModelError::Input(format!(
            "the weights of the {} backend cannot be reached",
            variant.backend.name()
        )));
    };
    let mut bytes =
        std::fs::read(path).map_err(|error| damaged(path, format!("cannot be read: {error}")))?;
    match engine(variant.backend).shuffle(&mut bytes, seed) {
        Some(tensors) if tensors > 0 => {}
        _ => {
            return Err(damaged(
                path,
                "holds no weights that can be put in another order",
            ));
        }
    }
    let copy = folder.join("random-weights");
    std::fs::write(&copy, bytes)
        .map_err(|error| damaged(&copy, format!("cannot be written: {error}")))?;
    let mut files = files.clone();
    files.insert(role.to_owned(), copy);
    Ok(files)
}

/// Puts elements of `size` bytes in another order; a rest that is no whole element stays.
pub(crate) fn shuffle_elements(bytes: &mut [u8], size: usize, seed: u64, tensor: &str) {
    let mut stream = Stream::new(seed, "random weights", tensor);
    let count = bytes.len() / size;
    for last in (1..count).rev() {
        let other = stream.below(last as u64 + 1) as usize;
        for byte in 0..size {
            bytes.swap(last * size + byte, other * size + byte);
        }
    }
}

fn damaged(path: &Path, reason: impl Into<String>) -> ModelError {
    ModelError::File {
        path: path.display().to_string(),
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests;
