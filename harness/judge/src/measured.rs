//! Measurements in short: load time, memory, latency percentiles, throughput.

use serde::Serialize;
use titer_core::{BatchInvariance, Memory, Timing, Undefined};
use titer_statistics::quantile;

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
    /// By batch size, the smallest first.
    pub latencies: Vec<LatencySummary>,
    /// The largest change between batch 1 and batch N, where it was tried.
    pub batch_change: Option<BatchInvariance>,
}

/// Latency at one batch size, queries of all rounds pooled, warm-up left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LatencySummary {
    /// Examples per query.
    pub batch_size: u32,
    /// Queries that count.
    pub queries: u64,
    /// Median.
    pub p50: Result<Percentile, Undefined>,
    /// 90th percentile.
    pub p90: Result<Percentile, Undefined>,
    /// 99th percentile.
    pub p99: Result<Percentile, Undefined>,
    /// Examples per second: examples over the sum of wall times.
    pub throughput_per_second: f64,
    /// Smallest and largest of the rounds' medians, nanoseconds. Pooling takes queries as
    /// independent; where these lie far apart the rounds were not alike and the intervals are too
    /// narrow.
    pub round_medians_ns: (f64, f64),
}

/// A percentile with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Percentile {
    /// The value, nanoseconds.
    pub value_ns: f64,
    /// Lower end, nanoseconds.
    pub lower: f64,
    /// Upper end, nanoseconds.
    pub upper: f64,
}

impl MeasurementSummary {
    /// The latency at a batch size.
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
    timings: &[Timing],
    memory: &Memory,
    batch_change: Option<&BatchInvariance>,
) -> MeasurementSummary {
    let mut sizes: Vec<u32> = timings.iter().map(|timing| timing.batch_size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut loads: Vec<f64> = memory.load_ns.iter().map(|&ns| ns as f64).collect();
    loads.sort_unstable_by(f64::total_cmp);
    let rounds = memory.peak_bytes.iter().zip(&memory.idle_bytes);
    MeasurementSummary {
        model: model.to_owned(),
        variant: variant.to_owned(),
        load_ns_median: (!loads.is_empty()).then(|| quantile(&loads, 0.5)),
        load_ns: loads,
        peak_bytes_max: memory.peak_bytes.iter().copied().max(),
        over_idle_bytes_max: rounds.map(|(peak, idle)| peak.saturating_sub(*idle)).max(),
        disk_bytes: memory.disk_bytes,
        latencies: sizes
            .into_iter()
            .filter_map(|size| latency(timings, size))
            .collect(),
        batch_change: batch_change.cloned(),
    }
}

fn latency(timings: &[Timing], batch_size: u32) -> Option<LatencySummary> {
    let counted = || {
        let counts = move |timing: &&Timing| timing.batch_size == batch_size && timing.query >= 0;
        timings.iter().filter(counts)
    };
    let sorted = |round: Option<u32>| {
        let of_round = counted().filter(|timing| round.is_none_or(|round| timing.round == round));
        let mut walls: Vec<f64> = of_round.map(|timing| timing.wall_ns as f64).collect();
        walls.sort_unstable_by(f64::total_cmp);
        walls
    };
    let walls = sorted(None);
    if walls.is_empty() {
        return None;
    }
    let mut rounds: Vec<u32> = counted().map(|timing| timing.round).collect();
    rounds.sort_unstable();
    rounds.dedup();
    let medians = rounds
        .into_iter()
        .map(|round| quantile(&sorted(Some(round)), 0.5));
    let seconds = walls.iter().sum::<f64>() / 1e9;
    Some(LatencySummary {
        batch_size,
        queries: walls.len() as u64,
        p50: percentile(&walls, 0.5),
        p90: percentile(&walls, 0.9),
        p99: percentile(&walls, 0.99),
        throughput_per_second: walls.len() as f64 * f64::from(batch_size) / seconds,
        round_medians_ns: medians.fold((f64::INFINITY, 0.0), |(low, high), median| {
            (median.min(low), median.max(high))
        }),
    })
}

/// The quantile of sorted numbers with its 95 % interval between two order statistics, which holds
/// whatever the distribution (David and Nagaraja 2003, section 7.1).
///
/// # Errors
/// There are too few numbers: an end of the interval lies outside them.
pub fn percentile(sorted: &[f64], q: f64) -> Result<Percentile, Undefined> {
    let ranks = ranks(sorted.len(), q).ok_or_else(|| {
        Undefined::because(format!(
            "{} queries are too few for a percentile at 95 % confidence ({} needed)",
            sorted.len(),
            fewest(q)
        ))
    })?;
    Ok(Percentile {
        value_ns: quantile(sorted, q),
        lower: sorted[ranks.0],
        upper: sorted[ranks.1],
    })
}

const TAIL: f64 = 0.025;

/// The smallest sample that has an interval for the quantile.
fn fewest(q: f64) -> usize {
    (1..100_000)
        .find(|&n| ranks(n, q).is_some())
        .unwrap_or(usize::MAX)
}

/// The 0-based places of the narrowest pair of order statistics of which either end misses the
/// quantile with a probability of at most 2.5 %. With B ~ Binomial(n, q) the number below it, the
/// lower one is the l-th (from 1) with P(B < l) <= 2.5 %, the upper the u-th with
/// P(B >= u) <= 2.5 %.
fn ranks(n: usize, q: f64) -> Option<(usize, usize)> {
    let pmf = binomial(n, q);
    let (mut below, mut lower) = (0.0, 0);
    for mass in &pmf {
        below += mass;
        if below > TAIL {
            break;
        }
        lower += 1;
    }
    let (mut above, mut upper) = (0.0, n + 1);
    for mass in pmf.iter().rev() {
        above += mass;
        if above > TAIL {
            break;
        }
        upper -= 1;
    }
    (lower >= 1 && upper <= n).then(|| (lower - 1, upper - 1))
}

/// Probabilities of 0 to n, by ratios from the mode outwards, so that nothing underflows where it
/// matters.
fn binomial(n: usize, q: f64) -> Vec<f64> {
    let odds = q / (1.0 - q);
    let mode = ((n + 1) as f64 * q) as usize;
    let mut pmf = vec![0.0; n + 1];
    let mode = mode.min(n);
    pmf[mode] = 1.0;
    for k in mode..n {
        pmf[k + 1] = pmf[k] * (n - k) as f64 / (k + 1) as f64 * odds;
    }
    for k in (0..mode).rev() {
        pmf[k] = pmf[k + 1] * (k + 1) as f64 / (n - k) as f64 / odds;
    }
    let total: f64 = pmf.iter().sum();
    for mass in &mut pmf {
        *mass /= total;
    }
    pmf
}

#[cfg(test)]
mod tests;
