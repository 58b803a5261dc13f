//! Scores over severities, corruption errors and their anchors. All predictions here are synthetic.

use std::collections::BTreeMap;

use serde::Deserialize;
use titer_core::{Condition, Effect, SeverityCurve, Stream, Tables, Target};
use titer_spec::{MetricSpec, Plan};

use super::windows::judge;
use crate::facts::Facts;
use crate::fixture::{InMemory, answer, binary, facts, plan, suite};
use crate::scoring::Found;

/// Written out of order; one of another kind has a single severity.
const CONDITIONS: [&str; 6] = [
    "substitutions_0.1",
    "substitutions_0.01",
    "substitutions_0.05",
    "indels_1",
    "indels_2",
    "lower_1",
];

fn plan_of(variants: &[&str]) -> Plan {
    let mut suite = suite(
        "windows",
        binary(),
        &[MetricSpec::Accuracy, MetricSpec::Brier],
    );
    suite.datasets.truncate(1);
    suite.perturbations = CONDITIONS
        .map(|name| Condition::named(name, Effect::Kept))
        .to_vec();
    suite
        .perturbations
        .push(Condition::named("shuffle_1", Effect::Destroyed));
    suite
        .perturbations
        .push(Condition::named("shuffle_2", Effect::Destroyed));
    plan(suite, variants)
}

fn examples() -> Vec<Facts> {
    let example = |i: usize| {
        facts(
            &format!("e{i:03}"),
            Target::Class(i % 2),
            &format!("l{:02}", i % 50),
        )
    };
    (0..400).map(example).collect()
}

/// How many of a hundred answers are wrong.
fn wrong(variant: &str, condition: Option<&str>) -> u64 {
    let more = match condition {
        None => 0,
        Some("substitutions_0.01") => 4,
        Some("substitutions_0.05") => 8,
        Some("substitutions_0.1") => 20,
        Some("indels_1") => 2,
        Some("indels_2") => 6,
        Some(_) => 30,
    };
    10 + if variant == "int8" { 2 * more } else { more }
}

fn answered(variant: &str, condition: Option<&str>) -> Vec<f64> {
    let of = wrong(variant, condition);
    let one = |(i, fact): (usize, &Facts)| {
        // One draw an example: a milder condition changes a part of what a stronger one does.
        let draw = Stream::new(1, "wrong", &i.to_string()).uniform();
        let is_site = fact.target == Target::Class(1);
        let right = draw >= of as f64 / 100.0;
        if right == is_site { 0.8 } else { 0.2 }
    };
    examples().iter().enumerate().map(one).collect()
}

fn judged() -> Tables {
    let plan = plan_of(&["fp32", "int8"]);
    let mut source = InMemory::new();
    source.facts = examples();
    for cell in &plan.cells {
        let answers = answered(&cell.case.variant, cell.case.perturbation.as_deref());
        let facts = source.facts.iter().zip(answers);
        let told = facts
            .map(|(fact, p)| answer(&fact.id, vec![p], 1))
            .collect();
        source.stated.insert(cell.key, Found::Predictions(told));
    }
    judge(&plan, &source)
}

fn row<'a>(judged: &'a Tables, variant: &str, kind: &str, metric: &str) -> &'a SeverityCurve {
    let is_it = |row: &&SeverityCurve| {
        row.key.case.variant == variant && row.kind == kind && row.key.metric == metric
    };
    judged.severities.iter().find(is_it).unwrap()
}

fn errors(variant: &str, condition: Option<&str>) -> f64 {
    let facts = examples();
    let answers = answered(variant, condition);
    let wrong = facts
        .iter()
        .zip(&answers)
        .filter(|(fact, p)| (fact.target == Target::Class(1)) != (**p >= 0.5));
    wrong.count() as f64 / 400.0
}

fn close(one: Option<f64>, other: f64) {
    let one = one.unwrap();
    assert!((one - other).abs() < 1e-12, "{one} {other}");
}

