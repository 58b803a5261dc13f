//! The gate on what must not change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::Condition;

use super::{By, Covers, Where};
use crate::name;
use crate::quantity::MAX_PLAIN;

/// What a variant must not answer differently: name `flips_at_most` or `change_at_most`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"perturbation": "reverse_complement", "flips_at_most": 0.01}]))]
pub struct Invariant {
    /// A kind of perturbation, which stands for all of its strengths, or one by its name in tables; or a list of them. Each must
    /// keep the target.
    pub perturbation: OneOrMore,
    /// The share of calls that may change, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    pub flips_at_most: Option<f64>,
    /// The mean absolute change of an answer that is let pass: of a probability (of several classes, of the one that changes
    /// most), or of a number in its own unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = MAX_PLAIN))]
    pub change_at_most: Option<f64>,
    /// Which data. Every dataset where left out.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub data: Option<Where>,
    /// Whether the interval decides, or the value alone.
    #[serde(default)]
    pub by: By,
    /// Narrows the gate to models or variants; all of them, the reference too, where left out.
    #[serde(default, skip_serializing_if = "Covers::is_everything")]
    pub covers: Covers,
}

/// One name, or a list of names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One.
    One(#[schemars(transform = name::name)] String),
    /// Several.
    More(#[schemars(transform = name::name)] Vec<String>),
}

impl OneOrMore {
    /// The names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::More(all) => all,
        }
    }
}

/// What of the answers must not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// Calls: the share of units that are called differently.
    Calls,
    /// Answers: the mean absolute change.
    Answers,
}

impl Invariant {
    /// What must stay, and how much of it may change all the same.
    #[must_use]
    pub fn asked(&self) -> (Stays, f64) {
        match (self.flips_at_most, self.change_at_most) {
            (Some(share), _) => (Stays::Calls, share),
            (None, change) => (Stays::Answers, change.unwrap_or(0.0)),
        }
    }

    /// Whether it is about a condition: by its name, its kind, or its kind without what tells it from others of that kind.
    #[must_use]
    pub fn names(&self, condition: &Condition) -> bool {
        let is = |name: &String| *name == condition.name || *name == condition.kind;
        self.perturbation.names().iter().any(is)
    }

    /// The gate in a line.
    #[must_use]
    pub fn line(&self) -> String {
        let to = self.perturbation.names().join(", ").replace('_', " ");
        match self.asked() {
            (Stays::Calls, share) => {
                format!(
                    "at most {} % of calls change under {to}",
                    super::percent(share)
                )
            }
            (Stays::Answers, change) => format!("answers change by {change} at most under {to}"),
        }
    }
}
