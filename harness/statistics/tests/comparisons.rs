//! Agreement of paired comparisons with SciPy, statsmodels and the papers' formulas;
//! `fixtures/make_comparisons.py` says how their values were made.

use serde::Deserialize;
use titer_core::Interval;
use titer_statistics::{ClusterFlips, ClusterPairs, PairedCalls, ScoreShape};

#[derive(Deserialize)]
struct Fixtures {
    calls: Vec<Calls>,
    clustered: Vec<Clustered>,
    families: Vec<Family>,
    orders: Vec<Order>,
    tails: Vec<Tail>,
    plans: Vec<Plan>,
}

#[derive(Deserialize)]
struct Calls {
    to_right: u64,
    to_wrong: u64,
    units: u64,
    mid_p: f64,
    tango: Option<[f64; 2]>,
}

#[derive(Deserialize)]
struct Clustered {
    to_right: Vec<u64>,
    to_wrong: Vec<u64>,
    units: Vec<u64>,
    obuchowski: f64,
    tango: [f64; 2],
    wilson_to_right: [f64; 2],
    same_size_flips: Vec<u64>,
    stringer: f64,
}

#[derive(Deserialize)]
struct Family {
    p_values: Vec<f64>,
    holm: Vec<f64>,
    benjamini_hochberg: Vec<f64>,
}

#[derive(Deserialize)]
struct Order {
    one: Vec<f64>,
    other: Vec<f64>,
    spearman: f64,
    ties: [u64; 2],
    distinct: u64,
    saturated: f64,
}

#[derive(Deserialize)]
struct Tail {
    t: f64,
    degrees: Option<f64>,
    above: f64,
}

#[derive(Deserialize)]
struct Plan {
    auroc: f64,
    positives: f64,
    negatives: f64,
    shape: String,
    error: f64,
}

fn fixtures() -> Fixtures {
    serde_json::from_str(include_str!("../fixtures/comparisons.json")).unwrap()
}

/// Within 1e-9, relative above 1.
#[track_caller]
fn agree(value: f64, expected: f64, what: &str) {
    let scale = expected.abs().max(1.0);
    assert!(
        (value - expected).abs() <= 1e-9 * scale,
        "{what}: {value}, not {expected}"
    );
}

/// Within 1e-9 relative, for p-values that may be small.
#[track_caller]
fn agree_in_digits(value: f64, expected: f64, what: &str) {
    assert!(
        (value - expected).abs() <= 1e-9 * expected.abs(),
        "{what}: {value}, not {expected}"
    );
}

#[track_caller]
fn ends(interval: Interval, expected: [f64; 2], what: &str) {
    agree(interval.lower, expected[0], what);
    agree(interval.upper, expected[1], what);
}

#[test]
fn calls_agree() {
    for case in fixtures().calls {
        let of = |p: Result<titer_statistics::Test, _>| p.map(|test| test.p_value).unwrap();
        let calls = PairedCalls::independent(case.to_right, case.to_wrong, case.units).unwrap();
        agree_in_digits(
            of(titer_statistics::mcnemar_mid_p(&calls)),
            case.mid_p,
            "mid-p",
        );
        agree_in_digits(
            of(titer_statistics::swaps_mid_p(&calls)),
            case.mid_p,
            "swaps, mid-p",
        );
        match case.tango {
            Some(expected) => ends(
                titer_statistics::tango(&calls, 0.95).unwrap(),
                expected,
                "tango",
            ),
            None => assert!(titer_statistics::tango(&calls, 0.95).is_err()),
        }
    }
}

#[test]
fn clustered_calls_agree() {
    for case in fixtures().clustered {
        let clusters: Vec<ClusterPairs> = (0..case.units.len())
            .map(|i| ClusterPairs {
                to_right: case.to_right[i],
                to_wrong: case.to_wrong[i],
                units: case.units[i],
            })
            .collect();
        let calls = PairedCalls::clustered(&clusters).unwrap();
        let p_value = titer_statistics::mcnemar_obuchowski(&calls)
            .unwrap()
            .p_value;
        agree_in_digits(p_value, case.obuchowski, "obuchowski");
        let singles = case.units.iter().all(|&units| units == 1);
        match titer_statistics::tango(&calls, 0.95) {
            Ok(tango) if singles => ends(tango, case.tango, "tango"),
            known => assert!(known.is_err() && !singles),
        }
        let hits: Vec<(u64, u64)> = clusters.iter().map(|c| (c.to_right, c.units)).collect();
        let (wilson, _) = titer_statistics::wilson_clustered(&hits, 0.95).unwrap();
        ends(wilson, case.wilson_to_right, "wilson");
    }
}

#[test]
fn stringer_agrees() {
    for (place, case) in fixtures().clustered.into_iter().enumerate() {
        let flips: Vec<ClusterFlips> = case
            .same_size_flips
            .iter()
            .map(|&flips| ClusterFlips {
                flips,
                units: 4 + place as u64,
            })
            .collect();
        let bound = titer_statistics::flip_rate_upper(&flips, 0.025).unwrap();
        agree(bound, case.stringer, "stringer");
    }
}

#[test]
fn families_agree() {
    for case in fixtures().families {
        let adjusted = [
            (titer_statistics::holm(&case.p_values), case.holm),
            (
                titer_statistics::benjamini_hochberg(&case.p_values),
                case.benjamini_hochberg,
            ),
        ];
        for (values, expected) in adjusted {
            let values = values.unwrap();
            assert_eq!(values.len(), expected.len());
            for (value, expected) in values.iter().zip(expected) {
                agree_in_digits(*value, expected, "adjusted");
            }
        }
    }
}

#[test]
fn orders_agree() {
    for case in fixtures().orders {
        let value = titer_statistics::spearman(&case.one, &case.other).unwrap();
        agree(value, case.spearman, "spearman");
        let ties = titer_statistics::ties_created(&case.one, &case.other).unwrap();
        assert_eq!([ties.examples, ties.pairs], case.ties);
        assert_eq!(titer_statistics::distinct(&case.other), case.distinct);
        agree(
            titer_statistics::saturated(&case.other).unwrap(),
            case.saturated,
            "saturated",
        );
    }
}

#[test]
fn plans_agree() {
    for case in fixtures().plans {
        let shape = match case.shape.as_str() {
            "normal" => ScoreShape::Normal,
            _ => ScoreShape::Exponential,
        };
        let error = titer_statistics::expected_auroc_error(
            case.auroc,
            case.positives,
            case.negatives,
            shape,
        )
        .unwrap();
        agree_in_digits(error, case.error, &case.shape);
    }
}

#[test]
fn tails_agree() {
    for case in fixtures().tails {
        let what = format!("t {} of {:?}", case.t, case.degrees);
        let above = titer_statistics::student::above(case.t, case.degrees.unwrap_or(f64::INFINITY));
        // Further out fewer digits are kept, as nobody reads them.
        if case.above > 1e-30 {
            agree_in_digits(above, case.above, &what);
        } else {
            assert!((above / case.above - 1.0).abs() < 1e-6, "{what}: {above}");
        }
    }
}
