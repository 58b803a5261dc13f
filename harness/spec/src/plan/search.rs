//! Planned searches: cells whose questions follow from the answers before.

use serde::{Deserialize, Serialize};
use titer_core::Digest;

use super::PlannedCell;
use crate::evaluation::Adversarial;
use crate::suite::Span;

/// What is searched for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchSpec {
    /// Few substitutions that change the call.
    Adversarial(Adversarial),
    /// The effect of every single-base change.
    Mutagenesis {
        /// Positive examples at most.
        examples: usize,
        /// Which bases of the sequences.
        window: Span,
    },
}

impl SearchSpec {
    /// Its name in an evaluation, in cases and in tables.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Adversarial(_) => "adversarial",
            Self::Mutagenesis { .. } => "mutagenesis",
        }
    }

    /// Examples of each dataset at most.
    #[must_use]
    pub fn examples(&self) -> usize {
        match self {
            Self::Adversarial(asked) => asked.examples,
            Self::Mutagenesis { examples, .. } => *examples,
        }
    }
}

/// A search on one variant and one dataset's split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedSearch {
    /// Its cell, whose answers are those to the drawn examples as they are. The condition is the search's name.
    #[serde(flatten)]
    pub cell: PlannedCell,
    /// What is searched for.
    pub search: SearchSpec,
    /// The reference's search on the same data, whose finds are asked of this variant; `None` of a reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Digest>,
}
