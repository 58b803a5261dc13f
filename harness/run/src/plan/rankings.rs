//! Models whose output is a ranking: what is asked of them that takes probabilities is left out and said, or
//! refused where nothing else is asked or a gate stands on it.

use titer_spec::gate::Covers;
use titer_spec::model::Meaning;
use titer_spec::plan::{LeftOut, PlannedModel, PlannedSuite};
use titer_spec::{Gate, Located, MetricSpec, SpecError};

use super::Planned;
use crate::error::RunError;
use crate::models::LoadedModel;

/// How numbers become probabilities.
const CURE: &str = "or make probabilities of its numbers, where they are logits, by `activation: sigmoid`, and \
                    take `meaning: ranking` out";

/// Holds suites and gates to what a ranking can be asked.
pub(super) fn check(planned: &mut Planned) -> Result<(), RunError> {
    let mut left_out = Vec::new();
    for model in &planned.plan.models {
        if model.meaning != Meaning::Ranking {
            continue;
        }
        let suites = suites(planned, &model.name);
        for suite in &suites {
            left_out.extend(metrics(planned, model, suite)?);
            left_out.extend(further(model, suite));
        }
        for gate in &planned.evaluation.value.gates {
            check_gate(planned, model, &suites, gate)?;
        }
    }
    planned.plan.left_out.extend(left_out);
    Ok(())
}

/// The suites of a model's tasks.
fn suites<'a>(planned: &'a Planned, model: &str) -> Vec<&'a PlannedSuite> {
    let mut models = planned.models.iter().map(LoadedModel::spec);
    let tasks = models
        .find(|spec| spec.model.value == model)
        .map_or(&[][..], |spec| &spec.tasks);
    let suites = planned.plan.suites.iter();
    suites.filter(|suite| tasks.contains(&suite.task)).collect()
}

fn metrics(
    planned: &Planned,
    model: &PlannedModel,
    suite: &PlannedSuite,
) -> Result<Option<LeftOut>, SpecError> {
    let (of_order, other): (Vec<MetricSpec>, Vec<MetricSpec>) = suite
        .metrics
        .iter()
        .partition(|metric| metric.is_of_order());
    let names: Vec<&str> = other.iter().map(|metric| metric.name()).collect();
    let names = names.join(", ");
    if other.is_empty() {
        return Ok(None);
    }
    if of_order.is_empty() {
        let message = format!(
            "suite {} asks for probabilities alone ({names}), and the model gives a ranking",
            suite.name
        );
        let cure = format!("add `auroc` or `average_precision` to the suite's metrics, {CURE}");
        let mut loaded = planned.models.iter();
        let Some(loaded) = loaded.find(|loaded| loaded.spec().model.value == model.name) else {
            return Ok(None);
        };
        return Err(loaded.document.error(&loaded.spec().model, message, cure));
    }
    Ok(Some(LeftOut {
        what: format!("{names} of model {} on suite {}", model.name, suite.name),
        why: "its output is a ranking: there is no probability to hold to a threshold or to calibrate"
            .to_owned(),
    }))
}

/// What else of a suite takes probabilities.
fn further(model: &PlannedModel, suite: &PlannedSuite) -> Vec<LeftOut> {
    let asked = [
        (
            !suite.recalibrate.is_empty(),
            "recalibration",
            "its output is a ranking: there is no probability to map",
        ),
        (
            suite.detect_out_of_distribution,
            "out-of-distribution detection",
            "its output is a ranking: there is no probability to be sure by",
        ),
    ];
    let asked = asked.into_iter().filter(|(asked, ..)| *asked);
    asked
        .map(|(_, what, why)| LeftOut {
            what: format!("{what} of model {} on suite {}", model.name, suite.name),
            why: why.to_owned(),
        })
        .collect()
}

fn check_gate(
    planned: &Planned,
    model: &PlannedModel,
    suites: &[&PlannedSuite],
    gate: &Located<Gate>,
) -> Result<(), SpecError> {
    let Covers { models, .. } = gate.value.covers();
    let Some(metric) = gate.value.metric() else {
        return Ok(());
    };
    let covered = models.is_empty() || models.contains(&model.name);
    let mut asked = suites.iter().flat_map(|suite| &suite.metrics);
    let takes_probabilities = asked.any(|one| one.name() == metric && !one.is_of_order());
    if !(covered && takes_probabilities) {
        return Ok(());
    }
    let message = format!(
        "the gate is about {metric}, which takes probabilities, and model {} gives a ranking",
        model.name
    );
    let cure = format!(
        "gate `auroc` or `average_precision`, name other models under `covers: {{models: [...]}}`, {CURE}"
    );
    Err(planned.evaluation.error(gate, message, cure))
}
