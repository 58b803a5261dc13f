//! Verdicts of whole runs in memory.

use std::collections::BTreeMap;

use titer_core::{Decision, Memory, Verdict};
use titer_spec::{Gate, MeasurementName, Plan, Where};

use crate::error::JudgeError;
use crate::fixture::{CLEAN, InMemory, binary_plan, cell, limit, measurement, no_worse};
use crate::measured::summarize;
use crate::scoring::score_plan;
use crate::verdict::{Evidence, exit_code, judge};
use titer_core::Tables;

/// A run whose int8 moves every probability by a little, with these gates.
pub(super) struct Run {
    pub(super) plan: Plan,
    pub(super) judged: Tables,
    failed: BTreeMap<titer_core::Digest, String>,
    instruction_sets: BTreeMap<titer_core::Digest, String>,
    measurements: BTreeMap<titer_core::Digest, Result<crate::MeasurementSummary, String>>,
}

impl Run {
    fn new(source: &InMemory, gates: Vec<Gate>) -> Self {
        let mut plan = binary_plan(&["fp32", "int8"]);
        plan.gates = gates;
        Self::of(plan, source)
    }

    pub(super) fn of(plan: Plan, source: &InMemory) -> Self {
        let memory = Memory {
            peak_bytes: vec![100],
            idle_bytes: vec![40],
            ..Memory::default()
        };
        let measured = titer_store::Measured {
            memory,
            ..Default::default()
        };
        let scenario = titer_spec::evaluation::Scenario::SingleStream;
        let summary = |variant: &str| Ok(summarize("net", variant, &measured, &scenario));
        let measurements = plan
            .measurements
            .iter()
            .map(|m| (m.key, summary(&m.variant)))
            .collect();
        Self {
            judged: score_plan(&plan, source, &|_, _, _| {}).unwrap(),
            plan,
            failed: BTreeMap::new(),
            instruction_sets: BTreeMap::new(),
            measurements,
        }
    }

    pub(super) fn verdict(&self) -> Result<Verdict, JudgeError> {
        judge(Evidence {
            plan: &self.plan,
            scores: &self.judged.scores,
            comparisons: &self.judged.comparisons,
            agreements: &self.judged.agreements,
            group_differences: &self.judged.group_differences,
            controls: &self.judged.controls,
            falls: &self.judged.falls,
            prevalences: &self.judged.prevalences,
            ladders: &self.judged.ladders,
            responses: &self.judged.responses,
            failed_cells: &self.failed,
            instruction_sets: &self.instruction_sets,
            measurements: &self.measurements,
        })
    }

    fn code(&self) -> u8 {
        exit_code(&self.verdict().unwrap())
    }
}

fn near(gate: &str, value: f64) -> Gate {
    let mut limit = limit(gate, value);
    limit.data = Some(Where::InDistribution);
    Gate::AtLeast(limit)
}

fn auroc(run: &Run) -> f64 {
    let score = super::windows::score(&run.judged, "int8", CLEAN, "auroc");
    score.value.clone().unwrap()
}

#[test]
fn a_verdict_names_each_subject() {
    let peak = Gate::AtMost(measurement(MeasurementName::PeakMemory, 100.0));
    let run = Run::new(
        &InMemory::new(),
        vec![Gate::AtLeast(limit("auroc", 0.1)), peak],
    );
    let verdict = run.verdict().unwrap();
    assert_eq!(verdict.overall, Decision::Pass);
    assert_eq!((verdict.scored.len(), verdict.measured.len()), (2, 1));
    assert_eq!(verdict.scored[1].dataset.as_deref(), Some("far"));
    assert_eq!(verdict.scored[0].variant, "int8");
    assert_eq!(
        verdict.scored[0].gate,
        "AUROC at least 0.1, on every dataset"
    );
    assert_eq!(verdict.measured[0].value, Some(100.0));
    assert_eq!(exit_code(&verdict), 0);
    assert!(!verdict.limited);
}

#[test]
fn a_pair_of_two_machines_is_decided_only_where_that_is_allowed() {
    let mut run = Run::new(&InMemory::new(), vec![no_worse("auroc", 0.2)]);
    assert_eq!(run.code(), 0);
    let key = |run: &Run, variant: &str| cell(&run.plan, variant, CLEAN).key;
    for variant in ["fp32", "int8"] {
        let key = key(&run, variant);
        run.instruction_sets.insert(key, "x86_64 avx2".to_owned());
    }
    assert_eq!(run.code(), 0);
    let other = key(&run, "int8");
    run.instruction_sets
        .insert(other, "x86_64 avx512_vnni".to_owned());
    let verdict = run.verdict().unwrap();
    let said = &verdict.scored[0];
    assert_eq!(said.decision, Decision::Inconclusive);
    assert!(said.because.contains("across_machines"), "{}", said.because);
    assert_eq!(run.code(), 3);
    run.plan.across_machines = true;
    assert_eq!(run.code(), 0);
    assert!(
        run.verdict().unwrap().scored[0]
            .because
            .contains("avx512_vnni")
    );
}

