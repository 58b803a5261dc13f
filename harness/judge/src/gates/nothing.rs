//! Why a gate is about nothing in a plan: which of the things that it says leaves nothing over, and what there is in its place.

use std::collections::BTreeSet;

use titer_spec::{Gate, Plan};

use super::Mistake;
use super::subject::{Subject, subjects};
use titer_metrics::called_share::CALLED_POSITIVE_SHARE;

/// What a gate may say that narrows it, in the order in which it is doubted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Perturbation,
    BatchSize,
    Classes,
    Where,
    Variants,
    Models,
}

const FIELDS: [Field; 6] = [
    Field::Perturbation,
    Field::BatchSize,
    Field::Classes,
    Field::Where,
    Field::Variants,
    Field::Models,
];

impl Field {
    fn name(self) -> &'static str {
        match self {
            Self::Perturbation => "covers.perturbation",
            Self::BatchSize => "batch_size",
            Self::Classes => "covers.classes",
            Self::Where => "where",
            Self::Variants => "covers.variants",
            Self::Models => "covers.models",
        }
    }

    /// What a subject has in its place; `None`: nothing.
    fn of(self, subject: &Subject<'_>) -> Option<String> {
        match (self, subject) {
            (Self::Perturbation, Subject::Cell { cell, .. }) => cell.case.perturbation.clone(),
            (Self::Classes, Subject::Cell { class, .. }) => class.clone(),
            (Self::Where, Subject::Cell { cell, .. }) => Some(cell.case.dataset.clone()),
            (Self::Variants, Subject::Cell { cell, .. }) => Some(cell.case.variant.clone()),
            (Self::Models, Subject::Cell { cell, .. }) => Some(cell.case.model.clone()),
            (Self::Where, Subject::Invariant(cell)) => Some(cell.case.dataset.clone()),
            (Self::Variants, Subject::Invariant(cell)) => Some(cell.case.variant.clone()),
            (Self::Models, Subject::Invariant(cell)) => Some(cell.case.model.clone()),
            (Self::Classes, Subject::Further(of)) => of.class.clone(),
            (Self::Where, Subject::Further(of)) => Some(of.last().case.dataset.clone()),
            (Self::Variants, Subject::Further(of)) => Some(of.last().case.variant.clone()),
            (Self::Models, Subject::Further(of)) => Some(of.last().case.model.clone()),
            (Self::BatchSize, Subject::Measurement { batch_size, .. }) => {
                batch_size.map(|size| size.to_string())
            }
            (Self::Variants, Subject::Measurement { planned, .. }) => Some(planned.variant.clone()),
            (Self::Models, Subject::Measurement { planned, .. }) => Some(planned.model.clone()),
            _ => None,
        }
    }

    /// Gates that say the same but for this field.
    fn without(self, gate: &Gate, plan: &Plan) -> Vec<Gate> {
        let mut gate = gate.clone();
        let parts = gate.narrowing();
        match self {
            Self::Perturbation => {
                let suites = plan.suites.iter().flat_map(|suite| &suite.perturbations);
                let names: BTreeSet<&String> = suites.map(|condition| &condition.name).collect();
                let names = names.into_iter().cloned().map(Some);
                return std::iter::once(None)
                    .chain(names)
                    .map(|name| {
                        let mut other = gate.clone();
                        other.narrowing().covers.perturbation = name;
                        other
                    })
                    .collect();
            }
            Self::BatchSize => {
                if let Some(size) = parts.batch_size {
                    *size = None;
                }
            }
            Self::Classes => parts.covers.classes.clear(),
            Self::Where => *parts.data = None,
            Self::Variants => {
                let variants = plan.models.iter().flat_map(|model| &model.variants);
                parts.covers.variants = variants.map(|variant| variant.name.clone()).collect();
            }
            Self::Models => parts.covers.models.clear(),
        }
        vec![gate]
    }
}

