//! How scores fall from in-distribution to out-of-distribution data, and which variants fall further than their reference.

use titer_core::{Case, Fall, Score, ScoreKey};
use titer_spec::plan::Exposure;

use super::of_class;
use crate::index::{Index, Subject};
use crate::number::{count, counted, decimals, fixed, percent, with_range};
use crate::words;

/// The most metrics that are told of.
const MOST: usize = 3;

/// How far two prevalences lie apart, as a share of the larger, before it is said.
const APART: f64 = 0.1;

/// A fall of the main metric that has a value.
#[derive(Clone, Copy)]
struct Told<'a> {
    subject: Subject<'a>,
    fall: &'a Fall,
    value: f64,
}

/// A few sentences for each main metric, over all variants. Falls of different metrics are never ranked: a
/// tenth of one is not a tenth of another.
pub(super) fn points(index: &Index<'_>) -> Vec<String> {
    if index.input.tables.lacks::<Fall>() {
        let asked = index.subjects().into_iter().any(has_both_sides);
        let cure = "How far scores fall out of distribution is not computed: this folder was judged by an earlier \
                    version, and `titer score` computes it.";
        return asked.then(|| cure.to_owned()).into_iter().collect();
    }
    let mut metrics: Vec<&str> = Vec::new();
    for subject in index.subjects() {
        if !metrics.contains(&subject.main_metric()) {
            metrics.push(subject.main_metric());
        }
    }
    let told = metrics.iter().filter_map(|metric| of_metric(index, metric));
    let mut points: Vec<String> = Vec::new();
    for point in told.take(MOST).flatten() {
        // What the data are to the models is said once for all metrics.
        if !points.contains(&point) {
            points.push(point);
        }
    }
    points
}

fn has_both_sides(subject: Subject<'_>) -> bool {
    let side = |inside: bool| {
        let mut datasets = subject.datasets().iter();
        datasets.any(|dataset| dataset.in_distribution == inside)
    };
    side(true) && side(false)
}

/// The largest fall of a metric, which variants fall further, and what the fall may be besides an effect of the data.
fn of_metric(index: &Index<'_>, metric: &str) -> Option<Vec<String>> {
    let subjects = index.subjects().into_iter();
    let falls: Vec<Told<'_>> = subjects
        .filter(|subject| subject.main_metric() == metric)
        .flat_map(|subject| {
            let falls = index.falls(subject).into_iter();
            let falls = falls.filter(move |fall| fall.metric == metric);
            falls.filter_map(move |fall| {
                let value = fall.fall.value?;
                Some(Told {
                    subject,
                    fall,
                    value,
                })
            })
        })
        .collect();
    let worst = largest(falls.iter().map(|told| (told, told.value)))?;
    let label = words::label(metric);
    let beyond = beyond(index, &falls).map(|text| format!("{label}: {text}"));
    if worst.value <= 0.0 {
        let none =
            format!("{label}: no variant scores worse out of distribution than in distribution.");
        return Some(std::iter::once(none).chain(beyond).collect());
    }
    let fall = worst.fall;
    let shown = falls.iter().filter(|told| told.fall.is_shown());
    let of = counted(falls.len() as u64, "fall is", "falls are");
    let largest = format!(
        "{label} falls furthest for {} {}{}: {}, from {} to {}. {} of {of} clear of 0.",
        fall.model,
        fall.variant,
        of_class(index, &fall.suite, fall.class.as_deref()),
        by(worst.value, fall.fall.interval().ok().as_ref()),
        place(index, worst, &fall.in_distribution),
        place(index, worst, &fall.out_of_distribution),
        count(shown.count() as u64),
    );
    let exposure = |dataset: &str| index.exposure(worst.subject, dataset);
    let caution = caution(
        exposure(&fall.in_distribution),
        exposure(&fall.out_of_distribution),
    );
    let parts = [
        Some(largest),
        prevalences(index, worst),
        beyond,
        caution.map(str::to_owned),
    ];
    Some(parts.into_iter().flatten().collect())
}

/// The largest by value, the first of equal ones: a reference before its variants.
fn largest<'a, T>(all: impl Iterator<Item = (&'a T, f64)>) -> Option<&'a T> {
    let mut found: Option<(&T, f64)> = None;
    for (one, value) in all {
        if found.is_none_or(|(_, known)| value > known) {
            found = Some((one, value));
        }
    }
    found.map(|(one, _)| one)
}

