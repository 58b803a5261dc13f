//! Latency at one batch size, of the queries of all rounds.

use serde::Serialize;
use titer_core::{Timing, Undefined};
use titer_spec::evaluation::Scenario;
use titer_statistics::noise::Noise;
use titer_statistics::sorted;
use titer_statistics::warm_up::is_stable;

use super::goodput::Goodput;
use super::order::{Percentile, percentile, tail};
use super::round::{RoundNumbers, examples, seconds};
use super::walls;

/// Drift and dependence are called from this p-value on.
const ERROR: f64 = 0.01;
/// Drift below this share of the median changes nothing.
const DRIFT: f64 = 0.02;

/// Latency at one batch size, queries of all rounds pooled, warm-up left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LatencySummary {
    /// Examples that the model is given at once, at most.
    pub batch_size: u32,
    /// Queries that count.
    pub queries: u64,
    /// Median.
    pub p50: Result<Percentile, Undefined>,
    /// 90th percentile.
    pub p90: Result<Percentile, Undefined>,
    /// 99th percentile.
    pub p99: Result<Percentile, Undefined>,
    /// Examples per second.
    pub throughput_per_second: f64,
    /// Smallest and largest of the rounds' medians, nanoseconds. Pooling takes queries as
    /// independent; where these lie far apart the rounds were not alike and the intervals are too
    /// narrow.
    pub round_medians_ns: (f64, f64),
    /// What stands beside.
    pub details: LatencyDetails,
}

/// What stands beside a latency.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LatencyDetails {
    /// Bases of the drawn sequences; `None`: the sequences of the data.
    pub length: Option<u32>,
    /// Each round by itself, in their order.
    pub rounds: Vec<RoundNumbers>,
    /// What came before.
    pub warm_up: WarmUp,
    /// What disturbed it.
    pub noise: NoiseSummary,
    /// The highest rate that held, where one was searched for: then the percentiles are those at that rate.
    pub goodput: Option<Goodput>,
}

/// Queries before those that count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WarmUp {
    /// Of all rounds.
    pub queries: u64,
    /// Rounds.
    pub rounds: u64,
    /// Rounds whose times were not stable when it ended.
    pub unstable: u64,
}

/// What disturbed the queries, looked at round by round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct NoiseSummary {
    /// Outliers by the modified z-score.
    pub outliers_z: u64,
    /// Outliers by Tukey's fences.
    pub outliers_tukey: u64,
    /// Rounds.
    pub rounds: u64,
    /// Rounds that drift: p below 0.01, by more than 2 % of the median.
    pub drifting: u64,
    /// The largest drift of a round, a share of its median; 0 where none drifts.
    pub largest_drift: f64,
    /// Rounds whose neighbouring queries depend on each other: their intervals are too narrow.
    pub dependent: u64,
}

/// Of the queries of a batch size and length; `None` of none that counts.
pub(super) fn of(
    timings: &[Timing],
    batch_size: u32,
    length: Option<u32>,
    scenario: &Scenario,
) -> Option<LatencySummary> {
    let (warm, all): (Vec<&Timing>, Vec<&Timing>) = timings
        .iter()
        .filter(|one| one.batch_size == batch_size && one.length == length)
        .partition(|one| one.query < 0);
    let goodput = scenario.bound_ns().and_then(|ns| Goodput::of(&all, ns));
    let counted: Vec<&Timing> = match &goodput {
        // At the rate that held in its round; of none that held, all.
        Some(found) if found.rate_per_s > 0.0 => all
            .into_iter()
            .filter(|one| one.rate_per_s == Some(found.rate_of(one.round)))
            .collect(),
        _ => all,
    };
    if counted.is_empty() {
        return None;
    }
    let times = sorted(&walls(&counted));
    let in_rounds = by_round(&counted);
    let rounds: Vec<RoundNumbers> = in_rounds
        .iter()
        .map(|(round, some)| RoundNumbers::of(*round, some, scenario))
        .collect();
    let took: f64 = in_rounds.iter().map(|it| seconds(&it.1, scenario)).sum();
    let medians = rounds.iter().map(|round| round.p50_ns);
    let of = |found: Result<Percentile, Undefined>| match scenario.has_latency() {
        true => found,
        false => Err(Undefined::because("offline, no example waits for another")),
    };
    Some(LatencySummary {
        batch_size,
        queries: times.len() as u64,
        p50: of(percentile(&times, 0.5)),
        p90: of(tail(&times, 0.9)),
        p99: of(tail(&times, 0.99)),
        throughput_per_second: examples(&counted) / took,
        round_medians_ns: medians.fold((f64::INFINITY, 0.0), |(low, high), median| {
            (median.min(low), median.max(high))
        }),
        details: LatencyDetails {
            length,
            warm_up: warm_up(&by_round(&warm)),
            noise: match scenario.has_latency() {
                true => noise(&in_rounds),
                false => NoiseSummary::default(),
            },
            rounds,
            goodput,
        },
    })
}

type ByRound<'a> = Vec<(u32, Vec<&'a Timing>)>;

fn by_round<'a>(timings: &[&'a Timing]) -> ByRound<'a> {
    let mut rounds: Vec<u32> = timings.iter().map(|one| one.round).collect();
    rounds.sort_unstable();
    rounds.dedup();
    let of = |round: u32| {
        let of_it = timings.iter().filter(|one| one.round == round);
        (round, of_it.copied().collect())
    };
    rounds.into_iter().map(of).collect()
}

fn warm_up(rounds: &ByRound<'_>) -> WarmUp {
    let unstable = rounds.iter().filter(|it| !is_stable(&walls(&it.1)));
    WarmUp {
        queries: rounds.iter().map(|it| it.1.len() as u64).sum(),
        rounds: rounds.len() as u64,
        unstable: unstable.count() as u64,
    }
}

fn noise(rounds: &ByRound<'_>) -> NoiseSummary {
    let mut found = NoiseSummary::default();
    for (_, timings) in rounds {
        let noise = Noise::of(&walls(timings));
        found.rounds += 1;
        found.outliers_z += noise.outliers_z.unwrap_or_default();
        found.outliers_tukey += noise.outliers_tukey;
        found.dependent += u64::from(noise.neighbours_depend());
        let drift = noise.drift.filter(|it| it.p_value < ERROR);
        if let Some(drift) = drift.filter(|it| it.share.abs() > DRIFT) {
            found.drifting += 1;
            if drift.share.abs() > found.largest_drift.abs() {
                found.largest_drift = drift.share;
            }
        }
    }
    found
}
