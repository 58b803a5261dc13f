//! What a variant may tell the process backend.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::backend::{Computes, Facts};
use crate::located::Located;

/// What is known of the backend.
pub(super) const FACTS: Facts = Facts {
    computes: Computes::Elsewhere,
    roles: &[],
    takes_further_files: true,
    weights: None,
    precisions: None,
    needs_runtime: false,
    names_tensors: true,
    batch_limit: None,
    has_options: |variant| variant.process.is_some(),
    options_missing: Some([
        "the process backend needs a command",
        "add `process: {command: [python3, model.py]}` to the variant",
    ]),
};

/// A command that stays up and answers over its standard input and output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcessOptions {
    /// The program and its arguments, as in `[python3, model.py]`; no shell reads them. It runs in the
    /// descriptor's folder, whose files all count in the keys of cells.
    pub command: Located<Vec<String>>,
    /// Files and folders of the descriptor's folder that predictions do not depend on, as in `[logs, "*.txt"]`:
    /// paths relative to it; `*` stands for any letters but `/`, `**` for any folders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<Located<String>>,
    /// Whether its folder and `files` hold all that it reads, beside the program and its packages. Otherwise
    /// nobody knows what it has read elsewhere, and a run that is repeated predicts again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub files_complete: bool,
    /// Seconds until it has said what it is.
    #[serde(default = "start_up_s")]
    #[schemars(range(min = 1, max = 2_592_000))]
    pub start_up_s: u32,
    /// Seconds for one request.
    #[serde(default = "request_s")]
    #[schemars(range(min = 1, max = 2_592_000))]
    pub request_s: u32,
    /// Seconds that it may stay up without a request; the next one starts it again.
    #[serde(default = "idle_s")]
    #[schemars(range(min = 1, max = 2_592_000))]
    pub idle_s: u32,
    /// How tensors travel; binary where the process offers it, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tensors: Option<ProcessTensors>,
    /// The name of the input; that of `input.tensor`, else the one that the process says, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// The name of the output; that of `output.tensor`, else the first that the process answers with, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
}

/// How tensors travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProcessTensors {
    /// As JSON, within the line.
    Json,
    /// As little-endian bytes, after the line.
    Binary,
}

impl ProcessOptions {
    /// The part that can change a prediction: time limits cannot, and files count by their digests.
    #[must_use]
    pub fn execution(&self) -> Self {
        Self {
            ignore: Vec::new(),
            files_complete: false,
            start_up_s: start_up_s(),
            request_s: request_s(),
            idle_s: idle_s(),
            ..self.clone()
        }
    }
}

fn start_up_s() -> u32 {
    120
}

fn request_s() -> u32 {
    300
}

fn idle_s() -> u32 {
    600
}
