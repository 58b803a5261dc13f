//! A linear layer on top of a model's vectors.

use std::collections::BTreeMap;
use std::path::PathBuf;

use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
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
        let tensors = SafeTensors::deserialize(&bytes)
            .map_err(|error| damaged(format!("is no whole safetensors file ({error})")))?;
        let numbers = |name: &str, rank: usize| -> Result<(Vec<usize>, Vec<f64>), AdaptorError> {
            let tensor = tensors.tensor(name).map_err(|_| {
                let mut known = tensors.names();
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
            let sizes = tensor.shape();
            if sizes.len() != rank || sizes.contains(&0) {
                let message = format!("tensor `{name}` is {sizes:?}, it needs {rank} axes");
                return Err(damaged(message));
            }
            let values = floats(&tensor).ok_or_else(|| {
                let held = tensor.dtype();
                damaged(format!(
                    "tensor `{name}` holds {held}, no floating-point numbers"
                ))
            })?;
            Ok((sizes.to_vec(), values))
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

    /// Numbers of the vectors that it takes.
    pub(super) fn size(&self) -> usize {
        self.size
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

/// A tensor's numbers; `None` where it holds something else than floating-point numbers.
fn floats(tensor: &TensorView<'_>) -> Option<Vec<f64>> {
    /// Little-endian numbers of `N` bytes.
    fn each<const N: usize>(bytes: &[u8], number: fn([u8; N]) -> f64) -> Vec<f64> {
        let (numbers, _) = bytes.as_chunks::<N>();
        numbers.iter().map(|bytes| number(*bytes)).collect()
    }
    let bytes = tensor.data();
    Some(match tensor.dtype() {
        Dtype::F64 => each(bytes, f64::from_le_bytes),
        Dtype::F32 => each(bytes, |number| f32::from_le_bytes(number).into()),
        Dtype::F16 => each(bytes, |number| f16::from_le_bytes(number).to_f64()),
        Dtype::BF16 => each(bytes, |number| bf16::from_le_bytes(number).to_f64()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: Dtype, numbers: &[Vec<u8>; 2]) -> Result<Head, AdaptorError> {
        let bytes = numbers.concat();
        let view = TensorView::new(kind, vec![1, 2], &bytes).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let whole = safetensors::serialize([("weight", view)], None).unwrap();
        std::fs::write(file.path(), whole).unwrap();
        let head = model::Head {
            weight: "weight".to_owned(),
            bias: None,
        };
        let files = [(roles::HEAD.to_owned(), file.path().to_owned())].into();
        Head::read(&head, &files)
    }

    #[test]
    fn every_kind_of_floating_point_numbers_is_read() {
        let bytes = |number: f32| {
            [
                (Dtype::F64, f64::from(number).to_le_bytes().to_vec()),
                (Dtype::F32, number.to_le_bytes().to_vec()),
                (Dtype::F16, f16::from_f32(number).to_le_bytes().to_vec()),
                (Dtype::BF16, bf16::from_f32(number).to_le_bytes().to_vec()),
            ]
        };
        for ((kind, one), (_, other)) in bytes(1.5).into_iter().zip(bytes(-2.0)) {
            let head = read(kind, &[one, other]).unwrap();
            assert_eq!(head.weight, [1.5, -2.0], "{kind}");
        }
        let whole = [1_i64, 2].map(|number| number.to_le_bytes().to_vec());
        let error = read(Dtype::I64, &whole).unwrap_err().to_string();
        assert!(error.contains("`weight` holds I64"), "{error}");
    }
}
