//! Slopes along ladders, of datasets and of the groups of one. All predictions here are synthetic.

use titer_core::{
    Against, Case, Decision, Digest, GateVerdict, GroupScore, IntervalMethod, LadderSlope, Score,
    SpreadKind, Stream, Tables, Target,
};
use titer_spec::gate::{Further, Part};
use titer_spec::plan::{
    PlannedCell, PlannedLadder, PlannedStep, PlannedTuning, Rungs, TUNING, quantiles,
};
use titer_spec::suite::{RecalibrationMethod, Shift};
use titer_spec::{Gate, MetricSpec, Plan};
use titer_store::Bases;

use super::verdicts::Run;
use super::windows::judge;
use crate::facts::Facts;
use crate::fixture::{
    InMemory, METRICS, answer, binary, dataset, facts, further, no_worse, plan, probability, suite,
};
use crate::scoring::Found;

pub(super) const STEPS: [&str; 4] = ["near", "far", "farther", "farthest"];

/// A plan with four datasets of four species on a ladder; the metrics are those of the fixture.
pub(super) fn ladder_plan(variants: &[&str]) -> Plan {
    let mut suite = suite("windows", binary(), &METRICS);
    suite.perturbations.clear();
    for name in &STEPS[2..] {
        suite
            .datasets
            .push(dataset(name, false, &["decoy", "site"]));
    }
    for (number, dataset) in suite.datasets.iter_mut().enumerate() {
        dataset.organism = format!("species {number}");
    }
    suite.ladders = vec![PlannedLadder {
        name: "species".to_owned(),
        shift: Some(Shift::Species),
        unit: Some("Myr".to_owned()),
        rungs: Rungs::Datasets(steps(&[0.0, 10.0, 90.0, 700.0])),
    }];
    plan(suite, variants)
}

fn steps(distances: &[f64]) -> Vec<PlannedStep> {
    let steps = STEPS.iter().zip(distances);
    steps
        .map(|(name, distance)| PlannedStep {
            dataset: (*name).to_owned(),
            distance: Some(*distance),
        })
        .collect()
}

/// 160 examples in 80 loci, with GC content that rises.
pub(super) fn examples() -> Vec<Facts> {
    let example = |i: usize| {
        let mut fact = facts(
            &format!("e{i:03}"),
            Target::Class(i % 2),
            &format!("l{:03}", (i * 7) % 80),
        );
        fact.bases = Some(Bases {
            length: 400,
            gc_share: Some(0.3 + 0.4 * (i as f64) / 160.0),
        });
        fact
    };
    (0..160).map(example).collect()
}

/// Judged where `blur` gives the probability at each step, from the variant, the step, the example and what it would be.
pub(super) fn run(plan: &Plan, blur: impl Fn(&str, usize, usize, f64) -> f64) -> Tables {
    judge(plan, &told(plan, blur))
}

/// What every cell answers.
fn told(plan: &Plan, blur: impl Fn(&str, usize, usize, f64) -> f64) -> InMemory {
    let mut source = InMemory::new();
    source.facts = examples();
    for cell in &plan.cells {
        let step = STEPS
            .iter()
            .position(|step| *step == cell.case.dataset)
            .unwrap();
        let predictions = source.facts.iter().enumerate().map(|(i, fact)| {
            let near = probability(fact, &cell.case.variant, None);
            answer(&fact.id, vec![blur(&cell.case.variant, step, i, near)], 1)
        });
        let predictions = predictions.collect();
        source
            .stated
            .insert(cell.key, Found::Predictions(predictions));
    }
    source
}

/// With each step one answer more of ten is the opposite, and of int8 another one.
pub(super) fn worse(variant: &str, step: usize, i: usize, near: f64) -> f64 {
    let turned = i % 10 < step || variant == "int8" && (i + 5) % 10 < step;
    if turned { 1.0 - near } else { near }
}

fn slope<'a>(judged: &'a Tables, variant: &str, metric: &str, per: &str) -> &'a LadderSlope {
    let mut rows = judged.ladders.iter();
    let found = rows.find(|row| row.variant == variant && row.metric == metric && row.per == per);
    found.unwrap()
}

