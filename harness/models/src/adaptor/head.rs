//! A linear layer on top of a model's vectors.

use std::collections::BTreeMap;
use std::path::PathBuf;

use candle_core::{DType, Device};
use titer_core::ModelError;
use titer_spec::model::{self, roles};

use super::Tensor;
use super::error::{self, AdaptorError};

/// `weight * vector + bias`.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// Row-major `[out, in]`.
    weight: Vec<f64>,
    bias: Vec<f64>,
    size: usize,
}

impl Head {
    pub(super) fn read(
        head: &model::Head,
        files: &BTreeMap<String, PathBuf>,
    ) -> Result<Self, AdaptorError> {
        let path = error::file(files, roles::HEAD)?;
        let damaged = |message: String| {
            AdaptorError::of_file(roles::HEAD, path, message, "export the head anew")
        };
        let bytes =
            std::fs::read(path).map_err(|error| damaged(format!("cannot be read: {error}")))?;
        let tensors = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu)
            .map_err(|error| damaged(format!("is no whole safetensors file ({error})")))?;
        let numbers = |name: &str, rank: usize| -> Result<(Vec<usize>, Vec<f64>), AdaptorError> {
            let tensor = tensors.get(name).ok_or_else(|| {
                let mut known: Vec<&str> = tensors.keys().map(String::as_str).collect();
                known.sort_unstable();
                AdaptorError::of(
                    "output.head",
                    format!(
                        "{} has no tensor `{name}`, it has {}",
                        path.display(),
                        known.join(", ")
                    ),
                    "name them in `output.head` as they stand there",
                )
            })?;
            if tensor.rank() != rank || tensor.elem_count() == 0 {
                let sizes = tensor.dims();
                let message = format!("tensor `{name}` is {sizes:?}, it needs {rank} axes");
                return Err(damaged(message));
            }
            let values = tensor
                .to_dtype(DType::F64)
                .and_then(|tensor| tensor.flatten_all()?.to_vec1())
                .map_err(|error| damaged(format!("tensor `{name}`: {error}")))?;
            Ok((tensor.dims().to_vec(), values))
        };
        let (shape, weight) = numbers(&head.weight, 2)?;
        let (out, size) = (shape[0], shape[1]);
        let bias = match &head.bias {
            None => vec![0.0; out],
            Some(name) => numbers(name, 1)?.1,
        };
        if bias.len() != out {
            return Err(damaged(format!(
                "the weight is {shape:?} and the bias has {} numbers: they are of different layers",
                bias.len()
            )));
        }
        Ok(Self { weight, bias, size })
    }

    /// Applies it to the last axis.
    pub(super) fn apply(&self, tensor: Tensor) -> Result<Tensor, ModelError> {
        let mut shape = tensor.shape;
        match shape.last_mut() {
            Some(last) if *last == self.size => *last = self.bias.len(),
            _ => {
                return Err(ModelError::Shape {
                    found: format!("{shape:?}"),
                    expected: format!("vectors of {} numbers (`output.head`)", self.size),
                });
            }
        }
        // Weights are as wide as the vectors that they are for.
        let width = tensor.width;
        let rounded = |numbers: &[f64]| -> Vec<f64> {
            numbers.iter().map(|number| width.round(*number)).collect()
        };
        let (weight, bias) = (rounded(&self.weight), rounded(&self.bias));
        let mut values = Vec::with_capacity(shape.iter().product());
        for vector in tensor.values.chunks(self.size) {
            let rows = weight.chunks(self.size).zip(&bias);
            values.extend(rows.map(|(row, bias)| {
                let products = row.iter().zip(vector);
                let sum: f64 = products.map(|(weight, value)| weight * value).sum();
                width.round(sum + bias)
            }));
        }
        Ok(Tensor {
            shape,
            values,
            width,
        })
    }
}
