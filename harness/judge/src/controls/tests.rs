use titer_core::{Case, Digest, Effect, Standing};
use titer_spec::control::ControlSpec;
use titer_spec::plan::{CONTROL, FittedOn, PlannedCell, PlannedControl};

use crate::fixture::{CLEAN, InMemory, METRICS, binary, facts, plan, suite};
use crate::scoring::{Found, score_plan};
use titer_core::Tables;

const EXAMPLES: usize = 300;

/// Right by `lift`, with noise.
fn lifted(lift: f64, seed: u64) -> Vec<f64> {
    let one = |i: usize| {
        let noise = titer_core::Stream::new(seed, "noise", &i.to_string()).uniform() - 0.5;
        let sign = if i % 2 == 1 { 1.0 } else { -1.0 };
        (0.5 + 0.5 * sign * lift + 0.6 * noise).clamp(0.001, 0.999)
    };
    (0..EXAMPLES).map(one).collect()
}

/// One variant held against one control on the dataset `near`.
fn judged(variant: &[f64], control: &[f64]) -> Tables {
    let mut plan = plan(suite("windows", binary(), &METRICS), &["fp32"]);
    let mut source = InMemory {
        facts: (0..EXAMPLES)
            .map(|i| {
                let target = titer_core::Target::Class(i % 2);
                facts(&format!("e{i:03}"), target, &format!("l{:03}", i / 2))
            })
            .collect(),
        ..InMemory::default()
    };
    source.give(&plan, "fp32", CLEAN, variant);
    let key = Digest::of(b"control cell");
    let near = &plan.suites[0].datasets[0];
    let cell = PlannedCell {
        key,
        case: Case {
            suite: plan.suites[0].name.clone(),
            model: CONTROL.to_owned(),
            variant: "gc".to_owned(),
            dataset: near.name.clone(),
            split: plan.suites[0].split.clone(),
            perturbation: None,
        },
        effect: Effect::Kept,
        examples: near.examples,
    };
    let predictions = source.facts.iter().zip(control);
    let predictions = predictions
        .map(|(fact, p)| crate::fixture::answer(&fact.id, vec![*p], 1))
        .collect();
    source.stated.insert(key, Found::Predictions(predictions));
    plan.controls.push(PlannedControl {
        name: "gc".to_owned(),
        control: ControlSpec::Gc,
        suite: plan.suites[0].name.clone(),
        fitted_on: Some(FittedOn {
            dataset: near.name.clone(),
            split: "train".to_owned(),
            examples: near.examples,
            count: 10,
        }),
        cells: vec![cell],
    });
    score_plan(&plan, &source, &|_, _, _| {}).unwrap()
}

fn standing(judged: &Tables, metric: &str) -> Standing {
    let mut rows = judged.controls.iter();
    let row = rows.find(|row| row.key.metric == metric).unwrap();
    assert_eq!(
        (row.control.as_str(), row.key.case.variant.as_str()),
        ("gc", "fp32")
    );
    row.standing
}

#[test]
fn a_model_stands_above_beside_or_below_a_control() {
    let (strong, weak) = (lifted(0.4, 1), lifted(0.1, 2));
    for (model, control, expected) in [
        (&strong, &weak, Standing::Better),
        (&weak, &strong, Standing::Worse),
        (&strong, &lifted(0.4, 3), Standing::NotBetter),
        // The very same answers are no better, though their difference has no interval.
        (&strong, &strong, Standing::NotBetter),
    ] {
        let judged = judged(model, control);
        // Higher is better in one, lower in the other.
        assert_eq!(standing(&judged, "auroc"), expected);
        assert_eq!(standing(&judged, "brier"), expected);
    }
}

#[test]
fn a_control_is_nobodys_model() {
    let judged = judged(&lifted(0.4, 1), &lifted(0.1, 2));
    assert!(
        judged
            .scores
            .iter()
            .all(|score| score.key.case.model != CONTROL)
    );
    assert!(judged.comparisons.iter().all(|one| one.base != "gc"));
    let row = &judged.controls[0];
    assert!(row.control_value.is_some() && row.control_lower < row.control_value);
}
