//! What a pass must not hide: losses in what no gate is about, checks that prove nothing, a look.

use std::collections::BTreeMap;

use titer_core::{Decision, Stream, Target, Verdict};
use titer_spec::plan::Against;
use titer_spec::{Gate, Plan, UngatedLosses};

use super::verdicts::Run;
use crate::fixture::{CLEAN, InMemory, binary_plan, facts, limit, margin, model, no_worse};
use crate::losses::ungated;
use crate::verdict::exit_code;

const EXAMPLES: usize = 400;

/// 400 examples in 200 loci; every fourth lies at the end of its chromosome.
fn source() -> InMemory {
    let example = |i: usize| {
        let mut facts = facts(
            &format!("e{i:03}"),
            Target::Class(i % 2),
            &format!("l{:03}", i / 2),
        );
        let end = if i % 8 < 2 { "end" } else { "middle" };
        facts.strata = BTreeMap::from([("place".to_owned(), end.to_owned())]);
        facts
    };
    InMemory {
        facts: (0..EXAMPLES).map(example).collect(),
        stated: BTreeMap::new(),
    }
}

fn is_site(i: usize) -> bool {
    i % 2 == 1
}

fn draw(purpose: &str, i: usize) -> f64 {
    Stream::new(11, purpose, &i.to_string()).uniform()
}

/// A model that is right nine times in ten, and surer where it is right.
fn good(i: usize) -> f64 {
    let right = draw("right", i) < 0.9;
    let sure = if right {
        0.3 + 0.2 * draw("sure", i)
    } else {
        0.15 * draw("sure", i)
    };
    if right == is_site(i) {
        0.5 + sure
    } else {
        0.5 - sure
    }
}

/// The same calls, and nothing left of how sure it was.
fn blunted(i: usize) -> f64 {
    let noise = 0.4 * draw("noise", i);
    if good(i) >= 0.5 {
        0.55 + noise
    } else {
        0.45 - noise
    }
}

fn run_of(change: impl Fn(&mut Plan), int8: impl Fn(usize) -> f64) -> Verdict {
    let mut plan = binary_plan(&["fp32", "int8"]);
    plan.gates = vec![no_worse("accuracy", 0.02)];
    change(&mut plan);
    let mut source = source();
    for perturbation in [CLEAN, Some("noise"), Some("reverse")] {
        let of = |answer: &dyn Fn(usize) -> f64| (0..EXAMPLES).map(answer).collect::<Vec<f64>>();
        // Where the site is destroyed it is answered as the decoy beside it.
        let seen = |i: usize| {
            if perturbation == Some("reverse") {
                i - i % 2
            } else {
                i
            }
        };
        source.give(&plan, "fp32", perturbation, &of(&|i| good(seen(i))));
        source.give(&plan, "int8", perturbation, &of(&|i| int8(seen(i))));
    }
    Run::of(plan, &source).verdict().unwrap()
}

fn names(verdict: &Verdict) -> Vec<(&str, &str, Option<&str>)> {
    let losses = verdict.losses.losses.iter();
    losses
        .map(|it| {
            (
                it.key.metric.as_str(),
                it.key.case.dataset.as_str(),
                it.group.as_deref(),
            )
        })
        .collect()
}

#[test]
fn a_pass_over_a_collapse_in_what_no_gate_covers_says_so() {
    let verdict = run_of(|_| {}, blunted);
    assert_eq!(verdict.overall, Decision::Pass);
    let auroc = verdict
        .losses
        .ungated()
        .find(|it| it.key.metric == "auroc")
        .unwrap();
    assert_eq!(
        (auroc.key.case.dataset.as_str(), auroc.base.as_str()),
        ("near", "fp32")
    );
    assert!(
        auroc.difference < -0.03 && auroc.upper < -0.005 && auroc.holm < 0.025,
        "{auroc:?}"
    );
    assert_eq!(auroc.tolerance, 0.005);
    assert!(
        !names(&verdict).iter().any(|it| it.0 == "accuracy"),
        "{:?}",
        names(&verdict)
    );
    // Three metrics on one dataset, clean and perturbed, were looked at and more.
    assert!(
        verdict.losses.looked_at >= 10,
        "{:?}",
        verdict.losses.looked_at
    );
}

