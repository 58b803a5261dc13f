//! The single-stream scenario: one query at a time, the next when the one before has been answered.

use titer_core::Timing;

use super::{Extent, Timer};

pub(super) fn measure<E>(
    timer: Timer<'_>,
    extent: Extent,
    mut query: impl FnMut() -> Result<(), E>,
) -> Result<Vec<Timing>, E> {
    let numbers = timer.numbers(extent);
    numbers
        .map(|number| timer.time(number, &mut query))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
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
        let timer = Timer {
            clock: &clock,
            round: 1,
            batch_size: 8,
        };
        measure(timer, extent, || {
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