/// Why a gate is about nothing, and the cure, which names what there is for all else that the gate says.
pub(super) fn why_nothing(plan: &Plan, gate: &Gate) -> Mistake {
    let mistake = |field, (message, cure)| Mistake {
        field,
        message,
        cure,
    };
    if let Some(said) = of_metric(plan, gate) {
        return mistake("metric", said);
    }
    if let Some(said) = alone(plan, gate) {
        return mistake("covers", said);
    }
    for field in FIELDS {
        let relaxed = field.without(gate, plan);
        let found: Vec<_> = relaxed.iter().flat_map(|it| subjects(plan, it)).collect();
        if !found.is_empty() {
            return mistake(field.name(), by_field(plan, gate, field, &found));
        }
    }
    let mut left = vec![gate.clone()];
    let mut names = Vec::new();
    for field in FIELDS {
        left = left
            .iter()
            .flat_map(|gate| field.without(gate, plan))
            .collect();
        names.push(format!("`{}`", field.name()));
        if left.iter().any(|gate| !subjects(plan, gate).is_empty()) {
            break;
        }
    }
    let message = "the gate matches nothing: no cell and no measurement has all that it names";
    let cure = format!(
        "take out what it says of {}, then name one thing after the other",
        names.join(", ")
    );
    mistake("covers", (message.to_owned(), cure))
}

/// No suite computes the metric.
fn of_metric(plan: &Plan, gate: &Gate) -> Option<(String, String)> {
    let metrics = plan.suites.iter().flat_map(|suite| &suite.metrics);
    let computed: BTreeSet<&str> = metrics.map(|metric| metric.name()).collect();
    let metric = gate.metric().filter(|metric| !computed.contains(metric))?;
    if metric == CALLED_POSITIVE_SHARE {
        let destroyed = plan.suites.iter().flat_map(|suite| &suite.perturbations);
        let destroyed = destroyed.filter(|one| one.effect == titer_core::Effect::Destroyed);
        let names: BTreeSet<&str> = destroyed.map(|one| one.name.as_str()).collect();
        if gate.covers().perturbation.is_none() && !names.is_empty() {
            let names = names.into_iter().collect::<Vec<_>>().join(", ");
            return Some((
                format!("the gate matches nothing: `{metric}` is of perturbed cells"),
                format!("name a perturbation that destroys the target under `covers`: {names}"),
            ));
        }
        return None;
    }
    let known = computed.into_iter().collect::<Vec<_>>().join(", ");
    let message = format!("the gate matches nothing: no suite here computes `{metric}`");
    let cure = format!("add it to the suite's `metrics`, or use one of {known}");
    Some((message, cure))
}

/// Nothing is planned beside the reference, which is never held against itself.
fn alone(plan: &Plan, gate: &Gate) -> Option<(String, String)> {
    if !gate.is_relative() {
        return None;
    }
    let covered = &gate.covers().models;
    let mut models = plan.models.iter();
    let has_others = models.any(|model| {
        (covered.is_empty() || covered.contains(&model.name)) && model.variants.len() > 1
    });
    (!has_others).then(|| {
        (
            "the gate matches nothing: no variant is planned beside the reference, which is not held against itself".to_owned(),
            "add another variant to the model's `variants`, or use `at_least` or `at_most`".to_owned(),
        )
    })
}

