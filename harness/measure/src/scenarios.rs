//! The scenarios: to add one, a file, its `mod` and an arm here; what it is called stands in `harness/spec/src/evaluation/scenario.rs`.
//!
//! Queries do not overlap in any: a time is that of answering one query, and throughput is examples over their sum.

mod single_stream;

use std::ops::Range;

use titer_core::Timing;
use titer_spec::evaluation::Scenario;

use crate::clock::Clock;

/// Times queries of one batch size as the scenario has them come. Warm-up queries are numbered below 0 and are kept, so that
/// anyone can see what they were.
///
/// # Errors
/// The first error of a query.
pub fn measure<E>(
    scenario: &Scenario,
    timer: Timer<'_>,
    extent: Extent,
    query: impl FnMut() -> Result<(), E>,
) -> Result<Vec<Timing>, E> {
    match scenario {
        Scenario::SingleStream => single_stream::measure(timer, extent, query),
    }
}

/// How long a batch size is measured.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Queries before the clock counts, at most.
    pub warm_up: u32,
    /// The most queries that count.
    pub queries: u32,
    /// Nanoseconds after which counting ends, at the earliest after [`FEWEST`] queries. Warm-up ends
    /// after the same time.
    pub limit_ns: u64,
}

/// Fewer queries than this say nothing at all.
pub const FEWEST: u32 = 3;

/// Times the queries of one batch size in one round.
#[derive(Clone, Copy)]
pub struct Timer<'a> {
    /// The clock.
    pub clock: &'a dyn Clock,
    /// The process's number, counted from 0.
    pub round: u32,
    /// Examples per query.
    pub batch_size: u32,
}

impl Timer<'_> {
    /// Answers one query by the clock.
    fn time<E>(&self, number: i32, query: &mut impl FnMut() -> Result<(), E>) -> Result<Timing, E> {
        let start = self.clock.now_ns();
        query()?;
        Ok(Timing {
            round: self.round,
            batch_size: self.batch_size,
            query: number,
            wall_ns: self.clock.now_ns().saturating_sub(start),
        })
    }

    /// The numbers of queries, warm-up first, while the extent lasts.
    fn numbers(&self, extent: Extent) -> impl Iterator<Item = i32> {
        let end = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let warm_up = self.lasting(-end(extent.warm_up)..0, 1, extent.limit_ns);
        let counted = 0..end(extent.queries.max(FEWEST));
        warm_up.chain(self.lasting(counted, FEWEST, extent.limit_ns))
    }

    /// Numbers until so much time has passed since the first was taken, but no fewer than some.
    fn lasting(
        &self,
        numbers: Range<i32>,
        fewest: u32,
        limit_ns: u64,
    ) -> impl Iterator<Item = i32> {
        let first = numbers.start;
        let mut begin = None;
        numbers.take_while(move |number| {
            let now = self.clock.now_ns();
            let begin = *begin.get_or_insert(now);
            number.abs_diff(first) < fewest || now - begin < limit_ns
        })
    }
}
