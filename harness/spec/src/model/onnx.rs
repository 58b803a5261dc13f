//! What a variant may tell the onnx backend.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::backend::{Computes, Facts};
use crate::evaluation::MAX_THREADS;
use crate::located::Located;
use crate::name;

/// What is known of the backend.
pub(super) const FACTS: Facts = Facts {
    computes: Computes::Titer,
    roles: &["model"],
    takes_further_files: true,
    weights: Some("model"),
    precisions: None,
    needs_runtime: true,
    names_tensors: true,
    batch_limit: None,
    has_options: |variant| variant.onnx.is_some(),
    options_missing: None,
};

/// How ONNX Runtime runs a variant. Threads within an operator are the evaluation's `threads`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OnnxOptions {
    /// How far the graph is rewritten before it runs.
    pub optimization: OnnxOptimization,
    /// How many operators may run at once; 1 where left out: one after another.
    #[schemars(range(min = 1, max = MAX_THREADS))]
    pub threads_between_operators: Option<usize>,
    /// What executes the operators.
    pub execution_provider: OnnxProvider,
    /// Whether operators that a GPU's provider lacks may run on the processor; otherwise a graph that has
    /// such is an error.
    pub rest_on_cpu: bool,
    /// Whether a GPU may round f32 to 19 bits in products (TensorFloat-32).
    pub tf32: bool,
    /// The release of ONNX Runtime that runs it, as in `1.30.0`, which `titer runtime install 1.30.0` puts into the cache; the one
    /// that runs the others where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(transform = name::name)]
    pub runtime: Option<Located<String>>,
}

/// How far the graph is rewritten before it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnnxOptimization {
    /// Not at all.
    Disabled,
    /// Constants folded, nodes without effect taken out.
    Basic,
    /// Operators fused, too.
    Extended,
    /// Layouts changed for this processor, too.
    #[default]
    All,
}

/// What executes the operators of a graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnnxProvider {
    /// The processor.
    #[default]
    Cpu,
    /// The first NVIDIA GPU.
    Cuda,
    /// TensorRT on the first NVIDIA GPU; CUDA runs what it does not take.
    Tensorrt,
}

impl OnnxProvider {
    /// The name in YAML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::Tensorrt => "tensorrt",
        }
    }
}
