//! What one round comes to, by itself: rounds are what variants are compared by.

use serde::Serialize;
use titer_core::Timing;
use titer_spec::evaluation::Scenario;
use titer_statistics::{quantile, sorted};

use super::walls;

/// One round's numbers of one kind of query.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RoundNumbers {
    /// The round, from 0.
    pub round: u32,
    /// Median latency, nanoseconds.
    pub p50_ns: f64,
    /// 90th percentile, nanoseconds.
    pub p90_ns: f64,
    /// 99th percentile, nanoseconds.
    pub p99_ns: f64,
    /// Examples per second.
    pub throughput_per_second: f64,
}

impl RoundNumbers {
    /// Of a round's queries that count.
    pub(super) fn of(round: u32, timings: &[&Timing], scenario: &Scenario) -> Self {
        let walls = sorted(&walls(timings));
        Self {
            round,
            p50_ns: quantile(&walls, 0.5),
            p90_ns: quantile(&walls, 0.9),
            p99_ns: quantile(&walls, 0.99),
            throughput_per_second: examples(timings) / seconds(timings, scenario),
        }
    }
}

/// Examples that were answered.
pub(super) fn examples(timings: &[&Timing]) -> f64 {
    timings.iter().map(|one| f64::from(one.examples)).sum()
}

/// How long a round took to answer them, seconds: the sum of queries that come one after the other, and until the last answer of those
/// that come by themselves or all at once.
pub(super) fn seconds(timings: &[&Timing], scenario: &Scenario) -> f64 {
    let walls = timings.iter().map(|one| one.wall_ns as f64);
    let ends = timings.iter().map(|one| (one.at_ns + one.wall_ns) as f64);
    let ns = match scenario.comes_by_itself() {
        false => walls.sum(),
        true => ends.fold(0.0, f64::max),
    };
    ns / 1e9
}
