//! `titer plan`: what an evaluation would run.

mod cautions;
mod outlook;

use std::path::Path;

use titer_backends::runtime::Runtime;
use titer_report::estimate;
use titer_run::{Options, Planned, RunError};
use titer_spec::{Plan, Resolver};

use crate::arguments::{Overrides, Places, Talk};
use crate::console::{bytes, complain, say, say_table};
use crate::error::CommandError;
use crate::finding;
use cautions::cautions;
use outlook::outlook;

pub(super) fn run(
    name: &str,
    overrides: &Overrides,
    earlier: Option<&Path>,
    places: &Places,
    talk: Talk,
) -> Result<u8, CommandError> {
    let mut find = || {
        Ok(titer_backends::runtime::find(
            places.onnxruntime.as_deref(),
        )?)
    };
    let planned = plan(name, overrides, places, &mut find)?;
    let plan = &planned.plan;
    let title = [plan.evaluation.as_str(), plan.summary.as_str()];
    say(title.join(": ").trim_end_matches(": "));
    say("");
    datasets(plan);
    say("");
    models(plan);
    say("");
    say(&format!(
        "{} cells, {} variants measured, {} threads, seed {}",
        plan.all_cells().count(),
        plan.measurements.len(),
        plan.threads,
        plan.seed
    ));
    for (index, gate) in plan.gates.iter().enumerate() {
        let checks = titer_judge::matches(plan, gate);
        let plural = if checks == 1 { "" } else { "s" };
        say(&format!(
            "gate {}: {gate} ({checks} check{plural})",
            index + 1
        ));
    }
    cautions(plan);
    for control in &plan.controls {
        let on = match &control.fitted_on {
            Some(on) => format!(
                "fitted on {} {} examples of {}",
                on.count, on.split, on.dataset
            ),
            None => "nothing fitted, the models themselves".to_owned(),
        };
        say(&format!(
            "control {} of suite {}: {on}",
            control.name, control.suite
        ));
    }
    for left in &plan.left_out {
        say(&format!("left out: {}: {}", left.what, left.why));
    }
    for note in planned.notes.iter().filter(|_| !talk.quiet) {
        complain(&format!("note: {note}"));
    }
    let pages = estimate::pages(plan);
    if pages > 1 && !talk.quiet {
        complain(&format!(
            "note: about {} scores are too many for one page: the report will have about {pages}, with what decides on the first",
            estimate::scores(plan)
        ));
    }
    outlook(&planned, earlier)?;
    Ok(0)
}

/// Plans an evaluation, gates included. `runtime` finds ONNX Runtime, or says that it is not there yet.
pub(super) fn plan(
    name: &str,
    overrides: &Overrides,
    places: &Places,
    runtime: &mut dyn FnMut() -> Result<Option<Runtime>, RunError>,
) -> Result<Planned, CommandError> {
    let evaluation = finding::evaluation(name, places)?;
    let options = Options {
        limit: overrides.limit,
        seed: overrides.seed,
        threads: overrides.threads,
    };
    let mut resolver = Resolver::new(&places.path);
    // What a suite in a folder of its own names may lie beside the evaluation.
    resolver.folders.insert(0, evaluation.folder().to_owned());
    Ok(titer_run::plan(&evaluation, &resolver, &options, runtime)?)
}

fn datasets(plan: &Plan) {
    let mut rows = Vec::new();
    for suite in &plan.suites {
        for dataset in &suite.datasets {
            rows.push(vec![
                suite.name.clone(),
                dataset.name.clone(),
                if dataset.in_distribution {
                    "in"
                } else {
                    "out of"
                }
                .to_owned(),
                dataset.organism.clone(),
                dataset.count.to_string(),
                dataset.cluster.clone().unwrap_or_else(|| "none".to_owned()),
            ]);
        }
    }
    say_table(
        &[
            "suite",
            "dataset",
            "distribution",
            "organism",
            "examples",
            "clusters",
        ],
        &rows,
    );
}

fn models(plan: &Plan) {
    let mut rows = Vec::new();
    for model in &plan.models {
        for variant in &model.variants {
            let held = match (&model.earlier, &model.against) {
                (Some(earlier), _) => format!("from {}, {}", earlier.run, earlier.started_at),
                (None, Some(_)) => format!("held against {}", model.reference),
                (None, None) if variant.name == model.reference => "reference".to_owned(),
                (None, None) => String::new(),
            };
            rows.push(vec![
                model.name.clone(),
                variant.name.clone(),
                held,
                variant.runtime.clone(),
                variant.precision.clone(),
                bytes(variant.disk_bytes),
            ]);
        }
    }
    say_table(
        &["model", "variant", "", "runtime", "precision", "size"],
        &rows,
    );
}
