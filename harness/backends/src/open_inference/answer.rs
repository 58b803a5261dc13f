//! An answer: parsed, its sizes checked before anything is read or kept.

use serde::Deserialize;
use titer_adaptors::{Tensor, Width};
use titer_core::ModelError;

use super::{BodyError, shown};

mod numbers;

use numbers::{MOST_AXES, Numbers};

/// The most bytes of a tensor.
const MOST_BYTES: u64 = 1 << 30;
/// The types of the protocol whose numbers JSON can hold.
const DATATYPES: [&str; 12] = [
    "FP64", "FP32", "FP16", "BF16", "INT64", "INT32", "INT16", "INT8", "UINT64", "UINT32",
    "UINT16", "UINT8",
];

/// An answer.
#[derive(Debug, Deserialize)]
pub struct Answer {
    #[serde(default)]
    id: serde_json::Value,
    #[serde(default)]
    outputs: Vec<Output>,
    #[serde(default)]
    error: Option<serde_json::Value>,
    #[serde(default)]
    model_name: Option<String>,
    #[serde(default)]
    model_version: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Output {
    name: String,
    shape: Vec<u64>,
    datatype: String,
    #[serde(default)]
    parameters: Option<Parameters>,
    #[serde(default)]
    data: Option<Numbers>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Parameters {
    binary_data_size: Option<u64>,
}

impl Answer {
    /// Parses what answers request `id`. An answer that names no request is taken for that one's where it
    /// `may_be_nameless`.
    ///
    /// # Errors
    /// It is not of the protocol, answers another request, or refuses.
    pub fn parse(line: &[u8], id: &str, may_be_nameless: bool) -> Result<Self, BodyError> {
        let it: Self = serde_json::from_slice(line).map_err(|error| {
            let begins: String = String::from_utf8_lossy(&line[..line.len().min(200)]).into();
            BodyError::NotTheProtocol(format!("{error}, in `{}`", shown(&begins)))
        })?;
        let nameless = may_be_nameless && it.id.as_str().is_none_or(str::is_empty);
        if !nameless && it.id.as_str() != Some(id) {
            return Err(BodyError::WrongId {
                found: shown(&it.id.to_string()),
                asked: id.to_owned(),
            });
        }
        if let Some(error) = &it.error {
            let words = error
                .as_str()
                .map_or_else(|| error.to_string(), str::to_owned);
            return Err(BodyError::Refused(shown(&words)));
        }
        Ok(it)
    }

    /// Whether it is of the model, as far as it says.
    ///
    /// # Errors
    /// It is of another.
    pub fn is_of(&self, model: &str) -> Result<(), BodyError> {
        match &self.model_name {
            Some(name) if !name.is_empty() && name != model => Err(BodyError::OtherModel {
                found: format!("model {}", shown(name)),
                asked: shown(model),
            }),
            _ => Ok(()),
        }
    }

    /// The version of the model that it names; `None` where it names none.
    #[must_use]
    pub fn version(&self) -> Option<String> {
        version_in(self.model_version.as_ref()?)
    }

    /// The wanted output (the first where none is named), for `examples` examples. `read` hands out the
    /// bytes that follow the line, in order.
    ///
    /// # Errors
    /// The output is not there, or its sizes, type and numbers do not fit each other and the examples.
    pub fn tensor<E: From<BodyError>>(
        self,
        wanted: Option<&str>,
        examples: usize,
        read: &mut dyn FnMut(usize) -> Result<Vec<u8>, E>,
    ) -> Result<Tensor, E> {
        let names: Vec<String> = self
            .outputs
            .iter()
            .map(|output| shown(&output.name))
            .collect();
        let mut found = None;
        // Bytes come for every output: what is not wanted is passed over.
        for output in self.outputs {
            let bytes = match output.binary_data_size() {
                Some(size) => Some(read(output.checked_size(size)?)?),
                None => None,
            };
            if found.is_none() && wanted.is_none_or(|wanted| wanted == output.name) {
                found = Some((output, bytes));
            }
        }
        match found {
            Some((output, bytes)) => Ok(output.tensor(examples, bytes)?),
            None => Err(E::from(BodyError::NotTheProtocol(match wanted {
                Some(wanted) if !names.is_empty() => format!(
                    "there is no output `{wanted}`, there is {}: correct `output` of the backend's options",
                    names.join(", ")
                ),
                _ => "there is neither `outputs` nor `error`".to_owned(),
            }))),
        }
    }
}

/// A version as text: servers write it as text or as a number. `None` where there is none in it.
pub(crate) fn version_in(value: &serde_json::Value) -> Option<String> {
    let text = match value {
        serde_json::Value::Null => return None,
        serde_json::Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    (!text.is_empty()).then_some(text)
}

impl Output {
    fn wrong(&self, what: &str) -> BodyError {
        BodyError::NotTheProtocol(format!("output {} {what}", shown(&self.name)))
    }

    fn binary_data_size(&self) -> Option<u64> {
        self.parameters.as_ref()?.binary_data_size
    }

    /// How many numbers the shape promises.
    fn values(&self) -> Result<u64, BodyError> {
        if self.shape.len() > MOST_AXES {
            return Err(self.wrong(&format!("has {} axes", self.shape.len())));
        }
        let product = |all: u64, axis: &u64| all.checked_mul(*axis);
        self.shape
            .iter()
            .try_fold(1, product)
            .filter(|values| *values <= MOST_BYTES)
            .ok_or_else(|| self.wrong(&format!("claims the shape {:?}", self.shape)))
    }

    /// The bytes that follow, held to shape and datatype before they are read.
    fn checked_size(&self, size: u64) -> Result<usize, BodyError> {
        let of_one = match self.datatype.as_str() {
            "FP32" => Some(4),
            "FP64" => Some(8),
            _ => None,
        };
        let expected = of_one.map(|bytes| self.values().map(|values| values * bytes));
        if let Some(expected) = expected.transpose()?
            && expected != size
        {
            let shape = &self.shape;
            return Err(self.wrong(&format!(
                "announces {size} bytes, its shape {shape:?} of {} needs {expected}",
                self.datatype
            )));
        }
        if size > MOST_BYTES {
            return Err(self.wrong(&format!(
                "announces {size} bytes, at most {MOST_BYTES} are read"
            )));
        }
        usize::try_from(size).map_err(|_| self.wrong("is too large for this machine"))
    }

    /// How wide the numbers are.
    fn width(&self) -> Width {
        match self.datatype.as_str() {
            "FP64" | "INT64" | "INT32" | "UINT64" | "UINT32" => Width::Double,
            _ => Width::Single,
        }
    }

    fn is_whole(&self) -> bool {
        self.datatype.contains("INT")
    }

    fn tensor(self, examples: usize, bytes: Option<Vec<u8>>) -> Result<Tensor, BodyError> {
        let (expected, width) = (self.values()?, self.width());
        let values = match (&self.data, bytes, self.datatype.as_str()) {
            (None, Some(bytes), "FP32") => bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| f32::from_le_bytes(*b).into())
                .collect(),
            (None, Some(bytes), "FP64") => bytes
                .as_chunks()
                .0
                .iter()
                .map(|b| f64::from_le_bytes(*b))
                .collect(),
            (None, Some(_), other) => {
                let other = shown(other);
                return Err(self.wrong(&format!(
                    "comes as bytes of {other}: answer with FP32 or FP64, or as JSON"
                )));
            }
            (Some(_), None, "BYTES") => return Err(self.wrong("holds text, not numbers")),
            (Some(_), None, other) if !DATATYPES.contains(&other) => {
                let other = shown(other);
                return Err(self.wrong(&format!("is of {other}, which is no type of numbers")));
            }
            (Some(numbers), None, _) => {
                numbers.fit(&self.shape).map_err(|what| self.wrong(&what))?;
                if self.is_whole() {
                    numbers.exact().map_err(|what| self.wrong(&what))?;
                }
                Vec::new()
            }
            (Some(_), Some(_), _) => {
                return Err(self.wrong("has both `data` and bytes behind the line"));
            }
            (None, None, _) => {
                return Err(self.wrong("has neither `data` nor bytes behind the line"));
            }
        };
        let shape: Vec<usize> = self.shape.iter().map(|axis| *axis as usize).collect();
        if shape.first() != Some(&examples) {
            return Err(BodyError::Shape(ModelError::Shape {
                found: format!("{shape:?}"),
                expected: format!(
                    "{examples} as its first axis, one for each example of the batch"
                ),
            }));
        }
        let values = match self.data {
            // JSON writes a number of 32 bits in any number of digits.
            Some(numbers) => numbers
                .values
                .into_iter()
                .map(|value| width.round(value))
                .collect(),
            None => values,
        };
        if values.len() as u64 != expected {
            let found = values.len();
            return Err(BodyError::NotTheProtocol(format!(
                "output {} has {found} numbers, its shape {shape:?} needs {expected}",
                shown(&self.name)
            )));
        }
        Ok(Tensor {
            shape,
            values,
            width,
        })
    }
}

#[cfg(test)]
mod tests;
