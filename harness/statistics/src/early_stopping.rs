//! How many queries a percentile of latency needs, and what so many of them show: MLPerf's early stopping.
//!
//! Source: `early_stopping.md` of MLCommons' inference policies, and what LoadGen 6.0.17 (its `early_stopping.cc`, `results.cc`) says of
//! the same latencies, which the tests hold this to. A run of `h + t` queries of which `t` take longer than a bound shows, at 99 %
//! confidence, that the percentile `p` lies below the bound, where at most 1 % of runs of a system at the bound would have as few over it:
//! the binomial probability of `t` or fewer of `h + t`, each over it with probability `1 - p`, is below 1 %. That takes queries as
//! independent.

use titer_core::Undefined;

use crate::beta;

/// How sure MLPerf is.
pub const CONFIDENCE: f64 = 0.99;

/// The fewest queries within a bound that let `over` queries be above it, for a percentile `p` within (0, 1).
#[must_use]
pub fn queries_within(over: u64, p: f64) -> u64 {
    let holds = |within: u64| chance(within, over, p) < 1.0 - CONFIDENCE;
    let mut high = 1_u64;
    while !holds(high) {
        high *= 2;
    }
    let mut low = high / 2;
    // `low` does not hold, or is 0; `high` does.
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// The fewest queries that have an estimate of the percentile: 64 of the 90th, 662 of the 99th.
#[must_use]
pub fn queries_needed(p: f64) -> u64 {
    queries_within(1, p) + 1
}

/// The probability that at most `over` of `within + over` queries are above the percentile `p`.
fn chance(within: u64, over: u64, p: f64) -> f64 {
    beta::below(p, within as f64, over as f64 + 1.0)
}

/// What early stopping makes of latencies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stopped {
    /// The bound: at 99 % confidence the percentile does not lie above it. In the latencies' unit.
    pub bound: f64,
    /// How many of the highest latencies lie above it.
    pub discarded: u64,
}

/// The upper bound of a percentile that latencies (sorted, ascending) show at 99 % confidence: the highest but as many as may be over it.
///
/// # Errors
/// There are fewer than [`queries_needed`].
pub fn early_stopping(sorted: &[f64], p: f64) -> Result<Stopped, Undefined> {
    let queries = sorted.len() as u64;
    let needed = queries_needed(p);
    if queries < needed {
        return Err(Undefined::because(format!(
            "{queries} queries are too few: the {} percentile needs {needed} at 99 % confidence",
            ordinal(p)
        )));
    }
    // The first of those that may be over the bound is the bound.
    let over = most_over(queries, p).unwrap_or_default().max(1);
    let place = sorted.len()
        - usize::try_from(over)
            .unwrap_or(usize::MAX)
            .min(sorted.len());
    Ok(Stopped {
        bound: sorted[place],
        discarded: over - 1,
    })
}

/// How many of so many queries may be above a bound that the percentile is shown to keep; `None`: not even none would do.
#[must_use]
pub fn most_over(queries: u64, p: f64) -> Option<u64> {
    if !holds(queries, 0, p) {
        return None;
    }
    // More over it need more queries, so that the most are found by halves.
    let (mut low, mut high) = (0, queries);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(queries, middle, p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(low)
}

/// Whether latencies show that the percentile is no more than a bound, where `over` of `queries` were above it.
#[must_use]
pub fn holds(queries: u64, over: u64, p: f64) -> bool {
    queries >= queries_within(over, p) + over
}

/// "90th", "99.9th".
fn ordinal(p: f64) -> String {
    format!("{}th", (p * 1e4).round() / 1e2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of MLPerf's rules: 64 of the 90th percentile, 662 of the 99th, and 459 where none may be over.
    #[test]
    fn the_tabled_numbers() {
        assert_eq!((queries_needed(0.9), queries_needed(0.99)), (64, 662));
        assert_eq!(queries_within(0, 0.99), 459);
        assert!(holds(459, 0, 0.99) && !holds(458, 0, 0.99));
        assert!(holds(662, 1, 0.99) && !holds(661, 1, 0.99));
    }

    /// By trying every number.
    #[test]
    fn the_most_that_may_be_over_are_found() {
        for queries in (0..1_500).step_by(37).chain([458, 459, 661, 662]) {
            let tried = (0..=queries).take_while(|over| holds(queries, *over, 0.99));
            assert_eq!(most_over(queries, 0.99), tried.last(), "{queries}");
        }
    }

    #[test]
    fn too_few_are_refused_with_the_number() {
        let reason = early_stopping(&[1.0; 63], 0.9).unwrap_err().0;
        assert_eq!(
            reason,
            "63 queries are too few: the 90th percentile needs 64 at 99 % confidence"
        );
        assert!(early_stopping(&[1.0; 64], 0.9).is_ok());
    }

    /// The bound is kept: of exponential latencies, whose percentile is known, at most 1 % of bounds lie below it.
    #[test]
    fn the_bound_covers() {
        let truth = -libm::log(0.1);
        let mut below = 0;
        for run in 0..2000 {
            let mut stream = titer_core::Stream::new(5, "early stopping", &run.to_string());
            let mut walls: Vec<f64> = (0..200)
                .map(|_| -libm::log(1.0 - stream.uniform()))
                .collect();
            walls.sort_unstable_by(f64::total_cmp);
            below += u32::from(early_stopping(&walls, 0.9).unwrap().bound < truth);
        }
        // 20 expected at the nominal level; 3 standard deviations more.
        assert!((2..=34).contains(&below), "{below} of 2000");
    }
}
