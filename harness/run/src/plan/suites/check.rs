//! What a suite may ask for, before its datasets are read.

use std::collections::BTreeSet;

use titer_spec::suite::Prevalence;
use titer_spec::{Document, Located, MetricSpec, Question, SpecError, Suite};

use super::{classes, labels, values};
use crate::error::RunError;

/// What a suite asks for can be asked, and nothing is listed twice.
pub(super) fn check(suite: &Document<Suite>) -> Result<(), RunError> {
    let given = &suite.value;
    let wrong = |field: &str, message: &str, cure: &str| {
        Err(error_at(suite, field, format!("{field}: {message}"), cure).into())
    };
    if given.in_distribution.is_empty() {
        return wrong(
            "in_distribution",
            "there is no dataset",
            "name at least one",
        );
    }
    if given.split.value == "tuning" || given.split.value == "train" {
        let message = format!("split: `{}` is never scored as a result", given.split.value);
        return Err(suite.error(&given.split, message, "score `test`").into());
    }
    classes::distinct(suite)?;
    let positions = matches!(given.question.value, Question::Positions(_));
    match &given.question.value {
        Question::Classes(asked) => classes::check(suite, asked)?,
        Question::Labels(asked) => labels::check(suite, asked)?,
        Question::Values(_) => values::check(suite)?,
        Question::Binary(_) | Question::Positions(_) => {}
    }
    if positions && !given.recalibrate.is_empty() {
        return wrong(
            "recalibrate",
            "only a binary suite can be recalibrated",
            "take it out",
        );
    }
    if positions && given.detect_out_of_distribution {
        return wrong(
            "detect_out_of_distribution",
            "a per-position suite has no output per example",
            "take it out",
        );
    }
    if given.detect_out_of_distribution && given.out_of_distribution.is_empty() {
        return wrong(
            "detect_out_of_distribution",
            "there is no dataset out of distribution",
            "name one under `out_of_distribution`",
        );
    }
    if let Some(prevalence) = &given.prevalence {
        check_prevalence(suite, prevalence)?;
    }
    perturbations(suite, positions)?;
    let methods: Vec<&str> = given.recalibrate.iter().map(|it| it.name()).collect();
    once(suite, "recalibrate", &methods)?;
    metrics(suite)
}

/// A prevalence is a share, of positives that there are.
fn check_prevalence(
    suite: &Document<Suite>,
    prevalence: &Located<Prevalence>,
) -> Result<(), SpecError> {
    let share = prevalence.value.0;
    if !(share > 0.0 && share < 1.0) {
        let message = format!("prevalence: {share} is not above 0 and below 1");
        let cure =
            "write the share of positives where the model is to be used, as in `prevalence: 0.001`";
        return Err(suite.error(prevalence, message, cure));
    }
    match &suite.value.question.value {
        Question::Binary(_) | Question::Positions(_) => Ok(()),
        Question::Classes(_) | Question::Labels(_) | Question::Values(_) => {
            let message = "prevalence: only a binary or a positions question has one positive class to be rare";
            Err(suite.error(prevalence, message, "take it out"))
        }
    }
}

/// Each perturbation can be done to the suite's examples and stands once.
fn perturbations(suite: &Document<Suite>, positions: bool) -> Result<(), SpecError> {
    let mut seen = BTreeSet::new();
    for (index, perturbation) in suite.value.perturbations() {
        let (name, does) = (perturbation.name(), perturbation.perturbation());
        let wrong = |message: &str, cure: &str| {
            let field = format!("perturbations.{index}");
            Err(error_at(suite, &field, format!("{name}: {message}"), cure))
        };
        if positions && !does.keeps_places() {
            let message = "a per-position suite takes no change that moves bases";
            return wrong(message, "leave it out");
        }
        if let Some(fault) = does.fault() {
            return wrong(fault, "give another value, or leave it out");
        }
        if does.needs_spare() && suite.value.spare.is_empty() {
            let message = "the suite does not say which positions define the label";
            return wrong(message, "name them under `spare`, or leave it out");
        }
        if !seen.insert(name.clone()) {
            return wrong("it stands twice under `perturbations`", "list it once");
        }
    }
    Ok(())
}

/// An error at a field of a suite, by its path; at the suite's name where the field is left out.
pub(super) fn error_at(
    suite: &Document<Suite>,
    field: &str,
    message: impl Into<String>,
    cure: impl Into<String>,
) -> SpecError {
    let at = suite.place(&suite.value.suite, field);
    suite.error(&at, message, cure)
}

/// A list names nothing twice.
fn once(suite: &Document<Suite>, field: &str, names: &[impl AsRef<str>]) -> Result<(), SpecError> {
    let mut seen = BTreeSet::new();
    let mut names = names.iter().map(AsRef::as_ref).enumerate();
    match names.find(|(_, name)| !seen.insert(*name)) {
        None => Ok(()),
        Some((index, name)) => {
            let message = format!("{field}: `{name}` stands twice");
            let at = format!("{field}.{index}");
            Err(error_at(suite, &at, message, "list it once"))
        }
    }
}

/// The metrics answer the suite's question.
fn metrics(suite: &Document<Suite>) -> Result<(), RunError> {
    let given = &suite.value;
    let question = &given.question.value;
    let answers = |metric: &MetricSpec| match question {
        Question::Positions(_) => MetricSpec::POSITIONS.contains(metric),
        Question::Classes(_) => metric.is_of_classes(),
        Question::Labels(_) => metric.is_of_labels(),
        Question::Values(_) => metric.is_of_values(),
        Question::Binary(_) => metric.is_of_binary(),
    };
    let metrics = given.metrics();
    if let Some(index) = metrics.iter().position(|metric| !answers(metric)) {
        let known = MetricSpec::ALL.iter().filter(|metric| answers(metric));
        let known: Vec<&str> = known.map(|metric| metric.name()).collect();
        let name = metrics[index].name();
        let message = format!("metrics: `{name}` does not answer this suite's question");
        let cure = format!("use {}", known.join(", "));
        return Err(error_at(suite, &format!("metrics.{index}"), message, cure).into());
    }
    if matches!(question, Question::Labels(_)) {
        labels::check_metrics(suite, &metrics)?;
    }
    if let Question::Classes(asked) = question {
        let all = asked.classes.len();
        let is_certain = |metric: &MetricSpec| match metric {
            MetricSpec::TopKAccuracy(ranks) => ranks.k as usize >= all,
            _ => false,
        };
        if let Some(index) = metrics.iter().position(is_certain) {
            let message = format!("metrics: of {all} classes the true one is always among {all}");
            let cure = format!("use a `k` from 1 to {}", all.saturating_sub(1));
            return Err(error_at(suite, &format!("metrics.{index}"), message, cure).into());
        }
    }
    let names: Vec<&str> = metrics.iter().map(|metric| metric.name()).collect();
    Ok(once(suite, "metrics", &names)?)
}
