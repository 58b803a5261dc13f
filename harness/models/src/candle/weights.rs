//! The tensors of a safetensors file, by name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use titer_core::ModelError;

use super::damaged;

pub(super) struct Weights {
    path: PathBuf,
    tensors: BTreeMap<String, (Tensor, bool)>,
}

impl Weights {
    /// Reads a whole file; its header is checked against its size before anything is allocated.
    pub(super) fn read(path: &Path) -> Result<Self, ModelError> {
        let bytes = std::fs::read(path)
            .map_err(|error| damaged(path, format!("cannot be read: {error}")))?;
        let tensors =
            candle_core::safetensors::load_buffer(&bytes, &Device::Cpu).map_err(|error| {
                damaged(
                    path,
                    format!("is no whole safetensors file ({error}): fetch or export it anew"),
                )
            })?;
        Ok(Self {
            path: path.to_owned(),
            tensors: tensors
                .into_iter()
                .map(|(name, tensor)| (name, (tensor, false)))
                .collect(),
        })
    }

    /// A tensor of `rank` axes as f32, marked as used.
    pub(super) fn of_rank(&mut self, name: &str, rank: usize) -> Result<Tensor, ModelError> {
        let Some((tensor, used)) = self.tensors.get_mut(name) else {
            return Err(damaged(
                &self.path,
                format!("has no tensor `{name}`, which config.json names"),
            ));
        };
        *used = true;
        let tensor = tensor.clone();
        if tensor.rank() != rank {
            return Err(damaged(
                &self.path,
                format!(
                    "tensor `{name}` is {:?}, a layer of config.json needs {rank} axes",
                    tensor.dims()
                ),
            ));
        }
        if !tensor.dtype().is_float() {
            return Err(damaged(
                &self.path,
                format!(
                    "tensor `{name}` holds {}, not floating-point numbers",
                    tensor.dtype().as_str()
                ),
            ));
        }
        tensor
            .to_dtype(DType::F32)
            .map_err(|error| damaged(&self.path, format!("tensor `{name}`: {error}")))
    }

    /// A vector of `length` numbers.
    pub(super) fn vector(&mut self, name: &str, length: usize) -> Result<Vec<f32>, ModelError> {
        let tensor = self.of_rank(name, 1)?;
        if tensor.elem_count() != length {
            return Err(self.misfit(name, tensor.dims(), &[length]));
        }
        tensor
            .to_vec1()
            .map_err(|error| damaged(&self.path, format!("tensor `{name}`: {error}")))
    }

    /// The error that a tensor's shape does not fit its layer.
    pub(super) fn misfit(&self, name: &str, found: &[usize], needed: &[usize]) -> ModelError {
        damaged(
            &self.path,
            format!("tensor `{name}` is {found:?}, its layer needs {needed:?}"),
        )
    }

    /// A tensor that no layer uses says that config.json belongs to another file or lacks a layer.
    pub(super) fn all_used(&self) -> Result<(), ModelError> {
        match self.tensors.iter().find(|(_, (_, used))| !used) {
            None => Ok(()),
            Some((name, _)) => Err(damaged(
                &self.path,
                format!(
                    "tensor `{name}` is used by no layer of config.json: a layer is missing, or the file belongs to another model"
                ),
            )),
        }
    }
}
