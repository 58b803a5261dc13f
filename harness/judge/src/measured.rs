//! Measurements in short: cold start, load time, memory, latency percentiles, throughput, and what disturbed them.

mod goodput;
mod latency;
mod order;
mod round;

pub use goodput::{Goodput, Trial};
pub use latency::{LatencyDetails, LatencySummary, NoiseSummary, WarmUp};
pub use order::{Percentile, percentile, tail};
pub use round::RoundNumbers;

use serde::Serialize;
use titer_core::{BatchInvariance, Surroundings, Timing, TimingChecks};
use titer_spec::evaluation::Scenario;
use titer_statistics::sorted;
use titer_store::Measured;

/// One variant's time and memory in short.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasurementSummary {
    /// The model.
    pub model: String,
    /// The variant.
    pub variant: String,
    /// Median of the rounds' load times, nanoseconds; `None` where none was taken.
    pub load_ns_median: Option<f64>,
    /// The rounds' load times, nanoseconds, the shortest first.
    pub load_ns: Vec<f64>,
    /// The largest peak of resident memory of the rounds, bytes; `None` where it cannot be read.
    pub peak_bytes_max: Option<u64>,
    /// The largest peak over the same worker's memory before the model was loaded, bytes.
    pub over_idle_bytes_max: Option<u64>,
    /// Size of the variant's files, bytes.
    pub disk_bytes: u64,
    /// On the sequences of the data, by batch size, the smallest first.
    pub latencies: Vec<LatencySummary>,
    /// The largest change between batch 1 and batch N, where it was tried.
    pub batch_change: Option<BatchInvariance>,
    /// What stands beside.
    pub details: MeasurementDetails,
}

/// What stands beside a measurement's numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MeasurementDetails {
    /// The first answer of a loaded model, nanoseconds, in the order of rounds.
    pub first_ns: Vec<f64>,
    /// From the process's start to that answer, nanoseconds, in the order of rounds; empty where it cannot be told.
    pub cold_start_ns: Vec<f64>,
    /// Load times, nanoseconds, in the order of rounds.
    pub load_ns: Vec<f64>,
    /// Peaks of resident memory, bytes, in the order of rounds.
    pub peak_bytes: Vec<f64>,
    /// On drawn sequences, by length, then batch size, the shortest first.
    pub lengths: Vec<LatencySummary>,
    /// What else the machine did, in the order of rounds.
    pub surroundings: Vec<Surroundings>,
    /// Whether what was timed is what was scored.
    pub checks: TimingChecks,
}

impl MeasurementDetails {
    /// The median of the first answers, nanoseconds.
    #[must_use]
    pub fn first_ns_median(&self) -> Option<f64> {
        median(&self.first_ns)
    }

    /// The median of the cold starts, nanoseconds.
    #[must_use]
    pub fn cold_start_ns_median(&self) -> Option<f64> {
        median(&self.cold_start_ns)
    }
}

impl MeasurementSummary {
    /// The latency at a batch size, on the sequences of the data.
    #[must_use]
    pub fn latency(&self, batch_size: u32) -> Option<&LatencySummary> {
        let mut latencies = self.latencies.iter();
        latencies.find(|latency| latency.batch_size == batch_size)
    }
}

/// What a measurement comes to.
#[must_use]
pub fn summarize(
    model: &str,
    variant: &str,
    measured: &Measured,
    scenario: &Scenario,
) -> MeasurementSummary {
    let memory = &measured.memory;
    let numbers = |whole: &[u64]| whole.iter().map(|&one| one as f64).collect::<Vec<f64>>();
    let rounds = memory.peak_bytes.iter().zip(&memory.idle_bytes);
    let (lengths, latencies) = kinds(&measured.timings)
        .into_iter()
        .filter_map(|(length, size)| latency::of(&measured.timings, size, length, scenario))
        .partition(|one| one.details.length.is_some());
    MeasurementSummary {
        model: model.to_owned(),
        variant: variant.to_owned(),
        load_ns_median: median(&numbers(&memory.load_ns)),
        load_ns: sorted(&numbers(&memory.load_ns)),
        peak_bytes_max: memory.peak_bytes.iter().copied().max(),
        over_idle_bytes_max: rounds.map(|(peak, idle)| peak.saturating_sub(*idle)).max(),
        disk_bytes: memory.disk_bytes,
        latencies,
        batch_change: measured.batch.clone(),
        details: MeasurementDetails {
            first_ns: numbers(&memory.first_ns),
            cold_start_ns: numbers(&memory.cold_start_ns),
            load_ns: numbers(&memory.load_ns),
            peak_bytes: numbers(&memory.peak_bytes),
            lengths,
            surroundings: measured.surroundings.clone(),
            checks: measured.checks.clone(),
        },
    }
}

/// The kinds of queries: by length, then batch size.
fn kinds(timings: &[Timing]) -> Vec<(Option<u32>, u32)> {
    let mut kinds: Vec<_> = timings
        .iter()
        .map(|timing| (timing.length, timing.batch_size))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// How long queries took, nanoseconds, in their order.
fn walls(timings: &[&Timing]) -> Vec<f64> {
    timings.iter().map(|one| one.wall_ns as f64).collect()
}

fn median(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| titer_statistics::median(numbers))
}

#[cfg(test)]
mod tests;
