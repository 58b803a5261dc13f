//! Intervals of shares and quantiles, held to SciPy and NumPy;
//! `harness/metrics/fixtures/make_fixtures.py` says how their values were made.

use serde::Deserialize;
use titer_statistics::{ClusterFlips, flip_rate_upper, korn_graubard, quantile, wilson_clustered};

#[derive(Deserialize)]
struct Fixtures {
    intervals: Vec<Share>,
    quantiles: Vec<Quantiles>,
}

#[derive(Deserialize)]
struct Share {
    k: u64,
    n: u64,
    confidence: f64,
    wilson: [f64; 2],
    clopper_pearson: [f64; 2],
    one_sided_95: f64,
}

#[derive(Deserialize)]
struct Quantiles {
    numbers: Vec<f64>,
    places: Vec<f64>,
    quantiles: Vec<f64>,
}

fn fixtures() -> Fixtures {
    let text = include_str!("../../metrics/fixtures/fixtures.json");
    serde_json::from_str(text).unwrap()
}

fn agree(interval: (f64, f64), expected: [f64; 2], place: &str) {
    for (value, expected) in [(interval.0, expected[0]), (interval.1, expected[1])] {
        let distance = (value - expected).abs();
        assert!(
            distance <= 1e-9 * expected.abs() && distance < 1e-12,
            "{place}: {value}, not {expected}"
        );
    }
}

#[test]
fn intervals_of_shares_agree() {
    for share in fixtures().intervals {
        let (k, n) = (share.k, share.n);
        let place = format!("{k} of {n} at {}", share.confidence);
        let units: Vec<(u64, u64)> = (0..n).map(|unit| (u64::from(unit < k), 1)).collect();
        let (score, _) = wilson_clustered(&units, share.confidence).unwrap();
        agree((score.lower, score.upper), share.wilson, &place);
        let tail = 0.5 * (1.0 - share.confidence);
        let exact = korn_graubard(k as f64 / n as f64, n as f64, tail);
        agree(exact, share.clopper_pearson, &place);
        let flips = |&(flips, units): &(u64, u64)| ClusterFlips { flips, units };
        let flips: Vec<ClusterFlips> = units.iter().map(flips).collect();
        let bound = flip_rate_upper(&flips, 0.05).unwrap();
        assert!(
            (bound - share.one_sided_95).abs() < 1e-12,
            "{place}: {bound}"
        );
    }
}

#[test]
fn quantiles_agree() {
    for sample in fixtures().quantiles {
        for (&place, &expected) in sample.places.iter().zip(&sample.quantiles) {
            let value = quantile(&sample.numbers, place);
            assert!((value - expected).abs() < 1e-15, "{value}, not {expected}");
        }
    }
}
