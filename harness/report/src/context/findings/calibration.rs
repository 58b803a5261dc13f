//! Stated probabilities that are off, and what variants did to them.

use titer_core::{Comparison, Contrast, Score};

use super::of_class;
use crate::context::cell::mark;
use crate::index::Index;
use crate::number::{count, counted, fixed, percent, signed, signed_range};
use crate::words;

/// How many cells are miscalibrated, the worst of them, and the largest worsening against a reference.
pub(super) fn points(index: &Index<'_>) -> Vec<String> {
    let Some(metric) = metric(index) else {
        return Vec::new();
    };
    let Some(found) = miscalibrated(index, metric) else {
        return Vec::new();
    };
    std::iter::once(found)
        .chain(worsening(index, metric))
        .collect()
}

/// In how many cases probabilities are off, and the worst of them.
fn miscalibrated(index: &Index<'_>, metric: &str) -> Option<String> {
    let clean: Vec<(&Score, f64, f64)> = index
        .input
        .tables
        .scores
        .iter()
        .filter(|score| score.key.case.is_clean() && score.key.metric == metric)
        .filter_map(|score| Some((score, *score.value.as_ref().ok()?, score.null_upper?)))
        .collect();
    let above: Vec<&(&Score, f64, f64)> = clean
        .iter()
        .filter(|(score, ..)| score.above_chance() == Some(true))
        .collect();
    let total = counted(clean.len() as u64, "case", "cases");
    let worst = above.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    match worst {
        None if clean.is_empty() => None,
        None => Some(format!(
            "In none of {total} is the {} larger than a perfectly calibrated model would show by chance.",
            words::in_prose(metric)
        )),
        Some((score, value, upper)) => Some(format!(
            "Probabilities are measurably miscalibrated in {} of {total}. The largest {}: {} {} on {}{}, {}, where a perfectly calibrated model would stay below {} in 95 % of draws ({} examples{}).",
            count(above.len() as u64),
            words::in_prose(metric),
            score.key.case.model,
            score.key.case.variant,
            score.key.case.dataset,
            of_class(index, &score.key.case.suite, score.key.class.as_deref()),
            fixed(*value, 3),
            fixed(*upper, 3),
            count(score.examples),
            score
                .prevalence()
                .map(|share| format!(", {} positive", percent(share)))
                .unwrap_or_default()
        )),
    }
}

/// The calibration error that is told of: the ECE where it was asked for.
fn metric<'a>(index: &Index<'a>) -> Option<&'a str> {
    let scores = index.input.tables.scores.iter();
    let mut names = scores.filter(|score| score.null_upper.is_some());
    let first = names.next()?.key.metric.as_str();
    Some(match names.any(|score| score.key.metric == "ece") {
        true => "ece",
        false => first,
    })
}

/// The largest worsening against a reference: by the interval, or by the value where no interval is known.
fn worsening(index: &Index<'_>, metric: &str) -> Option<String> {
    let sign = words::sign(metric);
    let all: Vec<&Comparison> = index
        .input
        .tables
        .comparisons
        .iter()
        .filter(|one| one.contrast == Contrast::Reference && one.key.metric == metric)
        .filter(|one| one.key.case.is_clean() && one.difference.is_ok())
        .collect();
    let known = all.iter().filter(|one| one.interval.is_ok()).count();
    let clear = |one: &&&Comparison| mark(one, sign) == "worse" || known == 0;
    let worse = |one: &Comparison| -sign * one.difference.as_ref().map_or(0.0, |value| *value);
    let largest = all
        .iter()
        .filter(clear)
        .filter(|one| worse(one) > 0.0)
        .max_by(|a, b| worse(a).total_cmp(&worse(b)));
    let Some(one) = largest else {
        let differences = counted(known as u64, "difference", "differences");
        return (known > 0)
            .then(|| format!("None of {differences} to a reference is a clear worsening."));
    };
    let difference = *one.difference.as_ref().ok()?;
    let candidate = *index.score(&one.key)?.value.as_ref().ok()?;
    let range = match &one.interval {
        Ok(interval) => format!("95 % {}", signed_range(interval, 3)),
        Err(_) => "no interval".to_owned(),
    };
    Some(format!(
        "The largest worsening against a reference: {} on {}{}, {} {} → {} {} ({}, {range}).",
        one.key.case.model,
        one.key.case.dataset,
        of_class(index, &one.key.case.suite, one.key.class.as_deref()),
        one.base,
        fixed(candidate - difference, 3),
        one.key.case.variant,
        fixed(candidate, 3),
        signed(difference, 3),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReportInput, fixture};

    fn said(input: &ReportInput) -> String {
        points(&Index::new(input, 2)).join(" ")
    }

    #[test]
    fn the_largest_worsening_is_told_beside_the_largest_error() {
        let mut input = fixture::run();
        let wanted = |key: &titer_core::ScoreKey| {
            key.metric == "ece"
                && key.case.dataset == "splice-human-chr20"
                && key.case.variant == "int8-dynamic"
                && key.case.is_clean()
        };
        let scores = &mut input.tables.scores;
        scores
            .iter_mut()
            .find(|one| wanted(&one.key))
            .unwrap()
            .value = Ok(0.187);
        let comparisons = &mut input.tables.comparisons;
        let one = comparisons.iter_mut().find(|one| wanted(&one.key)).unwrap();
        one.difference = Ok(0.158);
        let text = said(&input);
        let told = "example-donor on splice-human-chr20, fp32 0.029 → int8-dynamic 0.187 (+0.158, no interval).";
        assert!(text.contains(told), "{text}");
        // The largest error is still that of another cell, far away.
        assert!(text.contains("The largest ECE: example-"), "{text}");
        let interval = titer_core::Interval {
            lower: 0.141,
            upper: 0.175,
            confidence: 0.95,
            method: titer_core::IntervalMethod::ClusteredBootstrapT,
        };
        let comparisons = &mut input.tables.comparisons;
        let one = comparisons.iter_mut().find(|one| wanted(&one.key)).unwrap();
        one.interval = Ok(interval);
        assert!(said(&input).contains("(+0.158, 95 % +0.141 to +0.175)"));
        // An interval that holds 0 shows no worsening.
        let comparisons = &mut input.tables.comparisons;
        let one = comparisons.iter_mut().find(|one| wanted(&one.key)).unwrap();
        one.interval = Ok(titer_core::Interval {
            lower: -0.01,
            ..interval
        });
        let text = said(&input);
        assert!(
            text.contains("None of 1 difference to a reference"),
            "{text}"
        );
    }
}
