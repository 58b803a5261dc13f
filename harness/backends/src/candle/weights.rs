//! The tensors of a safetensors or GGUF file, by name.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{DType, Device, Tensor};
use titer_core::ModelError;

use super::damaged;
use super::precision::Precision;

mod gguf;

pub use gguf::{precision_of, write};

/// A tensor as a file holds it, or as the variant wants it.
#[derive(Clone)]
pub(super) enum Stored {
    Plain(Tensor),
    Blocks(Arc<QTensor>),
}

pub(super) struct Weights {
    path: PathBuf,
    device: Device,
    precision: Precision,
    /// How many weights lie in blocks.
    in_blocks: Cell<usize>,
    tensors: BTreeMap<String, (Stored, bool)>,
}

impl Weights {
    /// Reads a whole file; its header is checked against its size before anything is allocated.
    pub(super) fn read(
        path: &Path,
        precision: Precision,
        device: &Device,
    ) -> Result<Self, ModelError> {
        let bytes = std::fs::read(path)
            .map_err(|error| damaged(path, format!("cannot be read: {error}")))?;
        let tensors = if bytes.starts_with(gguf::MAGIC) {
            gguf::read(path, &bytes, precision)?
        } else {
            safetensors(path, &bytes)?
        };
        Ok(Self {
            path: path.to_owned(),
            device: device.clone(),
            precision,
            in_blocks: Cell::new(0),
            tensors: tensors
                .into_iter()
                .map(|(name, tensor)| (name, (tensor, false)))
                .collect(),
        })
    }

    fn take(&mut self, name: &str) -> Result<Stored, ModelError> {
        let Some((tensor, used)) = self.tensors.get_mut(name) else {
            return Err(damaged(
                &self.path,
                format!("has no tensor `{name}`, which config.json names"),
            ));
        };
        *used = true;
        Ok(tensor.clone())
    }

    fn wrong(&self, name: &str, error: &candle_core::Error) -> ModelError {
        damaged(&self.path, format!("tensor `{name}`: {error}"))
    }

    /// A tensor as f32.
    fn plain(&mut self, name: &str) -> Result<Tensor, ModelError> {
        let tensor = match self.take(name)? {
            Stored::Plain(tensor) => tensor,
            Stored::Blocks(blocks) => blocks
                .dequantize(&Device::Cpu)
                .map_err(|error| self.wrong(name, &error))?,
        };
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
            .map_err(|error| self.wrong(name, &error))
    }

    /// A convolution's `[out, in, width]`, in the numbers that flow. In blocks it lies as
    /// `[out, in * width]`.
    pub(super) fn kernel(&mut self, name: &str, inputs: usize) -> Result<Tensor, ModelError> {
        let plain = self.plain(name)?;
        let (out, inputs, width) = match *plain.dims() {
            [out, inputs, width] => (out, inputs, width),
            [out, row] if inputs > 0 && row % inputs == 0 => (out, inputs, row / inputs),
            _ => return Err(self.rank(name, plain.dims(), 3)),
        };
        let rows = plain
            .reshape((out, inputs * width))
            .map_err(|error| self.wrong(name, &error))?;
        let rounded = match self.blocks(name, &rows)? {
            None => rows,
            Some(blocks) => blocks
                .dequantize(&Device::Cpu)
                .map_err(|error| self.wrong(name, &error))?,
        };
        self.cast(name, &rounded)?
            .reshape((out, inputs, width))
            .map_err(|error| self.wrong(name, &error))
    }

    /// A dense layer's `[out, in]`: in blocks where the precision asks for them and they fit.
    pub(super) fn matrix(&mut self, name: &str) -> Result<Stored, ModelError> {
        let plain = self.plain(name)?;
        if plain.rank() != 2 {
            return Err(self.rank(name, plain.dims(), 2));
        }
        Ok(match self.blocks(name, &plain)? {
            Some(blocks) => Stored::Blocks(blocks),
            None => Stored::Plain(self.cast(name, &plain)?),
        })
    }

