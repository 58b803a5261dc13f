//! Comparisons: two cells on the same examples, paired.

use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::score::{Interval, ScoreKey, Undefined};
use crate::table::row;

/// What the candidate is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contrast {
    /// The reference variant of the same model, on the same data.
    Reference,
    /// The same variant on the unperturbed examples.
    Clean,
    /// A control on the same examples.
    Control,
}

row! {
    /// A paired difference of one metric: candidate minus base, in the metric's own units.
    pub struct Comparison in "comparisons" {
        /// The candidate's score.
        #[serde(flatten)]
        pub key: ScoreKey,
        /// What it is held against: `reference` (the reference variant on the same data), `clean` (the same variant on the
        /// unperturbed examples) or `control`.
        pub contrast: Contrast,
        /// The variant or control that it is held against.
        pub base: String,
        /// Candidate minus base, or why there is none.
        pub difference: Result<f64, Undefined>,
        /// The paired interval of the difference, or why there is none.
        pub interval: Result<Interval, Undefined>,
        /// Where too few clusters flip to see whether one flips as a whole: the interval under the assumption that does not
        /// decide (`rare_flips`).
        #[serde(default)]
        pub otherwise: Option<Interval>,
        /// Lower end of the 90 % interval, which decides on equivalence; `None` where there is none.
        pub lower_90: Option<f64>,
        /// Its upper end.
        pub upper_90: Option<f64>,
        /// The share of the base's value that is kept: candidate over base, or base over candidate where
        /// less is better; above 1 is better. `None` where a value is not above 0.
        pub kept: Option<f64>,
        /// Lower end of its 95 % interval.
        pub kept_lower: Option<f64>,
        /// Upper end of its 95 % interval.
        pub kept_upper: Option<f64>,
        /// Examples compared.
        pub examples: u64,
        /// Independent clusters.
        pub clusters: u64,
        /// Examples (or true sites) whose called class differs.
        pub discordant: u64,
    }
}

row! {
    /// How far two cells agree, example by example.
    pub struct Agreement in "agreements" {
        /// The candidate.
        #[serde(flatten)]
        pub case: Case,
        /// The variant it is held against.
        pub base: String,
        /// What it is held against: `reference` (the reference variant on the same data), `clean` (the same variant on the
        /// unperturbed examples) or `control`.
        pub contrast: Contrast,
        /// What `flip` counts: "example", or "true site" for per-position suites.
        pub unit: String,
        /// Units whose calls are compared; none where the answer is a number, which calls nothing.
        pub units: u64,
        /// Independent clusters of those.
        pub clusters: u64,
        /// Right in the base, wrong in the candidate.
        pub flips_to_wrong: u64,
        /// Wrong in the base, right in the candidate.
        pub flips_to_right: u64,
        /// Called differently, both wrong (more than two classes only).
        pub flips_among_wrong: u64,
        /// The upper end of the flip rate's two-sided 95 % interval (clustered where clusters exist).
        pub flip_rate_upper: f64,
        /// The largest absolute change of an answer: a probability or a number.
        pub largest_change: f64,
        /// The mean absolute change.
        pub mean_change: f64,
        /// The median absolute change.
        pub median_change: f64,
        /// The 90 % quantile of the absolute change.
        pub change_p90: f64,
        /// The 99 % quantile of the absolute change.
        pub change_p99: f64,
        /// Spearman's rank correlation of the answers; `None` where one side is constant.
        pub spearman: Option<f64>,
        /// Units whose answer was its own in the base and is shared in the candidate: ties that
        /// quantization made.
        pub new_ties: u64,
        /// Whether every answer is the same to the bit.
        pub identical: bool,
        /// The standard deviation of the base's numbers, which their changes are read beside; `None` of
        /// probabilities, whose scale is known.
        pub spread: Option<f64>,
        /// Answers compared: one for each unit and scored class. This and what follows is `None` in run folders that do
        /// not have it yet.
        #[serde(default)]
        pub answers: Option<u64>,
        /// How many different answers the candidate gives.
        #[serde(default)]
        pub distinct: Option<u64>,
        /// How many different answers the base gives.
        #[serde(default)]
        pub base_distinct: Option<u64>,
        /// The share of the candidate's probabilities that are exactly 0 or 1; `None` of numbers too.
        #[serde(default)]
        pub saturated: Option<f64>,
        /// The share of the base's.
        #[serde(default)]
        pub base_saturated: Option<f64>,
    }
}

impl Agreement {
    /// All flips.
    #[must_use]
    pub fn flips(&self) -> u64 {
        self.flips_to_wrong + self.flips_to_right + self.flips_among_wrong
    }
}
