//! A metric's average over groups of examples, as a suite names it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::word::Word;

/// `- grouped: {metric: spearman, by: chromosome}`: the metric within each group, averaged by the number
/// of examples in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"metric": "spearman", "by": "chromosome"}]))]
pub struct GroupedSpec {
    /// The metric within each group.
    pub metric: WithinGroups,
    /// The groups: `chromosome`, `strand`, `gc`, `length`, or a stratum that the datasets declare.
    pub by: Word,
}

/// A metric that can be averaged over groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithinGroups {
    /// Pearson's correlation.
    Pearson,
    /// Spearman's rank correlation.
    Spearman,
    /// Kendall's rank correlation.
    Kendall,
    /// R2, the coefficient of determination.
    R2,
    /// Root mean squared error.
    Rmse,
    /// Mean absolute error.
    Mae,
    /// Normalized discounted cumulative gain.
    Ndcg,
}

impl WithinGroups {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::Pearson,
        Self::Spearman,
        Self::Kendall,
        Self::R2,
        Self::Rmse,
        Self::Mae,
        Self::Ndcg,
    ];

    /// The name in YAML and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pearson => "pearson",
            Self::Spearman => "spearman",
            Self::Kendall => "kendall",
            Self::R2 => "r2",
            Self::Rmse => "rmse",
            Self::Mae => "mae",
            Self::Ndcg => "ndcg",
        }
    }
}

/// Stands between the metric and the groups in a score's name.
const BY: &str = "_by_";

impl GroupedSpec {
    /// The name that scores carry: `spearman_by_chromosome`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Word::new(&format!("{}{BY}{}", self.metric.name(), self.by)).text()
    }
}

/// The metric and the groups of a score's name; `None` where it is of no groups.
#[must_use]
pub fn parts(name: &str) -> Option<(&str, &str)> {
    name.split_once(BY)
}
