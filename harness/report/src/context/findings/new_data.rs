//! How scores fall from in-distribution to out-of-distribution data.

use titer_core::Score;
use titer_spec::plan::Exposure;

use super::of_class;
use crate::index::{Index, Subject};
use crate::number::{percent, with_range};
use crate::words;

/// The most metrics that are told of.
const MOST: usize = 3;

/// How far two prevalences lie apart, as a share of the larger, before it is said.
const APART: f64 = 0.1;

/// A fall of a variant's score.
struct Fall<'a> {
    subject: Subject<'a>,
    inside: &'a Score,
    outside: &'a Score,
    fall: f64,
}

/// A sentence or two for each main metric, over all variants. Falls of different metrics are never ranked: a
/// tenth of one is not a tenth of another.
pub fn text(index: &Index<'_>) -> Option<String> {
    let mut metrics: Vec<&str> = Vec::new();
    for subject in index.subjects() {
        if !metrics.contains(&subject.main_metric()) {
            metrics.push(subject.main_metric());
        }
    }
    let told: Vec<String> = metrics
        .iter()
        .filter_map(|metric| of_metric(index, metric))
        .take(MOST)
        .collect();
    (!told.is_empty()).then(|| told.join(" "))
}

fn of_metric(index: &Index<'_>, metric: &str) -> Option<String> {
    let subjects = index.subjects().into_iter();
    let falls: Vec<Fall<'_>> = subjects
        .filter(|subject| subject.main_metric() == metric)
        .flat_map(|subject| falls(index, subject, metric))
        .collect();
    // The first of equal ones: a reference before its variants.
    let worst = falls
        .iter()
        .rev()
        .max_by(|a, b| a.fall.total_cmp(&b.fall))?;
    let label = words::label(metric);
    if worst.fall <= 0.0 {
        return Some(format!(
            "{label}: no variant scores worse out of distribution than in distribution."
        ));
    }
    let (inside, outside) = (&worst.inside.key, &worst.outside.key);
    Some(format!(
        "{label}{}: the largest fall out of distribution is that of {} {}, from {} to {}.{}{}",
        of_class(inside.class.as_deref()),
        inside.model,
        inside.variant,
        place(index, worst, worst.inside),
        place(index, worst, worst.outside),
        caution(
            index.exposure(worst.subject, &inside.dataset),
            index.exposure(worst.subject, &outside.dataset)
        ),
        prevalences(metric, worst).unwrap_or_default()
    ))
}

fn place(index: &Index<'_>, fall: &Fall<'_>, score: &Score) -> String {
    let exposure = match index.exposure(fall.subject, &score.key.dataset) {
        Exposure::Unknown => "unknown whether trained on",
        known => known.words(),
    };
    let value = score.value.as_ref().map_or(f64::NAN, |value| *value);
    format!(
        "{} on {} ({exposure})",
        with_range(value, score.interval.as_ref().ok()),
        score.key.dataset,
    )
}

/// What the fall may be besides an effect of the data.
fn caution(inside: Exposure, outside: Exposure) -> &'static str {
    match (inside, outside) {
        (Exposure::HeldOut, Exposure::HeldOut) | (Exposure::Seen, Exposure::Seen) => "",
        (Exposure::Seen, Exposure::HeldOut) => {
            " The first was trained on and the second was not, so this is not a pure species effect."
        }
        (Exposure::HeldOut, Exposure::Seen) => {
            " The second was trained on and the first was not: on data that are new to it the model may fall further."
        }
        (Exposure::Unknown, _) | (_, Exposure::Unknown) => {
            " What the model was trained on is not fully known, so this may not be a pure effect of the data."
        }
    }
}

/// Both prevalences, where they differ and move the metric by themselves.
fn prevalences(metric: &str, fall: &Fall<'_>) -> Option<String> {
    let (here, there) = (fall.inside.prevalence()?, fall.outside.prevalence()?);
    let apart = (here - there).abs() > APART * here.max(there);
    (apart && words::moves_with_prevalence(metric)).then(|| {
        format!(
            " {} moves with prevalence: {} of {}, {} of {} are positive.",
            words::label(metric),
            percent(here),
            fall.inside.key.dataset,
            percent(there),
            fall.outside.key.dataset
        )
    })
}

fn falls<'a>(index: &Index<'a>, subject: Subject<'a>, metric: &str) -> Vec<Fall<'a>> {
    let side = |inside: bool| {
        let datasets = subject.datasets().iter();
        let datasets = datasets.filter(move |dataset| dataset.in_distribution == inside);
        datasets.map(|dataset| dataset.name.as_str())
    };
    let mut falls = Vec::new();
    for variant in subject.variants() {
        for class in subject.classes_of(metric) {
            let score = |dataset: &str| {
                index.score(&subject.key(&variant.name, dataset, None, metric, class))
            };
            for inside in side(true).filter_map(score) {
                for outside in side(false).filter_map(score) {
                    if let (Ok(from), Ok(to)) = (&inside.value, &outside.value) {
                        let fall = (from - to) * words::sign(metric);
                        falls.push(Fall {
                            subject,
                            inside,
                            outside,
                            fall,
                        });
                    }
                }
            }
        }
    }
    falls
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReportInput, fixture};

    fn said(input: &ReportInput) -> String {
        text(&Index::new(input, 2)).unwrap()
    }

    /// A variant that falls further than the reference is the one that is named.
    #[test]
    fn every_variant_is_looked_at_and_every_metric_has_its_own_sentence() {
        let mut input = fixture::run();
        let text = said(&input);
        let of = "AUROC: the largest fall out of distribution is that of example-donor";
        assert!(text.contains(&format!("{of} fp32")), "{text}");
        for score in &mut input.scores {
            let key = &score.key;
            if key.variant == "int8-static" && key.dataset == "splice-yeast" {
                score.value = Ok(0.8);
            }
        }
        let text = said(&input);
        assert!(text.contains(&format!("{of} int8-static")), "{text}");
        // The fall of the other metric is much larger and hides nothing.
        let other = "Average precision of acceptor sites: the largest fall";
        assert!(text.contains(other), "{text}");
    }

    #[test]
    fn prevalence_is_told_where_it_moves_the_metric() {
        let mut input = fixture::run();
        let unlike = "moves with prevalence";
        assert!(!said(&input).contains(unlike));
        for score in &mut input.scores {
            if score.key.dataset == "splice-yeast-positions" {
                score.positives = 1_165;
            }
            // AUROC does not move.
            if score.key.dataset == "splice-yeast" {
                score.positives = 20;
            }
        }
        let text = said(&input);
        assert_eq!(text.matches(unlike).count(), 1, "{text}");
        let both = "Average precision moves with prevalence: 0.14 % of splice-human-chr20-positions, \
                    0.40 % of splice-yeast-positions are positive.";
        assert!(text.contains(both), "{text}");
    }

    #[test]
    fn what_is_unknown_is_not_said_to_be_held_out() {
        let mut input = fixture::run();
        for pair in &mut input.manifest.plan.pairs {
            if pair.exposure == Exposure::HeldOut {
                pair.exposure = Exposure::Unknown;
            }
        }
        let text = said(&input);
        assert!(!text.contains("the second was not"), "{text}");
        assert!(text.contains("(unknown whether trained on)"), "{text}");
        assert!(text.contains("is not fully known"), "{text}");
    }

    #[test]
    fn no_fall_is_said_by_metric() {
        let mut input = fixture::run();
        for score in &mut input.scores {
            score.value = Ok(0.9);
        }
        let text = said(&input);
        assert!(text.contains("AUROC: no variant scores worse"), "{text}");
    }
}
