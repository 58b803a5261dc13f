//! A short simulation: intervals of calibration errors hold the truth about as often as they say.

#[allow(dead_code)]
#[path = "../examples/calibration_coverage/data.rs"]
mod data;
#[allow(dead_code)]
#[path = "../examples/calibration_coverage/rows.rs"]
mod rows;

use data::Source;
use rows::{MODELS, NAMES, Outcome, two_classes};
use titer_core::Stream;
use titer_metrics::MetricName;
use titer_metrics::calibration_interval::Calibration;
use titer_statistics::ClusterDraws;

const REPETITIONS: u64 = 60;

/// The models of the short simulation: the others are near them, and take long.
const SHORT: [&str; 6] = [
    "calibrated",
    "calibrated, then sharper",
    "mild",
    "bad",
    "few positives, calibrated",
    "few positives, bad",
];

fn check(what: &str, rows: Vec<(&str, bool, Outcome)>) {
    let error = (0.95f64 * 0.05 / REPETITIONS as f64).sqrt();
    for (name, difference, outcome) in rows {
        let coverage = outcome.coverage();
        assert_eq!(outcome.undefined, 0, "{name}: {what}");
        assert!(
            coverage >= 0.95 - 3.5 * error,
            "{name}: {what}, difference {difference}: {coverage} {outcome:?}"
        );
        // An interval of everything holds the truth too.
        let wide = if difference { 1.6 } else { 0.85 };
        assert!(
            outcome.width / (REPETITIONS as f64) < wide,
            "{name}: {what}"
        );
    }
}

#[test]
fn they_hold_the_truth_as_often_as_they_say() {
    for (model, middle, slope, shift) in MODELS.into_iter().filter(|one| SHORT.contains(&one.0)) {
        let source = Source {
            examples: 300,
            size: 5,
            middle,
            slope,
            shift,
        };
        check(model, two_classes(source, &NAMES, REPETITIONS, 100));
    }
}

fn source(slope: f64) -> Source {
    Source {
        examples: 600,
        size: 6,
        middle: 0.0,
        slope: [1.0, slope],
        shift: [0.0; 2],
    }
}

#[test]
fn a_calibrated_model_reaches_0_and_a_bad_one_does_not() {
    let draws = ClusterDraws::new(100, 200, 3, "bootstrap");
    let (mut right, mut wrong) = ([0; NAMES.len()], [0; NAMES.len()]);
    for seed in 0..10 {
        for (slope, reached) in [(1.0, &mut right), (4.0, &mut wrong)] {
            let drawn = source(slope).draw(&mut Stream::new(seed, "reaches 0", ""));
            for (at, (_, name)) in NAMES.iter().enumerate() {
                let of = &drawn.cluster_of;
                let found = Calibration::new(*name, drawn.data(1), of, &draws, 0.95)
                    .unwrap()
                    .interval()
                    .unwrap();
                reached[at] += u32::from(found.lower <= 0.0);
            }
        }
    }
    assert!(right.iter().all(|&reached| reached >= 8), "{right:?}");
    assert!(wrong.iter().all(|&reached| reached <= 3), "{wrong:?}");
}

#[test]
fn order_and_threads_change_nothing_and_the_point_is_inside() {
    let drawn = source(2.0).draw(&mut Stream::new(1, "order", ""));
    let draws = ClusterDraws::new(100, 120, 3, "bootstrap");
    let turned = data::Drawn {
        truth: drawn.truth.iter().rev().copied().collect(),
        probability: [0, 1].map(|at: usize| drawn.probability[at].iter().rev().copied().collect()),
        cluster_of: drawn.cluster_of.iter().rev().copied().collect(),
    };
    let one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    for (text, name) in NAMES {
        let both = |drawn: &data::Drawn| {
            let (a, b, of) = (drawn.data(1), drawn.data(0), &drawn.cluster_of);
            let score = Calibration::new(name, a, of, &draws, 0.95)
                .unwrap()
                .interval()
                .unwrap();
            let apart = Calibration::new(name, a, of, &draws, 0.95)
                .unwrap()
                .minus(&Calibration::new(name, b, of, &draws, 0.95).unwrap())
                .unwrap();
            (score, apart)
        };
        let found = both(&drawn);
        assert_eq!(found, both(&turned), "{text}");
        assert_eq!(found, one.install(|| both(&drawn)), "{text}");
        let [b, a] = [0, 1].map(|variant| {
            let metric = name.metric().prepare(drawn.data(variant));
            metric.value(titer_core::Multiplicity::Once).unwrap()
        });
        assert!(found.0.lower <= a && a <= found.0.upper, "{text} {found:?}");
        let apart = a - b;
        assert!(
            found.1.lower <= apart && apart <= found.1.upper,
            "{text} {found:?}"
        );
    }
}

#[test]
fn what_cannot_be_is_said() {
    let drawn = source(2.0).draw(&mut Stream::new(1, "order", ""));
    let (data, of) = (drawn.data(1), &drawn.cluster_of);
    let reason = |name, clusters, of: &[u32]| {
        let draws = ClusterDraws::new(clusters, 50, 3, "bootstrap");
        let found = Calibration::new(name, data, of, &draws, 0.95);
        found.unwrap_err().0
    };
    assert_eq!(
        reason(MetricName::Brier, 100, of),
        "brier is no calibration error"
    );
    for (text, name) in NAMES {
        let few = reason(name, 9, &[0; 600]);
        assert!(few.starts_with("9 clusters"), "{text}: {few}");
        let beyond = reason(name, 50, of);
        assert_eq!(beyond, "100 clusters but counts for 50", "{text}");
        let short = reason(name, 100, &of[1..]);
        assert_eq!(short, "600 examples but 599 cluster numbers", "{text}");
    }
}

#[test]
fn labels_that_no_example_had_are_reckoned_with() {
    // Calibrated at 1 %, and often not one of 100 is positive.
    let truth = [false; 100];
    let probability: Vec<f64> = (0..100).map(|i| 0.01 + f64::from(i) * 1e-6).collect();
    let of: Vec<u32> = (0..100).collect();
    let data = titer_core::Labelled {
        truth: &truth,
        probability: &probability,
        threshold: 0.5,
    };
    let draws = ClusterDraws::new(100, 400, 3, "bootstrap");
    for (text, name) in NAMES {
        let found = Calibration::new(name, data, &of, &draws, 0.95)
            .unwrap()
            .interval()
            .unwrap();
        assert!(found.lower <= 0.0 && found.upper < 1.0, "{text}: {found:?}");
    }
}