fn score<'a>(judged: &'a Tables, variant: &str, dataset: &str, metric: &str) -> &'a Score {
    let wanted = |score: &&Score| {
        let case = &score.key.case;
        (case.variant.as_str(), case.dataset.as_str()) == (variant, dataset)
            && score.key.metric == metric
    };
    judged.scores.iter().find(wanted).unwrap()
}

/// By hand: over steps 0 to 3 the slope is (3 (d - a) + (c - b)) / 10.
#[test]
fn slopes_are_what_is_lost_with_each_step() {
    let judged = run(&ladder_plan(&["fp32", "int8"]), worse);
    // Per step and per unit, of both variants.
    assert_eq!(judged.ladders.len(), 2 * 2 * METRICS.len());
    for metric in METRICS.map(MetricSpec::name) {
        let sign = titer_metrics::registry::about(metric)
            .unwrap()
            .direction
            .sign();
        let by_hand = |variant: &str| {
            let at = |step: usize| {
                score(&judged, variant, STEPS[step], metric)
                    .value
                    .clone()
                    .unwrap()
            };
            -sign * (3.0 * (at(3) - at(0)) + (at(2) - at(1))) / 10.0
        };
        for variant in ["fp32", "int8"] {
            let row = slope(&judged, variant, metric, "step");
            let close = (row.slope.value.unwrap() - by_hand(variant)).abs() < 1e-12;
            assert!(close && by_hand(variant) > 0.0, "{metric} {row:?}");
            assert_eq!(
                (row.steps, row.first.as_str(), row.last.as_str()),
                (4, "near", "farthest")
            );
            let expected = match metric {
                "ece" => IntervalMethod::AddedDistances,
                _ => IntervalMethod::SquareAndAdd,
            };
            assert_eq!(row.slope.interval().unwrap().method, expected, "{metric}");
            assert!(row.is_plain() && row.shift == "species");
        }
        let row = slope(&judged, "int8", metric, "step");
        let further = by_hand("int8") - by_hand("fp32");
        assert!(
            (row.held.further.unwrap() - further).abs() < 1e-12,
            "{metric}"
        );
        assert_eq!(row.held.base.as_deref(), Some("fp32"));
        assert_eq!(slope(&judged, "fp32", metric, "step").held.estimate(), None);
    }
    let unit = slope(&judged, "int8", "auroc", "Myr");
    // Almost all of the distance lies in the last step.
    let step = slope(&judged, "int8", "auroc", "step").slope.value.unwrap();
    let per_unit = unit.slope.value.unwrap();
    assert!(
        per_unit > 0.0 && per_unit < step / 100.0,
        "{per_unit} {step}"
    );
    assert!(!unit.is_plain());
}

/// The draws of four datasets are independent: the errors of the steps, by their weights, squared and added.
#[test]
fn how_much_further_is_surer_than_the_slope() {
    let plan = ladder_plan(&["fp32", "int8"]);
    let judged = run(&plan, |variant, step, i, near| {
        let blurred = worse("", step, i, near);
        if variant == "int8" {
            0.5 + (blurred - 0.5) * (1.0 - 0.1 * step as f64)
        } else {
            blurred
        }
    });
    let row = slope(&judged, "int8", "brier", "step");
    let halves = STEPS.map(|step| {
        let mut all = judged.comparisons.iter();
        let one = all.find(|one| one.key.case.dataset == step && one.key.metric == "brier");
        let interval = one.unwrap().interval.clone().unwrap();
        assert_eq!(interval.method, IntervalMethod::ClusteredBootstrapT);
        0.5 * (interval.upper - interval.lower)
    });
    let weights = [0.3, 0.1, 0.1, 0.3];
    let squares: f64 = halves
        .iter()
        .zip(weights)
        .map(|(half, w)| (half * w).powi(2))
        .sum();
    let interval = row.held.estimate().unwrap().interval().unwrap();
    let half = 0.5 * (interval.upper - interval.lower);
    assert!(
        (half - squares.sqrt()).abs() < 1e-12,
        "{half} {}",
        squares.sqrt()
    );
    let wider = row.slope.interval().unwrap();
    assert!(
        half < 0.25 * (wider.upper - wider.lower),
        "paired differences are surer"
    );
}

