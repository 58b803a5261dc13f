//! Gates are checked against the plan before anything runs.

use titer_judge::recalibrations::is_changed;
use titer_judge::stratum::SPECIES;
use titer_spec::gate::{Asked, Further, Limit, Margin, Part, Rule};
use titer_spec::plan::{LeftOut, PlannedModel, PlannedPolicy, PlannedSuite};
use titer_spec::quantity::Dimension;
use titer_spec::{
    CALLED_POSITIVE_SHARE, Document, Evaluation, Gate, Kind, Located, MeasurementName, MetricSpec,
    Plan, Policy, Question, Resolver, SpecError, Where, suggest,
};

use crate::error::RunError;
use crate::plan::Planned;

mod invariant;

/// A file that gates are written in.
trait Written {
    /// An error at a field of a gate.
    fn error_at(&self, gate: &Located<Gate>, field: &str, message: &str, cure: &str) -> SpecError;
}

impl<T> Written for Document<T> {
    fn error_at(&self, gate: &Located<Gate>, field: &str, message: &str, cure: &str) -> SpecError {
        let field = format!("{}.{field}", gate.value.name());
        self.error(&self.place(gate, &field), message, cure)
    }
}

/// What a gate is checked against, and where it is written.
#[derive(Clone, Copy)]
struct On<'a> {
    plan: &'a Plan,
    file: &'a dyn Written,
}

fn error_at(on: On<'_>, gate: &Located<Gate>, field: &str, message: &str, cure: &str) -> SpecError {
    on.file.error_at(gate, field, message, cure)
}

/// Checks every gate of the evaluation and of its policy, and that tolerances are of metrics that are scored. Of a part of an
/// evaluation those gates are left out that need what is not in it.
pub(super) fn check(planned: &mut Planned) -> Result<(), RunError> {
    let whole = planned.plan.only.is_all();
    if whole {
        tolerances(planned)?;
    }
    let plan = &planned.plan;
    let own = planned.evaluation.value.gates.iter();
    let own = own.map(|gate| {
        let file: &dyn Written = &planned.evaluation;
        (On { plan, file }, gate, None)
    });
    let policy = planned.policy.iter().flat_map(|policy| {
        let gates = policy.value.gates.iter();
        gates.map(move |one| {
            let (gate, reason) = (&one.value.gate, &one.value.reason);
            (On { plan, file: policy }, gate, Some(reason.clone()))
        })
    });
    let (mut kept, mut left_out) = (Vec::new(), Vec::new());
    for (on, gate, reason) in own.chain(policy) {
        match check_gate(on, gate) {
            Ok(()) => kept.push((gate.value.clone(), reason)),
            Err(RunError::Spec(error)) if !whole => left_out.push(LeftOut {
                what: format!("gate {}", gate.value),
                why: format!("in this part of the evaluation {}", error.message),
            }),
            Err(error) => return Err(error),
        }
    }
    planned.plan.gates.clear();
    planned.plan.policy = planned.policy.as_ref().map(PlannedPolicy::new);
    for (gate, reason) in kept {
        match reason {
            None => planned.plan.gates.push(gate),
            Some(reason) => planned.plan.add(gate, &reason),
        }
    }
    planned.plan.left_out.extend(left_out);
    Ok(())
}

/// A plan with the gates of a policy in place of its own.
///
/// # Errors
/// The policy has no gates, or one that this plan cannot be judged by.
pub fn under_policy(plan: &Plan, policy: &Document<Policy>) -> Result<Plan, RunError> {
    let mut plan = Plan {
        gates: Vec::new(),
        policy: Some(PlannedPolicy::new(policy)),
        ..plan.clone()
    };
    check_policy(policy)?;
    for one in &policy.value.gates {
        let on = On {
            plan: &plan,
            file: policy,
        };
        check_gate(on, &one.value.gate)?;
        plan.add(one.value.gate.value.clone(), &one.value.reason);
    }
    Ok(plan)
}

/// The policy that an evaluation names.
pub(super) fn policy(
    evaluation: &Document<Evaluation>,
    resolver: &Resolver,
) -> Result<Option<Document<Policy>>, RunError> {
    let Some(name) = &evaluation.value.policy else {
        return Ok(None);
    };
    let path = resolver.resolve(Kind::Policy, name, evaluation)?;
    let policy = Document::<Policy>::read(&path)?;
    check_policy(&policy)?;
    Ok(Some(policy))
}

fn check_policy(policy: &Document<Policy>) -> Result<(), SpecError> {
    match policy.value.gates.is_empty() {
        false => Ok(()),
        true => Err(policy.error(
            &policy.value.policy,
            "gates: the policy asks for nothing",
            "add a gate, with its reason",
        )),
    }
}

