//! What variants lose against their reference.

use titer_core::{Comparison, Contrast};

use super::of_class;
use crate::context::agreement_words::explain;
use crate::context::cell::mark;
use crate::context::differences::drawn_metrics;
use crate::index::{Index, Subject};
use crate::number::{count, counted, signed, signed_range};
use crate::words;

/// The most metrics that are told of.
const MOST: usize = 3;

/// The largest clear loss by each of the metrics that are drawn: losses by different metrics are not ranked.
pub fn text(index: &Index<'_>) -> Option<String> {
    let drawn = drawn(index);
    if drawn.is_empty() {
        return None;
    }
    let losses: Vec<&(Subject<'_>, &Comparison)> = drawn
        .iter()
        .filter(|(_, one)| mark(one, words::sign(&one.key.metric)) == "worse")
        .collect();
    let looked = counted(
        drawn.len() as u64,
        "paired difference",
        "paired differences",
    );
    let mut metrics: Vec<&str> = Vec::new();
    for (_, one) in &losses {
        if !metrics.contains(&one.key.metric.as_str()) {
            metrics.push(&one.key.metric);
        }
    }
    if metrics.is_empty() {
        return Some(format!(
            "None of {looked} shows a loss whose 95 % interval excludes 0. That alone does not prove equality; the gates' margins do."
        ));
    }
    let mut sentences: Vec<String> = metrics
        .iter()
        .take(MOST)
        .filter_map(|metric| {
            let of_metric = losses.iter().filter(|(_, one)| one.key.metric == *metric);
            let (subject, worst) = of_metric.max_by(|a, b| loss(a.1).total_cmp(&loss(b.1)))?;
            sentence(index, *subject, worst)
        })
        .collect();
    sentences.push(format!(
        "{} of {looked} {} a loss whose 95 % interval excludes 0; chance alone would give about 1 in 40.",
        count(losses.len() as u64),
        if losses.len() == 1 { "shows" } else { "show" }
    ));
    Some(sentences.join(" "))
}

/// Clean differences with an interval, of the metrics that are drawn.
fn drawn<'a>(index: &Index<'a>) -> Vec<(Subject<'a>, &'a Comparison)> {
    let subjects = index.subjects();
    let subject = |one: &Comparison| {
        subjects.iter().copied().find(|subject| {
            subject.suite.name == one.key.suite
                && subject.model.name == one.key.model
                && drawn_metrics(index, *subject).contains(&one.key.metric.as_str())
        })
    };
    let all = index.input.comparisons.iter();
    all.filter(|one| one.contrast == Contrast::Reference && one.key.perturbation.is_none())
        .filter(|one| one.interval.is_ok())
        .filter_map(|one| Some((subject(one)?, one)))
        .collect()
}

fn loss(one: &Comparison) -> f64 {
    -one.difference.as_ref().map_or(0.0, |value| *value) * words::sign(&one.key.metric)
}

fn sentence(index: &Index<'_>, subject: Subject<'_>, worst: &Comparison) -> Option<String> {
    let (Ok(difference), Ok(interval)) = (&worst.difference, &worst.interval) else {
        return None;
    };
    let key = &worst.key;
    let why = index
        .agreement(subject, &key.variant, &key.dataset)
        .and_then(explain)
        .map_or(String::new(), |why| format!(" There {why}."));
    Some(format!(
        "{}{}: the largest clear loss is that of {} {} against {} on {}, {} (95 % {}).{why}",
        words::label(&key.metric),
        of_class(key.class.as_deref()),
        key.model,
        key.variant,
        worst.base,
        key.dataset,
        signed(*difference, 4),
        signed_range(interval, 4),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_loss_is_told_with_what_happened_to_the_answers() {
        let mut input = fixture::run();
        let text_of = |input: &crate::ReportInput| text(&Index::new(input, 2)).unwrap();
        let before = text_of(&input);
        assert!(before.contains("AUROC: the largest clear loss"), "{before}");
        assert!(
            before.contains("Average precision: the largest clear loss"),
            "{before}"
        );
        assert!(!before.contains("became ties"), "{before}");
        for agreement in &mut input.agreements {
            agreement.new_ties = agreement.answers.unwrap() * 9 / 10;
        }
        let after = text_of(&input);
        assert!(after.contains("answers became ties"), "{after}");
    }
}