/// Datasets of one species have the same loci here.
#[test]
fn clusters_at_several_steps_make_intervals_wider() {
    let mut plan = ladder_plan(&["fp32", "int8"]);
    let apart = run(&plan, worse);
    plan.suites[0].datasets[3].organism = "species 0".to_owned();
    let same = run(&plan, worse);
    let of = |judged: &Tables| slope(judged, "int8", "auroc", "step").clone();
    let (apart, same) = (of(&apart), of(&same));
    assert_eq!((apart.shared_clusters, same.shared_clusters), (0, 80));
    assert_eq!(apart.slope.value, same.slope.value);
    assert!(
        same.slope.upper > apart.slope.upper && same.held.further_upper > apart.held.further_upper
    );
}

#[test]
fn what_is_undefined_says_at_which_step_and_why() {
    let plan = ladder_plan(&["fp32", "int8"]);
    let mut source = InMemory::new();
    source.facts = examples();
    let last = plan.cells.iter();
    let last = last.filter(|cell| cell.case.dataset == "farther" && cell.case.variant == "int8");
    for cell in last {
        let failed = Found::Failed {
            reason: "hang".to_owned(),
            examples: 160,
        };
        source.stated.insert(cell.key, failed);
    }
    let judged = judge(&plan, &source);
    let row = slope(&judged, "int8", "auroc", "step");
    let reason = "at farther: cell failed: hang";
    assert_eq!(row.slope.undefined.as_deref(), Some(reason));
    assert_eq!(row.slope.interval_undefined.as_deref(), Some(reason));
    let further = row.held.further_undefined.as_deref();
    assert_eq!(further, Some("at farther: candidate: cell failed: hang"));
    assert!(
        slope(&judged, "fp32", "auroc", "step")
            .slope
            .value
            .is_some()
    );
    // A single class at a step has no AUROC there.
    let mut source = InMemory::new();
    source.facts = examples();
    source
        .facts
        .iter_mut()
        .for_each(|fact| fact.target = Target::Class(1));
    let judged = judge(&plan, &source);
    let row = slope(&judged, "fp32", "auroc", "step");
    let reason = row.slope.undefined.as_deref().unwrap();
    assert!(reason.starts_with("at near: "), "{reason}");
}

fn by_gc(parts: u32) -> Plan {
    let mut plan = ladder_plan(&["fp32", "int8"]);
    plan.suites[0].ladders = vec![PlannedLadder {
        name: "gc".to_owned(),
        shift: Some(Shift::Gc),
        unit: None,
        rungs: Rungs::Groups {
            order: Vec::new(),
            dataset: "near".to_owned(),
            stratum: quantiles("gc", parts),
        },
    }];
    plan
}

/// From the first quarter of the examples, by GC content, to the last, each fifth answer more is the opposite.
fn worse_by_gc(variant: &str, _: usize, i: usize, near: f64) -> f64 {
    worse(variant, 2 * (i / 40), i, near)
}

