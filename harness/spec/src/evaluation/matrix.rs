//! A matrix: the reference of a model with fields of its descriptor varied, to see what each is worth.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::located::Located;
use crate::name;

/// Variants that a matrix makes at most.
pub const MAX_POINTS: usize = 64;

/// The reference of a model, with fields of its descriptor varied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// How the fields are varied.
    #[serde(default)]
    pub vary: Vary,
    /// The fields, each with its values.
    pub axes: Vec<Axis>,
}

/// How the fields of a matrix are varied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Vary {
    /// Each value by itself, all else as in the reference.
    #[default]
    OneAtATime,
    /// Every combination of values: what a value is worth is the mean over the combinations of the others.
    InFull,
}

/// A field that is varied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// The field: `variant`, `batch_size`, or its path in the descriptor: below `input`, `output`, `onnx`, `candle`, `process` or
    /// `http`, as in `onnx.optimization` or `input.reverse_complement`.
    #[schemars(transform = name::line)]
    pub field: Located<String>,
    /// The values that it takes beside the reference's own.
    pub values: Vec<Located<AxisValue>>,
}

/// A value as a descriptor has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AxisValue(pub Value);

impl AxisValue {
    /// The value in a word.
    #[must_use]
    pub fn word(&self) -> String {
        word(&self.0)
    }
}

/// A value of a descriptor as YAML has it in a line, without quotation marks.
#[must_use]
pub fn word(value: &Value) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Null => "left out".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(all) => format!("[{}]", list(all.iter().map(word).collect())),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", word(value)));
            format!("{{{}}}", list(fields.collect()))
        }
        other => other.to_string(),
    }
}

impl JsonSchema for AxisValue {
    fn schema_name() -> Cow<'static, str> {
        "AxisValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({"description": "A value as the descriptor has it."})
    }
}
