use titer_core::{Decision, PrevalenceScore, Stream, Target};
use titer_spec::gate::Margin;
use titer_spec::{Gate, Limit, MetricSpec, Where};

use super::verdicts::Run;
use crate::fixture::{InMemory, answer, binary_plan, facts, limit, margin, no_worse};
use crate::gates::matches;
use crate::scoring::{Found, score_plan};

#[test]
fn metrics_are_given_at_the_prevalence_that_the_suite_states() {
    let mut plan = binary_plan(&["fp32", "int8"]);
    let judged = |plan: &titer_spec::Plan| {
        score_plan(plan, &InMemory::new(), &|_, _, _| {})
            .unwrap()
            .prevalences
    };
    assert!(judged(&plan).is_empty());
    plan.suites[0].prevalence = Some(0.01);
    let rows = judged(&plan);
    // Two variants on two datasets, clean, six metrics each.
    assert_eq!(rows.len(), 24);
    for row in &rows {
        assert!(row.key.case.is_clean());
        assert_eq!((row.prevalence, row.measured_prevalence), (0.01, 0.5));
        assert_eq!((row.units, row.positives, row.clusters), (40, 20, 20));
        let (value, measured) = (row.estimate.value.unwrap(), row.measured.unwrap());
        match row.key.metric.as_str() {
            // A hundredth are positive: most calls are false.
            "precision" | "average_precision" => assert!(value < 0.8 * measured, "{row:?}"),
            // It says what it said, and positives are rare.
            "ece_equal_width" => assert!(value > measured, "{row:?}"),
            _ => {}
        }
    }
}

/// 2,000 examples in 500 loci. fp32 calls 5 of 1,000 negatives, int8 25: at half positives that is hardly seen.
fn rare_false_calls(gates: Vec<Gate>) -> Run {
    let mut plan = binary_plan(&["fp32", "int8"]);
    plan.suites[0].metrics = vec![MetricSpec::Precision, MetricSpec::AveragePrecision];
    plan.suites[0].prevalence = Some(0.01);
    plan.gates = gates;
    let mut source = InMemory::new();
    let example = |i: usize| {
        let locus = format!("l{:03}", i / 4);
        facts(&format!("e{i:04}"), Target::Class(i % 2), &locus)
    };
    source.facts = (0..2000).map(example).collect();
    for cell in &plan.cells {
        let predictions = source.facts.iter().map(|fact| {
            let chance = |what: &str| Stream::new(8, what, &fact.id).uniform();
            let called = match (fact.target == Target::Class(1), &cell.case.variant[..]) {
                (true, _) => chance("hit") < 0.95,
                (false, "int8") => chance("alarm") < 0.025,
                (false, _) => chance("alarm") < 0.005,
            };
            let sure = 0.4 * chance("sure");
            answer(
                &fact.id,
                vec![if called { 0.55 + sure } else { 0.05 + sure }],
                1,
            )
        });
        let predictions = predictions.collect();
        let found = Found::Predictions(predictions);
        source.stated.insert(cell.key, found);
    }
    Run::of(plan, &source)
}

fn at_prevalence(metric: &str, allowed: f64) -> Gate {
    Gate::NoWorseThanReference(Margin {
        at_prevalence: true,
        ..margin(metric, allowed)
    })
}

/// What a gate on the data lets pass is caught where positives are rare.
#[test]
fn gates_at_a_prevalence_hold_values_and_differences_at_it() {
    let floor = |at_prevalence| {
        Gate::AtLeast(Limit {
            at_prevalence,
            data: Some(Where::Dataset("near".to_owned())),
            ..limit("precision", 0.5)
        })
    };
    let run = rare_false_calls(vec![
        no_worse("precision", 0.05),
        at_prevalence("precision", 0.05),
        at_prevalence("average_precision", 0.05),
        floor(false),
        floor(true),
    ]);
    let verdict = run.verdict().unwrap();
    let decisions: Vec<Decision> = verdict.scored.iter().map(|one| one.decision).collect();
    let because: Vec<&str> = verdict.scored.iter().map(|one| &one.because[..]).collect();
    use Decision::{Fail, Pass};
    assert_eq!(decisions, [Pass, Fail, Fail, Pass, Fail], "{because:#?}");
    assert!(
        because[1].contains("at a prevalence of 0.01"),
        "{because:?}"
    );
    assert!(verdict.scored[1].gate.contains("at the suite's prevalence"));
    // The difference is that of the two rows.
    let rows = run.judged.prevalences.iter();
    let row = |variant: &str| {
        let mut rows = rows.clone();
        let is_it = |row: &&PrevalenceScore| {
            row.key.case.variant == variant && row.key.metric == "precision"
        };
        rows.find(is_it).unwrap()
    };
    let (fp32, int8) = (row("fp32"), row("int8"));
    assert_eq!(
        (&fp32.against.base, int8.against.base.as_deref()),
        (&None, Some("fp32"))
    );
    let apart = int8.estimate.value.unwrap() - fp32.estimate.value.unwrap();
    assert!((int8.against.difference.unwrap() - apart).abs() < 1e-12 && apart < -0.2);
    assert_eq!(verdict.scored[1].value, int8.against.difference);
}

/// A suite that states no prevalence has nothing to ask at it.
#[test]
fn a_gate_at_no_prevalence_is_about_nothing() {
    let mut plan = binary_plan(&["fp32", "int8"]);
    let gate = at_prevalence("accuracy", 0.05);
    assert_eq!(matches(&plan, &gate), 0);
    plan.suites[0].prevalence = Some(0.01);
    assert_eq!(matches(&plan, &gate), 1);
}
