//! Measurements as multiples of the reference's: machines differ, ratios on one machine less so.

use titer_core::{Decision, Undefined};
use titer_spec::MeasurementName;
use titer_spec::gate::Limit;
use titer_statistics::paired_ratio::{FEWEST_ROUNDS, paired_ratio};

use super::{Ruling, Side, Terms, at_limit};
use crate::measured::{LatencySummary, MeasurementSummary, RoundNumbers};
use crate::speed::{aa_spread, took_turns};

/// Holds what a variant takes, in multiples of what its reference takes, against a limit: by the ratios of rounds that took turns, with
/// Student's interval of their logarithms. Undecided where the ratio lies no further from the limit than rounds of one and the same variant
/// lie apart.
#[must_use]
pub fn ratio(
    side: Side,
    limit: &Limit,
    name: MeasurementName,
    batch_size: Option<u32>,
    of: &MeasurementSummary,
    reference: &MeasurementSummary,
) -> Ruling {
    let terms = Terms::ratio(name.name());
    let allowed = limit.value.base;
    if name == MeasurementName::DiskSize {
        let value = of.disk_bytes as f64 / reference.disk_bytes.max(1) as f64;
        return at_limit(
            side,
            allowed,
            limit.by,
            &Ok(value),
            &Ok((value, value)),
            &terms,
        );
    }
    let numbers = (
        rounds(name, batch_size, of),
        rounds(name, batch_size, reference),
    );
    let (Some(ours), Some(theirs)) = numbers else {
        return Ruling::incomplete(format!(
            "{} was not measured of both the variant and its reference",
            name.name().replace('_', " ")
        ));
    };
    let latencies = batch_size.and_then(|size| of.latency(size).zip(reference.latency(size)));
    let turns = latencies.is_none_or(|(one, other)| took_turns(one, other));
    let Some(found) = paired_ratio(&ours, &theirs).filter(|_| turns) else {
        let reason = Undefined::because(format!(
            "{} and {} rounds: a ratio needs {FEWEST_ROUNDS} of both, the same ones, with numbers above 0",
            ours.len(),
            theirs.len()
        ));
        return at_limit(
            side,
            allowed,
            limit.by,
            &Err(reason.clone()),
            &Err(reason),
            &terms,
        );
    };
    let interval = Ok((found.lower, found.upper));
    let ruling = at_limit(side, allowed, limit.by, &Ok(found.value), &interval, &terms);
    within_spread(ruling, allowed, aa_spread(&[ours, theirs]))
}

/// Leaves a ruling undecided whose ratio is as near the limit as one variant is to itself.
fn within_spread(ruling: Ruling, limit: f64, spread: Option<f64>) -> Ruling {
    let near = |value: f64, spread: f64| (value / limit).max(limit / value) <= spread;
    let (Some(value), Some(spread)) = (ruling.value, spread) else {
        return ruling;
    };
    let is_decided = matches!(ruling.decision, Decision::Pass | Decision::Fail);
    if !is_decided || !near(value, spread) {
        return ruling;
    }
    Ruling {
        decision: Decision::Inconclusive,
        because: format!(
            "noise: rounds of one and the same variant come to up to {spread:.2} times each other on this machine, and this is no further from \
             the limit; measure more rounds on a quieter machine. By itself: {}",
            ruling.because
        ),
        ..ruling
    }
}

