//! What stands beside times: the machine while they were taken, and whether what was timed is what was scored.

use serde::{Deserialize, Serialize};

/// The machine during one round. What cannot be learned is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Surroundings {
    /// Processor time that the hypervisor gave to others, of all that this machine asked for, 0 to 1.
    pub steal_share: Option<f64>,
    /// Processor time that other processes took, of all cores, 0 to 1.
    pub others_share: Option<f64>,
    /// Processes that ran or waited, averaged over the minute before the round.
    pub load_average: Option<f64>,
    /// The mean of the cores' clocks before the round, MHz.
    pub mhz_before: Option<f64>,
    /// The same after it.
    pub mhz_after: Option<f64>,
}

/// What makes a measurement one of the model that was scored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TimingChecks {
    /// Timed answers against scored ones (TEST01 of MLPerf); `None`: nothing to hold them against.
    pub answers: Option<TimedAnswers>,
    /// The same example again and again against others (TEST04 of MLPerf); `None`: there are not two of one length.
    pub repeated: Option<RepeatedExample>,
}

/// Timed answers held against those that were scored.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimedAnswers {
    /// Answers compared.
    pub answers: u64,
    /// The largest absolute difference.
    pub largest_change: f64,
    /// The difference that is taken for rounding, of the variant's precision.
    pub tolerance: f64,
    /// Answers of which one is missing or not finite.
    pub missing: u64,
}

impl TimedAnswers {
    /// Why times are not of the model that was scored; `None` where they are.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        if self.missing > 0 {
            return Some(format!(
                "{} of {} timed queries had no answer, or none was scored (MLPerf TEST01): what was timed is not what was scored",
                self.missing,
                self.missing + self.answers
            ));
        }
        (self.largest_change > self.tolerance).then(|| {
            format!(
                "timed answers are not those that were scored (MLPerf TEST01): of {} they differ by up to {:.2e} (tolerance {:.1e}); the model answers otherwise when it is timed, so that its times say nothing of its scores",
                self.answers, self.largest_change, self.tolerance
            )
        })
    }
}

/// One example asked again and again, in turn with others of its length.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RepeatedExample {
    /// Pairs of queries: the same example, then another.
    pub pairs: u64,
    /// Pairs in which the same example was answered faster.
    pub faster: u64,
    /// Median time of the same example, nanoseconds.
    pub same_ns: f64,
    /// Median time of others, nanoseconds.
    pub others_ns: f64,
}

impl RepeatedExample {
    /// MLPerf's TEST04 lets a repeated example be so much faster.
    pub const ALLOWED: f64 = 0.9;

    /// What a comparison of two lists of times comes to; `None` of no pairs.
    #[must_use]
    pub fn of(same_ns: &[u64], others_ns: &[u64]) -> Option<Self> {
        let pairs = same_ns.len().min(others_ns.len());
        let median = |walls: &[u64]| {
            let mut sorted = walls[..pairs].to_vec();
            sorted.sort_unstable();
            sorted.get(pairs / 2).map(|&ns| ns as f64)
        };
        let faster = same_ns.iter().zip(others_ns).filter(|(a, b)| a < b).count();
        Some(Self {
            pairs: pairs as u64,
            faster: faster as u64,
            same_ns: median(same_ns)?,
            others_ns: median(others_ns)?,
        })
    }

    /// Rounds taken together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let pairs = (self.pairs + other.pairs).max(1) as f64;
        let mean =
            |one: f64, two: f64| (one * self.pairs as f64 + two * other.pairs as f64) / pairs;
        Self {
            pairs: self.pairs + other.pairs,
            faster: self.faster + other.faster,
            same_ns: mean(self.same_ns, other.same_ns),
            others_ns: mean(self.others_ns, other.others_ns),
        }
    }

    /// Why times of repeated examples would not be those of new ones; `None` where a repeated one is not faster: by more than a tenth,
    /// and in more pairs than chance gives (3 standard deviations of a fair coin).
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        let chance = 0.5 * self.pairs as f64 + 1.5 * (self.pairs as f64).sqrt();
        let faster = self.same_ns < Self::ALLOWED * self.others_ns && self.faster as f64 > chance;
        faster.then(|| {
            format!(
                "the same example again is answered {:.1} times as fast as others of its length (MLPerf TEST04; faster in {} of {} pairs): answers are kept, so that times are not those of new sequences",
                self.others_ns / self.same_ns.max(1.0),
                self.faster,
                self.pairs
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_answers_are_found_and_chance_is_not() {
        let kept = RepeatedExample::of(&[10; 40], &[100; 40]).unwrap();
        assert!(kept.trouble().unwrap().contains("10.0 times as fast"));
        let slightly: Vec<u64> = (0..40).map(|at| 95 + at % 10).collect();
        assert_eq!(
            RepeatedExample::of(&slightly, &[100; 40])
                .unwrap()
                .trouble(),
            None
        );
        // Half as long at the median, yet in as many pairs slower: two speeds that come by chance.
        let (mut same, mut others) = (vec![10; 21], vec![100; 21]);
        same.extend([100; 19]);
        others.extend([10; 19]);
        assert_eq!(RepeatedExample::of(&same, &others).unwrap().trouble(), None);
        assert_eq!(RepeatedExample::of(&[], &[]), None);
    }

    #[test]
    fn other_answers_than_scored_are_said() {
        let mut answers = TimedAnswers {
            answers: 10,
            largest_change: 1e-6,
            tolerance: 1e-4,
            missing: 0,
        };
        assert_eq!(answers.trouble(), None);
        answers.largest_change = 0.2;
        assert!(
            answers
                .trouble()
                .unwrap()
                .contains("differ by up to 2.00e-1")
        );
        answers.missing = 2;
        assert!(answers.trouble().unwrap().contains("2 of 12 timed queries"));
    }
}
