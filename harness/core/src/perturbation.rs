//! The trait that every perturbation implements.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::example::Example;
use crate::random::Stream;

/// What a perturbation does to the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The target still holds.
    Kept,
    /// The target holds after a known change of the target.
    Transformed,
    /// The target no longer holds: a negative control, never a drop.
    Destroyed,
}

/// A seeded change of an example.
pub trait Perturbation {
    /// What happens to the target.
    fn effect(&self) -> Effect;

    /// How strong it is, in its own unit; `None` where there is no more or less of it. It is no part of what the random
    /// stream is keyed by, so that a milder change is a subset of a stronger one.
    fn severity(&self) -> Option<f64> {
        None
    }

    /// What else than its severity tells it from others of its kind, as names of folders have it: letters, digits, dots and
    /// underscores.
    fn detail(&self) -> Option<String> {
        None
    }

    /// How many bases a sequence must have for it to be what it says; fewer, and nothing or everything is changed.
    fn needs_bases(&self) -> usize {
        0
    }

    /// In prose: "5 % substitutions".
    fn title(&self) -> String;

    /// What is wrong with its fields beyond their bounds; `None` where they can be done.
    fn fault(&self) -> Option<&'static str> {
        None
    }

    /// Whether it is nothing where a suite spares no positions.
    fn needs_spare(&self) -> bool {
        false
    }

    /// Whether every letter that is not replaced stays at its place, as questions of positions need it.
    fn keeps_places(&self) -> bool;

    /// The changed example: same id, same place, target as `effect` states. `spare` are the
    /// half-open ranges of the sequence that define the label and must not change where the effect is
    /// `Kept`.
    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example;
}

/// What was done to the examples of some cells: a kind of perturbation, and how strong it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// Its name in tables, folders and gates: the kind, and the severity where there is one.
    pub name: String,
    /// The kind, as suites name it, with what else than severity tells it from others of its kind.
    pub kind: String,
    /// How strong, in the kind's own unit; `None` where there is no more or less of it.
    pub severity: Option<f64>,
    /// What it does to the target.
    pub effect: Effect,
    /// In prose: "5 % substitutions".
    pub title: String,
}

impl Condition {
    /// One of which no more is known than its name and its effect: a number behind the kind is its severity.
    #[must_use]
    pub fn named(name: &str, effect: Effect) -> Self {
        let parts = name.rsplit_once('_');
        let found = parts.and_then(|(kind, number)| Some((kind, number.parse().ok()?)));
        Self {
            name: name.to_owned(),
            kind: found.map_or(name, |(kind, _)| kind).to_owned(),
            severity: found.map(|(_, severity)| severity),
            effect,
            title: name.replace('_', " "),
        }
    }
}