/// A measurement round by round; `None` where it is not taken in rounds.
fn rounds(
    name: MeasurementName,
    batch_size: Option<u32>,
    summary: &MeasurementSummary,
) -> Option<Vec<f64>> {
    let details = &summary.details;
    let latency = |of: fn(&RoundNumbers) -> f64| {
        let found: &LatencySummary = summary.latency(batch_size?)?;
        Some(found.details.rounds.iter().map(of).collect::<Vec<f64>>())
    };
    let some = |numbers: &[f64]| (!numbers.is_empty()).then(|| numbers.to_vec());
    match name {
        MeasurementName::LatencyP50 => latency(|round| round.p50_ns),
        MeasurementName::LatencyP90 => latency(|round| round.p90_ns),
        MeasurementName::LatencyP99 => latency(|round| round.p99_ns),
        MeasurementName::Throughput => latency(|round| round.throughput_per_second),
        MeasurementName::Goodput => {
            let found = summary.latency(batch_size?)?.details.goodput.as_ref()?;
            some(&found.rounds)
        }
        MeasurementName::LoadTime => some(&details.load_ns),
        MeasurementName::FirstInference => some(&details.first_ns),
        MeasurementName::ColdStart => some(&details.cold_start_ns),
        MeasurementName::PeakMemory => some(&details.peak_bytes),
        MeasurementName::MemoryOverIdle
        | MeasurementName::DiskSize
        | MeasurementName::BatchChange => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::measurement;
    use titer_core::{Memory, Timing};
    use titer_spec::evaluation::Scenario;
    use titer_store::Measured;

    /// Ten queries of each round, all of the same time.
    fn summary(rounds: &[u64]) -> MeasurementSummary {
        let timing = |(round, wall_ns): (usize, u64)| {
            (0..10).map(move |query| Timing {
                round: u32::try_from(round).unwrap(),
                batch_size: 1,
                length: None,
                rate_per_s: None,
                query,
                examples: 1,
                at_ns: 0,
                wall_ns,
            })
        };
        let measured = Measured {
            timings: rounds
                .iter()
                .copied()
                .enumerate()
                .flat_map(timing)
                .collect(),
            memory: Memory {
                disk_bytes: rounds[0],
                ..Memory::default()
            },
            ..Measured::default()
        };
        summarize(&measured)
    }

    fn summarize(measured: &Measured) -> MeasurementSummary {
        crate::summarize("m", "v", measured, &Scenario::SingleStream)
    }

    fn decide(limit: f64, name: MeasurementName, of: &[u64], reference: &[u64]) -> Ruling {
        let limit = measurement(name, limit);
        ratio(
            Side::AtMost,
            &limit,
            name,
            Some(1),
            &summary(of),
            &summary(reference),
        )
    }

    #[test]
    fn the_interval_of_the_rounds_decides() {
        let p90 = MeasurementName::LatencyP90;
        let decided = |limit, of: &[u64]| decide(limit, p90, of, &[1000, 1010, 990, 1000]).decision;
        assert_eq!(decided(0.8, &[500, 510, 490, 500]), Decision::Pass);
        assert_eq!(decided(0.8, &[950, 960, 950, 960]), Decision::Fail);
        assert_eq!(decided(0.8, &[500, 700, 800, 900]), Decision::Inconclusive);
        assert_eq!(decided(0.8, &[500, 510]), Decision::Inconclusive);
    }

    /// The ratio is exactly 0.75 in every round; that rounds lie 1.2 times apart makes 0.8 undecided and 1 decided.
    #[test]
    fn what_is_nearer_the_limit_than_a_variant_to_itself_is_noise() {
        let p50 = MeasurementName::LatencyP50;
        let reference = [1000, 1200, 1000];
        let found = decide(0.8, p50, &[750, 900, 750], &reference);
        assert_eq!(found.decision, Decision::Inconclusive);
        assert!(found.because.starts_with("noise: "), "{}", found.because);
        assert!(found.because.contains("1.20 times"), "{}", found.because);
        let found = decide(1.0, p50, &[750, 900, 750], &reference);
        assert_eq!(found.decision, Decision::Pass, "{}", found.because);
    }

    #[test]
    fn sizes_are_exact_and_what_was_not_measured_is_incomplete() {
        let size = decide(0.8, MeasurementName::DiskSize, &[800], &[1000]);
        assert_eq!((size.decision, size.value), (Decision::Pass, Some(0.8)));
        let cold = decide(0.8, MeasurementName::ColdStart, &[800], &[1000]);
        assert_eq!(cold.decision, Decision::Incomplete);
    }
}