/// Whether variants fall further than their references, and which does most.
fn beyond(index: &Index<'_>, falls: &[Told<'_>]) -> Option<String> {
    let held: Vec<(&Fall, titer_core::Estimate)> = falls
        .iter()
        .filter_map(|told| Some((told.fall, told.fall.held.estimate()?)))
        .filter(|(_, further)| further.value.is_some())
        .collect();
    let value = |one: &(&Fall, titer_core::Estimate)| one.1.value.unwrap_or(f64::NEG_INFINITY);
    let shown = || held.iter().filter(|(fall, _)| fall.held.is_shown());
    let number = shown().count() as u64;
    let unknown = held.iter().filter(|(_, further)| further.lower.is_none());
    let unknown = match unknown.count() as u64 {
        0 => String::new(),
        1 => ", 1 has no interval".to_owned(),
        unknown => format!(", {} have no interval", count(unknown)),
    };
    let of = counted(held.len() as u64, "fall", "falls");
    let Some((fall, further)) = largest(shown().map(|one| (one, value(one)))) else {
        return (!held.is_empty()).then(|| {
            format!("no build is shown to fall further than its reference ({of}{unknown}).")
        });
    };
    Some(format!(
        "{} of {of} of other builds {} clearly further than the reference's{unknown}; the furthest: {} {}{} from {} to {}, {} more than {}. These intervals are not corrected for their number.",
        count(number),
        if number == 1 { "is" } else { "are" },
        fall.model,
        fall.variant,
        of_class(index, &fall.suite, fall.class.as_deref()),
        fall.in_distribution,
        fall.out_of_distribution,
        by(further.value?, further.interval().ok().as_ref()),
        fall.held.base.as_deref().unwrap_or("its reference"),
    ))
}

/// "by 0.075 (95 % 0.061 to 0.089)".
fn by(value: f64, interval: Option<&titer_core::Interval>) -> String {
    let places = decimals(value, interval);
    match interval {
        Some(interval) => format!(
            "by {} (95 % {} to {})",
            fixed(value, places),
            fixed(interval.lower, places),
            fixed(interval.upper, places)
        ),
        None => format!("by {} (no interval)", fixed(value, places)),
    }
}

/// The score of a fall on one of its datasets.
fn score<'a>(index: &Index<'a>, told: &Told<'_>, dataset: &str) -> Option<&'a Score> {
    let fall = told.fall;
    index.score(&ScoreKey {
        case: Case {
            suite: fall.suite.clone(),
            model: fall.model.clone(),
            variant: fall.variant.clone(),
            dataset: dataset.to_owned(),
            split: fall.split.clone(),
            perturbation: None,
        },
        metric: fall.metric.clone(),
        class: fall.class.clone(),
    })
}

fn place(index: &Index<'_>, told: &Told<'_>, dataset: &str) -> String {
    let exposure = match index.exposure(told.subject, dataset) {
        Exposure::Unknown => "unknown whether trained on",
        known => known.words(),
    };
    let score = score(index, told, dataset);
    let value = score.and_then(|score| Some((*score.value.as_ref().ok()?, score)));
    let value = value.map_or(String::new(), |(value, score)| {
        format!("{} on ", with_range(value, score.interval.as_ref().ok()))
    });
    format!("{value}{dataset} ({exposure})")
}

/// What the fall may be besides an effect of the data.
fn caution(inside: Exposure, outside: Exposure) -> Option<&'static str> {
    match (inside, outside) {
        (Exposure::HeldOut, Exposure::HeldOut) | (Exposure::Seen, Exposure::Seen) => None,
        (Exposure::Seen, Exposure::HeldOut) => Some(
            "The models were trained on the first data and not on the second, so this is not a pure effect of the species.",
        ),
        (Exposure::HeldOut, Exposure::Seen) => Some(
            "The model was trained on the second data and not on the first: on data that are new to it it may fall further.",
        ),
        (Exposure::Unknown, _) | (_, Exposure::Unknown) => Some(
            "What the model was trained on is not fully known, so this may not be a pure effect of the data.",
        ),
    }
}