#[test]
fn areas_losses_and_consistency_are_what_they_are_by_hand() {
    let judged = judged();
    // Two variants, two kinds with several severities and the mean over both, of accuracy and of Brier score.
    assert_eq!(judged.severities.len(), 2 * (2 * 2 + 1));
    let levels = [
        None,
        Some("substitutions_0.01"),
        Some("substitutions_0.05"),
        Some("substitutions_0.1"),
    ];
    let mut lost = Vec::new();
    for variant in ["fp32", "int8"] {
        let found = row(&judged, variant, "substitutions", "accuracy");
        assert_eq!(
            (found.levels, found.mildest, found.strongest),
            (3, Some(0.01), Some(0.1))
        );
        let accuracy = levels.map(|level| 1.0 - errors(variant, level));
        let area = (0.5 * accuracy[0] + accuracy[1] + accuracy[2] + 0.5 * accuracy[3]) / 3.0;
        close(found.area.value, area);
        close(found.relative_area, area / accuracy[0]);
        close(found.loss, accuracy[0] - area);
        lost.push(accuracy[0] - area);
        assert!(found.loss_lower.unwrap() > 0.0 && found.loss_lower < found.loss);
        let clean = answered(variant, None);
        let same = levels[1..].iter().map(|level| {
            let now = answered(variant, *level);
            now.iter()
                .zip(&clean)
                .filter(|(now, then)| now == then)
                .count() as f64
        });
        close(found.consistency, same.sum::<f64>() / 1200.0);
        assert!(
            found.consistency_lower < found.consistency
                && found.consistency < found.consistency_upper
        );
    }
    let held = &row(&judged, "int8", "substitutions", "accuracy").held;
    close(held.further, lost[1] - lost[0]);
    assert!(held.is_shown() && held.base.as_deref() == Some("fp32"));
    assert_eq!(
        row(&judged, "fp32", "substitutions", "accuracy")
            .held
            .estimate(),
        None
    );
    // Where less is better a loss is what is gained.
    let brier = row(&judged, "fp32", "substitutions", "brier");
    assert!(brier.loss.unwrap() > 0.0 && brier.relative_area.unwrap() > 1.0);
    assert_eq!(brier.corruption_error, None);
}

/// Without a control the reference is what errors are divided by.
#[test]
fn corruption_errors_are_anchored_on_the_reference() {
    let judged = judged();
    let ratio = |levels: &[&str]| {
        let sum = |variant: &str| {
            levels
                .iter()
                .map(|level| errors(variant, Some(level)))
                .sum::<f64>()
        };
        sum("int8") / sum("fp32")
    };
    let relative = |levels: &[&str]| {
        let sum = |variant: &str| {
            let beyond = |level: &&str| errors(variant, Some(level)) - errors(variant, None);
            levels.iter().map(beyond).sum::<f64>()
        };
        sum("int8") / sum("fp32")
    };
    let (one, other) = (&CONDITIONS[..3], &CONDITIONS[3..5]);
    let found = row(&judged, "int8", "substitutions", "accuracy");
    close(found.corruption_error, ratio(one));
    close(found.relative_corruption_error, relative(one));
    assert!(found.corruption_error_lower.unwrap() > 1.0, "{found:?}");
    assert_eq!(found.anchor.as_deref(), Some("fp32"));
    let mean = row(&judged, "int8", "mean", "accuracy");
    close(mean.corruption_error, 0.5 * (ratio(one) + ratio(other)));
    close(
        mean.relative_corruption_error,
        0.5 * (relative(one) + relative(other)),
    );
    assert_eq!((mean.levels, mean.area.value), (2, None));
    close(
        row(&judged, "fp32", "mean", "accuracy").corruption_error,
        1.0,
    );
}

/// A mean over some kinds would flatter: one in which the anchor makes no error leaves none.
#[test]
fn a_kind_without_a_corruption_error_leaves_no_mean() {
    let plan = plan_of(&["fp32", "int8"]);
    let mut source = InMemory::new();
    source.facts = examples();
    for cell in &plan.cells {
        let condition = cell.case.perturbation.as_deref();
        let is_right = condition.is_some_and(|name| name.starts_with("indels"));
        let answers = match is_right {
            true => source
                .facts
                .iter()
                .map(|fact| {
                    if fact.target == Target::Class(1) {
                        0.9
                    } else {
                        0.1
                    }
                })
                .collect(),
            false => answered(&cell.case.variant, condition),
        };
        let told = source
            .facts
            .iter()
            .zip(answers)
            .map(|(fact, p)| answer(&fact.id, vec![p], 1))
            .collect();
        source.stated.insert(cell.key, Found::Predictions(told));
    }
    let judged = judge(&plan, &source);
    let reason = |kind: &str| {
        row(&judged, "int8", kind, "accuracy")
            .corruption_error_undefined
            .clone()
            .unwrap()
    };
    assert_eq!(reason("indels"), "fp32 makes no error at any severity");
    assert_eq!(reason("mean"), "1 of 2 kinds have a corruption error");
    assert_eq!(
        row(&judged, "int8", "mean", "accuracy").corruption_error,
        None
    );
    assert!(
        row(&judged, "int8", "substitutions", "accuracy")
            .corruption_error
            .is_some()
    );
}

