//! A suite's ladder with every step resolved.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::suite::Shift;

/// A resolved ladder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedLadder {
    /// Its name.
    pub name: String,
    /// What changes along it; `None`: the stratum that it goes by says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<Shift>,
    /// The unit of the steps' distances; `None` where no step states one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What its steps are.
    pub rungs: Rungs,
}

/// What the steps of a ladder are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rungs {
    /// Datasets of the suite, home first.
    Datasets(Vec<PlannedStep>),
    /// Groups of one dataset, in the order of their stratum.
    Groups {
        /// The dataset.
        dataset: String,
        /// The stratum, by the name that scoring knows it by.
        stratum: String,
        /// The groups that are the steps, in order; none: all of them, in the stratum's order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        order: Vec<String>,
    },
}

/// A dataset as a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedStep {
    /// The dataset.
    pub dataset: String,
    /// How far from home, in the ladder's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<f64>,
}

impl PlannedLadder {
    /// Its datasets in order; none where its steps are groups of one.
    #[must_use]
    pub fn steps(&self) -> &[PlannedStep] {
        match &self.rungs {
            Rungs::Datasets(steps) => steps,
            Rungs::Groups { .. } => &[],
        }
    }

    /// The dataset and the stratum whose groups are its steps.
    #[must_use]
    pub fn groups(&self) -> Option<(&str, &str)> {
        match &self.rungs {
            Rungs::Datasets(_) => None,
            Rungs::Groups {
                dataset, stratum, ..
            } => Some((dataset, stratum)),
        }
    }

    /// The groups that are its steps in order; none where they are all of a stratum's, or datasets.
    #[must_use]
    pub fn order(&self) -> &[String] {
        match &self.rungs {
            Rungs::Datasets(_) => &[],
            Rungs::Groups { order, .. } => order,
        }
    }

    /// The distances of all steps from home; `None` where a step states none.
    #[must_use]
    pub fn distances(&self) -> Option<Vec<f64>> {
        let distances: Option<Vec<f64>> = self.steps().iter().map(|step| step.distance).collect();
        distances.filter(|all| !all.is_empty())
    }

    /// The datasets that it needs.
    pub fn datasets(&self) -> impl Iterator<Item = &str> {
        let steps = self.steps().iter().map(|step| step.dataset.as_str());
        steps.chain(self.groups().map(|(dataset, _)| dataset))
    }

    /// What changes along it, in a word.
    #[must_use]
    pub fn shift_name(&self) -> &str {
        match (self.shift, self.groups()) {
            (Some(shift), _) => shift.name(),
            (None, Some((_, stratum))) => stratum,
            (None, None) => "",
        }
    }
}

/// The number of an example that says how similar it is to training data; bins by it are no stratum that a suite can name.
pub const SIMILARITY: &str = "similarity";

/// How the stratum is called that cuts `gc` or `length` into so many groups of equally many examples.
#[must_use]
pub fn quantiles(stratum: &str, groups: u32) -> String {
    format!("{stratum} in {groups}")
}

/// The stratum and the number of groups that [`quantiles`] put into a name; `None` of other strata.
#[must_use]
pub fn of_quantiles(name: &str) -> Option<(&str, u32)> {
    let (stratum, groups) = name.split_once(" in ")?;
    let groups = groups.parse().ok()?;
    ["gc", "length", SIMILARITY]
        .contains(&stratum)
        .then_some((stratum, groups))
}
