//! What a variant may tell the candle backend.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::backend::{Computes, Facts};

/// What a variant of the candle backend may say as its `precision`.
pub const CANDLE_PRECISIONS: [&str; 9] = [
    "fp32", "f32", "fp16", "f16", "bf16", "q8_0", "q4_0", "q4_k", "q6_k",
];

/// What is known of the backend.
pub(super) const FACTS: Facts = Facts {
    computes: Computes::Titer,
    roles: &["weights", "config"],
    takes_further_files: false,
    weights: Some("weights"),
    precisions: Some(&CANDLE_PRECISIONS),
    needs_runtime: false,
    names_tensors: false,
    batch_limit: None,
    has_options: |variant| variant.candle.is_some(),
    options_missing: None,
};

/// How candle runs a variant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CandleOptions {
    /// Where it computes.
    #[serde(default)]
    pub device: CandleDevice,
}

/// Where candle computes. A GPU needs a build with the feature of its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CandleDevice {
    /// The processor.
    #[default]
    Cpu,
    /// The first NVIDIA GPU.
    Cuda,
    /// Apple's GPU.
    Metal,
}

impl CandleDevice {
    /// The name in YAML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::Metal => "metal",
        }
    }
}
