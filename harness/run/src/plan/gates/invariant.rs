//! `invariant_to` is checked before anything runs.

use titer_core::{Condition, Effect};
use titer_spec::gate::Invariant;
use titer_spec::{Gate, Located, SpecError, suggest};

use super::{On, error_at};

/// One limit, perturbations that suites here make, each of which keeps the target.
pub(super) fn check(on: On<'_>, gate: &Located<Gate>, asked: &Invariant) -> Result<(), SpecError> {
    let wrong =
        |field: &str, message: &str, cure: &str| Err(error_at(on, gate, field, message, cure));
    match (asked.flips_at_most, asked.change_at_most) {
        (Some(_), Some(_)) => {
            return wrong(
                "change_at_most",
                "the gate has a `flips_at_most` and a `change_at_most`",
                "give one of them, and a second gate for the other",
            );
        }
        (None, None) => {
            return wrong(
                "flips_at_most",
                "the gate does not say how much may change",
                "add `flips_at_most: 0.01`, a share of calls, or `change_at_most: 0.05`, the mean change of an answer",
            );
        }
        _ => {}
    }
    if asked.covers.perturbation.is_some() {
        return wrong(
            "covers.perturbation",
            "covers.perturbation: the gate names its perturbations itself",
            "take it out, and name it under `perturbation`",
        );
    }
    if !asked.covers.classes.is_empty() {
        return wrong(
            "covers.classes",
            "covers.classes: the gate is about all answers of an example",
            "take it out",
        );
    }
    let names = asked.perturbation.names();
    if names.is_empty() {
        return wrong(
            "perturbation",
            "perturbation: the list is empty",
            "name a perturbation of the suites",
        );
    }
    names
        .iter()
        .try_for_each(|name| named(on, gate, asked, name))
}

fn named(on: On<'_>, gate: &Located<Gate>, asked: &Invariant, name: &str) -> Result<(), SpecError> {
    let suites = on.plan.suites.iter();
    let conditions: Vec<&Condition> = suites.flat_map(|suite| &suite.perturbations).collect();
    let only = Invariant {
        perturbation: titer_spec::gate::OneOrMore::One(name.to_owned()),
        ..asked.clone()
    };
    let found: Vec<&&Condition> = conditions.iter().filter(|one| only.names(one)).collect();
    let wrong =
        |message: String, cure: String| Err(error_at(on, gate, "perturbation", &message, &cure));
    if found.is_empty() {
        let kept = conditions.iter().filter(|one| one.effect == Effect::Kept);
        let mut known: Vec<&str> = kept
            .flat_map(|one| [one.kind.as_str(), one.name.as_str()])
            .collect();
        known.sort_unstable();
        known.dedup();
        let cure = match known.is_empty() {
            true => "add it to the suite's `perturbations`".to_owned(),
            false => suggest::cure(name, &known),
        };
        return wrong(format!("perturbation: no suite here makes `{name}`"), cure);
    }
    match found.iter().find(|one| one.effect != Effect::Kept) {
        None => Ok(()),
        Some(one) if one.effect == Effect::Destroyed => wrong(
            format!("perturbation: `{}` destroys the target: answers must fall there, not stay", one.name),
            "take it out; that what must fall does is checked without a gate, and `at_most` on `called_positive_share` limits false alarms"
                .to_owned(),
        ),
        Some(one) => wrong(
            format!("perturbation: `{}` changes the target: answers must follow it, not stay", one.name),
            "take it out, and hold the scores there to `at_least`".to_owned(),
        ),
    }
}
