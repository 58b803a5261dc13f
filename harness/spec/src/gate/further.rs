//! The gate on how much further a variant falls than its reference.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{By, Covers, Where};
use crate::name;
use crate::quantity::MAX_PLAIN;
use crate::suite::RecalibrationMethod;

/// What of a score is held, in place of the score itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The worst group's value, of this stratum of the suite's; the reference's worst group may be another one.
    WorstGroup(#[schemars(transform = name::name, extend("examples" = ["gc"]))] String),
    /// The score after this recalibration, fitted at home for each variant by itself.
    Recalibrated(RecalibrationMethod),
}

impl Part {
    /// In words, as they stand before what is said of it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::WorstGroup(stratum) => format!(" of the worst group by {stratum}"),
            Self::Recalibrated(method) => format!(" after recalibration ({})", method.name()),
        }
    }
}

/// A margin on how much more of a score a variant loses than its reference, away from home: to each dataset out of
/// distribution (`where`), or with each step along a ladder (`along`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"metric": "auroc", "margin": 0.01}]))]
pub struct Further {
    /// The metric.
    #[schemars(transform = name::name)]
    pub metric: String,
    /// How much more may be lost than the reference loses, in the metric's units; per step along a ladder.
    #[schemars(range(min = 0, max = MAX_PLAIN))]
    pub margin: f64,
    /// The suites' ladder whose slope is held against the reference's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(transform = name::name)]
    pub along: Option<String>,
    /// With `along`: the worst group's score, or the score after recalibration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Part>,
    /// Which data are fallen to: `out_of_distribution`, which it is where neither this nor `along` is given, or one dataset.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub data: Option<Where>,
    /// Whether the interval decides, or the value alone.
    #[serde(default)]
    pub by: By,
    /// Narrows the gate to models, variants or classes.
    #[serde(default, skip_serializing_if = "Covers::is_everything")]
    pub covers: Covers,
}

impl Further {
    /// Which data it is about: of a ladder all of its steps.
    #[must_use]
    pub fn data(&self) -> &Where {
        match (&self.along, &self.data) {
            (Some(_), _) => &Where::EveryDataset,
            (None, Some(data)) => data,
            (None, None) => &Where::OutOfDistribution,
        }
    }

    /// The gate in a line, of a metric called so.
    #[must_use]
    pub fn line(&self, label: &str) -> String {
        let margin = self.margin;
        let of = self.of.as_ref().map(Part::words).unwrap_or_default();
        match &self.along {
            Some(ladder) => format!(
                "{label}{of} loses no more per step than the reference by more than {margin}, along {ladder}"
            ),
            None => format!(
                "{label} falls no further than the reference by more than {margin}, {}",
                self.data()
            ),
        }
    }
}