#[test]
fn a_loss_that_no_gate_covers_fails_where_the_evaluation_asks_for_it() {
    let fail = |plan: &mut Plan| plan.ungated_losses = UngatedLosses::Fail;
    let verdict = run_of(fail, blunted);
    assert_eq!(
        (verdict.overall, exit_code(&verdict)),
        (Decision::Fail, 100)
    );
    // With a gate on each of them only what the gates say counts.
    let gated = |plan: &mut Plan| {
        fail(plan);
        let metrics = ["auroc", "brier", "log_loss", "ece", "f1", "accuracy"];
        for perturbation in [None, Some("noise"), Some("reverse")] {
            plan.gates.extend(metrics.into_iter().map(|metric| {
                let mut margin = margin(metric, 0.45);
                margin.covers.perturbation = perturbation.map(str::to_owned);
                Gate::BetterThanReference(margin)
            }));
        }
        let gates = std::mem::take(&mut plan.gates).into_iter();
        plan.gates = gates
            .filter(|gate| crate::matches(plan, gate) > 0)
            .collect();
    };
    let verdict = run_of(gated, blunted);
    assert_eq!(verdict.losses.ungated().count(), 0, "{:?}", names(&verdict));
    let same = run_of(fail, good);
    assert_eq!(same.overall, Decision::Pass);
    assert!(same.losses.losses.is_empty());
}

#[test]
fn what_lies_within_the_tolerance_is_counted() {
    let wide = |plan: &mut Plan| {
        for metric in ["auroc", "brier", "log_loss", "ece", "f1"] {
            plan.tolerances.insert(metric.to_owned(), 10.0);
        }
    };
    let verdict = run_of(wide, blunted);
    assert!(verdict.losses.losses.is_empty(), "{:?}", names(&verdict));
    assert!(verdict.losses.within_tolerance > 0);
    // The margin of a gate is a tolerance, too.
    let margin = |plan: &mut Plan| plan.gates.push(no_worse("auroc", 0.3));
    let verdict = run_of(margin, blunted);
    assert!(!names(&verdict).iter().any(|it| it.0 == "auroc"));
}

#[test]
fn a_collapse_in_one_group_is_found() {
    let by_place = |plan: &mut Plan| plan.suites[0].strata = vec!["place".to_owned()];
    let at_the_end = |i: usize| if i % 8 < 2 { 1.0 - good(i) } else { good(i) };
    let verdict = run_of(by_place, at_the_end);
    let found = names(&verdict);
    assert!(found.contains(&("auroc", "near", Some("end"))), "{found:?}");
    assert!(!found.iter().any(|it| it.2 == Some("middle")), "{found:?}");
    let of_group = verdict
        .losses
        .losses
        .iter()
        .find(|it| it.group.is_some())
        .unwrap();
    assert_eq!(of_group.stratum.as_deref(), Some("place"));
    assert!(!of_group.gated);
}

#[test]
fn a_plan_says_which_metrics_no_gate_covers() {
    let mut plan = binary_plan(&["fp32", "int8"]);
    plan.gates = vec![no_worse("accuracy", 0.02)];
    let of = |plan: &Plan, metric: &str| {
        let all = ungated(plan);
        all.iter()
            .find(|it| it.metric == metric)
            .map(|it| (it.gated, it.scores))
    };
    // Clean and one perturbation that keeps the target, on two datasets; the gate is about one clean cell.
    assert_eq!(of(&plan, "accuracy"), Some((1, 4)));
    assert_eq!(of(&plan, "auroc"), Some((0, 4)));
    assert_eq!(of(&plan, "called_positive_share"), Some((0, 2)));
    plan.gates.push(Gate::AtLeast(limit("auroc", 0.9)));
    assert_eq!(of(&plan, "auroc"), Some((2, 4)));
}

