//! The two to five findings that matter most, in sentences.

use serde::Serialize;
use titer_core::{Comparison, Contrast, Score};
use titer_spec::plan::Exposure;

use crate::context::cell::mark;
use crate::context::differences::drawn_metrics;
use crate::context::failures::failures;
use crate::context::speed::faster;
use crate::context::worth;
use crate::index::{Index, Subject};
use crate::number::{count, counted, fixed, signed, signed_range, with_range};
use crate::words;

/// A finding.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Its subject in a few words.
    pub title: &'static str,
    /// What was found.
    pub text: String,
}

/// At most five findings, the weightiest first.
pub fn findings(index: &Index<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = [
        failed(index),
        largest_loss(index),
        largest_drop(index),
        unworthy(index),
        worst_calibration(index),
        faster(index).map(|text| Finding {
            title: "Speed",
            text,
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    found.truncate(5);
    found
}

fn failed(index: &Index<'_>) -> Option<Finding> {
    let failures = failures(index);
    let first = failures.first()?;
    let more = match failures.len() as u64 - 1 {
        0 => String::new(),
        more => format!(
            " {} are listed under Failures.",
            counted(more, "other", "others")
        ),
    };
    Some(Finding {
        title: "Failed",
        text: format!("{}: {}.{more}", first.what, first.why.trim_end_matches('.')),
    })
}

/// A drop of the reference's main metric from in-distribution to out-of-distribution data.
struct Drop<'a> {
    subject: Subject<'a>,
    inside: &'a Score,
    outside: &'a Score,
    fall: f64,
}

fn largest_drop(index: &Index<'_>) -> Option<Finding> {
    let drops = index
        .subjects()
        .into_iter()
        .flat_map(|subject| drops(index, subject));
    let worst = drops.max_by(|a, b| a.fall.total_cmp(&b.fall))?;
    let (inside, outside) = (&worst.inside.key, &worst.outside.key);
    let metric = words::in_prose(&inside.metric);
    let of = inside
        .class
        .as_ref()
        .map(|class| format!(" of {class} sites"))
        .unwrap_or_default();
    let place = |score: &Score| {
        let exposure = index.exposure(worst.subject, &score.key.dataset);
        let value = score.value.as_ref().map_or(f64::NAN, |value| *value);
        format!(
            "{} on {} ({})",
            with_range(value, score.interval.as_ref().ok()),
            score.key.dataset,
            exposure_words(exposure)
        )
    };
    if worst.fall <= 0.0 {
        return Some(Finding {
            title: "New data",
            text: format!(
                "No reference scores worse out of distribution than in distribution: {} has {metric}{of} {} and {}.",
                inside.model,
                place(worst.inside),
                place(worst.outside)
            ),
        });
    }
    let caution = match (
        index.exposure(worst.subject, &inside.dataset),
        index.exposure(worst.subject, &outside.dataset),
    ) {
        (Exposure::HeldOut, Exposure::HeldOut) => "",
        (Exposure::Seen, Exposure::HeldOut | Exposure::Unknown) => {
            " The first was trained on and the second was not, so this is not a pure species effect."
        }
        _ => {
            " What the model was trained on is not fully known, so this may not be a pure effect of the data."
        }
    };
    Some(Finding {
        title: "New data",
        text: format!(
            "The largest fall from in distribution to out of distribution: {} ({}) goes from {metric}{of} {} to {}.{caution}",
            inside.model,
            inside.variant,
            place(worst.inside),
            place(worst.outside)
        ),
    })
}

fn exposure_words(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::Seen => "in its training data",
        Exposure::HeldOut => "held out",
        Exposure::Unknown => "unknown whether trained on",
    }
}

fn drops<'a>(index: &Index<'a>, subject: Subject<'a>) -> Vec<Drop<'a>> {
    let metric = subject.main_metric();
    let side = |inside: bool| {
        let datasets = subject
            .datasets()
            .iter()
            .filter(move |dataset| dataset.in_distribution == inside);
        datasets.map(|dataset| dataset.name.as_str())
    };
    let mut drops = Vec::new();
    for class in subject.classes_of(metric) {
        let score = |dataset: &str| {
            index.score(&subject.key(&subject.model.reference, dataset, None, metric, class))
        };
        for inside in side(true).filter_map(score) {
            for outside in side(false).filter_map(score) {
                if let (Ok(from), Ok(to)) = (&inside.value, &outside.value) {
                    let fall = (from - to) * words::sign(metric);
                    drops.push(Drop {
                        subject,
                        inside,
                        outside,
                        fall,
                    });
                }
            }
        }
    }
    drops
}

fn largest_loss(index: &Index<'_>) -> Option<Finding> {
    let subjects = index.subjects();
    let drawn: Vec<&Comparison> = index
        .input
        .comparisons
        .iter()
        .filter(|one| one.contrast == Contrast::Reference && one.key.perturbation.is_none())
        .filter(|one| {
            subjects.iter().any(|subject| {
                subject.suite.name == one.key.suite
                    && subject.model.name == one.key.model
                    && drawn_metrics(index, *subject).contains(&one.key.metric.as_str())
            })
        })
        .filter(|one| one.interval.is_ok())
        .collect();
    if drawn.is_empty() {
        return None;
    }
    let loss = |one: &Comparison| {
        -one.difference.as_ref().map_or(0.0, |value| *value) * words::sign(&one.key.metric)
    };
    let losses: Vec<&&Comparison> = drawn
        .iter()
        .filter(|one| mark(one, words::sign(&one.key.metric)) == "worse")
        .collect();
    let looked = counted(
        drawn.len() as u64,
        "paired difference",
        "paired differences",
    );
    let Some(worst) = losses
        .iter()
        .copied()
        .max_by(|a, b| loss(a).total_cmp(&loss(b)))
    else {
        return Some(Finding {
            title: "Against the reference",
            text: format!(
                "None of {looked} shows a loss whose 95 % interval excludes 0. That alone does not prove equality; the gates' margins do."
            ),
        });
    };
    let (Ok(difference), Ok(interval)) = (&worst.difference, &worst.interval) else {
        return None;
    };
    let key = &worst.key;
    let of = key
        .class
        .as_ref()
        .map(|class| format!(" of {class} sites"))
        .unwrap_or_default();
    Some(Finding {
        title: "Against the reference",
        text: format!(
            "The largest loss whose 95 % interval excludes 0: {} {} differs from {} by {} ({}) in {}{of} on {}. {} of {looked} {} such a loss; about 1 in 40 would by chance.",
            key.model,
            key.variant,
            worst.base,
            signed(*difference, 4),
            signed_range(interval, 4),
            words::in_prose(&key.metric),
            key.dataset,
            count(losses.len() as u64),
            if losses.len() == 1 { "shows" } else { "show" }
        ),
    })
}

fn unworthy(index: &Index<'_>) -> Option<Finding> {
    let found = worth::unworthy(index);
    let (subject, row, control) = found.first()?;
    let more = match found.len() as u64 - 1 {
        0 => String::new(),
        1 => " One more such score is marked below.".to_owned(),
        more => format!(" {} more such scores are marked below.", count(more)),
    };
    let value = row.control_value.map_or(String::new(), |value| {
        format!(" (the control's: {})", fixed(value, 3))
    });
    Some(Finding {
        title: "Controls",
        text: format!(
            "{} {} on {} is not shown to be better than a control, {control}, by {}{value}: the score does not tell what the model knows.{more}",
            subject.model.name,
            row.key.variant,
            row.key.dataset,
            words::in_prose(&row.key.metric),
        ),
    })
}

fn worst_calibration(index: &Index<'_>) -> Option<Finding> {
    let clean: Vec<(&Score, f64, f64)> = index
        .input
        .scores
        .iter()
        .filter(|score| score.key.perturbation.is_none())
        .filter_map(|score| Some((score, *score.value.as_ref().ok()?, score.null_upper?)))
        .collect();
    let worse: Vec<&(&Score, f64, f64)> = clean
        .iter()
        .filter(|(_, value, upper)| value > upper)
        .collect();
    let total = counted(clean.len() as u64, "clean cell", "clean cells");
    let Some((score, value, upper)) = worse.iter().max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return (!clean.is_empty()).then(|| Finding {
            title: "Calibration",
            text: format!("In none of {total} is the calibration error larger than a perfectly calibrated model would show by chance."),
        });
    };
    let prevalence = score
        .prevalence()
        .map(|share| format!(", {} positive", crate::number::percent(share)))
        .unwrap_or_default();
    Some(Finding {
        title: "Calibration",
        text: format!(
            "In {} of {total} the stated probabilities are off by more than chance explains. The largest: {} {} on {} has an ECE of {}, where a perfectly calibrated model would stay below {} in 95 % of draws ({} examples{prevalence}).",
            count(worse.len() as u64),
            score.key.model,
            score.key.variant,
            score.key.dataset,
            fixed(*value, 3),
            fixed(*upper, 3),
            count(score.examples)
        ),
    })
}
