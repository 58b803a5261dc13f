use titer_core::{Memory, Timing};

use super::order::fewest;
use super::*;

fn timing(round: u32, batch_size: u32, query: i32, wall_ns: u64) -> Timing {
    Timing {
        round,
        batch_size,
        length: None,
        rate_per_s: None,
        query,
        examples: batch_size,
        at_ns: 0,
        wall_ns,
    }
}

fn of(timings: Vec<Timing>, memory: Memory, scenario: &Scenario) -> MeasurementSummary {
    let measured = Measured {
        timings,
        memory,
        ..Measured::default()
    };
    summarize("m", "v", &measured, scenario)
}

/// n such that (1 - q)^n or q^n is at most 2.5 %: 6 for the median (0.5^6 = 1.6 %), 36 for the 90th
/// percentile (0.9^36 = 2.25 %, 0.9^35 = 2.503 %), 368 for the 99th (0.99^367 = 2.501 %).
#[test]
fn percentiles_need_enough_queries() {
    assert_eq!((fewest(0.5), fewest(0.9), fewest(0.99)), (6, 36, 368));
    let walls: Vec<f64> = (1..=35).map(f64::from).collect();
    assert!(percentile(&walls, 0.9).is_err());
    let reason = percentile(&walls, 0.9).unwrap_err().0;
    assert_eq!(
        reason,
        "35 queries are too few for a percentile at 95 % confidence (36 needed)"
    );
    let walls: Vec<f64> = (1..=36).map(f64::from).collect();
    assert_eq!(percentile(&walls, 0.9).unwrap().upper, 36.0);
}

/// Conover's table: of 20 numbers the 6th and the 15th bound the median at 95 %.
#[test]
fn the_interval_of_a_median_is_the_tabled_one() {
    let walls: Vec<f64> = (1..=20).map(f64::from).collect();
    let median = percentile(&walls, 0.5).unwrap();
    assert_eq!(
        (median.lower, median.value_ns, median.upper),
        (6.0, 10.5, 15.0)
    );
}

#[test]
fn large_samples_do_not_underflow() {
    let walls: Vec<f64> = (1..=20_000).map(f64::from).collect();
    let median = percentile(&walls, 0.5).unwrap();
    // 10000 -+ 1.96 sqrt(20000)/2 = 138.6.
    assert!((median.lower - 9861.0).abs() <= 2.0, "{median:?}");
    assert!((median.upper - 10_140.0).abs() <= 2.0, "{median:?}");
}

#[test]
fn rounds_are_pooled_and_warm_up_is_left_out() {
    let mut timings: Vec<Timing> = (0..4).map(|query| timing(0, 2, query, 100)).collect();
    timings.extend((0..4).map(|query| timing(1, 2, query, 300)));
    timings.push(timing(0, 2, -1, 1_000_000));
    timings.push(timing(0, 1, 0, 50));
    let memory = Memory {
        peak_bytes: vec![70, 90],
        idle_bytes: vec![10, 60],
        load_ns: vec![5, 9, 6],
        cold_start_ns: vec![50, 90, 60],
        disk_bytes: 3,
        ..Memory::default()
    };
    let summary = of(timings, memory, &Scenario::SingleStream);
    assert_eq!(summary.details.cold_start_ns_median(), Some(60.0));
    assert_eq!(summary.details.first_ns_median(), None);
    assert_eq!(summary.load_ns_median, Some(6.0));
    assert_eq!(summary.peak_bytes_max, Some(90));
    assert_eq!(summary.over_idle_bytes_max, Some(60));
    let latency = summary.latency(2).unwrap();
    assert_eq!(latency.queries, 8);
    assert_eq!(latency.round_medians_ns, (100.0, 300.0));
    assert_eq!(latency.p50.as_ref().unwrap().value_ns, 200.0);
    assert!(latency.p90.is_err());
    // 16 examples in 1600 ns.
    assert!((latency.throughput_per_second - 1e7).abs() < 1e-6);
    assert_eq!(summary.latencies[0].batch_size, 1);
    assert!(summary.latency(1).unwrap().p50.is_err());
    assert!(summary.latency(32).is_none());
}