fn check_gate(on: On<'_>, gate: &Located<Gate>) -> Result<(), RunError> {
    names(on, gate)?;
    check_prevalence(on, gate)?;
    match gate.value.rule() {
        Rule::Limit(_, limit) => check_limit(on, gate, limit)?,
        Rule::Margin(asked, margin) => check_margin(on, gate, asked, margin)?,
        Rule::Further(further) => check_further(on, gate, further)?,
        Rule::Invariant(asked) => invariant::check(on, gate, asked)?,
    }
    // What no value can break, or meet, or what is about nothing that is planned.
    match titer_judge::mistake(on.plan, &gate.value) {
        None => Ok(()),
        Some(found) => {
            let error = error_at(on, gate, found.field, &found.message, &found.cure);
            Err(error.into())
        }
    }
}

fn tolerances(planned: &Planned) -> Result<(), SpecError> {
    let suites = planned.plan.suites.iter();
    let mut known: Vec<&str> = suites
        .flat_map(|suite| &suite.metrics)
        .map(|metric| metric.name())
        .collect();
    known.push(CALLED_POSITIVE_SHARE);
    for (metric, at) in &planned.evaluation.value.tolerances {
        if !known.contains(&metric.as_str()) {
            let message = format!("tolerances: no suite here computes `{metric}`");
            let cure = suggest::cure(metric, &known);
            return Err(planned.evaluation.error(at, message, cure));
        }
    }
    Ok(())
}

fn check_margin(
    on: On<'_>,
    gate: &Located<Gate>,
    asked: Asked,
    given: &Margin,
) -> Result<(), SpecError> {
    let wrong =
        |field: &str, message: &str, cure: &str| Err(error_at(on, gate, field, message, cure));
    match (given.margin, given.keeps) {
        (Some(_), Some(_)) => wrong(
            "keeps",
            "the gate has a `margin` and a `keeps`",
            "give one of them",
        ),
        (None, Some(_)) if !asked.allows_a_loss() => wrong(
            "keeps",
            "keeps: what keeps a share of the reference need not be better",
            "give a `margin`, or use `no_worse_than_reference`",
        ),
        (None, None) if asked.allows_a_loss() => wrong(
            "margin",
            "the gate has no margin",
            "add `margin: 0.005`, in the metric's units, or `keeps: 0.99`, a share of the reference",
        ),
        (Some(0.0), None) if asked.has_two_ends() => wrong(
            "margin",
            "margin: nothing is shown to be equivalent within 0",
            "write the largest difference that does not matter",
        ),
        _ => Ok(()),
    }
}

/// A fall has a home to fall from and data out of distribution, or a ladder, and is of clean examples.
fn check_further(on: On<'_>, gate: &Located<Gate>, further: &Further) -> Result<(), SpecError> {
    let wrong =
        |field: &str, message: &str, cure: &str| Err(error_at(on, gate, field, message, cure));
    if further.covers.perturbation.is_some() {
        return wrong(
            "covers.perturbation",
            "covers.perturbation: falls are of clean examples",
            "take it out",
        );
    }
    match (&further.along, &further.data) {
        (None, _) if further.of.is_some() => wrong(
            "of",
            "of: only along a ladder",
            "add `along: LADDER`, or take `of` out",
        ),
        (Some(_), Some(_)) => wrong(
            "where",
            "the gate has an `along` and a `where`",
            "give one of them: a ladder has steps of its own",
        ),
        (Some(ladder), None) => {
            along(on, gate, ladder)?;
            let part = further.of.iter();
            part.map(|of| (ladder.as_str(), of))
                .try_for_each(|part| known_part(on, gate, further, part))
        }
        (None, Some(Where::InDistribution | Where::EveryDataset)) => wrong(
            "where",
            "where: a fall is to data out of distribution",
            "write `where: out_of_distribution`, or `where: {dataset: ...}` for one of those",
        ),
        (None, _) => Ok(()),
    }
}