#[test]
fn the_groups_of_a_dataset_are_steps_too() {
    let judged = run(&by_gc(4), worse_by_gc);
    // Of `near` alone.
    assert_eq!(judged.ladders.len(), 2 * METRICS.len());
    let rows: Vec<_> = judged
        .groups
        .iter()
        .filter(|row| row.stratum == "gc in 4")
        .collect();
    assert_eq!(rows.len(), 2 * 4 * METRICS.len());
    assert!(rows.iter().all(|row| row.units == 40), "{rows:?}");
    let row = slope(&judged, "int8", "auroc", "step");
    assert_eq!((row.steps, row.dataset.as_deref()), (4, Some("near")));
    assert_eq!(row.first, "30.0 to 39.8 % GC");
    assert_eq!(row.last, "60.0 to 69.8 % GC");
    assert_eq!(row.shift, "gc");
    let values: Vec<f64> = rows
        .iter()
        .filter(|row| row.key.metric == "auroc" && row.key.case.variant == "int8")
        .map(|row| row.estimate.value.unwrap())
        .collect();
    let by_hand = -(3.0 * (values[3] - values[0]) + (values[2] - values[1])) / 10.0;
    assert!((row.slope.value.unwrap() - by_hand).abs() < 1e-12);
    // Loci lie in several groups: the slope is taken anew on the draws that they share.
    let interval = row.slope.interval().unwrap();
    assert_eq!(interval.method, IntervalMethod::ClusteredBootstrapT);
    assert!(interval.lower < by_hand && by_hand < interval.upper);
    assert!(row.held.estimate().unwrap().interval().is_ok(), "{row:?}");
    // Calls are made of flips, whose bounds are added as they are.
    let calls = slope(&judged, "int8", "accuracy", "step");
    let calls = calls.held.estimate().unwrap().interval().unwrap();
    assert_eq!(calls.method, IntervalMethod::AddedDistances);
}

#[test]
fn groups_that_are_too_small_leave_no_slope() {
    let judged = run(&by_gc(16), worse_by_gc);
    let row = slope(&judged, "fp32", "auroc", "step");
    assert_eq!(row.steps, 16);
    let reason = row.slope.undefined.as_deref().unwrap();
    assert!(reason.contains("too small to say"), "{reason}");
    // Equal values stay together: of one GC content there is one group, and no slope.
    let plan = by_gc(4);
    let mut source = InMemory::new();
    source.facts = examples();
    for fact in &mut source.facts {
        fact.bases = Some(Bases {
            length: 400,
            gc_share: Some(0.5),
        });
    }
    let judged = judge(&plan, &source);
    assert!(judged.ladders.iter().all(|row| row.slope.value.is_none()));
}

/// A ladder whose suite breaks scores down by GC content and fits a temperature on 160 examples of home.
fn in_parts(gates: Vec<Gate>) -> Plan {
    let mut plan = ladder_plan(&["fp32", "int8"]);
    let suite = &mut plan.suites[0];
    suite.strata = vec![quantiles("gc", 2)];
    suite.recalibrate = vec![RecalibrationMethod::Temperature];
    let tuning = Digest::of(b"tuning");
    suite.tuning = Some(PlannedTuning {
        apart: None,
        dataset: "near".to_owned(),
        examples: tuning,
        count: 160,
    });
    let at_home = plan.cells.clone().into_iter();
    let at_home = at_home.filter(|cell| cell.case.dataset == "near");
    plan.cells.extend(at_home.map(|cell| PlannedCell {
        key: Digest::of(format!("tuning of {}", cell.case.variant).as_bytes()),
        case: Case {
            split: TUNING.to_owned(),
            ..cell.case
        },
        examples: tuning,
        ..cell
    }));
    plan.gates = gates;
    plan
}

/// With each step one answer more of ten is the opposite, of int8 three: in the GC-rich half alone.
fn worse_where_gc_rich(variant: &str, step: usize, i: usize, near: f64) -> f64 {
    let of_ten = if variant == "int8" { 3 } else { 1 };
    let turned = i >= 80 && (i / 2) % 10 < of_ten * step;
    if turned { 1.0 - near } else { near }
}

