//! What a plan leaves open: metrics that no gate covers, cut datasets, intervals that take examples for independent.

use titer_judge::{Coverage, ungated};
use titer_spec::plan::PlannedDataset;
use titer_spec::{Plan, UngatedLosses};

/// What the reader of the verdict should know beforehand.
pub(super) fn cautions(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    if plan.is_look() {
        lines.push(format!(
            "a look ({}): only a part of what the evaluation asks for, so nothing is decided",
            plan.look_options()
        ));
    }
    for suite in &plan.suites {
        for dataset in &suite.datasets {
            let name = format!("{} {}", suite.name, dataset.name);
            if dataset.count < dataset.available {
                lines.push(format!(
                    "limit: {name}: {} of {} examples",
                    dataset.count, dataset.available
                ));
            }
            if takes_for_independent(dataset) {
                lines.push(format!(
                    "clusters: {name}: none are declared, so its intervals take the examples for independent"
                ));
            }
        }
    }
    for model in plan.models.iter().filter(|model| model.activation_is_right) {
        lines.push(format!(
            "activation: {}: `activation_is_right: true`, so that what its graph ends in and what its numbers look like fail no cell",
            model.name
        ));
    }
    if !plan.gates.is_empty() {
        lines.extend(uncovered(plan));
    }
    lines
}

/// Whether nothing says that the examples are independent, and nothing says how they hang together.
fn takes_for_independent(dataset: &PlannedDataset) -> bool {
    dataset.cluster.is_none() && !dataset.independent
}

fn uncovered(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    let then = match plan.ungated_losses {
        UngatedLosses::Say => "a loss there is said and decides nothing (`ungated_losses: fail`)",
        UngatedLosses::Fail => "a loss there fails the run (`ungated_losses: fail`)",
    };
    let all = ungated(plan);
    for suite in &plan.suites {
        let of_suite = |one: &&Coverage| one.suite == suite.name;
        let (none, part): (Vec<&Coverage>, Vec<&Coverage>) =
            all.iter().filter(of_suite).partition(|one| one.gated == 0);
        let list = |all: &[&Coverage], words: &dyn Fn(&Coverage) -> String| {
            all.iter()
                .map(|one| words(one))
                .collect::<Vec<_>>()
                .join(", ")
        };
        if !none.is_empty() {
            let metrics = list(&none, &|one| one.metric.to_owned());
            lines.push(format!(
                "no gate covers: {metrics} of {}: {then}",
                suite.name
            ));
        }
        if !part.is_empty() {
            let metrics = list(&part, &|one| {
                format!("{} ({} of {} scores)", one.metric, one.gated, one.scores)
            });
            lines.push(format!("gates cover in part: {metrics} of {}", suite.name));
        }
    }
    lines
}
