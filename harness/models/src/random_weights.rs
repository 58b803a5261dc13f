//! The same architecture with random weights: every tensor's values in another order.
//!
//! A tensor keeps its own values, so that its scale stays that of a trained network and nothing that has to
//! be positive turns negative; what was learned is in the order, and is gone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use titer_core::{ModelError, Stream};
use titer_spec::{Backend, VariantSpec};

mod onnx;
mod safetensors;

/// The role of the file that holds a backend's weights; `None`: they cannot be reached.
#[must_use]
pub fn role(backend: Backend) -> Option<&'static str> {
    match backend {
        Backend::Onnx => Some("model"),
        Backend::Candle => Some("weights"),
        // They lie in a program of the user's, or with a server, or nowhere.
        Backend::Process | Backend::Http | Backend::Predictions => None,
    }
}

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
    let found = role(variant.backend).and_then(|role| Some((role, files.get(role)?)));
    let Some((role, path)) = found else {
        return Err(ModelError::Input(format!(
            "the weights of the {} backend cannot be reached",
            variant.backend.name()
        )));
    };
    let mut bytes =
        std::fs::read(path).map_err(|error| damaged(path, format!("cannot be read: {error}")))?;
    let shuffled = match variant.backend {
        Backend::Candle => safetensors::shuffle(&mut bytes, seed),
        Backend::Onnx => onnx::shuffle(&mut bytes, seed),
        Backend::Process | Backend::Http | Backend::Predictions => None,
    };
    match shuffled {
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
fn shuffle_elements(bytes: &mut [u8], size: usize, seed: u64, tensor: &str) {
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
