//! Corruption errors: errors over all severities, divided by those of an anchor.

use titer_core::{Condition, SeverityCurve, Undefined};
use titer_statistics::{Resampled, student_interval};

use super::{Curve, Given, base_name, is_accuracy, reference, scores, steps};
use crate::cells::JudgedCell;
use crate::sample::CONFIDENCE;
use crate::scored::Scored;

/// A variant's errors over those of its anchor.
#[derive(Clone)]
pub(super) struct Errors {
    anchor: String,
    ratio: Resampled,
    /// What is lost beyond the clean errors, over the same of the anchor; `None` where the anchor loses nothing.
    relative: Option<f64>,
}

/// The errors of a curve of accuracies over those of the best control that answers under the same conditions, else of the
/// reference.
///
/// # Errors
/// There is no anchor, it makes no error, or something was not resampled.
pub(super) fn errors(
    given: Given<'_, '_>,
    clean: &JudgedCell<'_>,
    curve: &Curve<'_>,
) -> Result<Errors, Undefined> {
    let (anchor, its) = anchor(given, clean, curve.levels)
        .ok_or_else(|| Undefined::because("there is no control and no reference to divide by"))?;
    let (own, base) = (sum_of_errors(&curve.own[1..])?, sum_of_errors(&its[1..])?);
    if base.point <= 0.0 {
        return Err(Undefined::because(format!(
            "{anchor} makes no error at any severity"
        )));
    }
    let lost = |of: &[&Scored]| {
        let errors: Option<Vec<f64>> = of
            .iter()
            .map(|one| Some(1.0 - one.score.value.as_ref().ok()?))
            .collect();
        let errors = errors?;
        let (clean, perturbed) = errors.split_first()?;
        Some(perturbed.iter().map(|error| error - clean).sum::<f64>())
    };
    let relative = lost(&curve.own).zip(lost(&its).filter(|lost| *lost > 0.0));
    Ok(Errors {
        ratio: ratio(&own, &base),
        relative: relative.map(|(own, base)| own / base),
        anchor,
    })
}

/// The control that calls most clean examples right, of those that answered under all conditions; else the reference, of the
/// reference itself too.
fn anchor<'a, 'b>(
    given: Given<'a, 'b>,
    clean: &JudgedCell<'b>,
    levels: &[&Condition],
) -> Option<(String, Vec<&'a Scored>)> {
    let accuracies = |steps: &[&'a JudgedCell<'b>]| {
        let place = steps.first()?.scored.iter().position(is_accuracy)?;
        Some(scores(steps, place))
    };
    let controls = || given.controls.iter().copied();
    let answered = controls().filter(|cell| cell.cell.case.is_clean());
    let answered = answered.filter_map(|control| {
        let its = accuracies(&steps(&controls(), control, levels)?)?;
        let value = its.first()?.score.value.clone().ok()?;
        Some((value, control.cell.case.variant.clone(), its))
    });
    let best = answered.max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, name, its)| (name, its)).or_else(|| {
        let base = reference(given)?;
        let its = accuracies(&steps(&given.bases, base, levels)?)?;
        Some((base_name(clean, base), its))
    })
}

/// The sum of what is missing to 1, in every draw.
fn sum_of_errors(accuracies: &[&Scored]) -> Result<Resampled, Undefined> {
    let terms: Result<Vec<(f64, &Resampled)>, Undefined> = accuracies
        .iter()
        .map(|one| {
            one.resampled
                .as_ref()
                .map(|of| (-1.0, of))
                .map_err(Clone::clone)
        })
        .collect();
    let sum = Resampled::weighted_sum(&terms?)?;
    let all = accuracies.len() as f64;
    let add = |value: f64| all + value;
    Ok(Resampled {
        point: add(sum.point),
        replicates: sum.replicates.iter().map(|value| value.map(add)).collect(),
        jackknife: sum.jackknife.iter().map(|value| add(*value)).collect(),
        clusters: sum.clusters,
    })
}

fn ratio(own: &Resampled, base: &Resampled) -> Resampled {
    let replicates = own.replicates.iter().zip(&base.replicates);
    let over = |own: f64, base: f64| (base > 0.0).then(|| own / base);
    let jackknife = own.jackknife.iter().zip(&base.jackknife);
    Resampled {
        point: own.point / base.point,
        replicates: replicates
            .map(|(own, base)| over((*own)?, (*base)?))
            .collect(),
        jackknife: jackknife.map(|(own, base)| own / base).collect(),
        clusters: own.clusters,
    }
}

impl Errors {
    /// The mean over kinds; `None` of fewer than two, or where their anchors are not the same.
    pub(super) fn mean(all: &[Self]) -> Option<Self> {
        let first = all.first().filter(|_| all.len() > 1)?;
        if all.iter().any(|one| one.anchor != first.anchor) {
            return None;
        }
        let weight = 1.0 / all.len() as f64;
        let terms: Vec<(f64, &Resampled)> = all.iter().map(|one| (weight, &one.ratio)).collect();
        let relative: Option<Vec<f64>> = all.iter().map(|one| one.relative).collect();
        Some(Self {
            anchor: first.anchor.clone(),
            ratio: Resampled::weighted_sum(&terms).ok()?,
            relative: relative.map(|all| weight * all.iter().sum::<f64>()),
        })
    }

    pub(super) fn fill(&self, row: &mut SeverityCurve) {
        row.anchor = Some(self.anchor.clone());
        row.corruption_error = Some(self.ratio.point);
        row.relative_corruption_error = self.relative;
        match student_interval(&self.ratio, CONFIDENCE) {
            Ok(interval) => {
                row.corruption_error_lower = Some(interval.lower.max(0.0));
                row.corruption_error_upper = Some(interval.upper);
            }
            Err(reason) => row.corruption_error_undefined = Some(format!("no interval: {reason}")),
        }
    }
}
