//! The single-stream scenario: one query at a time, the next when the one before has been answered.

use titer_core::Timing;

use crate::clock::Clock;

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

/// Times queries of one batch size. Warm-up queries are numbered below 0 and are kept, so that anyone
/// can see what they were.
///
/// # Errors
/// The first error of a query.
pub fn measure<E>(
    clock: &dyn Clock,
    round: u32,
    batch_size: u32,
    extent: Extent,
    mut query: impl FnMut(u32) -> Result<(), E>,
) -> Result<Vec<Timing>, E> {
    let mut timings = Vec::new();
    let mut timed = |number: i32, turn: u32, timings: &mut Vec<Timing>| -> Result<(), E> {
        let start = clock.now_ns();
        query(turn)?;
        let wall_ns = clock.now_ns().saturating_sub(start);
        timings.push(Timing {
            round,
            batch_size,
            query: number,
            wall_ns,
        });
        Ok(())
    };
    let mut turn = 0;
    let begin = clock.now_ns();
    while turn < extent.warm_up && (turn == 0 || clock.now_ns() - begin < extent.limit_ns) {
        timed(turn as i32 - extent.warm_up as i32, turn, &mut timings)?;
        turn += 1;
    }
    let begin = clock.now_ns();
    for number in 0..extent.queries.max(FEWEST) {
        if number >= FEWEST && clock.now_ns() - begin >= extent.limit_ns {
            break;
        }
        timed(number as i32, turn, &mut timings)?;
        turn += 1;
    }
    Ok(timings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::convert::Infallible;

    struct False(Cell<u64>);

    impl Clock for False {
        fn now_ns(&self) -> u64 {
            self.0.get()
        }
    }

    fn run(extent: Extent, cost_ns: u64) -> Vec<Timing> {
        let clock = False(Cell::new(0));
        measure(&clock, 1, 8, extent, |_| {
            clock.0.set(clock.0.get() + cost_ns);
            Ok::<(), Infallible>(())
        })
        .unwrap()
    }

    #[test]
    fn each_query_is_timed_and_warm_up_is_apart() {
        let timings = run(
            Extent {
                warm_up: 2,
                queries: 5,
                limit_ns: u64::MAX,
            },
            10,
        );
        assert_eq!(
            timings.iter().map(|t| t.query).collect::<Vec<_>>(),
            [-2, -1, 0, 1, 2, 3, 4]
        );
        assert!(
            timings
                .iter()
                .all(|t| t.wall_ns == 10 && t.batch_size == 8 && t.round == 1)
        );
    }

    #[test]
    fn slow_queries_end_early_but_not_before_three() {
        let timings = run(
            Extent {
                warm_up: 5,
                queries: 100,
                limit_ns: 15,
            },
            10,
        );
        let counted = timings.iter().filter(|t| t.query >= 0).count();
        assert_eq!(counted, 3);
        assert_eq!(timings.len() - counted, 2);
    }
}
