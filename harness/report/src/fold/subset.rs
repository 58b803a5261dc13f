//! A run as if only some datasets of one model on one suite had been in it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use titer_core::{ScoreKey, Tables};
use titer_judge::strata::EVERY_DATASET;

use crate::index::Subject;
use crate::input::ReportInput;

/// The records of these datasets (places in the suite's list) of a model on a suite. What is of all datasets
/// stands with the first.
pub fn subset(input: &ReportInput, subject: Subject<'_>, datasets: Range<usize>) -> ReportInput {
    let first = datasets.start == 0;
    let mut suite = subject.suite.clone();
    suite.datasets = suite.datasets.get(datasets).unwrap_or_default().to_vec();
    let names: BTreeSet<String> = suite.datasets.iter().map(|one| one.name.clone()).collect();
    let here =
        |suite: &str, model: &str| suite == subject.suite.name && model == subject.model.name;
    let of =
        |suite: &str, model: &str, dataset: &str| here(suite, model) && names.contains(dataset);
    let key = |key: &ScoreKey| of(&key.suite, &key.model, &key.dataset);
    let whole = |key: &ScoreKey| {
        here(&key.suite, &key.model)
            && (first && key.dataset == EVERY_DATASET || names.contains(&key.dataset))
    };
    let plan = &input.manifest.plan;
    let mut manifest = input.manifest.clone();
    let small = &mut manifest.plan;
    small.suites = vec![suite];
    small.models = vec![subject.model.clone()];
    small.pairs = keep(&plan.pairs, |one| of(&one.suite, &one.model, &one.dataset));
    small.cells = keep(&plan.cells, |one| of(&one.suite, &one.model, &one.dataset));
    small.measurements = Vec::new();
    small.controls = keep(&plan.controls, |one| one.suite == subject.suite.name);
    let keys: BTreeSet<_> = small.all_cells().map(|cell| cell.key).collect();
    let tables = &input.tables;
    ReportInput {
        tables: Tables {
            scores: keep(&tables.scores, |one| key(&one.key)),
            comparisons: keep(&tables.comparisons, |one| key(&one.key)),
            agreements: keep(&tables.agreements, |one| {
                of(&one.suite, &one.model, &one.dataset)
            }),
            curves: keep(&tables.curves, |one| {
                of(&one.suite, &one.model, &one.dataset)
            }),
            notables: keep(&tables.notables, |one| {
                of(&one.suite, &one.model, &one.dataset)
            }),
            groups: keep(&tables.groups, |one| whole(&one.key)),
            spreads: keep(&tables.spreads, |one| whole(&one.key)),
            group_differences: keep(&tables.group_differences, |one| whole(&one.key)),
            flips: keep(&tables.flips, |one| {
                of(&one.suite, &one.model, &one.dataset)
            }),
            tests: keep(&tables.tests, |one| key(&one.key)),
            recalibrations: keep(&tables.recalibrations, |one| key(&one.key)),
            detections: keep(&tables.detections, |one| {
                of(&one.suite, &one.model, &one.out_of_distribution)
            }),
            falls: keep(&tables.falls, |one| {
                of(&one.suite, &one.model, &one.out_of_distribution)
            }),
            controls: keep(&tables.controls, |one| key(&one.key)),
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
