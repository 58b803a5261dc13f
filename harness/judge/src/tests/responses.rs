//! What answers do when examples are perturbed: what must stay, and what must fall.

use titer_core::{Decision, Response};
use titer_spec::evaluation::MustFallThen;
use titer_spec::gate::{By, Covers, Invariant, OneOrMore};
use titer_spec::{Gate, Plan};

use super::verdicts::Run;
use crate::fixture::{CLEAN, InMemory, binary_plan, probability};

fn response<'a>(run: &'a Run, variant: &str, perturbation: &str) -> &'a Response {
    let mut all = run.judged.responses.iter();
    let is_it = |one: &&Response| {
        one.case.variant == variant
            && one.case.dataset == "near"
            && one.case.perturbation.as_deref() == Some(perturbation)
    };
    all.find(is_it).unwrap()
}

fn answers(of: &InMemory, perturbation: Option<&str>) -> Vec<f64> {
    let facts = of.facts.iter();
    facts
        .map(|fact| probability(fact, "fp32", perturbation))
        .collect()
}

fn invariant(perturbation: &str, flips: Option<f64>, change: Option<f64>) -> Gate {
    Gate::InvariantTo(Invariant {
        perturbation: OneOrMore::One(perturbation.to_owned()),
        flips_at_most: flips,
        change_at_most: change,
        data: None,
        by: By::Interval,
        covers: Covers::default(),
    })
}

fn plan() -> Plan {
    let mut plan = binary_plan(&["fp32", "int8"]);
    plan.look = false;
    plan
}

#[test]
fn changes_and_flips_are_counted_unit_by_unit() {
    let (plan, mut source) = (plan(), InMemory::new());
    let clean = vec![0.8; 40];
    let mut moved = clean.clone();
    // One call turns; the others stay or move by 0.1.
    moved[3] = 0.2;
    moved[4..14].fill(0.7);
    source.give(&plan, "fp32", CLEAN, &clean);
    source.give(&plan, "fp32", Some("noise"), &moved);
    let run = Run::of(plan, &source);
    let found = response(&run, "fp32", "noise");
    assert_eq!((found.units, found.clusters, found.flips), (40, 20, 1));
    assert_eq!(found.flip_rate, Some(0.025));
    assert!((found.mean_change.unwrap() - 1.6 / 40.0).abs() < 1e-12);
    assert!((found.largest_change.unwrap() - 0.6).abs() < 1e-12);
    assert!(found.flip_rate_lower.unwrap() < 0.025 && found.flip_rate_upper.unwrap() > 0.17);
    assert_eq!((found.fall, found.fall_undefined.as_ref()), (None, None));
}

#[test]
fn an_invariance_covers_every_variant_and_the_conditions_it_names() {
    let (mut plan, mut source) = (plan(), InMemory::new());
    for variant in ["fp32", "int8"] {
        let same = answers(&source, CLEAN);
        source.give(&plan, variant, CLEAN, &same);
        source.give(&plan, variant, Some("noise"), &same);
    }
    plan.gates = vec![
        invariant("noise", None, Some(0.2)),
        invariant("noise", Some(0.1), None),
        invariant("noise", None, Some(0.001)),
    ];
    let run = Run::of(plan, &source);
    let near = |index: usize| {
        let scored = run.verdict().unwrap().scored;
        let of = scored
            .into_iter()
            .filter(|one| one.index == index && one.dataset.as_deref() == Some("near"));
        of.map(|one| (one.variant, one.decision))
            .collect::<Vec<_>>()
    };
    let each = |decision| {
        ["fp32", "int8"]
            .map(|it| (it.to_owned(), decision))
            .to_vec()
    };
    // Nothing changes, and 20 clusters say that 16.8 % may: enough for 0.2, too little for 0.1.
    assert_eq!(near(0), each(Decision::Pass));
    assert_eq!(near(1), each(Decision::Inconclusive));
    assert_eq!(near(2), each(Decision::Inconclusive));
}

#[test]
fn what_changes_for_sure_breaks_an_invariance() {
    let (mut plan, mut source) = (plan(), InMemory::new());
    plan.gates = vec![invariant("noise", Some(0.1), None)];
    let turned: Vec<f64> = answers(&source, CLEAN)
        .iter()
        .map(|one| 1.0 - one)
        .collect();
    source.give(&plan, "int8", Some("noise"), &turned);
    let verdict = Run::of(plan, &source).verdict().unwrap();
    let mut scored = verdict.scored.iter();
    let broken = scored
        .find(|one| one.variant == "int8" && one.dataset.as_deref() == Some("near"))
        .unwrap();
    assert_eq!(broken.decision, Decision::Fail, "{}", broken.because);
    assert_eq!(verdict.overall, Decision::Fail);
}

#[test]
fn a_model_that_ignores_the_site_does_not_pass_even_on_few_examples() {
    let (plan, mut source) = (plan(), InMemory::new());
    let same = answers(&source, CLEAN);
    source.give(&plan, "fp32", CLEAN, &same);
    source.give(&plan, "fp32", Some("reverse"), &same);
    let run = Run::of(plan, &source);
    let verdict = run.verdict().unwrap();
    let of = |variant: &str| {
        let mut checks = verdict.must_fall.iter();
        checks
            .find(|one| one.case.variant == variant && one.case.dataset == "near")
            .unwrap()
    };
    let blind = of("fp32");
    // 20 clusters of which none moves: the fall is 0, and 16.8 % of 2 at most by the bound.
    assert_eq!(blind.fall, Some(0.0));
    assert_ne!(blind.decision, Decision::Pass, "{}", blind.because);
    assert_eq!(
        of("int8").decision,
        Decision::Pass,
        "{}",
        of("int8").because
    );
    // No gate asked for what so few cannot tell.
    assert_eq!(blind.decision, Decision::Inconclusive);
    assert_eq!(verdict.overall, Decision::Pass);
}

#[test]
fn with_enough_clusters_it_is_a_failure_and_says_why() {
    let (plan, mut source) = (plan(), InMemory::new());
    let many = 4000;
    source.facts = (0..many)
        .map(|i| {
            crate::fixture::facts(
                &format!("e{i:04}"),
                titer_core::Target::Class(i % 2),
                &format!("l{i:04}"),
            )
        })
        .collect();
    let same = answers(&source, CLEAN);
    source.give(&plan, "fp32", CLEAN, &same);
    source.give(&plan, "fp32", Some("reverse"), &same);
    let mut run_plan = plan;
    for suite in &mut run_plan.suites {
        for dataset in &mut suite.datasets {
            dataset.count = many as u64;
        }
    }
    let mut run = Run::of(run_plan, &source);
    let verdict = run.verdict().unwrap();
    let mut checks = verdict.must_fall.iter();
    let blind = checks
        .find(|one| one.case.variant == "fp32" && one.case.dataset == "near")
        .unwrap();
    assert_eq!(blind.decision, Decision::Fail, "{}", blind.because);
    assert!(
        blind
            .because
            .contains("this evaluation is broken, or the model reads something else than the site")
    );
    assert_eq!(verdict.overall, Decision::Fail);
    let response = response(&run, "fp32", "reverse");
    assert_eq!(response.correlation, Some(1.0));
    run.plan.must_fall = MustFallThen::Say;
    assert_eq!(run.verdict().unwrap().overall, Decision::Pass);
}
