//! What a suite of labels may ask for.

use titer_spec::plan::PlannedDataset;
use titer_spec::suite::Labels;
use titer_spec::{Document, MetricSpec, Question, Suite};

use super::check::error_at;
use crate::error::RunError;
use crate::plan::Planned;

/// There is a label, and nothing is asked that only makes sense of one class among several.
pub(super) fn check(suite: &Document<Suite>, asked: &Labels) -> Result<(), RunError> {
    let given = &suite.value;
    let wrong = |field: &str, message: &str, cure: &str| -> Result<(), RunError> {
        Err(error_at(suite, field, message, cure).into())
    };
    if asked.labels.is_empty() {
        let message = "question: no label is asked for";
        return wrong("question.labels.labels", message, "name one at least");
    }
    if !given.recalibrate.is_empty() {
        let message = "recalibrate: only a binary suite can be recalibrated";
        return wrong("recalibrate", message, "take it out");
    }
    if given.detect_out_of_distribution {
        let message = "detect_out_of_distribution: several labels have no one probability that says how sure a model is";
        return wrong("detect_out_of_distribution", message, "take it out");
    }
    if let Some(stratum) = given.strata.iter().find(|name| name.value == "class") {
        let message = "strata: an example may have several labels, so that it is of no one `class`";
        let cure = "take it out: each label has scores of its own";
        return Err(suite.error(stratum, message, cure).into());
    }
    Ok(())
}

/// A mean over labels hides one that collapses: what it is a mean of is asked for too, and some metric of each label is.
pub(super) fn check_metrics(
    suite: &Document<Suite>,
    metrics: &[MetricSpec],
) -> Result<(), RunError> {
    for (index, mean) in metrics.iter().enumerate() {
        let Some(each) = mean.of_each_label() else {
            continue;
        };
        if !metrics.contains(&each) {
            let message = format!(
                "metrics: `{}` is a mean over labels, which hides one that collapses",
                mean.name()
            );
            let cure = format!("list `{}` beside it, which is of each label", each.name());
            return Err(error_at(suite, &format!("metrics.{index}"), message, cure).into());
        }
    }
    if metrics.iter().all(|metric| metric.labels().is_some()) {
        let message = "metrics: none is of each label, so that one that collapses is not seen";
        let cure = "list one beside them, as `auroc`";
        return Err(error_at(suite, "metrics", message, cure).into());
    }
    Ok(())
}

/// Every label is true of some examples and not of others, in each in-distribution dataset that is asked whole: elsewhere its
/// scores are undefined and say why.
pub(super) fn check_both(
    suite: &Document<Suite>,
    planned: &Planned,
    datasets: &[PlannedDataset],
) -> Result<(), RunError> {
    let given = &suite.value;
    let Question::Labels(asked) = &given.question.value else {
        return Ok(());
    };
    let whole =
        |dataset: &&PlannedDataset| dataset.in_distribution && dataset.count == dataset.available;
    for dataset in datasets.iter().filter(whole) {
        let (name, split) = (&given.suite.value, &given.split.value);
        let key = (name.clone(), dataset.name.clone(), split.clone());
        let Some(data) = planned.data.get(&key) else {
            continue;
        };
        for label in &asked.labels {
            let place = dataset.classes.iter().position(|known| known == label);
            let counts = place.and_then(|place| data.survey.labels.get(place));
            let what = match counts.copied().unwrap_or_default() {
                [0, 0] => "known of no example",
                [_, 0] => "true of no example",
                [0, _] => "true of every example",
                _ => continue,
            };
            let message = format!(
                "question: label `{label}` is {what} of split {split} of dataset {}, so that it tells nothing apart",
                dataset.name
            );
            let cure = "take it out of the question, or ask it of other data";
            return Err(suite.error(&given.question, message, cure).into());
        }
    }
    Ok(())
}
