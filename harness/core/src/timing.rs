//! Measurements: time and memory of one variant under one scenario.

use serde::{Deserialize, Serialize};

/// One query's wall time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// The process it was measured in, counted from 0.
    pub round: u32,
    /// Examples per query.
    pub batch_size: u32,
    /// The query's number within its round and batch size; warm-up queries are negative.
    pub query: i32,
    /// Wall time in nanoseconds.
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
    /// Size of the variant's files, bytes.
    pub disk_bytes: u64,
}

/// The largest change of a prediction between two requests of the very same batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Repeatability {
    /// The batch.
    pub batch_size: u32,
    /// Examples held against each other.
    pub examples: u32,
    /// The largest absolute change of a probability; 0 of a deterministic model.
    pub largest_change: f64,
}

/// The largest change of a prediction between batch 1 and batch N.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchInvariance {
    /// The larger batch.
    pub batch_size: u32,
    /// Examples tried.
    pub examples: u32,
    /// The largest absolute change of a probability.
    pub largest_change: f64,
}
