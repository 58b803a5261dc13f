use titer_judge::{LatencySummary, Percentile};

use super::*;
use crate::{ReportInput, fixture};

fn said(input: &ReportInput) -> String {
    points(&Index::new(input, 2)).join(" ")
}

fn change(input: &mut ReportInput, variant: &str, with: &dyn Fn(&mut MeasurementSummary)) {
    let all = input.measurements.values_mut().flatten();
    let mut found = 0;
    for one in all.filter(|one| one.model == "example-donor" && one.variant == variant) {
        with(one);
        found += 1;
    }
    assert_eq!(found, 1);
}

fn at(latency: &mut LatencySummary, ns: f64) {
    latency.p50 = Ok(Percentile {
        value_ns: ns,
        lower: 0.98 * ns,
        upper: 1.02 * ns,
        bound_ns: None,
    });
    latency.round_medians_ns = (0.99 * ns, 1.01 * ns);
}

#[test]
fn every_build_is_counted_and_the_slowest_is_named() {
    let text = said(&fixture::run());
    assert!(
        text.starts_with(
            "2 of 4 other builds are faster than their reference at batch 1 on this machine, 2 slower."
        ),
        "{text}"
    );
    // 1/0.62, and 0.95/1.06 to 1.06/0.95 of it: the rounds lie further apart than the intervals.
    assert!(
        text.contains("int8-static, 1.61 times as fast (1.45 to 1.80)"),
        "{text}"
    );
    let slowest = "Slowest: example-donor fp32-candle takes 2.40 times as long (2.15 to 2.68)";
    assert!(text.contains(slowest), "{text}");
}

#[test]
fn intervals_that_meet_show_no_difference() {
    let mut input = fixture::run();
    change(&mut input, "fp32-candle", &|one| {
        at(&mut one.latencies[0], 41_900.0);
    });
    let text = said(&input);
    assert!(
        text.contains("1 slower, 1 with no difference shown"),
        "{text}"
    );
    // Too few queries for a median's interval.
    change(&mut input, "fp32-candle", &|one| {
        one.latencies[0].p50 = Err(titer_core::Undefined::because("too few"));
    });
    let text = said(&input);
    assert!(text.starts_with("2 of 3 other builds"), "{text}");
    assert!(text.contains("1 more could not be compared"), "{text}");
    // Rounds that lie apart widen an interval that would have decided.
    let mut input = fixture::run();
    change(&mut input, "int8-static", &|one| {
        one.latencies[0].round_medians_ns.1 = 42_000.0;
    });
    assert!(said(&input).contains("2 slower, 1 with no difference shown"));
}

#[test]
fn a_build_that_is_faster_at_one_batch_size_only_is_named() {
    let mut input = fixture::run();
    assert!(!said(&input).contains("but takes"));
    change(&mut input, "int8-static", &|one| {
        at(&mut one.latencies[1], 41_000.0 * 32f64.powf(0.7) * 1.3);
    });
    let text = said(&input);
    let named = "example-donor int8-static is faster at batch 1 but takes 1.30 times as long";
    assert!(text.contains(named), "{text}");
    assert!(text.contains("at batch 32."), "{text}");
}

#[test]
fn load_times_are_told_where_every_round_is_longer() {
    let mut input = fixture::run();
    let loads = |ms: [f64; 3]| {
        move |one: &mut MeasurementSummary| {
            one.load_ns = ms.map(|ms| ms * 1e6).to_vec();
            one.load_ns_median = Some(ms[1] * 1e6);
        }
    };
    for variant in ["fp32", "int8-dynamic", "fp32-candle"] {
        change(&mut input, variant, &loads([80.0, 81.5, 84.0]));
    }
    change(&mut input, "int8-static", &loads([170.0, 179.0, 190.0]));
    let text = said(&input);
    let told = "at worst example-donor int8-static 2.20 times as long (179 ms against 81.5 ms";
    assert!(text.contains(told), "{text}");
    // One round within the reference's: nothing is shown.
    change(&mut input, "int8-static", &loads([83.0, 179.0, 190.0]));
    assert!(!said(&input).contains("example-donor int8-static 2.20"));
}
