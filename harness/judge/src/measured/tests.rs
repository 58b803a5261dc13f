use super::*;

fn timing(round: u32, batch_size: u32, query: i32, wall_ns: u64) -> Timing {
    Timing {
        round,
        batch_size,
        query,
        wall_ns,
    }
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
        disk_bytes: 3,
    };
    let summary = summarize("m", "v", &timings, &memory, None);
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
    let summary = summarize("m", "v", &[], &Memory::default(), None);
    assert_eq!(summary.peak_bytes_max, None);
    assert_eq!(summary.load_ns_median, None);
    assert!(summary.latencies.is_empty());
}
