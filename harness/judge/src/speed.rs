//! How fast a build is beside its reference.

use crate::measured::{LatencySummary, MeasurementSummary};

/// Rounds that a load time needs on each side before two are called apart: of three and three, all of one above all
/// of the other is a matter of 1 in 20 by chance.
const ROUNDS: usize = 3;

/// A load time is called longer from this ratio of medians on.
const LOADS: f64 = 1.1;

/// How many times as fast as the reference a build is: the reference's median latency over the build's, above 1 where the
/// build is faster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The ratio of the medians.
    pub value: f64,
    /// Lower end of its interval, of at least 95 %.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

impl Ratio {
    /// From one end of each median's interval: where both medians lie in theirs, the ratio lies in this one. That is
    /// conservative: the two half widths add up, where independent errors would add by their squares. An interval
    /// is widened to all rounds' medians first, because pooling the queries of unlike rounds makes it too narrow.
    /// `None` where a median has no interval, or one that reaches 0.
    #[must_use]
    pub fn of(reference: &LatencySummary, build: &LatencySummary) -> Option<Self> {
        let (before, after) = (ends(reference)?, ends(build)?);
        Some(Self {
            value: before.1 / after.1,
            lower: before.0 / after.2,
            upper: before.2 / after.0,
        })
    }

    /// Whether the whole interval says faster.
    #[must_use]
    pub fn faster(self) -> bool {
        self.lower > 1.0
    }

    /// Whether the whole interval says slower.
    #[must_use]
    pub fn slower(self) -> bool {
        self.upper < 1.0
    }

    /// The same the other way around: how many times as long the build takes.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self {
            value: 1.0 / self.value,
            lower: 1.0 / self.upper,
            upper: 1.0 / self.lower,
        }
    }
}

/// The median between the ends of its interval, nanoseconds.
fn ends(latency: &LatencySummary) -> Option<(f64, f64, f64)> {
    let median = latency.p50.as_ref().ok()?;
    let (low, high) = latency.round_medians_ns;
    let ends = (
        median.lower.min(low),
        median.value_ns,
        median.upper.max(high),
    );
    (ends.0 > 0.0).then_some(ends)
}

/// How many times as long as the reference a build takes to load, by the medians of rounds; `None` unless every round took
/// longer than each of the reference's, of enough rounds, and the medians lie a tenth apart.
#[must_use]
pub fn longer_to_load(reference: &MeasurementSummary, build: &MeasurementSummary) -> Option<f64> {
    let (before, after) = (&reference.load_ns, &build.load_ns);
    let ratio = build.load_ns_median? / reference.load_ns_median?;
    let apart = before.last()? < after.first()? && ratio >= LOADS;
    let enough = before.len() >= ROUNDS && after.len() >= ROUNDS;
    (apart && enough).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::{Percentile, summarize};
    use titer_core::{Memory, Undefined};

    fn latency(lower: f64, value_ns: f64, upper: f64) -> LatencySummary {
        let percentile = Percentile {
            value_ns,
            lower,
            upper,
        };
        LatencySummary {
            batch_size: 1,
            queries: 100,
            p50: Ok(percentile),
            p90: Err(Undefined::because("too few")),
            p99: Err(Undefined::because("too few")),
            throughput_per_second: 1.0,
            round_medians_ns: (value_ns, value_ns),
        }
    }

    #[test]
    fn a_ratio_is_as_unsure_as_both_medians_and_their_rounds() {
        let (before, after) = (latency(90.0, 100.0, 120.0), latency(40.0, 50.0, 60.0));
        let ratio = Ratio::of(&before, &after).unwrap();
        assert_eq!((ratio.value, ratio.lower, ratio.upper), (2.0, 1.5, 3.0));
        assert!(ratio.faster() && !ratio.slower());
        let back = Ratio::of(&after, &before).unwrap();
        assert!(back.slower() && (back.inverse().lower - 1.5).abs() < 1e-12);
        let mut unlike = after.clone();
        unlike.round_medians_ns = (40.0, 95.0);
        assert!(!Ratio::of(&before, &unlike).unwrap().faster());
        unlike.p50 = Err(Undefined::because("too few"));
        assert_eq!(Ratio::of(&before, &unlike), None);
    }

    #[test]
    fn a_load_is_longer_where_every_round_is() {
        let of = |load_ns: &[u64]| {
            let memory = Memory {
                load_ns: load_ns.to_vec(),
                ..Memory::default()
            };
            summarize("net", "fp32", &[], &memory, None)
        };
        let reference = of(&[10, 11, 12]);
        assert_eq!(longer_to_load(&reference, &of(&[20, 22, 30])), Some(2.0));
        assert_eq!(longer_to_load(&reference, &of(&[12, 22, 30])), None);
        assert_eq!(longer_to_load(&reference, &of(&[20, 22])), None);
        assert_eq!(
            longer_to_load(&of(&[100, 100, 100]), &of(&[101, 102, 103])),
            None
        );
    }
}