/// The slope of the worst group's score and of the recalibrated one, and how much more of each a build loses: by hand from the
/// values in the tables of groups and recalibrations.
#[test]
fn worst_groups_and_recalibrated_scores_are_held_against_the_references() {
    let judged = run(&in_parts(Vec::new()), worse_where_gc_rich);
    let worst = |variant: &str, step: &str| {
        let mut rows = judged.spreads.iter();
        let found = rows.find(|row| {
            row.statistic == SpreadKind::Worst
                && row.key.metric == "auroc"
                && (row.key.case.variant.as_str(), row.key.case.dataset.as_str()) == (variant, step)
        });
        found.unwrap()
    };
    let cooled = |variant: &str, step: &str| {
        let mut rows = judged.recalibrations.iter();
        let found = rows.find(|row| {
            row.key.metric == "brier"
                && (row.key.case.variant.as_str(), row.key.case.dataset.as_str()) == (variant, step)
        });
        found.unwrap()
    };
    for step in STEPS {
        let (one, other) = (worst("int8", step), worst("fp32", step));
        assert_eq!(other.against, Against::default());
        let apart = one.estimate.value.unwrap() - other.estimate.value.unwrap();
        assert!((one.against.value().unwrap() - apart).abs() < 1e-12);
        let (one, other) = (cooled("int8", step), cooled("fp32", step));
        assert_eq!(other.against, Against::default());
        let apart = one.estimate.value.unwrap() - other.estimate.value.unwrap();
        assert!(
            (one.against.value().unwrap() - apart).abs() < 1e-12,
            "{step}"
        );
    }
    // Away from home the difference is one of the GC-rich half, and shown.
    let far = worst("int8", "farthest").against.interval().unwrap();
    assert!(
        far.upper < 0.0 && far.method == IntervalMethod::ClusteredBands,
        "{far:?}"
    );
    let row = |variant: &str, metric: &str, is_it: fn(&LadderSlope) -> bool| {
        let mut rows = judged.ladders.iter();
        let found = rows.find(|row| {
            (row.variant.as_str(), row.metric.as_str(), row.per.as_str())
                == (variant, metric, "step")
                && is_it(row)
        });
        found.unwrap()
    };
    let by_hand = |at: &dyn Fn(&str) -> f64| {
        (3.0 * (at(STEPS[3]) - at(STEPS[0])) + at(STEPS[2]) - at(STEPS[1])) / 10.0
    };
    let of_worst = row("int8", "auroc", |row| row.worst_group_of.is_some());
    let further = -by_hand(&|step| worst("int8", step).against.value().unwrap());
    assert!((of_worst.held.further.unwrap() - further).abs() < 1e-12 && further > 0.0);
    assert!(of_worst.held.is_shown(), "{of_worst:?}");
    let of_cooled = row("int8", "brier", |row| row.recalibration.is_some());
    let further = by_hand(&|step| cooled("int8", step).against.value().unwrap());
    assert!((of_cooled.held.further.unwrap() - further).abs() < 1e-12 && further > 0.0);
    assert!(of_cooled.held.is_shown(), "{of_cooled:?}");
    assert_eq!(
        row("fp32", "brier", |row| row.recalibration.is_some())
            .held
            .estimate(),
        None
    );
}

#[test]
fn gates_hold_the_worst_group_and_the_recalibrated_score() {
    let along = |metric: &str, of: Part, margin: f64| {
        Gate::NoFurtherFallThanReference(Further {
            along: Some("species".to_owned()),
            of: Some(of),
            ..further(metric, margin)
        })
    };
    let worst = || Part::WorstGroup(quantiles("gc", 2));
    let cooled = || Part::Recalibrated(RecalibrationMethod::Temperature);
    let gates = vec![
        along("auroc", worst(), 0.001),
        along("auroc", worst(), 0.9),
        along("brier", cooled(), 0.001),
        along("brier", cooled(), 0.9),
    ];
    let plan = in_parts(gates);
    let source = told(&plan, worse_where_gc_rich);
    let verdict = Run::of(plan, &source).verdict().unwrap();
    let found: Vec<(Decision, &str)> = verdict
        .scored
        .iter()
        .map(|one| (one.decision, one.because.as_str()))
        .collect();
    let decisions: Vec<Decision> = found.iter().map(|one| one.0).collect();
    let (pass, fail) = (Decision::Pass, Decision::Fail);
    assert_eq!(decisions, [fail, pass, fail, pass], "{found:#?}");
    assert!(
        found[0].1.contains("of the worst group by gc in 2"),
        "{}",
        found[0].1
    );
    assert!(
        found[2].1.contains("after recalibration (temperature)"),
        "{}",
        found[2].1
    );
}