#[test]
fn exit_codes_and_their_order() {
    let source = InMemory::new();
    assert_eq!(Run::new(&source, vec![near("auroc", 0.1)]).code(), 0);
    assert_eq!(Run::new(&source, vec![]).code(), 0);
    // An interval holds its own value, so the data cannot tell whether that is reached.
    let held = auroc(&Run::new(&source, vec![]));
    assert_eq!(
        Run::new(&source, vec![near("auroc", 0.1), near("auroc", held)]).code(),
        3
    );
    let gates = vec![near("auroc", held), near("brier", 0.9), near("auroc", 0.1)];
    let mut run = Run::new(&source, gates);
    assert_eq!(run.code(), 100);
    // Something failed elsewhere: incomplete, whatever the gates say.
    let key = cell(&run.plan, "fp32", Some("noise")).key;
    run.failed.insert(key, "out of memory".to_owned());
    let verdict = run.verdict().unwrap();
    assert_eq!(
        (verdict.failed_cells, verdict.overall),
        (1, Decision::Incomplete)
    );
    assert_eq!(exit_code(&verdict), 5);
    assert!(
        verdict
            .scored
            .iter()
            .any(|gate| gate.decision == Decision::Fail)
    );
}

#[test]
fn a_failed_cell_or_reference_is_incomplete() {
    let mut run = Run::new(
        &InMemory::new(),
        vec![no_worse("auroc", 0.2), near("auroc", 0.1)],
    );
    let decisions = |run: &Run| -> Vec<Decision> {
        run.verdict()
            .unwrap()
            .scored
            .iter()
            .map(|gate| gate.decision)
            .collect()
    };
    assert_eq!(decisions(&run), [Decision::Pass, Decision::Pass]);
    let key = cell(&run.plan, "fp32", CLEAN).key;
    run.failed.insert(key, "hang".to_owned());
    assert_eq!(decisions(&run), [Decision::Incomplete, Decision::Pass]);
    let key = cell(&run.plan, "int8", CLEAN).key;
    run.failed.insert(key, "hang".to_owned());
    assert_eq!(
        decisions(&run),
        [Decision::Incomplete, Decision::Incomplete]
    );
}

#[test]
fn a_measurement_that_failed_or_was_not_run_is_incomplete() {
    let gate = Gate::AtMost(measurement(MeasurementName::PeakMemory, 100.0));
    let mut run = Run::new(&InMemory::new(), vec![gate]);
    let key = run.plan.measurements[1].key;
    run.measurements.insert(key, Err("crashed".to_owned()));
    let verdict = run.verdict().unwrap();
    assert_eq!((verdict.failed_cells, exit_code(&verdict)), (1, 5));
    assert_eq!(
        verdict.measured[0].because,
        "the measurement failed: crashed"
    );
    run.measurements.clear();
    assert_eq!(run.verdict().unwrap().failed_cells, 2);
}

#[test]
fn a_gate_that_matches_nothing_is_named() {
    let run = Run::new(
        &InMemory::new(),
        vec![near("auroc", 0.1), near("top_k", 0.1)],
    );
    let error = run.verdict().unwrap_err().to_string();
    assert!(
        error.starts_with("gate 2 (Top-k accuracy at least 0.1, in distribution) matches nothing"),
        "{error}"
    );
}

#[test]
fn a_part_of_the_examples_is_said() {
    let mut run = Run::new(&InMemory::new(), vec![]);
    run.plan.suites[0].datasets[1].available = 41;
    assert!(run.verdict().unwrap().limited);
}

/// The same model up to rounding passes a gate on AUROC, and does not on accuracy: no flip in 20 loci
/// leaves room for 17 %.
#[test]
fn rounding_decides_probabilities_and_not_calls() {
    let plan = binary_plan(&["fp32", "int8"]);
    let base: Vec<f64> = (0..40)
        .map(|i| if i % 2 == 1 { 0.6 } else { 0.3 })
        .collect();
    let verdicts = |shift: f64| {
        let mut source = InMemory::new();
        source.give(&plan, "fp32", CLEAN, &base);
        let moved: Vec<f64> = base.iter().map(|p| p + shift).collect();
        source.give(&plan, "int8", CLEAN, &moved);
        let gates = vec![
            no_worse("auroc", 0.0),
            no_worse("accuracy", 0.1),
            no_worse("accuracy", 0.17),
        ];
        let run = Run::new(&source, gates);
        let verdict = run.verdict().unwrap();
        verdict
            .scored
            .iter()
            .map(|gate| gate.decision)
            .collect::<Vec<_>>()
    };
    let (pass, open) = (Decision::Pass, Decision::Inconclusive);
    assert_eq!(verdicts(0.0), [pass, open, pass]);
    assert_eq!(verdicts(1e-6), [pass, open, pass]);
    assert_eq!(verdicts(1e-3), [open, open, pass]);
}
