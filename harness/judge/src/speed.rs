//! How fast a build is beside its reference.

use titer_statistics::paired_ratio::paired_ratio;

use crate::measured::{LatencySummary, MeasurementSummary, RoundNumbers};

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
    /// How many times as much rounds of one and the same variant came to as the round before or after, at most: the A/A spread. `None`
    /// of one round.
    pub spread: Option<f64>,
}

impl Ratio {
    /// By rounds that took turns, where both have as many and enough of them: the geometric mean of the rounds' ratios with Student's
    /// interval. Else from one end of each median's interval: where both medians lie in theirs, the ratio lies in this one. That is
    /// conservative: the two half widths add up, where independent errors would add by their squares. Such an interval
    /// is widened to all rounds' medians first, because pooling the queries of unlike rounds makes it too narrow.
    /// `None` where a median has no interval, or one that reaches 0.
    #[must_use]
    pub fn of(reference: &LatencySummary, build: &LatencySummary) -> Option<Self> {
        let spread = aa_spread(&[medians(reference), medians(build)]);
        let paired = paired_ratio(&medians(reference), &medians(build));
        if let Some(paired) = paired.filter(|_| took_turns(reference, build)) {
            return Some(Self {
                value: paired.value,
                lower: paired.lower,
                upper: paired.upper,
                spread,
            });
        }
        let (before, after) = (ends(reference)?, ends(build)?);
        Some(Self {
            value: before.1 / after.1,
            lower: before.0 / after.2,
            upper: before.2 / after.0,
            spread,
        })
    }

    /// Whether it lies within what rounds of one and the same variant differ by: then it is noise, whatever its interval says.
    #[must_use]
    pub fn is_within_spread(self) -> bool {
        let away = self.value.max(1.0 / self.value);
        self.spread.is_some_and(|spread| away <= spread)
    }

    /// Whether its interval says faster or slower, and the spread says that it is noise.
    #[must_use]
    pub fn is_noise(self) -> bool {
        self.is_within_spread() && (self.lower > 1.0 || self.upper < 1.0)
    }

    /// Whether the whole interval says faster.
    #[must_use]
    pub fn faster(self) -> bool {
        self.lower > 1.0 && !self.is_within_spread()
    }

    /// Whether the whole interval says slower.
    #[must_use]
    pub fn slower(self) -> bool {
        self.upper < 1.0 && !self.is_within_spread()
    }

    /// The same the other way around: how many times as long the build takes.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self {
            value: 1.0 / self.value,
            lower: 1.0 / self.upper,
            upper: 1.0 / self.lower,
            spread: self.spread,
        }
    }
}

/// Whether both have the same rounds: where no rate held in one, it has no latency, and what is left of two variants need not be of a time.
#[must_use]
pub fn took_turns(one: &LatencySummary, other: &LatencySummary) -> bool {
    let rounds = |of: &LatencySummary| -> Vec<u32> {
        of.details.rounds.iter().map(|round| round.round).collect()
    };
    rounds(one) == rounds(other)
}

fn medians(latency: &LatencySummary) -> Vec<f64> {
    let rounds = latency.details.rounds.iter();
    rounds.map(|round: &RoundNumbers| round.p50_ns).collect()
}

/// How many times as much one round came to as the one before or after, at most, of variants' numbers round by round; `None` where no
/// variant has two rounds.
#[must_use]
pub fn aa_spread(variants: &[Vec<f64>]) -> Option<f64> {
    let pairs = variants.iter().flat_map(|rounds| rounds.windows(2));
    let apart = pairs.map(|two| (two[0] / two[1]).max(two[1] / two[0]));
    apart.filter(|ratio| ratio.is_finite()).reduce(f64::max)
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
    use titer_spec::evaluation::Scenario;
    use titer_store::Measured;

    fn latency(lower: f64, value_ns: f64, upper: f64) -> LatencySummary {
        let percentile = Percentile {
            value_ns,
            lower,
            upper,
            bound_ns: None,
        };
        LatencySummary {
            batch_size: 1,
            queries: 100,
            p50: Ok(percentile),
            p90: Err(Undefined::because("too few")),
            p99: Err(Undefined::because("too few")),
            throughput_per_second: 1.0,
            round_medians_ns: (value_ns, value_ns),
            details: Default::default(),
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

    fn rounds(medians: &[f64]) -> LatencySummary {
        let mut of = latency(90.0, 100.0, 110.0);
        let numbers = |(round, p50_ns): (usize, &f64)| RoundNumbers {
            round: u32::try_from(round).unwrap(),
            p50_ns: *p50_ns,
            p90_ns: *p50_ns,
            p99_ns: *p50_ns,
            throughput_per_second: 1.0,
        };
        of.details.rounds = medians.iter().enumerate().map(numbers).collect();
        of
    }

    /// As many rounds of each, but not the same ones: their medians are held against each other, not round by round.
    #[test]
    fn rounds_of_other_times_are_not_paired() {
        let reference = rounds(&[100.0, 200.0, 100.0]);
        let mut later = rounds(&[50.0, 100.0, 50.0]);
        assert!((Ratio::of(&reference, &later).unwrap().lower - 2.0).abs() < 1e-12);
        later.details.rounds[2].round = 3;
        assert!(!took_turns(&reference, &later));
        assert!(Ratio::of(&reference, &later).unwrap().lower < 1.0);
    }

    /// The machine is half as fast in the second round, for both: the ratio is exact, and so small a difference is noise on such a machine.
    #[test]
    fn what_lies_within_the_spread_of_one_variant_is_noise() {
        let reference = rounds(&[100.0, 200.0, 100.0]);
        let close = Ratio::of(&reference, &rounds(&[90.0, 180.0, 90.0])).unwrap();
        assert!((close.value - 1.0 / 0.9).abs() < 1e-12 && close.lower > 1.1);
        assert!(close.is_noise() && !close.faster());
        let far = Ratio::of(&reference, &rounds(&[40.0, 80.0, 40.0])).unwrap();
        assert_eq!(far.spread, Some(2.0));
        assert!(far.faster() && !far.is_noise());
        assert!(!close.inverse().slower());
        assert_eq!(aa_spread(&[vec![1.0], vec![]]), None);
    }

    #[test]
    fn a_load_is_longer_where_every_round_is() {
        let of = |load_ns: &[u64]| {
            let memory = Memory {
                load_ns: load_ns.to_vec(),
                ..Memory::default()
            };
            let measured = Measured {
                memory,
                ..Measured::default()
            };
            summarize("net", "fp32", &measured, &Scenario::SingleStream)
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
