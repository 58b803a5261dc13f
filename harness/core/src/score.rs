//! Scores: a metric's value with its interval and n, or undefined with the reason.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::table::row;

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{0}")]
pub struct Undefined(pub String);

impl Undefined {
    /// A reason.
    pub fn because(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// How an interval was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalMethod {
    /// Percentile bootstrap over whole clusters; of runs before 0.2.
    ClusteredPercentileBootstrap,
    /// Wilson's score interval (1927).
    Wilson,
    /// `DeLong`, `DeLong` and Clarke-Pearson's variance (1988), normal.
    Delong,
    /// Obuchowski's clustered variance (1997), Student's t.
    Obuchowski,
    /// Tango's score interval of a paired difference of shares (1998).
    Tango,
    /// The same on effective units, by a design effect; of runs before 0.2.
    TangoDesignEffect,
    /// Wilson's score interval on effective units, by a design effect.
    WilsonDesignEffect,
    /// Each end is an upper bound on the rate of flips that way; of runs before 0.2.
    FlipBounds,
    /// Student's, with the standard error of a bootstrap over whole clusters, on the logistic scale
    /// of the metric's range.
    ClusteredBootstrapLogitT,
    /// Student's, with the standard error of a bootstrap over whole clusters, on the logarithm of the
    /// distance to the one end of the metric's range.
    ClusteredBootstrapLogT,
    /// Student's, with the standard error of a bootstrap over whole clusters.
    ClusteredBootstrapT,
    /// Of a statistic that is a norm of residuals: from the norm of what the bootstrap over whole
    /// clusters adds to them.
    ClusteredNormBound,
    /// Of a largest or smallest value or a gap: from studentized bands over all of them, by a
    /// bootstrap over whole clusters.
    ClusteredBands,
    /// Stringer's bounds on the rates of flips each way, their distances squared and added: holds whatever
    /// happens within clusters.
    StringerSquares,
    /// Clopper and Pearson's bounds on the flips each way, as many as they are worth by cluster, their
    /// distances squared and added: clusters not seen to flip are taken for ones like those that were.
    ClopperPearsonSquares,
    /// Of a value at an end of its range: the worst that as many clusters as were seen without an error (or
    /// without anything right) leave possible.
    NoErrorSeen,
    /// Of a difference of two independent estimates: the distances of the ends of their intervals, squared and added
    /// (Newcombe 1998, method 10; MOVER of Zou and Donner 2008).
    SquareAndAdd,
    /// The same with the distances added as they are: holds however the errors of the two go together.
    AddedDistances,
}

impl IntervalMethod {
    /// What an interval made of few flips takes for granted of the clusters that were not seen to flip.
    #[must_use]
    pub fn assumes(self) -> Option<&'static str> {
        match self {
            Self::StringerSquares => Some("if a cluster may flip whole"),
            Self::ClopperPearsonSquares => Some("if clusters flip as those seen"),
            _ => None,
        }
    }

    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ClusteredPercentileBootstrap => "clustered_percentile_bootstrap",
            Self::Wilson => "wilson",
            Self::Delong => "delong",
            Self::Obuchowski => "obuchowski",
            Self::Tango => "tango",
            Self::TangoDesignEffect => "tango_design_effect",
            Self::WilsonDesignEffect => "wilson_design_effect",
            Self::FlipBounds => "flip_bounds",
            Self::ClusteredBootstrapLogitT => "clustered_bootstrap_logit_t",
            Self::ClusteredBootstrapLogT => "clustered_bootstrap_log_t",
            Self::ClusteredBootstrapT => "clustered_bootstrap_t",
            Self::ClusteredNormBound => "clustered_norm_bound",
            Self::ClusteredBands => "clustered_bands",
            Self::StringerSquares => "stringer_squares",
            Self::ClopperPearsonSquares => "clopper_pearson_squares",
            Self::NoErrorSeen => "no_error_seen",
            Self::SquareAndAdd => "square_and_add",
            Self::AddedDistances => "added_distances",
        }
    }
}

