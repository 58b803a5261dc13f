//! Early stopping held to MLPerf LoadGen on the traces that it took itself (`fixtures/make_loadgen.py`).

use serde::Deserialize;
use titer_statistics::early_stopping::{early_stopping, holds, queries_needed, queries_within};

#[derive(Deserialize)]
struct Case {
    scenario: String,
    percentile: f64,
    latencies_ns: Vec<u64>,
    #[serde(default)]
    estimate_ns: Option<u64>,
    #[serde(default)]
    discarded: Option<u64>,
    #[serde(default)]
    needed: Option<u64>,
    #[serde(default)]
    estimate_99_ns: Option<u64>,
    #[serde(default)]
    target_ns: Option<u64>,
    #[serde(default)]
    holds: Option<bool>,
    #[serde(default)]
    more_needed: Option<u64>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../fixtures/loadgen.json")).unwrap()
}

/// The bound, whole nanoseconds; `None`: too few queries.
fn bound(case: &Case, p: f64) -> Option<(u64, u64)> {
    let sorted: Vec<f64> = case.latencies_ns.iter().map(|&ns| ns as f64).collect();
    let found = early_stopping(&sorted, p).ok()?;
    Some((found.bound as u64, found.discarded))
}

#[test]
fn estimates_are_those_of_loadgen() {
    let mut compared = 0;
    for case in cases().iter().filter(|case| case.scenario != "Server") {
        let about = (&case.scenario, case.percentile, case.latencies_ns.len());
        let ours = bound(case, case.percentile);
        assert_eq!(ours.map(|it| it.0), case.estimate_ns, "{about:?}");
        if case.estimate_ns.is_some() {
            assert_eq!(ours.map(|it| it.1), case.discarded, "{about:?}");
        }
        assert_eq!(
            Some(queries_needed(case.percentile)),
            case.needed,
            "{about:?}"
        );
        if case.scenario == "SingleStream" && case.estimate_ns.is_some() {
            let ours = bound(case, 0.99).map(|it| it.0);
            assert_eq!(ours, case.estimate_99_ns, "{about:?}");
        }
        compared += 1;
    }
    assert!(compared >= 30, "{compared}");
}

#[test]
fn a_rate_holds_where_loadgen_says_so() {
    let (mut held, mut broken) = (0, 0);
    for case in cases().iter().filter(|case| case.scenario == "Server") {
        let queries = case.latencies_ns.len() as u64;
        let target = case.target_ns.unwrap();
        let over = case.latencies_ns.iter().filter(|&&ns| ns > target).count() as u64;
        let ours = holds(queries, over, case.percentile);
        assert_eq!(Some(ours), case.holds, "{queries} queries, {over} over");
        match ours {
            true => held += 1,
            false => {
                let more = queries_within(over, case.percentile) + over - queries;
                assert_eq!(Some(more), case.more_needed, "{queries}, {over} over");
                broken += 1;
            }
        }
    }
    assert!(held >= 2 && broken >= 5, "{held} held, {broken} did not");
}