#[test]
fn a_check_that_proves_nothing_is_void() {
    let gate = |plan: &mut Plan| plan.gates = vec![no_worse("auroc", 0.2)];
    let coin = |i: usize| draw("coin", i);
    let mut plan = binary_plan(&["fp32", "int8"]);
    gate(&mut plan);
    let mut source = source();
    let values: Vec<f64> = (0..EXAMPLES).map(coin).collect();
    source.give(&plan, "fp32", CLEAN, &values);
    source.give(&plan, "int8", CLEAN, &values);
    let verdict = Run::of(plan, &source).verdict().unwrap();
    assert_eq!(verdict.overall, Decision::Inconclusive);
    let because = &verdict.scored[0].because;
    assert!(
        because.starts_with("void: ") && because.contains("chance"),
        "{because}"
    );
    assert_eq!(run_of(gate, good).overall, Decision::Pass);
    // A margin down to chance.
    let wide = |plan: &mut Plan| plan.gates = vec![no_worse("auroc", 0.495)];
    assert_eq!(run_of(wide, good).overall, Decision::Inconclusive);
}

#[test]
fn a_look_decides_nothing_and_a_stated_limit_does() {
    let cut = |look: bool| {
        move |plan: &mut Plan| {
            (plan.limit, plan.look) = (Some(40), look);
            plan.suites[0].datasets[0].available = 4000;
        }
    };
    let look = run_of(cut(true), good);
    assert_eq!((look.limited, exit_code(&look)), (true, 3));
    let stated = run_of(cut(false), good);
    assert_eq!((stated.limited, exit_code(&stated)), (false, 0));
}

#[test]
fn a_reference_may_be_another_model() {
    let mut plan = binary_plan(&["fp32", "int8"]);
    plan.gates = vec![no_worse("auroc", 0.02)];
    // The released model: one variant, the cells of fp32.
    let old: Vec<_> = plan
        .cells
        .iter()
        .filter(|cell| cell.case.variant == "fp32")
        .cloned()
        .collect();
    plan.cells.retain(|cell| cell.case.variant == "int8");
    plan.cells.extend(old.into_iter().map(|mut cell| {
        cell.case.model = "old".to_owned();
        cell
    }));
    plan.models.push(model("old", &["fp32"]));
    plan.models[0] = model("net", &["int8"]);
    plan.models[0].reference = "old fp32".to_owned();
    plan.models[0].against = Some(Against {
        model: "old".to_owned(),
        variant: "fp32".to_owned(),
    });
    plan.measurements.clear();
    let mut source = source();
    for cell in &plan.cells {
        let answer = if cell.case.model == "old" {
            good
        } else {
            blunted
        };
        let predictions = (0..EXAMPLES)
            .map(|i| crate::fixture::answer(&format!("e{i:03}"), vec![answer(i)], 1))
            .collect();
        source
            .stated
            .insert(cell.key, crate::Found::Predictions(predictions));
    }
    let verdict = Run::of(plan, &source).verdict().unwrap();
    assert_eq!(verdict.overall, Decision::Fail);
    assert_eq!(verdict.scored.len(), 1);
    assert_eq!(
        (
            verdict.scored[0].model.as_str(),
            verdict.scored[0].variant.as_str()
        ),
        ("net", "int8")
    );
    let loss = verdict
        .losses
        .losses
        .iter()
        .find(|it| it.key.metric == "auroc" && it.key.case.dataset == "near")
        .unwrap();
    assert!(loss.gated && loss.base == "old fp32", "{loss:?}");
}

#[path = "../../examples/ungated_losses/world.rs"]
mod world;

/// The short form of `examples/ungated_losses.rs`.
#[test]
fn noise_alone_seldom_fails_and_a_fall_is_found() {
    let noise = world::Setting {
        name: "noise alone",
        datasets: 10,
        examples: 240,
        cluster: 2,
        groups: 3,
        calibration: false,
        noise: 0.2,
        replicates: 200,
    };
    let runs: Vec<world::Came> = (0..12).map(|seed| noise.run(seed)).collect();
    assert!(runs.iter().all(|came| came.looked_at >= 200), "{runs:?}");
    let failed = runs.iter().filter(|came| came.fails).count();
    // At 5 % three of twelve come in two of a hundred times.
    assert!(failed <= 2, "{failed} of 12");
    let falls = world::Setting {
        noise: 0.6252,
        datasets: 1,
        examples: 2000,
        ..noise
    };
    assert!((world::Setting::auroc(0.2) - world::Setting::auroc(0.6252) - 0.03).abs() < 1e-3);
    assert!((0..3).all(|seed| falls.run(seed).found), "{}", falls.name);
}
