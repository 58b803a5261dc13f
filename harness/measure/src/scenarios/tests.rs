use std::convert::Infallible;

use titer_spec::evaluation::{FindRate, MultiStream, Server};

use super::*;
use crate::clock::False;

const EXTENT: Extent = Extent {
    warm_up: 0,
    max_warm_up: 0,
    queries: 5,
    limit_ns: u64::MAX,
};

/// What a scenario takes of a model whose batch costs so much, with the batches that it was asked for.
fn run(
    scenario: &Scenario,
    batch_size: u32,
    extent: Extent,
    cost_ns: impl Fn(usize, u32) -> u64,
) -> (Vec<Timing>, Vec<u32>) {
    let clock = False::default();
    let timer = Timer {
        clock: &clock,
        round: 1,
        batch_size,
        length: None,
        seed: 7,
    };
    let mut batches = Vec::new();
    let timings = measure(scenario, timer, extent, |examples| {
        clock.pass(cost_ns(batches.len(), examples));
        batches.push(examples);
        Ok::<(), Infallible>(())
    });
    (timings.unwrap(), batches)
}

fn numbers(timings: &[Timing]) -> Vec<i32> {
    timings.iter().map(|one| one.query).collect()
}

fn counted(timings: &[Timing]) -> Vec<&Timing> {
    timings.iter().filter(|one| one.query >= 0).collect()
}

#[test]
fn each_query_is_timed_and_warm_up_is_apart() {
    let extent = Extent {
        warm_up: 2,
        max_warm_up: 2,
        ..EXTENT
    };
    let (timings, batches) = run(&Scenario::SingleStream, 8, extent, |_, _| 10);
    assert_eq!(numbers(&timings), [-2, -1, 0, 1, 2, 3, 4]);
    assert!(
        timings
            .iter()
            .all(|t| (t.wall_ns, t.batch_size, t.examples, t.round) == (10, 8, 8, 1))
    );
    assert_eq!((timings[6].at_ns, batches), (40, vec![8; 7]));
}

#[test]
fn slow_queries_end_early_but_not_before_three() {
    let extent = Extent {
        warm_up: 5,
        max_warm_up: 5,
        queries: 100,
        limit_ns: 15,
    };
    let (timings, _) = run(&Scenario::SingleStream, 8, extent, |_, _| 10);
    assert_eq!(numbers(&timings), [-2, -1, 0, 1, 2]);
}

/// Times fall by a tenth with each query until the thirtieth: stable ten queries later at the latest.
#[test]
fn warming_up_lasts_until_times_are_stable() {
    let extent = Extent {
        warm_up: 5,
        max_warm_up: 100,
        ..EXTENT
    };
    let falling =
        |asked: usize, _| (1e6 * 0.9_f64.powi(i32::try_from(asked.min(30)).unwrap())) as u64;
    let (timings, _) = run(&Scenario::SingleStream, 1, extent, falling);
    let warm = timings.len() - 5;
    assert!((31..=40).contains(&warm), "{warm}");
    let never = |asked: usize, _| 1000 + 200 * asked as u64;
    let (timings, _) = run(&Scenario::SingleStream, 1, extent, never);
    let warm = timings.len() - 5;
    // Steps of 200 become less than 5 % of the whole in time: 5 x 200 of 20,000.
    assert!((95..=100).contains(&warm), "{warm}");
    let level = run(&Scenario::SingleStream, 1, extent, |_, _| 1000);
    assert_eq!(level.0.len() - 5, 10);
}

#[test]
fn several_examples_come_together_and_go_in_batches() {
    let scenario = Scenario::MultiStream(MultiStream {
        samples_per_query: 8,
    });
    let (timings, batches) = run(&scenario, 3, EXTENT, |_, examples| u64::from(examples));
    assert_eq!(batches[..3], [3, 3, 2]);
    assert!(
        timings
            .iter()
            .all(|one| (one.wall_ns, one.examples) == (8, 8))
    );
}

#[test]
fn offline_answers_are_timed_from_the_beginning() {
    let (timings, _) = run(&Scenario::Offline, 4, EXTENT, |_, _| 10);
    let walls: Vec<u64> = timings.iter().map(|one| one.wall_ns).collect();
    assert_eq!(walls, [10, 20, 30, 40, 50]);
}

/// One answer takes a second, and everything that was due meanwhile has waited: a clock that started with each query would see one slow one.
#[test]
fn a_queue_cannot_hide() {
    let scenario = Scenario::Server(Server::RatePerS(100.0));
    let extent = Extent {
        queries: 200,
        ..EXTENT
    };
    let stall = |asked: usize, _| {
        if asked == 50 {
            1_000_000_000
        } else {
            1_000_000
        }
    };
    let (timings, _) = run(&scenario, 1, extent, stall);
    let slow = timings.iter().filter(|one| one.wall_ns > 100_000_000);
    assert!((60..=120).contains(&slow.count()));
    assert_eq!(timings.len(), 200);
    assert!(timings.iter().all(|one| one.rate_per_s == Some(100.0)));
    // Batches of 8 shorten the queue.
    let (batched, batches) = run(&scenario, 8, extent, stall);
    assert!(batches.contains(&8) && batches.len() < 150 && batched.len() == 200);
}

