//! A suite whose answers are numbers: how its scores are made, and what is not asked of them.

use titer_core::{Answer, Condition, Contrast, Effect, Outcome, Prediction, Target};
use titer_metrics::Word;
use titer_metrics::{GroupedSpec, WithinGroups};
use titer_spec::suite::Values;
use titer_spec::{MetricSpec, Plan, Question};

use super::windows::{comparison, judge, score};
use crate::error::JudgeError;
use crate::facts::Facts;
use crate::fixture::{CLEAN, InMemory, facts, plan, suite};
use crate::scoring::{Found, score_plan};

const METRICS: [MetricSpec; 4] = [
    MetricSpec::Spearman,
    MetricSpec::Rmse,
    MetricSpec::R2,
    MetricSpec::Ndcg,
];

fn of_numbers(metrics: &[MetricSpec]) -> Plan {
    let asked = Values {
        of: "activity".to_owned(),
    };
    let mut suite = suite("activity", Question::Values(asked), metrics);
    suite.datasets.truncate(1);
    suite.perturbations = vec![Condition::named("noise", Effect::Kept)];
    plan(suite, &["fp32", "int8"])
}

/// So many examples, two to a locus, whose true number is their own.
fn examples(count: usize) -> Vec<Facts> {
    let example = |i: usize| {
        let (id, locus) = (format!("e{i:03}"), format!("l{:03}", i / 2));
        facts(&id, Target::Value(i as f64), &locus)
    };
    (0..count).map(example).collect()
}

fn found(source: &InMemory, number: impl Fn(usize) -> f64) -> Found {
    answered(source, |index| Answer::Value(number(index)))
}

fn answered(source: &InMemory, answer: impl Fn(usize) -> Answer) -> Found {
    let one = |(index, fact): (usize, &Facts)| Prediction {
        id: fact.id.clone(),
        outcome: Outcome::of(answer(index)),
    };
    Found::Predictions(source.facts.iter().enumerate().map(one).collect())
}

/// Both variants off by a wave; the second by a little more.
fn source(plan: &Plan, count: usize, more: f64) -> InMemory {
    let mut source = InMemory::new();
    source.facts = examples(count);
    for (variant, more) in [("fp32", 0.0), ("int8", more)] {
        for perturbation in [CLEAN, Some("noise")] {
            let wave = |i: usize| (i * 7 % 13) as f64 + more * ((i * 5 % 11) as f64 - 5.0);
            let found = found(&source, |i| i as f64 + wave(i));
            source.state(plan, variant, perturbation, found);
        }
    }
    source
}

#[test]
fn numbers_have_scores_and_differences_and_no_flips() {
    let plan = of_numbers(&METRICS);
    let judged = judge(&plan, &source(&plan, 60, 0.25));
    for metric in ["spearman", "rmse", "r2", "ndcg"] {
        let score = score(&judged, "int8", CLEAN, metric);
        let interval = score.interval.as_ref().unwrap();
        let value = *score.value.as_ref().unwrap();
        assert!(interval.lower < value && value < interval.upper, "{metric}");
        assert_eq!((score.positives, score.clusters), (0, 30));
        let comparison = comparison(&judged, CLEAN, metric, Contrast::Reference);
        assert!(comparison.interval.is_ok(), "{:?}", comparison.interval);
    }
    let of_int8 =
        |one: &&titer_core::Agreement| one.contrast == Contrast::Reference && one.case.is_clean();
    let agreement = judged.agreements.iter().find(of_int8).unwrap();
    assert_eq!((agreement.units, agreement.flips()), (0, 0));
    assert!(agreement.largest_change > 1.0 && agreement.spread.unwrap() > 10.0);
    assert!(judged.flips.is_empty() && judged.tests.is_empty());
    assert!(judged.notables.iter().all(|one| one.class.is_empty()));
}

#[test]
fn few_clusters_and_equal_answers_are_said() {
    let plan = of_numbers(&METRICS);
    let few = judge(&plan, &source(&plan, 12, 0.25));
    let reason = |judged: &titer_core::Tables| {
        let score = score(judged, "fp32", CLEAN, "rmse");
        assert!(score.value.is_ok());
        score.interval.clone().unwrap_err().0
    };
    assert!(reason(&few).starts_with("6 clusters are too few"));
    let equal = judge(&plan, &source(&plan, 60, 0.0));
    let same = comparison(&equal, CLEAN, "rmse", Contrast::Reference);
    let reason = &same.interval.as_ref().unwrap_err().0;
    assert!(reason.contains("0 of 60 numbers differ"), "{reason}");
    assert!(equal.agreements.iter().all(|one| one.identical));
}

#[test]
fn an_example_without_a_group_leaves_the_average_undefined() {
    let by = Word::new("assay");
    let metric = WithinGroups::Rmse;
    let plan = of_numbers(&[
        MetricSpec::Rmse,
        MetricSpec::Grouped(GroupedSpec { metric, by }),
    ]);
    let mut source = source(&plan, 60, 0.25);
    for (index, fact) in source.facts.iter_mut().enumerate() {
        let assay = ["one", "two"][index / 20 % 2];
        fact.strata.insert("assay".to_owned(), assay.to_owned());
    }
    let whole = judge(&plan, &source);
    let average = score(&whole, "fp32", CLEAN, "rmse_by_assay");
    assert!(average.value.is_ok() && average.interval.is_ok());
    source.facts[7].strata.clear();
    let judged = judge(&plan, &source);
    let average = score(&judged, "fp32", CLEAN, "rmse_by_assay");
    let reason = &average.value.as_ref().unwrap_err().0;
    assert_eq!(reason, "1 of 60 examples are in no group");
    assert!(score(&judged, "fp32", CLEAN, "rmse").value.is_ok());
}

#[test]
fn what_is_no_number_is_refused() {
    let plan = of_numbers(&METRICS);
    let mut source = source(&plan, 20, 0.25);
    let probabilities = answered(&source, |index| match index {
        3 => Answer::probability(0.5),
        _ => Answer::Value(0.5),
    });
    source.state(&plan, "fp32", CLEAN, probabilities);
    let said = |source: &InMemory| match score_plan(&plan, source, &|_, _, _| {}) {
        Err(error @ (JudgeError::Mismatch { .. } | JudgeError::Example { .. })) => {
            error.to_string()
        }
        other => panic!("{other:?}"),
    };
    assert!(said(&source).contains("where one number is asked for"));
    source.facts[2].target = Target::Class(0);
    assert!(said(&source).contains("the suite asks for a number"));
}