    /// A table of `rows` of `width` numbers, in the numbers that flow and never in blocks: it is looked up, or its
    /// numbers are those of the method, not of a layer.
    pub(super) fn table(
        &mut self,
        name: &str,
        rows: usize,
        width: usize,
    ) -> Result<Tensor, ModelError> {
        let tensor = self.plain(name)?;
        if tensor.dims() != [rows, width] {
            return Err(self.misfit(name, tensor.dims(), &[rows, width]));
        }
        self.cast(name, &tensor)
    }

    /// The rows in blocks; `None` where they are not to be, or do not fit.
    fn blocks(&self, name: &str, rows: &Tensor) -> Result<Option<Arc<QTensor>>, ModelError> {
        let Precision::Blocks(kind) = self.precision else {
            return Ok(None);
        };
        if let Some((Stored::Blocks(blocks), _)) = self.tensors.get(name) {
            self.in_blocks.update(|count| count + 1);
            return Ok(Some(Arc::clone(blocks)));
        }
        if !fits(rows, kind) {
            return Ok(None);
        }
        self.in_blocks.update(|count| count + 1);
        QTensor::quantize(rows, kind)
            .map(|blocks| Some(Arc::new(blocks)))
            .map_err(|error| self.wrong(name, &error))
    }

    fn cast(&self, name: &str, tensor: &Tensor) -> Result<Tensor, ModelError> {
        tensor
            .to_dtype(self.precision.flow())
            .and_then(|tensor| tensor.to_device(&self.device))
            .map_err(|error| self.wrong(name, &error))
    }

    /// A vector of `length` numbers.
    pub(super) fn vector(&mut self, name: &str, length: usize) -> Result<Vec<f32>, ModelError> {
        let tensor = self.plain(name)?;
        if tensor.rank() != 1 {
            return Err(self.rank(name, tensor.dims(), 1));
        }
        if tensor.elem_count() != length {
            return Err(self.misfit(name, tensor.dims(), &[length]));
        }
        tensor.to_vec1().map_err(|error| self.wrong(name, &error))
    }

    fn rank(&self, name: &str, found: &[usize], rank: usize) -> ModelError {
        damaged(
            &self.path,
            format!("tensor `{name}` is {found:?}, a layer of config.json needs {rank} axes"),
        )
    }

    /// The error that a tensor's shape does not fit its layer.
    pub(super) fn misfit(&self, name: &str, found: &[usize], needed: &[usize]) -> ModelError {
        damaged(
            &self.path,
            format!("tensor `{name}` is {found:?}, its layer needs {needed:?}"),
        )
    }

    /// A precision in blocks under which no weight lies in blocks is full precision under a false name.
    pub(super) fn some_in_blocks(&self) -> Result<(), ModelError> {
        match self.precision {
            Precision::Blocks(kind) if self.in_blocks.get() == 0 => {
                Err(nothing_fits(&self.path, kind))
            }
            _ => Ok(()),
        }
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

fn nothing_fits(path: &Path, kind: GgmlDType) -> ModelError {
    damaged(
        path,
        format!(
            "no weight has rows that are whole blocks of {}, so {kind:?} would leave all as it is: use q8_0 or q4_0, whose blocks are of 32",
            kind.block_size()
        ),
    )
}

/// Whether rows are whole blocks.
fn fits(rows: &Tensor, kind: GgmlDType) -> bool {
    rows.dims()
        .last()
        .is_some_and(|row| *row > 0 && row % kind.block_size() == 0)
}

fn safetensors(path: &Path, bytes: &[u8]) -> Result<BTreeMap<String, Stored>, ModelError> {
    let tensors = candle_core::safetensors::load_buffer(bytes, &Device::Cpu).map_err(|error| {
        damaged(
            path,
            format!("is no whole safetensors file ({error}): fetch or export it anew"),
        )
    })?;
    let plain = |(name, tensor)| (name, Stored::Plain(tensor));
    Ok(tensors.into_iter().map(plain).collect())
}