/// Arrivals are drawn: as many a second as the rate says, far apart as exponential times are, the same for each model.
#[test]
fn arrivals_are_poisson_and_the_same_for_all() {
    let scenario = Scenario::Server(Server::RatePerS(1000.0));
    let extent = Extent {
        queries: 4000,
        ..EXTENT
    };
    let due = |cost_ns: u64| {
        let (timings, _) = run(&scenario, 1, extent, |_, _| cost_ns);
        timings.iter().map(|one| one.at_ns).collect::<Vec<u64>>()
    };
    let (fast, slow) = (due(1), due(500_000));
    assert_eq!(fast, slow);
    let gaps: Vec<f64> = fast
        .windows(2)
        .map(|two| (two[1] - two[0]) as f64)
        .collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
    // Standard deviation and mean are equal; 5 standard errors of 4,000 are 8 % of either.
    assert!((mean / 1e6 - 1.0).abs() < 0.08, "{mean}");
    assert!((variance.sqrt() / mean - 1.0).abs() < 0.12, "{variance}");
}

/// Those that are due when time is up are answered all the same: the slowest are not left out.
#[test]
fn what_is_due_is_answered() {
    let scenario = Scenario::Server(Server::RatePerS(1000.0));
    let extent = Extent {
        queries: 10_000,
        limit_ns: 100_000_000,
        ..EXTENT
    };
    let (timings, _) = run(&scenario, 1, extent, |_, _| 10_000_000);
    assert!((70..=130).contains(&timings.len()), "{}", timings.len());
    assert!(timings.iter().all(|one| one.at_ns < 100_000_000));
    assert!(timings.last().unwrap().wall_ns > 400_000_000);
}

/// The rates that were tried, in order.
fn rates(timings: &[Timing]) -> Vec<f64> {
    let mut rates: Vec<f64> = timings.iter().filter_map(|one| one.rate_per_s).collect();
    rates.dedup();
    rates
}

/// The highest rate that held a bound.
fn best(timings: &[Timing], bound_ns: u64) -> f64 {
    let holds = |rate: &f64| {
        let of: Vec<_> = timings
            .iter()
            .filter(|one| one.rate_per_s == Some(*rate))
            .collect();
        let over = of.iter().filter(|one| one.wall_ns > bound_ns).count();
        titer_statistics::early_stopping::holds(of.len() as u64, over as u64, 0.99)
    };
    rates(timings).into_iter().filter(holds).fold(0.0, f64::max)
}

#[test]
fn a_rate_needs_as_many_queries_as_the_rule_says() {
    let needed = titer_statistics::early_stopping::queries_within(0, FindRate::PERCENTILE);
    assert_eq!(u64::from(QUERIES_FOR_A_RATE), needed);
}

/// Each query takes 1 ms: a queue of Poisson arrivals with constant service (M/D/1) has its 99th percentile at 5.0 ms at 560 a second, by
/// NumPy (2,000,000 arrivals; 4.3 ms at 500, 5.8 at 620). The rule asks for 99 % confidence, so that 1,500 queries find less as a rule.
#[test]
fn the_highest_rate_that_holds_is_found() {
    let scenario = Scenario::Server(Server::FindRate(FindRate { p99_below_ms: 5.0 }));
    let extent = Extent {
        queries: 1500,
        warm_up: 5,
        max_warm_up: 20,
        ..EXTENT
    };
    let (timings, _) = run(&scenario, 1, extent, |_, _| 1_000_000);
    let rates = rates(&timings);
    assert_eq!(rates.len(), 6);
    assert!((rates[0] - 500.0).abs() < 1e-6);
    let best = best(&timings, 5_000_000);
    assert!((400.0..=640.0).contains(&best), "{best} of {rates:?}");
    // Warming up is five times as fast as what comes after: more than the true capacity of 1,000 does not hold, though 500 queries at
    // 5,000 a second take a tenth of a second, and no queue is longer than the bound of 100 ms yet.
    let slow = Scenario::Server(Server::FindRate(FindRate {
        p99_below_ms: 100.0,
    }));
    let extent = Extent {
        queries: 500,
        ..extent
    };
    let cost = |asked: usize, _| if asked < 10 { 200_000 } else { 1_000_000 };
    let (timings, _) = run(&slow, 1, extent, cost);
    let best = self::best(&timings, 100_000_000);
    assert!((800.0..=1020.0).contains(&best), "{best}");
    // A bound that no query keeps has no rate, and trials end early.
    let none = Scenario::Server(Server::FindRate(FindRate { p99_below_ms: 0.5 }));
    let (timings, _) = run(&none, 1, extent, |_, _| 1_000_000);
    assert!(counted(&timings).len() < 6 * 100);
}
