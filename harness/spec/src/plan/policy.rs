//! A policy, as a plan keeps it: its gates are the last of the plan's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::Digest;

use super::Plan;
use crate::document::Document;
use crate::gate::Gate;
use crate::policy::Policy;

/// Which policy a run is judged by, and why each of its gates is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedPolicy {
    /// Its name.
    pub policy: String,
    /// Its version.
    pub version: String,
    /// Its sentence.
    #[serde(default)]
    pub summary: String,
    /// The digest of its text.
    pub digest: Digest,
    /// The reason of each of its gates, which are the last of the plan's.
    pub reasons: Vec<String>,
}

impl PlannedPolicy {
    /// As it is written, without its gates: [`Plan::add`] adds those.
    #[must_use]
    pub fn new(document: &Document<Policy>) -> Self {
        Self {
            policy: document.value.policy.value.clone(),
            version: document.value.version.clone(),
            summary: document.value.summary.clone(),
            digest: document.digest(),
            reasons: Vec::new(),
        }
    }
}

impl Plan {
    /// Adds a gate of the plan's policy.
    pub fn add(&mut self, gate: Gate, reason: &str) {
        if let Some(policy) = &mut self.policy {
            policy.reasons.push(reason.to_owned());
            self.gates.push(gate);
        }
    }

    /// Why a gate is asked for, by its number from 0; `None` of one that the evaluation itself has.
    #[must_use]
    pub fn reason(&self, gate: usize) -> Option<&str> {
        let reasons = &self.policy.as_ref()?.reasons;
        let own = self.gates.len().checked_sub(reasons.len())?;
        Some(reasons.get(gate.checked_sub(own)?)?)
    }
}