/// A plan of accuracy and AUROC, and gates of them.
fn gated(gates: Vec<Gate>) -> Plan {
    let mut plan = ladder_plan(&["fp32", "int8"]);
    plan.suites[0].metrics = vec![MetricSpec::Accuracy, MetricSpec::Auroc];
    plan.gates = gates;
    plan
}

/// Synthetic: 2,000 examples in 500 loci. The reference turns 2 % of its answers with each step. int8 is it but for 2 % of its
/// answers, as many of them right as wrong, at home; with each step it turns another 4 %.
fn planted(plan: Plan) -> Run {
    let mut source = InMemory::new();
    source.facts = (0..2000)
        .map(|i: usize| {
            let locus = format!("l{:03}", i / 4);
            facts(&format!("e{i:04}"), Target::Class(i % 2), &locus)
        })
        .collect();
    for cell in &plan.cells {
        let case = &cell.case;
        let step = STEPS.iter().position(|step| *step == case.dataset).unwrap();
        let predictions = source.facts.iter().enumerate().map(|(i, fact)| {
            let chance = |what: &str| Stream::new(5, what, &format!("{step} {i}")).uniform();
            let is_site = fact.target == Target::Class(1);
            let mut right = chance("reference") >= 0.1 + 0.02 * step as f64;
            if case.variant == "int8" {
                right ^= chance("home") < 0.02 * if right { 0.5 } else { 5.0 };
                right &= chance("away") >= 0.04 * step as f64;
            }
            let sure = 0.55 + 0.4 * chance("sure");
            let probability = if right == is_site { sure } else { 1.0 - sure };
            answer(&fact.id, vec![probability], 1)
        });
        let predictions = predictions.collect();
        source
            .stated
            .insert(cell.key, Found::Predictions(predictions));
    }
    Run::of(plan, &source)
}

/// Accuracy at home sees nothing of a build that falls apart on the ladder; the gate on its slope does, and so does the one on
/// its falls.
#[test]
fn a_build_that_agrees_at_home_is_caught_on_the_ladder() {
    let along = |metric: &str| {
        Gate::NoFurtherFallThanReference(Further {
            along: Some("species".to_owned()),
            ..further(metric, 0.01)
        })
    };
    let run = planted(gated(vec![
        no_worse("accuracy", 0.02),
        along("accuracy"),
        Gate::NoFurtherFallThanReference(further("accuracy", 0.02)),
    ]));
    let home = run
        .judged
        .agreements
        .iter()
        .find(|one| one.case.dataset == "near")
        .unwrap();
    let agreement = 1.0 - home.flips() as f64 / home.units as f64;
    assert!((0.975..0.985).contains(&agreement), "{agreement}");
    let verdict = run.verdict().unwrap();
    let of = |index: usize| -> Vec<&GateVerdict> {
        verdict
            .scored
            .iter()
            .filter(|one| one.index == index)
            .collect()
    };
    assert_eq!(of(0).len(), 1);
    assert_eq!(of(0)[0].decision, Decision::Pass, "{}", of(0)[0].because);
    let [ladder] = of(1)[..] else {
        panic!("{verdict:?}")
    };
    assert_eq!(ladder.decision, Decision::Fail, "{}", ladder.because);
    assert_eq!(ladder.ladder.as_deref(), Some("species"));
    assert_eq!(ladder.dataset.as_deref(), Some("farthest"));
    assert!(ladder.value.unwrap() > 0.02 && ladder.lower.unwrap() > 0.01);
    // From home to each of the other three; the last ones fail.
    let falls = of(2);
    assert_eq!(falls.len(), 3);
    assert_eq!(falls[2].decision, Decision::Fail, "{}", falls[2].because);
    assert!(
        falls[2].gate.ends_with("out of distribution, from near"),
        "{}",
        falls[2].gate
    );
    assert_eq!(verdict.overall, Decision::Fail);
}

