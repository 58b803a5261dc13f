//! Verdicts: pass, fail or inconclusive.

use serde::{Deserialize, Serialize};

/// What a gate decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The rule holds, by the interval.
    Pass,
    /// The data cannot tell.
    Inconclusive,
    /// The rule is broken, by the interval.
    Fail,
    /// What the rule is about was not measured (a cell failed).
    Incomplete,
}

/// One gate applied to one score, comparison or measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateVerdict {
    /// The gate as written, in one line.
    pub gate: String,
    /// The gate's number in the evaluation, from 0.
    pub index: usize,
    /// The model.
    pub model: String,
    /// The variant.
    pub variant: String,
    /// The dataset; `None` for measurements.
    pub dataset: Option<String>,
    /// The class; per-position suites only.
    pub class: Option<String>,
    /// pass, fail, inconclusive or incomplete.
    pub decision: Decision,
    /// The value judged, where there is one.
    pub value: Option<f64>,
    /// The lower end judged, where there is one.
    pub lower: Option<f64>,
    /// The upper end judged, where there is one.
    pub upper: Option<f64>,
    /// The limit it is held against.
    pub limit: f64,
    /// A sentence: why.
    pub because: String,
}

/// The judgement of a run, in two parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Gates over scores and comparisons: recomputes to the same bits.
    pub scored: Vec<GateVerdict>,
    /// Gates over time and memory.
    pub measured: Vec<GateVerdict>,
    /// Cells and measurements that failed.
    pub failed_cells: u64,
    /// Whether only a part of the examples ran (`--limit`).
    pub limited: bool,
    /// The overall decision.
    pub overall: Decision,
}
