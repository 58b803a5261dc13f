//! Time and memory of one variant, summarised over rounds.

use serde::{Deserialize, Serialize};
use titer_core::{BatchInvariance, Interval, Undefined};

/// A value with its interval, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The value, in the unit that its field states.
    pub value: Result<f64, Undefined>,
    /// Its interval.
    pub interval: Result<Interval, Undefined>,
}

impl Estimate {
    /// Neither value nor interval, for one reason.
    pub fn undefined(reason: &str) -> Self {
        Self {
            value: Err(Undefined::because(reason)),
            interval: Err(Undefined::because(reason)),
        }
    }
}

/// Time and memory of one variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuredVariant {
    /// The suite that gave the examples.
    pub suite: String,
    /// The model.
    pub model: String,
    /// The variant.
    pub variant: String,
    /// From opening the first file to a model that is ready, nanoseconds.
    pub load_ns: Estimate,
    /// Peak resident memory of the worker, bytes.
    pub peak_bytes: Estimate,
    /// Peak over the same worker's memory before the model was loaded, bytes.
    pub over_idle_bytes: Estimate,
    /// Size of the variant's files, bytes.
    pub disk_bytes: u64,
    /// Latency by batch size.
    pub latencies: Vec<MeasuredLatency>,
    /// The largest change of a prediction between batch 1 and batch N.
    pub batch_change: Option<BatchInvariance>,
}

/// Latency at one batch size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuredLatency {
    /// Examples per query.
    pub batch_size: u32,
    /// Queries timed, over all rounds.
    pub queries: u64,
    /// Median wall time of a query, nanoseconds.
    pub p50_ns: Estimate,
    /// 90th percentile, nanoseconds.
    pub p90_ns: Estimate,
    /// 99th percentile, nanoseconds.
    pub p99_ns: Estimate,
    /// Examples per second.
    pub throughput: Estimate,
}
