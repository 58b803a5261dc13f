//! A run as if only some datasets of one model on one suite had been in it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use titer_core::{Case, ScoreKey, Tables};
use titer_judge::strata::EVERY_DATASET;

use crate::index::Subject;
use crate::input::ReportInput;

/// The records of these datasets (places in the suite's list) of a model on a suite. What is of all datasets
/// stands with the first.
pub(super) fn subset(
    input: &ReportInput,
    subject: Subject<'_>,
    datasets: Range<usize>,
) -> ReportInput {
    let first = datasets.start == 0;
    let mut suite = subject.suite.clone();
    suite.datasets = suite.datasets.get(datasets).unwrap_or_default().to_vec();
    let names: BTreeSet<String> = suite.datasets.iter().map(|one| one.name.clone()).collect();
    let of = |suite: &str, model: &str, dataset: &str| {
        suite == subject.suite.name && model == subject.model.name && names.contains(dataset)
    };
    let cell = |case: &Case| subject.holds(case) && names.contains(&case.dataset);
    let whole = |key: &ScoreKey| {
        cell(&key.case) || first && subject.holds(&key.case) && key.case.dataset == EVERY_DATASET
    };
    let plan = &input.manifest.plan;
    let mut manifest = input.manifest.clone();
    let small = &mut manifest.plan;
    small.suites = vec![suite];
    small.models = vec![subject.model.clone()];
    small.pairs = keep(&plan.pairs, |one| of(&one.suite, &one.model, &one.dataset));
    small.cells = keep(&plan.cells, |one| cell(&one.case));
    small.measurements = Vec::new();
    small.searches = Vec::new();
    small.controls = keep(&plan.controls, |one| one.suite == subject.suite.name);
    let keys: BTreeSet<_> = small.all_cells().map(|cell| cell.key).collect();
    let tables = &input.tables;
    ReportInput {
        tables: Tables {
            scores: keep(&tables.scores, |one| cell(&one.key.case)),
            comparisons: keep(&tables.comparisons, |one| cell(&one.key.case)),
            agreements: keep(&tables.agreements, |one| cell(&one.case)),
            curves: keep(&tables.curves, |one| {
                of(&one.suite, &one.model, &one.dataset)
            }),
            notables: keep(&tables.notables, |one| {
                of(&one.suite, &one.model, &one.dataset)
            }),
            shown_sequences: keep(&tables.shown_sequences, |one| {
                one.suite == subject.suite.name && names.contains(&one.dataset)
            }),
            groups: keep(&tables.groups, |one| whole(&one.key)),
            spreads: keep(&tables.spreads, |one| whole(&one.key)),
            group_differences: keep(&tables.group_differences, |one| whole(&one.key)),
            flips: keep(&tables.flips, |one| cell(&one.case)),
            tests: keep(&tables.tests, |one| cell(&one.key.case)),
            recalibrations: keep(&tables.recalibrations, |one| cell(&one.key.case)),
            detections: keep(&tables.detections, |one| {
                of(&one.suite, &one.model, &one.out_of_distribution)
            }),
            falls: keep(&tables.falls, |one| {
                of(&one.suite, &one.model, &one.out_of_distribution)
            }),
            // On the page itself: a ladder has steps on several parts.
            ladders: Vec::new(),
            ablations: Vec::new(),
            controls: keep(&tables.controls, |one| cell(&one.key.case)),
            // Of suites, not of models: they have parts of their own.
            inputs: Vec::new(),
            input_shares: Vec::new(),
            distances: Vec::new(),
            similarities: keep(&tables.similarities, |one| cell(&one.key.case)),
            prevalences: keep(&tables.prevalences, |one| cell(&one.key.case)),
            responses: keep(&tables.responses, |one| cell(&one.case)),
            severities: keep(&tables.severities, |one| cell(&one.key.case)),
            // On the page itself.
            adversarial: Vec::new(),
            mutagenesis: Vec::new(),
            mutagenesis_agreement: Vec::new(),
            missing: tables.missing.clone(),
        },
        verdict: input.verdict.clone(),
        cells: keep(&input.cells, |one| keys.contains(&one.key)),
        measurements: BTreeMap::new(),
        digests: BTreeMap::new(),
        manifest,
    }
}

fn keep<T: Clone>(all: &[T], wanted: impl Fn(&T) -> bool) -> Vec<T> {
    all.iter().filter(|one| wanted(one)).cloned().collect()
}