/// A part of a score that every suite with this ladder gives.
fn known_part(
    on: On<'_>,
    gate: &Located<Gate>,
    further: &Further,
    (ladder, of): (&str, &Part),
) -> Result<(), SpecError> {
    let wrong = |message: &str, cure: &str| {
        let message = format!("of: {message}");
        Err(error_at(on, gate, "of", &message, cure))
    };
    match of {
        Part::WorstGroup(stratum) if stratum == SPECIES => {
            return wrong(
                "species are groups of datasets, and each step is one dataset",
                "name a stratum within datasets, as in `worst_group: gc`",
            );
        }
        Part::Recalibrated(_) if !is_changed(&further.metric) => {
            return wrong(
                "recalibration leaves this metric as it is: it does not read the size of probabilities",
                "name a metric that does, as log_loss, brier or ece, or take `of` out",
            );
        }
        Part::WorstGroup(_) | Part::Recalibrated(_) => {}
    }
    for suite in &on.plan.suites {
        let mut ladders = suite.ladders.iter();
        let Some(found) = ladders.find(|one| one.name == ladder) else {
            continue;
        };
        if found.groups().is_some() {
            return wrong(
                &format!("the steps of `{ladder}` are groups of one dataset"),
                "name a ladder whose steps are datasets, or take `of` out",
            );
        }
        let (asked, known, what, add): (_, Vec<&str>, _, _) = match of {
            Part::WorstGroup(stratum) => (
                stratum.as_str(),
                suite.strata.iter().map(String::as_str).collect(),
                "break scores down",
                "strata",
            ),
            Part::Recalibrated(method) => (
                method.name(),
                suite.recalibrate.iter().map(|of| of.name()).collect(),
                "recalibrate",
                "recalibrate",
            ),
        };
        if !known.contains(&asked) {
            let name = &suite.name;
            let message =
                format!("suite `{name}` has the ladder, and does not {what} by `{asked}`");
            return wrong(
                &message,
                &format!("add `{asked}` to its `{add}`, or take `of` out"),
            );
        }
    }
    Ok(())
}

/// A ladder of a suite that is planned.
fn along(on: On<'_>, gate: &Located<Gate>, ladder: &str) -> Result<(), SpecError> {
    let suites = on.plan.suites.iter();
    let known: Vec<&str> = suites
        .flat_map(|suite| &suite.ladders)
        .map(|ladder| ladder.name.as_str())
        .collect();
    if known.contains(&ladder) {
        return Ok(());
    }
    let message = format!("along: no suite here has a ladder `{ladder}`");
    let cure = match known.is_empty() {
        true => "add `ladders:` to the suite, or write `where: out_of_distribution`".to_owned(),
        false => suggest::cure(ladder, &known),
    };
    Err(error_at(on, gate, "along", &message, &cure))
}

/// A gate at the suites' prevalence is about a metric that is given at it, on clean examples of a suite that states one.
fn check_prevalence(on: On<'_>, gate: &Located<Gate>) -> Result<(), SpecError> {
    const GIVEN: [&str; 5] = [
        "accuracy",
        "average_precision",
        "brier",
        "log_loss",
        "precision",
    ];
    if !gate.value.is_at_prevalence() {
        return Ok(());
    }
    let wrong = |message: &str, cure: &str| {
        let message = format!("at_prevalence: {message}");
        Err(error_at(on, gate, "at_prevalence", &message, cure))
    };
    let metric = gate.value.metric().unwrap_or_default();
    if !GIVEN.contains(&metric) {
        let cure = format!("use one of {}, or take it out", GIVEN.join(", "));
        return wrong("what the gate is about is not given at a prevalence", &cure);
    }
    if on
        .plan
        .suites
        .iter()
        .all(|suite| suite.prevalence.is_none())
    {
        let cure = "write `prevalence: 0.001` in the suite: the share of positives where the model is to be used";
        return wrong("no suite here states a prevalence", cure);
    }
    if gate.value.covers().perturbation.is_some() {
        let cure = "take `perturbation` out";
        return wrong(
            "it is about clean examples, `covers` names a perturbation",
            cure,
        );
    }
    match gate.value.rule() {
        Rule::Margin(asked, margin) if asked.has_two_ends() || margin.keeps.is_some() => {
            let cure = "use `no_worse_than_reference` or `better_than_reference` with a `margin`";
            wrong(
                "shares of the reference and both ways are not asked at a prevalence",
                cure,
            )
        }
        _ => Ok(()),
    }
}

fn check_limit(on: On<'_>, gate: &Located<Gate>, limit: &Limit) -> Result<(), SpecError> {
    let wrong =
        |field: &str, message: &str, cure: &str| Err(error_at(on, gate, field, message, cure));
    match (&limit.metric, limit.measurement) {
        (Some(_), Some(_)) => {
            return wrong(
                "measurement",
                "the gate names a metric and a measurement",
                "name one of them",
            );
        }
        (None, None) => {
            return wrong(
                "metric",
                "the gate names no metric and no measurement",
                "name one of them",
            );
        }
        (Some(_), None) if limit.relative_to.is_some() => {
            return wrong(
                "relative_to",
                "relative_to: a metric is not held against a multiple of the reference's",
                "write `no_worse_than_reference` with `keeps`, or take it out",
            );
        }
        (None, Some(name @ (MeasurementName::MemoryOverIdle | MeasurementName::BatchChange)))
            if limit.relative_to.is_some() =>
        {
            return wrong(
                "relative_to",
                &format!(
                    "relative_to: {} is not compared round by round",
                    name.name()
                ),
                "take it out, or name another measurement: latency_p50, latency_p90, throughput, peak_memory",
            );
        }
        (None, Some(_)) if on.plan.latency.is_none() => {
            return wrong(
                "measurement",
                "the gate is about a measurement, and nothing is measured",
                "add `measure:` to the evaluation",
            );
        }
        _ => {}
    }
    let wanted = match (limit.measurement, limit.relative_to) {
        (Some(name), None) => dimension(name),
        _ => Dimension::Plain,
    };
    if limit.value.dimension != wanted {
        let cure = match wanted {
            Dimension::Plain => "write a plain number",
            Dimension::Bytes => "write bytes with a unit, as in `200 MiB`",
            Dimension::Time => "write a time with a unit, as in `5 ms`",
        };
        return wrong(
            "value",
            "value: the unit does not fit what the gate is about",
            cure,
        );
    }
    Ok(())
}

