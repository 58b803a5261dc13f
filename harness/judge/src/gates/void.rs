//! A check that proves nothing: where the reference minus the margin is no better than chance, or than a control that
//! knows no biology, whoever passes may be no better either.

use titer_core::{Comparison, Contrast, ControlScore, Decision, Direction, Score};
use titer_spec::gate::{Allowed, Rule};
use titer_spec::{Gate, Plan};

use super::{Ruling, Subject, subjects};
use crate::cells::score_key;
use crate::measures::Measure;
use crate::words::number;

/// Why a check against the reference is void; `None` where it is not. `best` is the best control's name and value.
#[must_use]
pub fn void(
    measure: Measure,
    allowed: Allowed,
    reference: f64,
    prevalence: Option<f64>,
    best: Option<(&str, f64)>,
) -> Option<String> {
    let higher = measure.direction() == Direction::HigherIsBetter;
    // Of several classes chance hangs on their shares, which are not at hand.
    let chance = measure.about().chance.value(prevalence)?;
    let floor = match allowed {
        Allowed::Absolute(margin) if higher => reference - margin,
        Allowed::Absolute(margin) => reference + margin,
        Allowed::Share(share) if higher => reference * share,
        Allowed::Share(share) => reference / share,
    };
    let no_better = |level: f64| {
        if higher {
            floor <= level
        } else {
            floor >= level
        }
    };
    let (level, what) = match best {
        Some((name, value)) if no_better(value) => (value, format!("the control {name}")),
        _ if no_better(chance) => (chance, "chance".to_owned()),
        _ => return None,
    };
    Some(format!(
        "the reference has {}, so the margin reaches {}, no better than {what} ({}): to pass proves nothing",
        number(reference),
        number(floor),
        number(level)
    ))
}

/// The checks of a gate that prove nothing by the scores of an earlier run, in a line each.
#[must_use]
pub fn void_checks(
    plan: &Plan,
    gate: &Gate,
    (scores, comparisons, controls): (&[Score], &[Comparison], &[ControlScore]),
) -> Vec<String> {
    let margin = match gate.rule() {
        Rule::Margin(asked, margin) if asked.allows_a_loss() => margin,
        _ => return Vec::new(),
    };
    let line = |subject: Subject<'_>| {
        let Subject::Cell {
            cell,
            measure,
            class,
            ..
        } = subject
        else {
            return None;
        };
        let key = score_key(cell, measure.name, class);
        let score = scores.iter().find(|score| score.key == key)?;
        let is_its = |one: &&Comparison| one.contrast == Contrast::Reference && one.key == key;
        let reference = reference(comparisons.iter().find(is_its)?, score)?;
        let best = best_control(measure, controls.iter().filter(|row| row.key == key));
        let why = void(
            measure,
            margin.allowed(),
            reference,
            score.prevalence_beside_others(),
            best,
        )?;
        Some(format!(
            "{} {} on {}: {why}",
            cell.case.model, cell.case.variant, cell.case.dataset
        ))
    };
    subjects(plan, gate).into_iter().filter_map(line).collect()
}

/// The best control on the same examples by the metric.
#[must_use]
pub fn best_control<'a>(
    measure: Measure,
    controls: impl Iterator<Item = &'a ControlScore>,
) -> Option<(&'a str, f64)> {
    let sign = measure.direction().sign();
    let known = controls.filter_map(|row| Some((row.control.as_str(), row.control_value?)));
    known.max_by(|a, b| (sign * a.1).total_cmp(&(sign * b.1)))
}

/// The reference's value, from the candidate's and their difference.
#[must_use]
pub fn reference(comparison: &Comparison, score: &Score) -> Option<f64> {
    Some(score.value.as_ref().ok()? - comparison.difference.as_ref().ok()?)
}

/// A void check is never passed; what fails even so has failed.
#[must_use]
pub fn hold(ruling: Ruling, void: Option<String>) -> Ruling {
    match void {
        Some(reason) if ruling.decision != Decision::Fail => Ruling {
            decision: Decision::Inconclusive,
            because: format!("void: {reason}; {}", ruling.because),
            ..ruling
        },
        _ => ruling,
    }
}
