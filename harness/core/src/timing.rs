//! Measurements: time and memory of one variant under one scenario.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One query's time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// The process it was measured in, counted from 0.
    pub round: u32,
    /// Examples that the model is given at once, at most.
    pub batch_size: u32,
    /// Bases of each drawn sequence; `None`: the sequences of the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// Queries that arrive per second, on average; `None`: a query comes when the one before has been answered, or all come at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_s: Option<f64>,
    /// The query's number within its round, batch size, length and rate; warm-up queries are negative.
    pub query: i32,
    /// Examples of the query.
    pub examples: u32,
    /// When it was due, nanoseconds after the first of its kind was; 0 in runs of before.
    pub at_ns: u64,
    /// From when it was due to its answer, in nanoseconds: what it waited for others is part of it.
    pub wall_ns: u64,
}

/// Memory and load time of one variant, a value per round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Peak resident memory of the worker, bytes, one per round; empty where it cannot be read.
    pub peak_bytes: Vec<u64>,
    /// Resident memory of the same worker before the model was loaded, bytes, one per round.
    pub idle_bytes: Vec<u64>,
    /// From opening the first file to a model that is ready, nanoseconds, one per round.
    pub load_ns: Vec<u64>,
    /// The first answer of the loaded model, to one example, nanoseconds, one per round.
    #[serde(default)]
    pub first_ns: Vec<u64>,
    /// From the process's start to that answer, nanoseconds, one per round; what Titer reads and checks meanwhile left out. Empty where it
    /// cannot be told.
    #[serde(default)]
    pub cold_start_ns: Vec<u64>,
    /// Size of the variant's files, bytes.
    pub disk_bytes: u64,
}

/// The largest change of a prediction between two requests of the very same batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Repeatability {
    /// The batch.
    pub batch_size: u32,
    /// Examples held against each other.
    pub examples: u32,
    /// The largest absolute change of a probability; 0 of a deterministic model.
    pub largest_change: f64,
}

/// Every example of a cell asked once more, in another order and in other batches; of a variant whose predictions depend on
/// their batch in the same ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AskedTwice {
    /// Whether order and batches were others.
    pub reordered: bool,
    /// Examples with a finite answer both times.
    pub examples: u64,
    /// Those whose answer is not the same to the last bit.
    pub changed: u64,
    /// The largest absolute change of a probability; 0 of a deterministic model.
    pub largest_change: f64,
    /// The change that is taken for rounding, of the variant's precision.
    pub tolerance: f64,
    /// Examples that shared their answer with another one and did not the second time: what ranks them is their place.
    pub untied: u64,
}

impl AskedTwice {
    /// The share of examples that may come apart: fewer than these move no metric of order by more than a hundredth of it.
    const UNTIED_SHARE: f64 = 0.01;

    /// Why the model is judged nowhere; `None` where its answers stay.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        let how = match self.reordered {
            true => "in another order and in other batches",
            false => "in the same batches",
        };
        if self.largest_change > self.tolerance {
            return Some(format!(
                "the model is not deterministic: asked twice, {how}, {} of {} examples get another answer, by up to {:.2e} (tolerance {:.1e}); fix its seed before each request, switch off whatever else draws at random or counts requests, and have it answer each example by itself, whatever its place in a batch",
                self.changed, self.examples, self.largest_change, self.tolerance
            ));
        }
        let share = self.untied as f64 / self.examples.max(1) as f64;
        (share > Self::UNTIED_SHARE).then(|| {
            format!(
                "answers depend on an example's place: {} of {} examples are equal to another one at first and differ from it when asked {how}, by up to {:.2e}, so that metrics of order rank them by their place; have the model answer each example by itself",
                self.untied, self.examples, self.largest_change
            )
        })
    }
}

/// The largest change of a prediction between batch 1 and batch N.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BatchInvariance {
    /// The larger batch.
    pub batch_size: u32,
    /// Examples tried.
    pub examples: u32,
    /// The largest absolute change of a probability.
    pub largest_change: f64,
}
