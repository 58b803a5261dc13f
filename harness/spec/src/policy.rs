//! `policy.yaml`: gates with a name, a version and a reason each, for many evaluations to be judged by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::gate::Gate;
use crate::located::Located;
use crate::name;

/// A policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The policy's name.
    #[schemars(transform = name::name)]
    pub policy: Located<String>,
    /// Its version, of your own choosing: what a run was judged by is told apart by it, and by the digest of the file.
    #[schemars(transform = name::line)]
    pub version: String,
    /// One sentence for the report.
    #[serde(default)]
    pub summary: String,
    /// The gates that it asks for.
    pub gates: Vec<Located<ReasonedGate>>,
}

/// A gate, and why it is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonedGate {
    /// The gate, as an evaluation has it.
    pub gate: Located<Gate>,
    /// Why it is asked for: what a reader of the verdict is told.
    #[schemars(transform = name::line)]
    pub reason: String,
}
