//! A metric's average over groups of examples, as a suite names it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::WithinGroups;
use crate::word::Word;

/// `- grouped: {metric: spearman, by: chromosome}`: the metric within each group, averaged by the number
/// of examples in each.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"metric": "spearman", "by": "chromosome"}]))]
pub struct GroupedSpec {
    /// The metric within each group.
    pub metric: WithinGroups,
    /// The groups: `chromosome`, `strand`, `gc`, `length`, or a stratum that the datasets declare.
    pub by: Word,
}

/// Stands between the metric and the groups in a score's name.
const BY: &str = "_by_";

impl GroupedSpec {
    /// The name that scores carry: `spearman_by_chromosome`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Word::new(&format!(
            "{}{BY}{}",
            self.metric.metric().metric().about().name,
            self.by
        ))
        .text()
    }
}

/// The metric and the groups of a score's name; `None` where it is of no groups.
#[must_use]
pub fn parts(name: &str) -> Option<(&str, &str)> {
    name.split_once(BY)
}
