//! The scenarios: to add one, a file, its `mod` and an arm here; what it is called stands in `harness/spec/src/evaluation/scenario.rs`.
//!
//! The model is asked for one batch at a time in all of them: what arrives meanwhile waits, and what it waits counts where queries arrive by
//! themselves.

mod multi_stream;
mod offline;
mod server;
mod single_stream;
mod warm_up;

use std::ops::Range;

use titer_core::Timing;
use titer_spec::evaluation::Scenario;

use crate::clock::Clock;

/// Times queries of one kind as the scenario has them come. Warm-up queries are numbered below 0 and are kept, so that
/// anyone can see what they were. `ask` has the model answer so many examples in one batch.
///
/// # Errors
/// The first error of a query.
pub fn measure<E>(
    scenario: &Scenario,
    timer: Timer<'_>,
    extent: Extent,
    mut ask: impl FnMut(u32) -> Result<(), E>,
) -> Result<Vec<Timing>, E> {
    let ask: Ask<'_, E> = &mut ask;
    match scenario {
        Scenario::SingleStream => single_stream::measure(timer, extent, ask),
        Scenario::MultiStream(own) => multi_stream::measure(timer, extent, own, ask),
        Scenario::Server(own) => server::measure(timer, extent, own, ask),
        Scenario::Offline => offline::measure(timer, extent, ask),
    }
}

/// Has the model answer so many examples in one batch.
type Ask<'a, E> = &'a mut dyn FnMut(u32) -> Result<(), E>;

/// How long one kind of query is measured.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Queries before the clock counts, at least.
    pub warm_up: u32,
    /// Queries before the clock counts, at most.
    pub max_warm_up: u32,
    /// The most queries that count.
    pub queries: u32,
    /// Nanoseconds after which counting ends, at the earliest after [`FEWEST`] queries. Warm-up ends
    /// after the same time.
    pub limit_ns: u64,
}

/// Fewer queries than this cannot show that a rate keeps the bound of its 99th percentile, at 99 % confidence, even if all of them do.
pub const QUERIES_FOR_A_RATE: u32 = 459;

/// Fewer queries than this say nothing at all.
pub const FEWEST: u32 = 3;

/// Times the queries of one kind in one round.
#[derive(Clone, Copy)]
pub struct Timer<'a> {
    /// The clock.
    pub clock: &'a dyn Clock,
    /// The process's number, counted from 0.
    pub round: u32,
    /// Examples that the model is given at once, at most.
    pub batch_size: u32,
    /// Bases of drawn sequences; `None`: those of the data.
    pub length: Option<u32>,
    /// The seed of arrivals.
    pub seed: u64,
}

impl Timer<'_> {
    /// Answers one query of so many examples by the clock; `begin_ns` is when the first of its kind was due.
    fn time<E>(
        &self,
        number: i32,
        examples: u32,
        begin_ns: u64,
        query: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<Timing, E> {
        let start = self.clock.now_ns();
        query()?;
        let wall_ns = self.clock.now_ns().saturating_sub(start);
        Ok(self.timing(number, examples, start.saturating_sub(begin_ns), wall_ns))
    }

    fn timing(&self, number: i32, examples: u32, at_ns: u64, wall_ns: u64) -> Timing {
        Timing {
            round: self.round,
            batch_size: self.batch_size,
            length: self.length,
            rate_per_s: None,
            query: number,
            examples,
            at_ns,
            wall_ns,
        }
    }

    /// Times one query after the other, each of so many examples, warm-up first.
    fn one_by_one<E>(
        &self,
        extent: Extent,
        examples: u32,
        query: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<Vec<Timing>, E> {
        let mut timings = warm_up::warm_up(self, extent, examples, query)?;
        let begin = self.clock.now_ns();
        let counted = 0..end(extent.queries.max(FEWEST));
        for number in self.lasting(counted, FEWEST, extent.limit_ns) {
            timings.push(self.time(number, examples, begin, query)?);
        }
        Ok(timings)
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

fn end(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
