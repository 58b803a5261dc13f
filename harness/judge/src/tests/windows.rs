//! Scores of a binary suite, and how they are made.

use titer_core::{Contrast, IntervalMethod, Outcome, Prediction, Score, Target};

use crate::error::JudgeError;
use crate::fixture::{CLEAN, InMemory, answer, binary_plan, cell, facts};
use crate::scoring::{Found, score_plan};
use titer_core::Tables;

pub(super) fn judge(plan: &titer_spec::Plan, source: &InMemory) -> Tables {
    score_plan(plan, source, &|_, _, _| {}).unwrap()
}

pub(super) fn score<'a>(
    judged: &'a Tables,
    variant: &str,
    perturbation: Option<&str>,
    metric: &str,
) -> &'a Score {
    let mut scores = judged.scores.iter();
    scores
        .find(|score| {
            score.key.case.dataset == "near"
                && score.key.case.variant == variant
                && score.key.case.perturbation.as_deref() == perturbation
                && score.key.metric == metric
        })
        .unwrap()
}

pub(super) fn comparison<'a>(
    judged: &'a Tables,
    perturbation: Option<&str>,
    metric: &str,
    contrast: Contrast,
) -> &'a titer_core::Comparison {
    let mut comparisons = judged.comparisons.iter();
    comparisons
        .find(|comparison| {
            comparison.key.case.dataset == "near"
                && comparison.key.case.variant == "int8"
                && comparison.key.case.perturbation.as_deref() == perturbation
                && comparison.key.metric == metric
                && comparison.contrast == contrast
        })
        .unwrap()
}

/// Four examples in two loci: 0.9 site, 0.6 decoy, 0.4 site, 0.1 decoy.
#[test]
fn values_by_hand() {
    let plan = binary_plan(&["fp32"]);
    let mut source = InMemory::new();
    source.facts = vec![
        facts("a", Target::Class(1), "x"),
        facts("b", Target::Class(0), "x"),
        facts("c", Target::Class(1), "y"),
        facts("d", Target::Class(0), "y"),
    ];
    source.give(&plan, "fp32", CLEAN, &[0.9, 0.6, 0.4, 0.1]);
    source.give(&plan, "fp32", Some("reverse"), &[0.9, 0.6, 0.4, 0.1]);
    let judged = judge(&plan, &source);
    let accuracy = score(&judged, "fp32", CLEAN, "accuracy");
    assert_eq!(accuracy.value, Ok(0.5));
    assert_eq!((accuracy.examples, accuracy.positions), (4, 4));
    assert_eq!(
        (accuracy.positives, accuracy.clusters, accuracy.failed),
        (2, 2, 0)
    );
    assert!(
        accuracy
            .interval
            .as_ref()
            .unwrap_err()
            .0
            .contains("2 clusters are too few")
    );
    assert_eq!(score(&judged, "fp32", CLEAN, "auroc").value, Ok(0.75));
    let brier = score(&judged, "fp32", CLEAN, "brier")
        .value
        .clone()
        .unwrap();
    assert!((brier - (0.01 + 0.36 + 0.36 + 0.01) / 4.0).abs() < 1e-7);
    // The negative control looks at sites alone: one of two is still called.
    let called = score(&judged, "fp32", Some("reverse"), "called_positive_share");
    assert_eq!(called.value, Ok(0.5));
    assert_eq!(
        (called.examples, called.positions, called.positives),
        (2, 2, 2)
    );
    let control = |s: &&Score| s.key.case.perturbation.as_deref() == Some("reverse");
    assert!(
        judged
            .scores
            .iter()
            .filter(control)
            .all(|s| s.key.metric == "called_positive_share")
    );
}

#[test]
fn calibration_has_a_floor_and_an_interval_that_holds_it() {
    let plan = binary_plan(&["fp32", "int8"]);
    let mut source = InMemory::new();
    source.give(&plan, "fp32", CLEAN, &[0.0; 40]);
    let judged = judge(&plan, &source);
    let ece = score(&judged, "int8", CLEAN, "ece");
    let interval = ece.interval.clone().unwrap();
    assert_eq!(interval.method, IntervalMethod::ClusteredNormBound);
    let value = ece.value.clone().unwrap();
    assert!((interval.lower..=interval.upper).contains(&value));
    assert!(ece.null_floor.unwrap() < ece.null_upper.unwrap());
    assert_eq!(score(&judged, "int8", CLEAN, "brier").null_floor, None);
    let change = comparison(&judged, CLEAN, "ece", Contrast::Reference);
    let (difference, interval) = (
        change.difference.clone().unwrap(),
        change.interval.clone().unwrap(),
    );
    assert!((interval.lower..=interval.upper).contains(&difference));
    // The wider interval decides on equivalence too.
    assert_eq!(change.lower_90, Some(interval.lower));
    assert_eq!(score(&judged, "fp32", CLEAN, "log_loss").clipped, 40);
    assert_eq!(score(&judged, "fp32", CLEAN, "brier").clipped, 0);
}