fn dimension(name: MeasurementName) -> Dimension {
    match name {
        MeasurementName::PeakMemory
        | MeasurementName::MemoryOverIdle
        | MeasurementName::DiskSize => Dimension::Bytes,
        MeasurementName::LoadTime
        | MeasurementName::FirstInference
        | MeasurementName::ColdStart
        | MeasurementName::LatencyP50
        | MeasurementName::LatencyP90
        | MeasurementName::LatencyP99 => Dimension::Time,
        MeasurementName::Throughput | MeasurementName::Goodput | MeasurementName::BatchChange => {
            Dimension::Plain
        }
    }
}

/// Every name that a gate uses stands for something in the plan.
fn names(on: On<'_>, gate: &Located<Gate>) -> Result<(), SpecError> {
    let plan = on.plan;
    let known = |field: &str, kind: &str, name: &str, known: &[&str]| {
        if known.contains(&name) {
            return Ok(());
        }
        let mut known = known.to_vec();
        known.sort_unstable();
        known.dedup();
        let (message, cure) = match known.is_empty() {
            true => (
                format!("{kind} `{name}` is not known: no suite here has a {kind} to name"),
                "take it out".to_owned(),
            ),
            false => (
                format!("{kind} `{name}` is not known"),
                suggest::cure(name, &known),
            ),
        };
        Err(error_at(on, gate, field, &message, &cure))
    };
    let several = |field: &str, kind: &str, names: &[String], all: &[&str]| {
        let mut names = names.iter().enumerate();
        names.try_for_each(|(index, name)| known(&format!("{field}.{index}"), kind, name, all))
    };
    if let Some(metric) = gate.value.metric() {
        let mut all: Vec<&str> = MetricSpec::ALL.iter().map(|metric| metric.name()).collect();
        all.push(CALLED_POSITIVE_SHARE);
        let named = plan.suites.iter().flat_map(|suite| &suite.metrics);
        all.extend(named.map(|metric| metric.name()));
        known("metric", "metric", metric, &all)?;
    }
    if let Where::Dataset(name) = gate.value.data() {
        let all: Vec<&str> = plan
            .suites
            .iter()
            .flat_map(|suite| &suite.datasets)
            .map(|dataset| dataset.name.as_str())
            .collect();
        known("where.dataset", "dataset", name, &all)?;
    }
    let covers = gate.value.covers();
    let mut all: Vec<&str> = plan
        .models
        .iter()
        .map(|model| model.name.as_str())
        .collect();
    several("covers.models", "model", &covers.models, &all)?;
    // Those of other models are no cure.
    let covered =
        |model: &&PlannedModel| covers.models.is_empty() || covers.models.contains(&model.name);
    all = plan
        .models
        .iter()
        .filter(covered)
        .flat_map(|model| &model.variants)
        .map(|variant| variant.name.as_str())
        .collect();
    several("covers.variants", "variant", &covers.variants, &all)?;
    all = plan.suites.iter().flat_map(classes).collect();
    several("covers.classes", "class", &covers.classes, &all)?;
    all = plan
        .suites
        .iter()
        .flat_map(|suite| &suite.perturbations)
        .map(|condition| condition.name.as_str())
        .collect();
    covers
        .perturbation
        .iter()
        .try_for_each(|name| known("covers.perturbation", "perturbation", name, &all))
}

/// The classes that a suite's scores are broken down by: a binary question has one score for both.
fn classes(suite: &PlannedSuite) -> Vec<&str> {
    let several = match &suite.question {
        Question::Positions(positions) => &positions.sites,
        Question::Classes(asked) => &asked.classes,
        Question::Labels(asked) => &asked.labels,
        Question::Binary(_) | Question::Values(_) => return Vec::new(),
    };
    several.iter().map(String::as_str).collect()
}