/// The confidence that tables of before 0.3 take for granted where they state none.
fn usual() -> f64 {
    0.95
}

row! {
    /// A two-sided interval.
    #[derive(Copy)]
    pub struct Interval {
        /// Lower end.
        pub lower: f64,
        /// Upper end.
        pub upper: f64,
        /// Two-sided confidence, 0.95 unless stated.
        #[serde(default = "usual")]
        pub confidence: f64,
        /// How it was made.
        pub method: IntervalMethod,
    }
}

row! {
    /// What a score is of.
    #[derive(Eq, PartialOrd, Ord, Hash, JsonSchema)]
    pub struct ScoreKey {
        /// The cell.
        #[serde(flatten)]
        pub case: Case,
        /// The metric's name.
        pub metric: String,
        /// The class or label that a metric is about; `None` for a binary suite, and of all classes or labels together.
        pub class: Option<String>,
    }
}

row! {
    /// A metric's value on one cell.
    pub struct Score in "scores" {
        /// What it is of.
        #[serde(flatten)]
        pub key: ScoreKey,
        /// The value, or why there is none.
        pub value: Result<f64, Undefined>,
        /// The interval, or why there is none.
        pub interval: Result<Interval, Undefined>,
        /// Examples in the denominator (failed ones too).
        pub examples: u64,
        /// Positions scored: equal to `examples` for a binary suite. Of labels together, pairs of example and label.
        pub positions: u64,
        /// Positive examples or positions (sites); 0 of a question of numbers, which has none.
        pub positives: u64,
        /// Independent clusters.
        pub clusters: u64,
        /// How many clusters of equal size those are worth (Kish 1965): fewer where some are large.
        pub effective_clusters: f64,
        /// Clusters that hold the class, positive or not, that fewer clusters hold; `None` where nothing is told
        /// apart, and of runs before 0.2.
        #[serde(default)]
        pub rarer_clusters: Option<u64>,
        /// Of a question of labels: examples (of all labels together, pairs of example and label) whose truth is not known. They
        /// count nowhere else.
        #[serde(default)]
        pub unknown: u64,
        /// Of a mean over labels: how many labels are asked about.
        #[serde(default)]
        pub labels: Option<u64>,
        /// How many of those it is taken over: the others have no value.
        #[serde(default)]
        pub labels_averaged: Option<u64>,
        /// Examples without a usable prediction (failed or non-finite).
        pub failed: u64,
        /// Probabilities that were clipped at 1e-7 for this metric (log loss only).
        pub clipped: u64,
        /// What a perfectly calibrated model with these probabilities would show on average
        /// (calibration errors only).
        pub null_floor: Option<f64>,
        /// The 95 % quantile of what it would show.
        pub null_upper: Option<f64>,
        /// The plain expected calibration error over as many bins of equal mass, as papers print it, beside the
        /// debiased one; `None` of other metrics and of runs before 0.2.
        #[serde(default)]
        pub plain_equal_mass: Option<f64>,
        /// The same over bins of equal width.
        #[serde(default)]
        pub plain_equal_width: Option<f64>,
    }
}

impl Score {
    /// Whether a calibration error lies above what a perfectly calibrated model shows in 95 % of draws; `None` of other
    /// metrics and where it is undefined.
    #[must_use]
    pub fn above_chance(&self) -> Option<bool> {
        Some(*self.value.as_ref().ok()? > self.null_upper?)
    }

    /// Whether it is a mean over labels some of which have no value.
    #[must_use]
    pub fn leaves_labels_out(&self) -> bool {
        self.labels != self.labels_averaged
    }

    /// The share of positives among what is scored; `None` where nothing is.
    #[must_use]
    pub fn prevalence(&self) -> Option<f64> {
        (self.positions > 0).then(|| self.positives as f64 / self.positions as f64)
    }

    /// The share of positives where there are others too. Of several classes together one is true of every unit: what chance
    /// reaches there hangs on the shares of all, which are not at hand.
    #[must_use]
    pub fn prevalence_beside_others(&self) -> Option<f64> {
        self.prevalence()
            .filter(|_| self.positives < self.positions)
    }
}