/// Both prevalences, where they differ and move the metric by themselves.
fn prevalences(index: &Index<'_>, told: &Told<'_>) -> Option<String> {
    let fall = told.fall;
    let of = |dataset: &str| score(index, told, dataset)?.prevalence();
    let (here, there) = (of(&fall.in_distribution)?, of(&fall.out_of_distribution)?);
    let apart = (here - there).abs() > APART * here.max(there);
    (apart && words::moves_with_prevalence(&fall.metric)).then(|| {
        format!(
            "{} moves with prevalence: {} of {}, {} of {} are positive.",
            words::label(&fall.metric),
            percent(here),
            fall.in_distribution,
            percent(there),
            fall.out_of_distribution
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReportInput, fixture};

    fn said(input: &ReportInput) -> String {
        points(&Index::new(input, 2)).join(" ")
    }

    /// A variant that falls further than the reference is the one that is named.
    #[test]
    fn every_variant_is_looked_at_and_every_metric_has_its_own_sentence() {
        let mut input = fixture::run();
        let text = said(&input);
        let of = "AUROC falls furthest for example-donor";
        assert!(
            text.contains(&format!("{of} fp32: by 0.075 (95 % 0.071 to 0.080)")),
            "{text}"
        );
        for score in &mut input.tables.scores {
            let key = &score.key;
            if key.case.variant == "int8-static" && key.case.dataset == "splice-yeast" {
                score.value = Ok(0.8);
                score.interval = Ok(fixture::interval(0.79, 0.81));
            }
        }
        fixture::judge_falls(&mut input);
        let text = said(&input);
        assert!(
            text.contains(&format!("{of} int8-static: by 0.180 (95 % 0.170 to 0.190)")),
            "{text}"
        );
        // The fall of the other metric is much larger and hides nothing.
        let other = "Average precision falls furthest for ";
        assert!(
            text.contains(other) && text.contains("fp32 of acceptor sites: by 0.520"),
            "{text}"
        );
    }

    #[test]
    fn what_falls_further_than_its_reference_is_counted_and_the_furthest_is_named() {
        let mut input = fixture::run();
        let before = said(&input);
        assert!(
            before.contains(
                "AUROC: no build is shown to fall further than its reference (6 falls, 2 have no interval)."
            ),
            "{before}"
        );
        let far =
            |row: &&mut Fall| row.metric == "auroc" && row.out_of_distribution == "splice-yeast";
        for (variant, further, lower) in [
            ("int8-static", 0.03, -0.001),
            ("int8-dynamic", 0.012, 0.004),
        ] {
            let mut rows = input.tables.falls.iter_mut().filter(far);
            let row = rows.find(|row| row.variant == variant).unwrap();
            (
                row.held.further,
                row.held.further_lower,
                row.held.further_upper,
            ) = (Some(further), Some(lower), Some(0.05));
            row.held.further_confidence = Some(0.95);
            row.held.further_interval_method = Some(titer_core::IntervalMethod::SquareAndAdd);
            row.held.further_interval_undefined = None;
        }
        let text = said(&input);
        // The larger one, whose interval holds 0, is not the one that is shown.
        let told = "1 of 6 falls of other builds is clearly further than the reference's, 2 have no interval; the furthest: \
                    example-donor int8-dynamic from splice-human-chr20 to splice-yeast, by 0.012 (95 % 0.004 to 0.050) \
                    more than fp32. These intervals are not corrected for their number.";
        assert!(text.contains(told), "{text}");
    }

    #[test]
    fn a_folder_judged_before_falls_were_says_so() {
        let mut input = fixture::run();
        fixture::judged_before_falls(&mut input);
        let text = said(&input);
        assert!(
            text.starts_with("How far scores fall out of distribution is not computed"),
            "{text}"
        );
        for suite in &mut input.manifest.plan.suites {
            suite.datasets.retain(|dataset| dataset.in_distribution);
        }
        assert!(points(&Index::new(&input, 2)).is_empty());
    }

    #[test]
    fn prevalence_is_told_where_it_moves_the_metric() {
        let mut input = fixture::run();
        let unlike = "moves with prevalence";
        assert!(!said(&input).contains(unlike));
        for score in &mut input.tables.scores {
            if score.key.case.dataset == "splice-yeast-positions" {
                score.positives = 1_165;
            }
            // AUROC does not move.
            if score.key.case.dataset == "splice-yeast" {
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
        for score in &mut input.tables.scores {
            score.value = Ok(0.9);
            score.interval = Ok(fixture::interval(0.89, 0.91));
        }
        fixture::judge_falls(&mut input);
        let text = said(&input);
        assert!(text.contains("AUROC: no variant scores worse"), "{text}");
    }
}
