//! The scenarios: to add one here, a variant and its words (`tagged!` where one has fields); how it is measured stands in
//! `harness/measure/src/scenarios`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How queries come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scenario {
    /// One query at a time, the next when the one before has been answered.
    SingleStream,
}

impl Scenario {
    /// How queries come, in a few words that stand beside their times.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::SingleStream => "one query at a time".to_owned(),
        }
    }
}
