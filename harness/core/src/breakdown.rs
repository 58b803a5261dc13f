//! Scores broken down by stratum, and how far the groups lie apart.

use serde::{Deserialize, Serialize};

use crate::against::Against;
use crate::case::Case;
use crate::comparison::Contrast;
use crate::estimate::Estimate;
use crate::score::ScoreKey;
use crate::table::row;

row! {
    /// A metric on the examples of one group of a stratum (one chromosome, one range of GC content).
    pub struct GroupScore in "groups" {
        /// The score that is broken down.
        #[serde(flatten)]
        pub key: ScoreKey,
        /// The stratum: `chromosome`, `gc`, ...
        pub stratum: String,
        /// The group.
        pub group: String,
        /// The metric there; undefined where the group is too small to say.
        #[serde(flatten)]
        pub estimate: Estimate,
        /// Units scored.
        pub units: u64,
        /// Positive ones.
        pub positives: u64,
        /// Independent clusters.
        pub clusters: u64,
        /// Whether the group is too small to say anything.
        pub too_small: bool,
    }
}

row! {
    /// A paired difference of one metric within one group of a stratum, on clean examples: candidate minus
    /// reference, in the metric's own units.
    pub struct GroupDifference in "group_differences" {
        /// The candidate's score that is broken down.
        #[serde(flatten)]
        pub key: ScoreKey,
        /// The variant it is held against.
        pub base: String,
        /// Its value there; `None`: undefined.
        pub base_value: Option<f64>,
        /// The stratum.
        pub stratum: String,
        /// The group.
        pub group: String,
        /// The difference there, with its interval.
        #[serde(flatten)]
        pub estimate: Estimate,
        /// Units compared.
        pub units: u64,
        /// Independent clusters.
        pub clusters: u64,
    }
}

/// Which statistic of the groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpreadKind {
    /// The worst group's value.
    Worst,
    /// The best group's value minus the worst one's, in the metric's good direction: 0 or more.
    Gap,
}

row! {
    /// How far the groups of a stratum lie apart, over those that are large enough.
    pub struct Spread in "spreads" {
        /// The score that is broken down.
        #[serde(flatten)]
        pub key: ScoreKey,
        /// The stratum.
        pub stratum: String,
        /// Which statistic.
        pub statistic: SpreadKind,
        /// The worst group.
        pub worst_group: String,
        /// The best group.
        pub best_group: String,
        /// Its value with a simultaneous interval over all groups.
        #[serde(flatten)]
        pub estimate: Estimate,
        /// What it is held against: of a worst group's value the reference's worst group, which may be another group.
        #[serde(flatten)]
        pub against: Against,
        /// Groups compared.
        pub groups: u64,
        /// Groups left out as too small.
        pub too_small: u64,
    }
}

row! {
    /// Flips between two cells within one group: a true class, or a group of a stratum.
    pub struct GroupFlips in "flips" {
        /// The candidate.
        #[serde(flatten)]
        pub case: Case,
        /// The variant it is held against.
        pub base: String,
        /// What it is held against: `reference` (the reference variant on the same data), `clean` (the same variant on the
        /// unperturbed examples) or `control`.
        pub contrast: Contrast,
        /// `class`, or the stratum.
        pub stratum: String,
        /// The group.
        pub group: String,
        /// Units compared.
        pub units: u64,
        /// Right in the base, wrong in the candidate.
        pub flips_to_wrong: u64,
        /// Wrong in the base, right in the candidate.
        pub flips_to_right: u64,
        /// Called differently, both wrong.
        pub flips_among_wrong: u64,
    }
}
