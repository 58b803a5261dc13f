//! GGUF, as ggml writes it: read, and written from safetensors.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use candle_core::quantized::gguf_file::{self, Content, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{DType, Device, Tensor};
use titer_core::ModelError;

use super::{Precision, Stored, fits, nothing_fits, safetensors};
use crate::candle::{Share, damaged};

/// What a GGUF file begins with.
pub(super) const MAGIC: &[u8] = b"GGUF";

/// The most tensors that a file is believed to have.
const MOST_TENSORS: usize = 100_000;

/// Reads every tensor; those in blocks stay so.
pub(super) fn read(
    path: &Path,
    bytes: &[u8],
    precision: Precision,
) -> Result<BTreeMap<String, Stored>, ModelError> {
    let broken = |error: &dyn std::fmt::Display| {
        damaged(
            path,
            format!("is no whole GGUF file ({error}): fetch or write it anew"),
        )
    };
    let mut reader = Cursor::new(bytes);
    let content = Content::read(&mut reader).map_err(|error| broken(&error))?;
    if content.tensor_infos.len() > MOST_TENSORS {
        return Err(broken(&"more tensors than any network has"));
    }
    let mut tensors = BTreeMap::new();
    // In the order of their names, so that of several faults the same one is told each time.
    let infos: BTreeMap<&String, _> = content.tensor_infos.iter().collect();
    for (name, info) in infos {
        whole(bytes, &content, info).map_err(|reason| broken(&format!("{name}: {reason}")))?;
        let blocks = content
            .tensor(&mut reader, name, &Device::Cpu)
            .map_err(|error| broken(&format!("{name}: {error}")))?;
        let kind = blocks.dtype();
        let stored = if kind.block_size() == 1 {
            let plain = blocks.dequantize(&Device::Cpu);
            Stored::Plain(plain.map_err(|error| broken(&error))?)
        } else if precision == Precision::Blocks(kind) {
            Stored::Blocks(Arc::new(blocks))
        } else {
            return Err(damaged(
                path,
                format!(
                    "tensor `{name}` lies in blocks of {kind:?}, and the variant's precision is another: state the one that the file holds"
                ),
            ));
        };
        tensors.insert(name.clone(), stored);
    }
    Ok(tensors)
}

/// The word of the blocks that a file's tensors lie in; `None` where all are plain.
///
/// # Errors
/// It cannot be read, or its blocks are none that are run here.
pub fn precision_of(path: &Path) -> Result<Option<String>, ModelError> {
    let broken = |error: &dyn std::fmt::Display| {
        let reason = format!("is no whole GGUF file ({error}): fetch or write it anew");
        damaged(path, reason)
    };
    let file = std::fs::File::open(path).map_err(|error| broken(&error))?;
    let content = Content::read(&mut std::io::BufReader::new(file));
    let content = content.map_err(|error| broken(&error))?;
    let kinds = content.tensor_infos.values().map(|info| info.ggml_dtype);
    let Some(kind) = kinds.into_iter().find(|kind| kind.block_size() > 1) else {
        return Ok(None);
    };
    let known = super::super::precision::WORDS.iter();
    let mut word = known.filter(|(_, precision)| *precision == Precision::Blocks(kind));
    match word.next() {
        Some((word, _)) => Ok(Some((*word).to_owned())),
        None => Err(damaged(
            path,
            format!(
                "lies in blocks of {kind:?}, which are not run here: write it anew from safetensors (titer models quantize)"
            ),
        )),
    }
}

/// A tensor's stated place lies within the file.
fn whole(bytes: &[u8], content: &Content, info: &gguf_file::TensorInfo) -> Result<(), String> {
    let count = info
        .shape
        .dims()
        .iter()
        .try_fold(1_u64, |count, dim| count.checked_mul(*dim as u64));
    // candle makes a slice of them, which must not be of nothing.
    if count == Some(0) {
        return Err("it holds no numbers".to_owned());
    }
    let kind = info.ggml_dtype;
    let (block, size) = (kind.block_size() as u64, kind.type_size() as u64);
    let end = count
        .filter(|count| count % block == 0)
        .and_then(|count| (count / block).checked_mul(size))
        .and_then(|size| size.checked_add(info.offset))
        .and_then(|end| end.checked_add(content.tensor_data_offset));
    match end {
        Some(end) if end <= bytes.len() as u64 => Ok(()),
        _ => Err("its numbers reach past the end of the file".to_owned()),
    }
}

/// Writes the tensors of a safetensors file as GGUF: matrices and kernels in blocks where their rows are
/// whole ones, everything else as it is. A kernel `[out, in, width]` lies as `[out, in * width]`.
///
/// # Errors
/// The file is damaged, holds something else than floating-point numbers, or nothing can be written.
pub fn write(from: &Path, to: &Path, kind: Precision) -> Result<Share, ModelError> {
    let bytes =
        std::fs::read(from).map_err(|error| damaged(from, format!("cannot be read: {error}")))?;
    let mut share = Share::default();
    let mut written: Vec<(String, QTensor)> = Vec::new();
    for (name, stored) in safetensors(from, &bytes)? {
        let Stored::Plain(tensor) = stored else {
            continue;
        };
        let failed = |error: candle_core::Error| damaged(from, format!("tensor `{name}`: {error}"));
        let (tensor, kind) = laid_out(&tensor, kind).map_err(failed)?;
        share.all += tensor.elem_count();
        if kind.block_size() > 1 {
            share.in_blocks += tensor.elem_count();
        }
        written.push((
            name.clone(),
            QTensor::quantize(&tensor, kind).map_err(failed)?,
        ));
    }
    if let Precision::Blocks(kind) = kind
        && share.in_blocks == 0
    {
        return Err(nothing_fits(from, kind));
    }
    let names: Vec<(&str, &QTensor)> = written
        .iter()
        .map(|(name, tensor)| (name.as_str(), tensor))
        .collect();
    let made = Value::String("titer".to_owned());
    let mut bytes = Cursor::new(Vec::new());
    gguf_file::write(&mut bytes, &[("general.architecture", &made)], &names)
        .map_err(|error| damaged(to, format!("cannot be written: {error}")))?;
    std::fs::write(to, bytes.into_inner())
        .map_err(|error| damaged(to, format!("cannot be written: {error}")))?;
    Ok(share)
}

/// A tensor as it is to lie, and in what.
fn laid_out(tensor: &Tensor, precision: Precision) -> candle_core::Result<(Tensor, GgmlDType)> {
    let plain = tensor.to_dtype(DType::F32)?;
    match (precision, plain.dims()) {
        (Precision::Float(dtype), [_, _, ..]) => Ok((
            plain,
            match dtype {
                DType::F16 => GgmlDType::F16,
                DType::BF16 => GgmlDType::BF16,
                _ => GgmlDType::F32,
            },
        )),
        (Precision::Blocks(kind), [out, _, ..]) => {
            let rows = plain.reshape((*out, plain.elem_count() / (*out).max(1)))?;
            if fits(&rows, kind) {
                Ok((rows, kind))
            } else {
                Ok((plain, GgmlDType::F32))
            }
        }
        _ => Ok((plain, GgmlDType::F32)),
    }
}
