//! A synthetic run: no number here was measured. It has what real runs have and what hurts pages: a
//! failed cell, undefined values and intervals, markup in names, a per-position suite.

mod evidence;
pub(crate) use evidence::must_fall;
mod inputs;
mod numbers;
mod outcomes;
mod plan;
mod searches;

use std::collections::BTreeMap;

use titer_core::{Digest, Tables, Verdict};
use titer_store::{Manifest, RunStatus};

use crate::input::ReportInput;

pub(crate) use numbers::interval;

/// A digest of a name.
pub(crate) fn digest(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

/// A run with every part filled.
pub(crate) fn run() -> ReportInput {
    of(plan::plan())
}

/// A run of so many datasets, two variants and nine metrics, with a check for each dataset.
pub(crate) fn large(datasets: usize) -> ReportInput {
    let mut input = of(plan::large(datasets));
    input.verdict = outcomes::large(&input.manifest.plan);
    input
}

/// The falls that follow from scores and comparisons as they are now.
pub(crate) fn judge_falls(input: &mut ReportInput) {
    let plan = &input.manifest.plan;
    let tables = &mut input.tables;
    tables.falls = evidence::falls(plan, &tables.scores, &tables.comparisons);
}

/// What a run folder lacks that was judged before falls were.
#[cfg(test)]
pub(crate) fn judged_before_falls(input: &mut ReportInput) {
    input.tables.falls.clear();
    input.tables.missing.insert("falls");
}

/// A run whose every name and free text has this in it.
pub(crate) fn named(hostile: &str) -> ReportInput {
    let mut input = of(plan::named(plan::plan(), hostile));
    let everywhere = |text: &mut String| text.push_str(hostile);
    let verdict = &mut input.verdict;
    for one in verdict.scored.iter_mut().chain(&mut verdict.measured) {
        for text in [
            &mut one.gate,
            &mut one.model,
            &mut one.variant,
            &mut one.because,
        ] {
            everywhere(text);
        }
        one.dataset.iter_mut().for_each(everywhere);
        one.class = Some(hostile.to_owned());
    }
    for cell in &mut input.cells {
        cell.instruction_set = Some(format!("{}{hostile}", cell.wall_ns));
    }
    if let Some(cell) = input.cells.first_mut() {
        cell.status = titer_core::CellStatus::Failed(format!("it said {hostile}"));
        cell.instruction_set = Some(hostile.to_owned());
    }
    if let Some(first) = input.measurements.values_mut().next() {
        *first = Err(hostile.to_owned());
    }
    for notable in &mut input.tables.notables {
        let place = &mut notable.place;
        for text in [&mut notable.id, &mut notable.target, &mut notable.class] {
            everywhere(text);
        }
        for text in [&mut place.chromosome, &mut place.gene, &mut place.strand] {
            *text = Some(hostile.to_owned());
        }
    }
    for shown in &mut input.tables.shown_sequences {
        for text in [&mut shown.id, &mut shown.letters] {
            everywhere(text);
        }
    }
    for group in &mut input.tables.groups {
        everywhere(&mut group.group);
    }
    for spread in &mut input.tables.spreads {
        everywhere(&mut spread.worst_group);
    }
    for score in &mut input.tables.scores {
        if score.value.is_err() {
            score.value = Err(titer_core::Undefined::because(hostile));
        }
    }
    judge_falls(&mut input);
    let manifest = &mut input.manifest;
    for text in [
        &mut manifest.titer,
        &mut manifest.evaluation_text,
        &mut manifest.command,
        &mut manifest.started_at,
    ] {
        everywhere(text);
    }
    manifest.machine = [(hostile.to_owned(), hostile.to_owned())].into();
    input
}

fn of(plan: titer_spec::Plan) -> ReportInput {
    let (scores, comparisons) = (numbers::scores(&plan), numbers::comparisons(&plan));
    let mut tables = Tables {
        falls: evidence::falls(&plan, &scores, &comparisons),
        scores,
        comparisons,
        agreements: numbers::agreements(&plan),
        curves: numbers::curves(&plan),
        notables: numbers::notables(&plan),
        groups: evidence::groups(&plan),
        spreads: evidence::spreads(&plan),
        flips: evidence::flips(&plan),
        tests: evidence::tests(&plan),
        recalibrations: evidence::recalibrations(&plan),
        detections: evidence::detections(&plan),
        controls: evidence::controls(&plan),
        inputs: inputs::summaries(&plan),
        input_shares: inputs::shares(&plan),
        distances: inputs::distances(&plan),
        prevalences: evidence::prevalences(&plan),
        severities: evidence::severities(&plan),
        similarities: evidence::similarities(&plan),
        ..Tables::default()
    };
    tables.shown_sequences = numbers::shown_sequences(&plan, &tables.notables);
    tables.ladders = evidence::ladders(&plan, &tables);
    ReportInput {
        tables,
        verdict: outcomes::verdict(),
        cells: numbers::cells(&plan),
        measurements: outcomes::measurements(&plan),
        digests: ["comparisons", "scores", "verdict.scored"]
            .map(|name| (name.to_owned(), digest(name)))
            .into(),
        manifest: Manifest {
            format: 1,
            titer: "0.1.0".to_owned(),
            evaluation_text: "evaluation: synthetic\n# a <comment> & more\n".to_owned(),
            evaluation_digest: digest("evaluation"),
            machine: BTreeMap::from([
                (
                    "processor".to_owned(),
                    "An Example CPU @ 2.00GHz".to_owned(),
                ),
                ("cores".to_owned(), "2".to_owned()),
                ("memory".to_owned(), "7.6 GiB".to_owned()),
            ]),
            command: "titer run evaluations/synthetic.yaml".to_owned(),
            started_at: "2026-01-02T03:04:05Z".to_owned(),
            finished_at: Some("2026-01-02T03:07:05Z".to_owned()),
            status: RunStatus::Executed,
            plan,
        },
    }
}

/// The same run with only a part of the examples.
pub(crate) fn limited() -> ReportInput {
    let mut input = run();
    input.manifest.plan.limit = Some(60);
    input.verdict.limited = true;
    input
}

/// The same run with searches.
pub(crate) fn searched() -> ReportInput {
    let mut input = run();
    let plan = &input.manifest.plan;
    input.tables.adversarial = searches::adversarial(plan);
    input.tables.mutagenesis = searches::mutagenesis(plan);
    input.tables.mutagenesis_agreement = searches::agreements(plan);
    input
}

/// A run of nothing: no suite, no gate, no number.
pub(crate) fn empty() -> ReportInput {
    let mut input = run();
    let plan = &mut input.manifest.plan;
    plan.suites.clear();
    plan.pairs.clear();
    plan.cells.clear();
    plan.measurements.clear();
    plan.gates.clear();
    plan.left_out.clear();
    plan.controls.clear();
    input.tables = Tables::default();
    input.cells.clear();
    input.measurements.clear();
    input.verdict = Verdict {
        scored: Vec::new(),
        measured: Vec::new(),
        failed_cells: 0,
        limited: false,
        losses: titer_core::Losses::default(),
        must_fall: Vec::new(),
        overall: titer_core::Decision::Pass,
    };
    input
}
