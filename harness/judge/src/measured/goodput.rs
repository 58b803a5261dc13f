//! The highest rate at which latency keeps a bound, from the rates that were tried.

use serde::Serialize;
use titer_core::Timing;
use titer_spec::evaluation::FindRate;
use titer_statistics::early_stopping::holds;
use titer_statistics::{quantile, sorted};

use super::walls;

/// The highest rate that held.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Goodput {
    /// Queries per second, the median of rounds; 0 where the bound held at no rate.
    pub rate_per_s: f64,
    /// Each round's, in the order of rounds.
    pub rounds: Vec<f64>,
    /// The bound, nanoseconds.
    pub bound_ns: f64,
    /// Every rate that was tried, in the order of rounds.
    pub trials: Vec<Trial>,
}

/// One rate that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Trial {
    /// The round, from 0.
    pub round: u32,
    /// Queries per second.
    pub rate_per_s: f64,
    /// Queries that were answered before it was decided.
    pub queries: u64,
    /// Those that took longer than the bound.
    pub over: u64,
    /// Whether the 99th percentile is within the bound, at 99 % confidence.
    pub holds: bool,
    /// The 99th percentile of these queries, nanoseconds.
    pub p99_ns: f64,
}

impl Goodput {
    /// Of the queries that count, with the bound; `None` of none.
    pub(super) fn of(timings: &[&Timing], bound_ns: f64) -> Option<Self> {
        let mut trials: Vec<Trial> = Vec::new();
        let same = |a: &&Timing, b: &&Timing| (a.round, a.rate_per_s) == (b.round, b.rate_per_s);
        for some in timings.chunk_by(same) {
            let (Some(first), queries) = (some.first(), some.len() as u64) else {
                continue;
            };
            let walls = walls(some);
            let over = walls.iter().filter(|wall| **wall > bound_ns).count() as u64;
            trials.push(Trial {
                round: first.round,
                rate_per_s: first.rate_per_s?,
                queries,
                over,
                holds: holds(queries, over, FindRate::PERCENTILE),
                p99_ns: quantile(&sorted(&walls), FindRate::PERCENTILE),
            });
        }
        let rounds: Vec<f64> = trials
            .chunk_by(|a, b| a.round == b.round)
            .map(best)
            .collect();
        Some(Self {
            rate_per_s: super::median(&rounds)?,
            rounds,
            bound_ns,
            trials,
        })
    }

    /// The rate that held in a round.
    pub(super) fn rate_of(&self, round: u32) -> f64 {
        let trials = self.trials.iter().filter(|trial| trial.round == round);
        best(&trials.copied().collect::<Vec<Trial>>())
    }
}

/// The highest rate that held; 0: none did.
fn best(trials: &[Trial]) -> f64 {
    let held = trials.iter().filter(|trial| trial.holds);
    held.map(|trial| trial.rate_per_s).fold(0.0, f64::max)
}