#[test]
fn what_cannot_be_read_is_absent() {
    let summary = of(Vec::new(), Memory::default(), &Scenario::SingleStream);
    assert_eq!(summary.peak_bytes_max, None);
    assert_eq!(summary.load_ns_median, None);
    assert!(summary.latencies.is_empty());
}

/// The tail is MLPerf's: given from 64 queries on, with the order statistic that LoadGen names; of 64 the largest.
#[test]
fn tails_need_what_mlperf_needs() {
    let walls: Vec<f64> = (1..=64).map(f64::from).collect();
    let reason = tail(&walls[..63], 0.9).unwrap_err().0;
    assert!(reason.contains("needs 64 at 99 % confidence"), "{reason}");
    let found = tail(&walls, 0.9).unwrap();
    assert_eq!((found.bound_ns, found.upper), (Some(64.0), 63.0));
    assert!(tail(&walls, 0.99).unwrap_err().0.contains("needs 662"));
}

#[test]
fn offline_has_throughput_and_no_latency() {
    let batch = |round, query: i32| timing(round, 4, query, 1_000_000 * (query as u64 + 1));
    let timings = (0..2).flat_map(|round| (0..10).map(move |query| batch(round, query)));
    let summary = of(timings.collect(), Memory::default(), &Scenario::Offline);
    let latency = summary.latency(4).unwrap();
    // 40 examples in 10 ms, twice.
    assert!((latency.throughput_per_second - 4000.0).abs() < 1e-6);
    assert!(latency.p50.as_ref().unwrap_err().0.contains("offline"));
}

/// Two rates are tried in a round; the higher one does not keep 10 ns.
#[test]
fn the_highest_rate_that_held_is_told_with_its_percentiles() {
    use titer_spec::evaluation::{FindRate, Server};
    let scenario = Scenario::Server(Server::FindRate(FindRate {
        p99_below_ms: 10e-6,
    }));
    let at = |round: u32, rate: f64, wall: u64| {
        (0..500).map(move |query| Timing {
            rate_per_s: Some(rate),
            at_ns: query as u64 * 20,
            ..timing(round, 1, query, wall)
        })
    };
    let round = |round, low, high| at(round, low, 5).chain(at(round, high, 50));
    let timings = round(0, 100.0, 200.0)
        .chain(round(1, 120.0, 180.0))
        .chain(round(2, 90.0, 200.0));
    let summary = of(timings.collect(), Memory::default(), &scenario);
    let latency = summary.latency(1).unwrap();
    let goodput = latency.details.goodput.as_ref().unwrap();
    assert_eq!(
        (goodput.rate_per_s, &*goodput.rounds),
        (100.0, &[100.0, 120.0, 90.0][..])
    );
    assert_eq!(goodput.trials.iter().filter(|it| it.holds).count(), 3);
    assert_eq!(
        (latency.queries, latency.p50.as_ref().unwrap().value_ns),
        (1500, 5.0)
    );
}

#[test]
fn lengths_stand_apart_and_warm_up_is_told() {
    let mut timings: Vec<Timing> = (-12..20).map(|query| timing(0, 1, query, 100)).collect();
    timings.extend((0..20).map(|query| Timing {
        length: Some(1000),
        ..timing(0, 1, query, 900)
    }));
    let summary = of(timings, Memory::default(), &Scenario::SingleStream);
    assert_eq!(summary.latencies.len(), 1);
    assert_eq!(
        summary.details.lengths[0].p50.as_ref().unwrap().value_ns,
        900.0
    );
    let warm = summary.latencies[0].details.warm_up;
    assert_eq!((warm.queries, warm.rounds, warm.unstable), (12, 1, 0));
}
