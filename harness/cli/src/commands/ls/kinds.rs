//! Lists of the kinds that YAML may name: what the documentation of their types says.

use serde::Serialize;
use titer_core::Effect;
use titer_metrics::registry::written;
use titer_spec::{NamedKind, PerturbationSpec};

use super::{Entry, show};
use crate::arguments::{Form, Talk};
use crate::error::CommandError;

#[derive(Serialize)]
struct Kind {
    name: String,
    is: String,
    /// How YAML names it.
    example: String,
}

impl Entry for Kind {
    fn row(&self) -> Vec<String> {
        vec![self.name.clone(), self.is.clone(), self.example.clone()]
    }
}

#[derive(Serialize)]
struct Perturbation {
    name: String,
    /// What becomes of the target.
    target: &'static str,
    severity: bool,
    is: String,
    example: String,
}

impl Entry for Perturbation {
    fn row(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.target.to_owned(),
            if self.severity { "yes" } else { "" }.to_owned(),
            self.is.clone(),
            self.example.clone(),
        ]
    }
}

/// Kinds of one sort, under heads of their own.
pub(super) fn show_kinds(
    (what, place): (&str, &str),
    found: Vec<NamedKind>,
    form: Form,
    talk: Talk,
) -> Result<u8, CommandError> {
    let kinds: Vec<Kind> = found
        .into_iter()
        .map(|kind| Kind {
            name: kind.name,
            is: kind.says,
            example: kind.example,
        })
        .collect();
    let heads = [what, "is", place];
    show(&format!("{what}s"), &heads, &kinds, form, talk)?;
    Ok(0)
}

pub(super) fn perturbations(form: Form, talk: Talk) -> Result<u8, CommandError> {
    let entries: Vec<Perturbation> = PerturbationSpec::examples()
        .into_iter()
        .map(|spec| {
            let condition = spec.condition();
            Perturbation {
                name: spec.kind(),
                target: effect(condition.effect),
                severity: condition.severity.is_some(),
                is: condition.title,
                example: written(&spec),
            }
        })
        .collect();
    let heads = ["perturbation", "target", "severity", "is", "in a suite"];
    show("perturbations", &heads, &entries, form, talk)?;
    Ok(0)
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Kept => "kept",
        Effect::Transformed => "transformed",
        Effect::Destroyed => "destroyed",
    }
}
