//! What lies between a graph's tensor and the numbers that an activation is applied to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::MAX_PLAIN;

/// The order of the axes of a tensor with positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutputLayout {
    /// `[batch, positions, classes]`, as transformers and TensorFlow have it.
    #[default]
    PositionsClasses,
    /// `[batch, classes, positions]`, as PyTorch's convolutions have it.
    ClassesPositions,
}

impl OutputLayout {
    /// Whether it is the one that is meant where none is named.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// One vector out of those of all positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// The mean over positions.
    Mean,
    /// The largest of each number.
    Max,
    /// The first position.
    First,
    /// The last position.
    Last,
}

/// `value * multiply + add`, for every number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The factor; 1 over a temperature.
    #[serde(default = "one")]
    #[schemars(range(min = -MAX_PLAIN, max = MAX_PLAIN))]
    pub multiply: f64,
    /// What is added.
    #[serde(default)]
    #[schemars(range(min = -MAX_PLAIN, max = MAX_PLAIN))]
    pub add: f64,
}

/// A linear layer on top of a vector: `weight * vector + bias`, from the variant's file of the role `head`
/// (safetensors, f32).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The tensor `[out, in]`.
    pub weight: String,
    /// The tensor `[out]`; zero where left out.
    #[serde(default)]
    pub bias: Option<String>,
}

fn one() -> f64 {
    1.0
}
