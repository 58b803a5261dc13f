//! Scores and comparisons of a per-position suite.

use titer_core::{Contrast, NotableKind, Target};
use titer_spec::{MetricSpec, Plan};

use crate::fixture::{CLEAN, InMemory, answer, facts, plan, positions, suite};
use crate::scoring::{Found, score_plan};
use titer_core::Tables;

/// Classes of the dataset.
const NONE: u8 = 0;
const ACCEPTOR: u8 = 1;
const DONOR: u8 = 2;

fn stretch_plan() -> Plan {
    let metrics = [MetricSpec::AveragePrecision, MetricSpec::TopK];
    plan(suite("stretches", positions(), &metrics), &["fp32", "int8"])
}

/// Twelve stretches of six bases, each a locus; the last base is not scored.
fn source() -> InMemory {
    let stretch = |i: usize| {
        let truth = vec![NONE, ACCEPTOR, NONE, DONOR, NONE, DONOR];
        let target = Target::Positions {
            truth,
            scored: vec![0..2, 2..5],
        };
        facts(&format!("s{i:02}"), target, &format!("l{i:02}"))
    };
    InMemory {
        facts: (0..12).map(stretch).collect(),
        ..InMemory::default()
    }
}

/// Rows of donor, none, acceptor, as the model of the fixture gives them.
fn rows(source: &InMemory, row: impl Fn(usize, usize) -> [f64; 3]) -> Found {
    let stretches = source.facts.iter().enumerate();
    let predict = |(i, fact): (usize, &crate::facts::Facts)| {
        let values = (0..6).flat_map(|offset| row(i, offset)).collect();
        answer(&fact.id, values, 3)
    };
    Found::Predictions(stretches.map(predict).collect())
}

/// Everything right, sites at 0.7.
fn right(_: usize, offset: usize) -> [f64; 3] {
    match offset {
        1 => [0.1, 0.2, 0.7],
        3 => [0.7, 0.2, 0.1],
        _ => [0.05, 0.9, 0.05],
    }
}

fn judge(int8: impl Fn(usize, usize) -> [f64; 3]) -> Tables {
    let plan = stretch_plan();
    let mut source = source();
    for cell in &plan.cells {
        source.stated.insert(cell.key, rows(&source, right));
    }
    let found = rows(&source, int8);
    source.state(&plan, "int8", CLEAN, found);
    score_plan(&plan, &source, &|_, _, _| {}).unwrap()
}

fn score<'a>(
    judged: &'a Tables,
    variant: &str,
    perturbation: Option<&str>,
    class: &str,
) -> &'a titer_core::Score {
    let mut scores = judged.scores.iter();
    scores
        .find(|score| {
            score.key.case.dataset == "near"
                && score.key.case.variant == variant
                && score.key.case.perturbation.as_deref() == perturbation
                && score.key.class.as_deref() == Some(class)
        })
        .unwrap()
}

#[test]
fn classes_are_found_by_name_and_the_mask_holds() {
    let judged = judge(right);
    for class in ["donor", "acceptor"] {
        let score = score(&judged, "fp32", CLEAN, class);
        assert_eq!(score.value, Ok(1.0), "{class}");
        // Five scored positions in each stretch, one site of the class.
        assert_eq!(
            (
                score.examples,
                score.positions,
                score.positives,
                score.clusters
            ),
            (12, 60, 12, 12)
        );
    }
    let control = score(&judged, "int8", Some("reverse"), "donor");
    assert_eq!(control.key.metric, "called_positive_share");
    assert_eq!((control.value.clone(), control.positions), (Ok(1.0), 12));
}

/// The donor of eleven stretches turns to none, that of the first to acceptor; two positions that are
/// none are called donor, which agreement leaves out.
#[test]
fn agreement_is_counted_on_true_sites() {
    let judged = judge(|stretch, offset| match (stretch, offset) {
        (0, 3) => [0.2, 0.3, 0.5],
        (_, 3) => [0.2, 0.6, 0.2],
        (0 | 1, 4) => [0.8, 0.1, 0.1],
        _ => right(stretch, offset),
    });
    let agreement = judged
        .agreements
        .iter()
        .find(|a| a.case.dataset == "near" && a.case.is_clean())
        .unwrap();
    assert_eq!(
        (agreement.unit.as_str(), agreement.units, agreement.clusters),
        ("true site", 24, 12)
    );
    assert_eq!(
        (agreement.flips_to_wrong, agreement.flips_to_right),
        (12, 0)
    );
    assert!(
        (agreement.largest_change - 0.7).abs() < 0.11,
        "{}",
        agreement.largest_change
    );
    assert!(!agreement.identical);
    let compare = |metric: &str| {
        judged
            .comparisons
            .iter()
            .find(|c| {
                c.contrast == Contrast::Reference
                    && c.key.case.dataset == "near"
                    && c.key.case.is_clean()
                    && c.key.metric == metric
                    && c.key.class.as_deref() == Some("donor")
            })
            .unwrap()
    };
    // 2 false ones on top: of the twelve highest two are wrong, and the ten that remain are found in
    // twelve that tie at 0.2 with nothing else above 0.05.
    let top_k = compare("top_k");
    let found = 10.0 / 12.0;
    assert!(
        (top_k.difference.clone().unwrap() - (found - 1.0)).abs() < 1e-12,
        "{top_k:?}"
    );
    assert_eq!(top_k.discordant, 0);
    assert!(top_k.interval.is_err());
    let ap = compare("average_precision");
    assert_eq!(ap.discordant, 14);
    assert!(ap.interval.is_ok(), "{ap:?}");
}

#[test]
fn the_worst_positions_are_named() {
    let judged = judge(|stretch, offset| match (stretch, offset) {
        (4, 2) => [0.02, 0.08, 0.9],
        // Not scored, so not notable.
        (5, 5) => [0.0, 0.0, 1.0],
        _ => right(stretch, offset),
    });
    let of = |kind| {
        let mut of = judged.notables.iter();
        of.find(move |n| n.kind == kind && n.dataset == "near" && n.variant == "int8")
            .unwrap()
    };
    for kind in [NotableKind::WorstError, NotableKind::LargestChange] {
        let notable = of(kind);
        assert_eq!((notable.id.as_str(), notable.offset), ("s04", Some(2)));
        assert_eq!(
            (notable.target.as_str(), notable.class.as_str()),
            ("none", "acceptor")
        );
        assert_eq!(notable.reference_probability, Some(0.05));
    }
    assert_eq!(
        judged
            .notables
            .iter()
            .filter(|n| n.dataset == "near")
            .count(),
        2
    );
}

#[test]
fn the_wrong_number_of_positions_is_said() {
    let plan = stretch_plan();
    let mut source = source();
    let found = Found::Predictions(
        source
            .facts
            .iter()
            .map(|f| answer(&f.id, vec![0.1; 15], 3))
            .collect(),
    );
    source.state(&plan, "fp32", CLEAN, found);
    let error = score_plan(&plan, &source, &|_, _, _| {})
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("5 positions of 3 classes for \"s00\", where 6 of 3 are asked for"),
        "{error}"
    );
}
