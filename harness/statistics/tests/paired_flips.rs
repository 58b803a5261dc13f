//! Intervals of a difference from its flips, held to SciPy.

use serde::Deserialize;
use titer_statistics::{ClusterFlips, FlipKind, flip_intervals};

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    right: Vec<u64>,
    wrong: Vec<u64>,
    units: Vec<u64>,
    interval: [f64; 2],
}

/// The same by SciPy's beta distribution: `fixtures/make_paired_flips.py`.
#[test]
fn intervals_from_flips_agree_with_scipy() {
    let fixture: Fixture =
        serde_json::from_str(include_str!("../fixtures/paired_flips.json")).unwrap();
    assert_eq!(fixture.cases.len(), 14);
    for case in fixture.cases {
        let all = case.units.iter().sum::<u64>() as f64;
        let kind = |effect: f64, flips: &[u64]| FlipKind {
            effect: effect / all,
            clusters: flips
                .iter()
                .zip(&case.units)
                .map(|(&flips, &units)| ClusterFlips { flips, units })
                .collect(),
        };
        let kinds = [kind(1.0, &case.right), kind(-1.0, &case.wrong)];
        let count = |flips: &[u64]| flips.iter().sum::<u64>() as f64;
        let difference = (count(&case.right) - count(&case.wrong)) / all;
        let known = flip_intervals(difference, &kinds, 0.95).unwrap().as_seen;
        for (ours, theirs) in [known.lower, known.upper].into_iter().zip(case.interval) {
            assert!((ours - theirs).abs() < 1e-9, "{ours} {theirs}");
        }
    }
}