fn by_field(plan: &Plan, gate: &Gate, field: Field, found: &[Subject<'_>]) -> (String, String) {
    let values: BTreeSet<Option<String>> = found.iter().map(|it| field.of(it)).collect();
    let named: Vec<String> = values.iter().flatten().cloned().collect();
    let named = named.join(", ");
    let name = field.name();
    if field == Field::Variants && gate.covers().variants.is_empty() {
        return (
            "the gate matches nothing: it is about every variant but the reference, and there is no other".to_owned(),
            format!("add `covers: {{variants: [{named}]}}`"),
        );
    }
    let message = format!(
        "the gate matches nothing: nothing has what `{name}` says beside all else that the gate says"
    );
    let cure = match (named.is_empty(), values.contains(&None)) {
        (true, _) => format!("take `{name}` out"),
        (false, true) => format!("take `{name}` out, or use one of {named}"),
        (false, false) if field == Field::Where => {
            format!("name one of these datasets, as in `where: {{dataset: ...}}`: {named}")
        }
        (false, false) => format!("use one of {named}"),
    };
    let itself = field == Field::Variants && gate.is_relative();
    let references: Vec<&str> = plan
        .models
        .iter()
        .map(|model| model.reference.as_str())
        .filter(|reference| gate.covers().variants.iter().any(|it| it == reference))
        .collect();
    match itself && !references.is_empty() {
        true => (
            format!(
                "the gate matches nothing: {} is the reference, which is not held against itself",
                references.join(", ")
            ),
            cure,
        ),
        false => (message, cure),
    }
}

#[cfg(test)]
mod tests {
    use titer_spec::gate::Limit;
    use titer_spec::{MeasurementName, MetricSpec, Where};

    use super::*;
    use crate::fixture::{binary_plan, limit, margin, measurement, plan, positions, suite};

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    /// What is said of `at_least` of AUROC with this.
    fn said(change: impl Fn(&mut Limit)) -> String {
        let mut limit = limit("auroc", 0.5);
        change(&mut limit);
        of(
            &binary_plan(&["fp32", "int8", "fp16"]),
            &Gate::AtLeast(limit),
        )
    }

    fn of(plan: &Plan, gate: &Gate) -> String {
        assert!(subjects(plan, gate).is_empty(), "{gate}");
        let found = why_nothing(plan, gate);
        format!("{}; help: {}", found.message, found.cure)
    }

    #[track_caller]
    fn names_what_there_is(said: &str, field: &str, cure: &str) {
        assert!(said.contains(field), "{said}");
        assert!(said.ends_with(&format!("help: {cure}")), "{said}");
    }

    #[test]
    fn the_cure_names_what_there_is_for_all_else() {
        let classes = said(|it| it.covers.classes = names(&["site"]));
        names_what_there_is(&classes, "`covers.classes`", "take `covers.classes` out");
        // A negative control has no AUROC.
        let control = said(|it| it.covers.perturbation = Some("reverse".to_owned()));
        names_what_there_is(
            &control,
            "`covers.perturbation`",
            "take `covers.perturbation` out, or use one of noise",
        );
        let models = said(|it| it.covers.models = names(&["other"]));
        names_what_there_is(&models, "`covers.models`", "use one of net");
        let variants = said(|it| it.covers.variants = names(&["q8"]));
        names_what_there_is(
            &variants,
            "`covers.variants`",
            "use one of fp16, fp32, int8",
        );
        let data = said(|it| it.data = Some(Where::Dataset("elsewhere".to_owned())));
        assert!(data.ends_with("far, near"), "{data}");
        let stretches = plan(
            suite("s", positions(), &[MetricSpec::TopK]),
            &["fp32", "int8"],
        );
        let mut sites = limit("top_k", 0.5);
        sites.covers.classes = names(&["none"]);
        let sites = of(&stretches, &Gate::AtLeast(sites));
        names_what_there_is(&sites, "`covers.classes`", "use one of acceptor, donor");
        let mut latency = measurement(MeasurementName::LatencyP99, 5.0);
        latency.batch_size = Some(7);
        let latency = of(&stretches, &Gate::AtMost(latency));
        names_what_there_is(&latency, "`batch_size`", "use one of 1, 32");
    }

    #[test]
    fn the_reference_is_not_suggested_to_a_gate_against_it() {
        let mut itself = margin("auroc", 0.1);
        itself.covers.variants = names(&["fp32"]);
        let gate = Gate::NoWorseThanReference(itself);
        let said = of(&binary_plan(&["fp32", "int8"]), &gate);
        names_what_there_is(&said, "fp32 is the reference", "use one of int8");
        let said = of(&binary_plan(&["fp32"]), &gate);
        assert!(
            !said.contains("fp32") && said.contains("add another variant"),
            "{said}"
        );
        let alone = of(&binary_plan(&["fp32"]), &Gate::AtLeast(limit("auroc", 0.5)));
        names_what_there_is(
            &alone,
            "every variant but",
            "add `covers: {variants: [fp32]}`",
        );
    }

    #[test]
    fn of_several_at_once_all_are_named() {
        let said = said(|it| {
            it.covers.classes = names(&["donor"]);
            it.data = Some(Where::Dataset("elsewhere".to_owned()));
        });
        assert!(said.contains("`covers.classes`, `where`"), "{said}");
        assert!(
            !said.contains("donor") && !said.contains("elsewhere"),
            "{said}"
        );
    }

    #[test]
    fn metrics_that_nothing_here_has() {
        let plan = binary_plan(&["fp32", "int8"]);
        let said = of(&plan, &Gate::AtLeast(limit("mcc", 0.5)));
        assert!(said.contains("no suite here computes `mcc`"), "{said}");
        let said = of(&plan, &Gate::AtMost(limit(CALLED_POSITIVE_SHARE, 0.5)));
        assert!(said.ends_with("under `covers`: reverse"), "{said}");
    }
}
