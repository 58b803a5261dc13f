//! The server scenario: queries of one example arrive at random; latency counts from the moment a query was due, so that a queue cannot
//! hide (what is called coordinated omission).
//!
//! What waits when the model is free is answered together, as many as a batch holds. Times between arrivals are exponential (Poisson
//! arrivals) and drawn: they depend on the seed, the round and the kind of query, never on how fast answers came.

use titer_core::{Stream, Timing};
use titer_spec::evaluation::{FindRate, Server};
use titer_statistics::early_stopping::{holds, most_over};
use titer_statistics::median;

use super::{Ask, Extent, FEWEST, Timer, warm_up};

/// Rates that are tried: the last two lie 1/64 of the model's capacity apart.
const TRIALS: u32 = 6;
/// A rate is tried for so many times its bound at least: as long as a queue needs to grow beyond the bound where arrivals outrun answers by
/// 1/64. Without it a fast model keeps any bound while a few queries last.
const BOUNDS: f64 = 64.0;
/// Queries of one rate that this asks for, at most.
const MAX_QUERIES: f64 = 50_000.0;

pub(super) fn measure<E>(
    timer: Timer<'_>,
    extent: Extent,
    own: &Server,
    ask: Ask<'_, E>,
) -> Result<Vec<Timing>, E> {
    let examples = timer.batch_size.max(1);
    let mut timings = warm_up::warm_up(&timer, extent, examples, &mut || ask(examples))?;
    match own {
        Server::RatePerS(rate) => {
            let due = arrivals(&timer, *rate, "", extent);
            timings.extend(serve(&timer, *rate, &due, ask, |_| false)?);
        }
        Server::FindRate(own) => {
            let capacity = capacity(&timer, &timings, ask)?;
            timings.extend(find_rate(&timer, extent, own, capacity, ask)?);
        }
    }
    Ok(timings)
}

/// Examples per second that full batches come to, one after the other: no higher rate can hold for long.
fn capacity<E>(timer: &Timer<'_>, warm: &[Timing], ask: Ask<'_, E>) -> Result<f64, E> {
    let mut walls: Vec<f64> = warm.iter().map(|one| one.wall_ns as f64).collect();
    if walls.is_empty() {
        let query = &mut || ask(timer.batch_size.max(1));
        walls.push(timer.time(0, timer.batch_size, 0, query)?.wall_ns as f64);
    }
    let last = walls.len().saturating_sub(5);
    Ok(f64::from(timer.batch_size.max(1)) * 1e9 / median(&walls[last..]).max(1.0))
}

/// Halves the interval between a rate that holds and one that does not.
fn find_rate<E>(
    timer: &Timer<'_>,
    extent: Extent,
    own: &FindRate,
    capacity: f64,
    ask: Ask<'_, E>,
) -> Result<Vec<Timing>, E> {
    let bound_ns = own.p99_below_ms * 1e6;
    let (mut low, mut high) = (0.0, capacity);
    let mut timings = Vec::new();
    for trial in 0..TRIALS {
        let rate = 0.5 * (low + high);
        let long_enough = (rate * BOUNDS * bound_ns / 1e9).min(MAX_QUERIES) as u32;
        // A rate is judged by all of its queries, however long they take.
        let all = Extent {
            limit_ns: u64::MAX,
            queries: extent.queries.max(long_enough),
            ..extent
        };
        let due = arrivals(timer, rate, &format!("trial {trial}"), all);
        let most = most_over(due.len() as u64, FindRate::PERCENTILE);
        let mut over = 0;
        let found = serve(timer, rate, &due, ask, |wall_ns| {
            over += u64::from(wall_ns as f64 > bound_ns);
            most.is_none_or(|most| over > most)
        })?;
        if holds(found.len() as u64, over, FindRate::PERCENTILE) {
            low = rate;
        } else {
            high = rate;
        }
        timings.extend(found);
    }
    Ok(timings)
}

/// When queries are due, nanoseconds after the first could have been: those before the limit, [`FEWEST`] at least.
fn arrivals(timer: &Timer<'_>, rate: f64, trial: &str, extent: Extent) -> Vec<u64> {
    let kind = format!(
        "{} {} {:?} {trial}",
        timer.round, timer.batch_size, timer.length
    );
    let mut stream = Stream::new(timer.seed, "arrivals", &kind);
    let mut due_ns = 0.0;
    let mut due = Vec::new();
    for number in 0..extent.queries.max(FEWEST) {
        due_ns -= libm::log1p(-stream.uniform()) / rate * 1e9;
        if due_ns >= extent.limit_ns as f64 && number >= FEWEST {
            break;
        }
        due.push(due_ns as u64);
    }
    due
}

/// Answers queries as they are due. All that are due are answered, whenever that is, unless `hopeless`, which hears of each answer how long it
/// took, says that the rest changes nothing.
fn serve<E>(
    timer: &Timer<'_>,
    rate: f64,
    due: &[u64],
    ask: Ask<'_, E>,
    mut hopeless: impl FnMut(u64) -> bool,
) -> Result<Vec<Timing>, E> {
    let begin = timer.clock.now_ns();
    let mut timings: Vec<Timing> = Vec::with_capacity(due.len());
    while let Some(next) = due.get(timings.len()) {
        timer.clock.sleep_until(begin + next);
        let now = timer.clock.now_ns().saturating_sub(begin);
        let waiting = due[timings.len()..].iter().take_while(|at| **at <= now);
        let together = waiting
            .take(timer.batch_size.max(1) as usize)
            .count()
            .max(1);
        ask(u32::try_from(together).unwrap_or(u32::MAX))?;
        let end = timer.clock.now_ns().saturating_sub(begin);
        let mut is_over = false;
        for at in due.iter().skip(timings.len()).take(together) {
            let number = i32::try_from(timings.len()).unwrap_or(i32::MAX);
            let timing = timer.timing(number, 1, *at, end.saturating_sub(*at));
            is_over = hopeless(timing.wall_ns);
            timings.push(Timing {
                rate_per_s: Some(rate),
                ..timing
            });
        }
        if is_over {
            break;
        }
    }
    Ok(timings)
}
