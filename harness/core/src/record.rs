//! Records of what became of cells and measurements.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::control::ControlFit;
use crate::digest::Digest;
use crate::model::Squashed;
use crate::search::FoundRecord;
use crate::timing::{AskedTwice, BatchInvariance, Repeatability};

/// `cell.json`: what became of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CellRecord {
    /// The cell's key.
    pub key: Digest,
    /// Finished, or failed with the reason.
    pub status: CellStatus,
    /// Examples that were asked for.
    pub examples: u64,
    /// Examples with a finite answer.
    pub predicted: u64,
    /// Examples with a NaN or infinite answer.
    pub non_finite: u64,
    /// Examples without an answer.
    pub failed: u64,
    /// Examples that lost bases on their way in, because the model takes fewer.
    #[serde(default)]
    pub truncated: u64,
    /// The digest of the predictions, over logical rows; `None` where there are none.
    pub predictions: Option<Digest>,
    /// Some examples predicted alone beside what they got in their batch; `None`: batches of one, or
    /// not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchInvariance>,
    /// A batch asked once more, exactly as before; `None`: not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeatability>,
    /// Every example asked once more; `None`: a sample was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_twice: Option<AskedTwice>,
    /// What speaks for an activation that was applied to probabilities; `None`: nothing, or it was not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub squashed: Option<Squashed>,
    /// How the control was fitted whose cell this is; `None`: a model's cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit: Option<ControlFit>,
    /// What a search left in its cell beside the answers to the examples as they are; `None`: no search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<FoundRecord>,
    /// The vector instructions of the machine that predicted it, which runtimes choose their kernels by; `None`: nothing was
    /// predicted, or by a titer before 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instruction_set: Option<String>,
    /// The processor that it was predicted on, as its maker names it; `None`: unknown, nothing was predicted, or by a titer
    /// before 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processor: Option<String>,
    /// Wall time of the cell in its worker, nanoseconds; the first of a session loads the model. Not part of any digest.
    pub wall_ns: u64,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CellStatus {
    /// Every example has a finite answer.
    Finished,
    /// Something is missing; the reason.
    Failed(String),
}

impl CellStatus {
    /// The reason of a failure.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Finished => None,
            Self::Failed(reason) => Some(reason),
        }
    }
}