/// What does not change loses nothing, to the bit, and nothing is not an interval of rounding errors.
#[test]
fn what_stays_loses_nothing() {
    let plan = plan_of(&["fp32", "int8"]);
    let mut source = InMemory::new();
    source.facts = examples();
    for cell in &plan.cells {
        let told = source.facts.iter().zip(answered(&cell.case.variant, None));
        let told = told
            .map(|(fact, p)| answer(&fact.id, vec![p * 0.93], 1))
            .collect();
        source.stated.insert(cell.key, Found::Predictions(told));
    }
    let judged = judge(&plan, &source);
    for metric in ["accuracy", "brier"] {
        let found = row(&judged, "int8", "substitutions", metric);
        assert_eq!(
            (found.loss, found.loss_lower),
            (Some(0.0), None),
            "{metric}"
        );
        assert_eq!(
            (found.held.further, found.held.further_lower),
            (Some(0.0), None)
        );
        assert_eq!(found.consistency, Some(1.0));
    }
}

#[derive(Deserialize)]
struct Fixture {
    truth: Vec<usize>,
    cluster: Vec<usize>,
    levels: Vec<Option<String>>,
    answers: BTreeMap<String, Vec<Vec<f64>>>,
    expected: BTreeMap<String, Expected>,
}

#[derive(Deserialize)]
struct Expected {
    area: BTreeMap<String, f64>,
    consistency: f64,
    corruption_error: f64,
    relative_corruption_error: f64,
}

/// By NumPy and scikit-learn (`fixtures/make_severities.py`).
#[test]
fn curves_are_those_of_numpy_and_scikit_learn() {
    let fixture: Fixture =
        serde_json::from_str(include_str!("../../fixtures/severities.json")).unwrap();
    let metrics = [MetricSpec::Accuracy, MetricSpec::Brier, MetricSpec::Auroc];
    let mut suite = suite("windows", binary(), &metrics);
    suite.datasets.truncate(1);
    let named = fixture.levels.iter().flatten();
    suite.perturbations = named
        .map(|name| Condition::named(name, Effect::Kept))
        .collect();
    let plan = plan(suite, &["fp32", "int8"]);
    let mut source = InMemory::new();
    let all = fixture.truth.iter().zip(&fixture.cluster).enumerate();
    source.facts = all
        .map(|(i, (class, cluster))| {
            let cluster = format!("l{cluster:02}");
            facts(&format!("e{i:03}"), Target::Class(*class), &cluster)
        })
        .collect();
    for cell in &plan.cells {
        let mut levels = fixture.levels.iter();
        let level = levels.position(|level| *level == cell.case.perturbation);
        let values = fixture.answers[&cell.case.variant][level.unwrap()].iter();
        let told = source.facts.iter().zip(values);
        let told = told
            .map(|(fact, p)| answer(&fact.id, vec![*p], 1))
            .collect();
        source.stated.insert(cell.key, Found::Predictions(told));
    }
    let judged = judge(&plan, &source);
    for (variant, expected) in &fixture.expected {
        for (metric, area) in &expected.area {
            let found = row(&judged, variant, "substitutions", metric);
            close(found.area.value, *area);
            assert!(found.area.lower.unwrap() < *area && *area < found.area.upper.unwrap());
            close(found.consistency, expected.consistency);
        }
        let found = row(&judged, variant, "substitutions", "accuracy");
        close(found.corruption_error, expected.corruption_error);
        close(
            found.relative_corruption_error,
            expected.relative_corruption_error,
        );
    }
}