/// The reference is not held against itself, and a build that is the reference falls no further than it.
#[test]
fn a_build_that_falls_as_its_reference_does_passes() {
    let gate = Gate::NoFurtherFallThanReference(further("auroc", 0.0));
    let mut plan = gated(vec![gate]);
    plan.suites[0].ladders[0].unit = None;
    let mut source = InMemory::new();
    source.facts = examples();
    for cell in &plan.cells {
        let predictions = source.facts.iter();
        let predictions = predictions
            .map(|fact| answer(&fact.id, vec![probability(fact, "fp32", None)], 1))
            .collect();
        source
            .stated
            .insert(cell.key, Found::Predictions(predictions));
    }
    let verdict = Run::of(plan, &source).verdict().unwrap();
    assert_eq!(verdict.scored.len(), 3);
    for one in &verdict.scored {
        assert_eq!(one.decision, Decision::Pass, "{}", one.because);
        assert!(
            one.because.contains("more than rounding"),
            "{}",
            one.because
        );
    }
}

/// Who is at chance has nothing left to lose: then a fall that is no further proves nothing.
#[test]
fn a_reference_at_chance_voids_the_check() {
    let gate = Gate::NoFurtherFallThanReference(further("auroc", 0.5));
    let plan = gated(vec![gate]);
    let mut source = InMemory::new();
    source.facts = examples();
    for cell in plan.cells.iter().filter(|cell| cell.case.dataset == "far") {
        let blind = source.facts.iter().enumerate().map(|(i, fact)| {
            let noise = Stream::new(3, &cell.case.variant, &fact.id).uniform();
            let low = if i % 2 == 1 { 0.3 } else { 0.35 };
            answer(&fact.id, vec![low + 0.4 * noise], 1)
        });
        source
            .stated
            .insert(cell.key, Found::Predictions(blind.collect()));
    }
    let verdict = Run::of(plan, &source).verdict().unwrap();
    let far = verdict
        .scored
        .iter()
        .find(|one| one.dataset.as_deref() == Some("far"));
    let far = far.unwrap();
    assert_eq!(far.decision, Decision::Inconclusive, "{}", far.because);
    assert!(
        far.because.contains("nothing left to lose"),
        "{}",
        far.because
    );
}

/// Groups that a user lists are the steps in that order, and one that no example is in is no step.
#[test]
fn named_groups_are_steps_in_the_order_of_the_list() {
    let judged = |order: &[&str]| {
        let mut plan = by_gc(4);
        plan.suites[0].ladders[0].rungs = Rungs::Groups {
            dataset: "near".to_owned(),
            stratum: "tissue".to_owned(),
            order: order.iter().map(|name| (*name).to_owned()).collect(),
        };
        let mut source = InMemory::new();
        source.facts = (0..400)
            .map(|i: usize| {
                let mut fact = facts(
                    &format!("e{i:03}"),
                    Target::Class(i % 2),
                    &format!("l{:03}", i / 2),
                );
                let tissue = ["blood", "brain", "liver", "skin"][(i / 2) % 4];
                fact.strata.insert("tissue".to_owned(), tissue.to_owned());
                fact
            })
            .collect();
        judge(&plan, &source)
    };
    let listed = judged(&["liver", "blood", "skin"]);
    let row = |judged: &Tables| {
        let mut rows = judged.ladders.iter();
        let row = rows.find(|row| row.variant == "fp32" && row.metric == "auroc");
        row.unwrap().clone()
    };
    let found = row(&listed);
    assert_eq!(
        (&found.first[..], &found.last[..], found.steps),
        ("liver", "skin", 3)
    );
    let value = |group: &str| {
        let mut groups = listed.groups.iter();
        let is_it = |row: &&GroupScore| {
            row.group == group && row.key.case.variant == "fp32" && row.key.metric == "auroc"
        };
        groups.find(is_it).unwrap().estimate.value.unwrap()
    };
    assert!((found.slope.value.unwrap() - (value("liver") - value("skin")) / 2.0).abs() < 1e-12);
    // All of them, by name, where none is listed.
    let all = row(&judged(&[]));
    assert_eq!(
        (&all.first[..], &all.last[..], all.steps),
        ("blood", "skin", 4)
    );
    let absent = row(&judged(&["liver", "heart", "skin"]));
    let reason = absent.slope.undefined.unwrap();
    assert_eq!(reason, "at heart: no example is in this group");
}
