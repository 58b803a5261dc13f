//! Gates over time and memory.

use titer_core::{Decision, RepeatedExample, Undefined};
use titer_spec::gate::By;
use titer_spec::{MeasurementName, Quantity};

use super::{Ruling, Side, Terms, at_limit};
use crate::measured::{LatencySummary, MeasurementSummary, Percentile};

/// A measured number in base units: bytes, nanoseconds, or as it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// A number with an interval.
    Sampled(Percentile),
    /// A number without one: exact, or the largest or middle one of few.
    Single(f64),
    /// There are too few queries for it.
    TooFew(Undefined),
    /// It was not measured.
    Missing(String),
}

/// Holds a measurement against a limit: by the interval where there is one, else by the value.
#[must_use]
pub fn measured(
    side: Side,
    limit: Quantity,
    by: By,
    name: MeasurementName,
    batch_size: Option<u32>,
    summary: &MeasurementSummary,
) -> Ruling {
    let terms = Terms::measured(name.name(), limit.dimension);
    let ruling = match taken(name, batch_size, summary) {
        Taken::Missing(reason) => Ruling::incomplete(reason),
        Taken::TooFew(reason) => {
            let none = Err(reason.clone());
            at_limit(side, limit.base, by, &Err(reason), &none, &terms)
        }
        Taken::Single(value) => {
            let none = Err(Undefined::because("a single number"));
            at_limit(side, limit.base, By::Value, &Ok(value), &none, &terms)
        }
        Taken::Sampled(percentile) => {
            let ends = Ok((percentile.lower, percentile.upper));
            at_limit(
                side,
                limit.base,
                by,
                &Ok(percentile.value_ns),
                &ends,
                &terms,
            )
        }
    };
    kept(ruling, name, summary)
}

/// Leaves a ruling about time undecided where the model keeps answers: its times are not those of new sequences.
#[must_use]
pub fn kept(ruling: Ruling, name: MeasurementName, summary: &MeasurementSummary) -> Ruling {
    let repeated = summary.details.checks.repeated.as_ref();
    let trouble = repeated.and_then(RepeatedExample::trouble);
    let (true, Some(trouble)) = (name.is_of_queries(), trouble) else {
        return ruling;
    };
    if ruling.decision == Decision::Incomplete {
        return ruling;
    }
    Ruling {
        decision: Decision::Inconclusive,
        because: format!("{trouble}. By itself: {}", ruling.because),
        ..ruling
    }
}

fn taken(name: MeasurementName, batch_size: Option<u32>, summary: &MeasurementSummary) -> Taken {
    let single = |value: Option<f64>, what: &str| {
        value.map_or_else(
            || Taken::Missing(format!("{what} was not measured")),
            Taken::Single,
        )
    };
    let bytes = |value: Option<u64>| value.map(|bytes| bytes as f64);
    let latency = |of: fn(&LatencySummary) -> Taken| {
        let found = batch_size.and_then(|size| summary.latency(size));
        let missing = || Taken::Missing("latency was not measured at this batch size".to_owned());
        found.map_or_else(missing, of)
    };
    match name {
        MeasurementName::PeakMemory => single(bytes(summary.peak_bytes_max), "peak memory"),
        MeasurementName::MemoryOverIdle => {
            single(bytes(summary.over_idle_bytes_max), "memory over idle")
        }
        MeasurementName::LoadTime => single(summary.load_ns_median, "load time"),
        MeasurementName::FirstInference => {
            single(summary.details.first_ns_median(), "the first answer")
        }
        MeasurementName::ColdStart => {
            single(summary.details.cold_start_ns_median(), "a cold start")
        }
        MeasurementName::Goodput => latency(|latency| match &latency.details.goodput {
            Some(found) => Taken::Single(found.rate_per_s),
            None => Taken::Missing(
                "no rate was searched for: write `scenario: {server: {find_rate: ...}}`".to_owned(),
            ),
        }),
        MeasurementName::DiskSize => Taken::Single(summary.disk_bytes as f64),
        MeasurementName::BatchChange => {
            let change = summary.batch_change.as_ref();
            single(
                change.map(|change| change.largest_change),
                "batch invariance",
            )
        }
        MeasurementName::Throughput => {
            latency(|latency| Taken::Single(latency.throughput_per_second))
        }
        MeasurementName::LatencyP50 => latency(|latency| sampled(&latency.p50)),
        MeasurementName::LatencyP90 => latency(|latency| sampled(&latency.p90)),
        MeasurementName::LatencyP99 => latency(|latency| sampled(&latency.p99)),
    }
}

fn sampled(percentile: &Result<Percentile, Undefined>) -> Taken {
    match percentile {
        Ok(percentile) => Taken::Sampled(*percentile),
        Err(reason) => Taken::TooFew(reason.clone()),
    }
}
