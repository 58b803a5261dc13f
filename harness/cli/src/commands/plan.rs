//! `titer plan`: what an evaluation would run.

use titer_run::{Options, Planned};
use titer_spec::{Plan, Resolver};

use crate::arguments::{Overrides, Places};
use crate::console::{bytes, say, say_table};
use crate::error::CommandError;
use crate::finding;

pub fn run(name: &str, overrides: &Overrides, places: &Places) -> Result<u8, CommandError> {
    let planned = plan(name, overrides, places)?;
    let plan = &planned.plan;
    say(&format!("{}: {}", plan.evaluation, plan.summary));
    let examples = plan.suites.iter().flat_map(|suite| &suite.datasets);
    let limited = examples
        .filter(|dataset| dataset.count < dataset.available)
        .count();
    if limited > 0 {
        say(&format!("limit: {limited} datasets are cut short"));
    }
    say("");
    datasets(plan);
    say("");
    models(plan);
    say("");
    say(&format!(
        "{} cells, {} variants measured, {} threads, seed {}",
        plan.cells.len(),
        plan.measurements.len(),
        plan.threads,
        plan.seed
    ));
    for (index, gate) in plan.gates.iter().enumerate() {
        say(&format!(
            "gate {}: {gate} ({} checks)",
            index + 1,
            titer_judge::matches(plan, gate)
        ));
    }
    for left in &plan.left_out {
        say(&format!("left out: {}: {}", left.what, left.why));
    }
    Ok(0)
}

/// Plans an evaluation, gates included.
pub fn plan(name: &str, overrides: &Overrides, places: &Places) -> Result<Planned, CommandError> {
    let evaluation = finding::evaluation(name, places)?;
    let options = Options {
        limit: overrides.limit,
        seed: overrides.seed,
        threads: overrides.threads,
    };
    let resolver = Resolver::new(&places.path);
    let planned = titer_run::plan(&evaluation, &resolver, &options, &mut || {
        finding::onnxruntime(places)
    })?;
    for gate in &planned.evaluation.value.gates {
        if titer_judge::matches(&planned.plan, &gate.value) == 0 {
            let message = "the gate matches nothing";
            let cure = "check its metric or measurement, `where` and `covers`; the reference is covered only where it is named";
            return Err(planned.evaluation.error(gate, message, cure).into());
        }
    }
    Ok(planned)
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
            let reference = if variant.name == model.reference {
                "reference"
            } else {
                ""
            };
            rows.push(vec![
                model.name.clone(),
                variant.name.clone(),
                reference.to_owned(),
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