#[test]
fn failed_examples_never_leave_the_denominator() {
    let plan = binary_plan(&["fp32", "int8"]);
    let mut source = InMemory::new();
    let found = Found::Failed {
        reason: "killed by signal 9".to_owned(),
        examples: 40,
    };
    source.state(&plan, "int8", CLEAN, found);
    let mut some: Vec<Prediction> = source
        .facts
        .iter()
        .map(|f| answer(&f.id, vec![0.5], 1))
        .collect();
    some[3].outcome = Outcome::Failed("too long".to_owned());
    source.state(
        &plan,
        "int8",
        Some("noise"),
        Found::Predictions(some.into_iter().collect()),
    );
    let judged = judge(&plan, &source);
    let accuracy = score(&judged, "int8", CLEAN, "accuracy");
    assert_eq!(
        accuracy.value.as_ref().unwrap_err().0,
        "cell failed: killed by signal 9"
    );
    assert_eq!(
        (accuracy.examples, accuracy.failed, accuracy.positives),
        (40, 40, 20)
    );
    let noisy = score(&judged, "int8", Some("noise"), "auroc");
    assert_eq!(
        noisy.value.as_ref().unwrap_err().0,
        "cell failed: e03: too long"
    );
    assert_eq!((noisy.examples, noisy.failed), (40, 1));
    let change = comparison(&judged, CLEAN, "auroc", Contrast::Reference);
    assert!(
        change
            .difference
            .as_ref()
            .unwrap_err()
            .0
            .starts_with("candidate: cell failed")
    );
    let agreed = |a: &&titer_core::Agreement| a.case.dataset == "near" && a.case.is_clean();
    assert_eq!(judged.agreements.iter().filter(agreed).count(), 0);
}

#[test]
fn predictions_must_fit_the_examples() {
    let plan = binary_plan(&["fp32"]);
    let reason = |change: &dyn Fn(&mut Vec<Prediction>)| {
        let mut source = InMemory::new();
        let mut all: Vec<Prediction> = source
            .facts
            .iter()
            .map(|f| answer(&f.id, vec![0.5], 1))
            .collect();
        change(&mut all);
        source.state(
            &plan,
            "fp32",
            CLEAN,
            Found::Predictions(all.into_iter().collect()),
        );
        match score_plan(&plan, &source, &|_, _, _| {}).unwrap_err() {
            JudgeError::Mismatch { reason, .. } => reason,
            other => panic!("{other}"),
        }
    };
    assert_eq!(
        reason(&|all| all.swap(1, 2)),
        "prediction 2 is not of \"e01\", which it should be"
    );
    assert_eq!(
        reason(&|all| drop(all.pop())),
        "39 predictions for 40 examples"
    );
    let twice = reason(&|all| all[0] = answer("e00", vec![0.5, 0.5], 2));
    assert!(twice.starts_with("2 probabilities for \"e00\""), "{twice}");
}

#[test]
fn a_target_of_another_kind_is_said() {
    let plan = binary_plan(&["fp32"]);
    let mut source = InMemory::new();
    source.facts[5].target = Target::Class(7);
    let error = score_plan(&plan, &source, &|_, _, _| {}).unwrap_err();
    assert!(
        error.to_string().starts_with("example \"e05\" of near"),
        "{error}"
    );
}

#[test]
fn the_order_of_examples_and_the_number_of_threads_change_nothing() {
    let plan = binary_plan(&["fp32", "int8"]);
    let first = judge(&plan, &InMemory::new());
    let mut shuffled = InMemory::new();
    titer_core::Stream::new(3, "order", "").shuffle(&mut shuffled.facts);
    let second = judge(&plan, &shuffled);
    assert_eq!(first.scores, second.scores);
    assert_eq!(first.comparisons, second.comparisons);
    assert_eq!(first.curves, second.curves);
    assert_eq!(first.notables, second.notables);
    let alone = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    assert_eq!(first, alone.install(|| judge(&plan, &InMemory::new())));
    let mut other = plan.clone();
    other.seed = 2;
    assert_ne!(first.scores, judge(&other, &InMemory::new()).scores);
}

/// Clusters widen: the same examples, each a locus of its own, give another interval.
#[test]
fn intervals_are_clustered() {
    let plan = binary_plan(&["fp32"]);
    let mut alone = InMemory::new();
    for fact in &mut alone.facts {
        fact.cluster = None;
    }
    let (together, alone) = (judge(&plan, &InMemory::new()), judge(&plan, &alone));
    let of = |judged: &Tables| score(judged, "fp32", CLEAN, "brier").clone();
    assert_eq!(of(&together).value, of(&alone).value);
    assert_eq!((of(&together).clusters, of(&alone).clusters), (20, 40));
    assert_ne!(of(&together).interval, of(&alone).interval);
}

#[test]
fn a_transformed_target_is_not_scored() {
    let mut plan = binary_plan(&["fp32"]);
    for cell in &mut plan.cells {
        if cell.case.perturbation.as_deref() == Some("noise") {
            cell.effect = titer_core::Effect::Transformed;
        }
    }
    let judged = judge(&plan, &InMemory::new());
    assert!(
        score(&judged, "fp32", Some("noise"), "auroc")
            .value
            .is_err()
    );
    assert!(judged.comparisons.is_empty());
}

#[test]
fn progress_counts_every_cell() {
    let plan = binary_plan(&["fp32", "int8"]);
    let heard = std::cell::RefCell::new(Vec::new());
    let hear = |_: &str, done: usize, of: usize| heard.borrow_mut().push((done, of));
    score_plan(&plan, &InMemory::new(), &hear).unwrap();
    let heard = heard.into_inner();
    // The suite's inputs and the end come on top.
    assert_eq!(heard.len(), 14);
    assert_eq!(heard[12..], [(12, 12); 2]);
    assert_eq!(cell(&plan, "int8", Some("noise")).case.dataset, "near");
}
