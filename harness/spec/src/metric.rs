//! Metrics as a suite names them.

use crate::tagged::tagged;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A metric, with its parameters where it has any: `- auroc`, `- ece: {bins: 15}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum MetricSpec {
    /// Share of examples called right at the threshold.
    Accuracy,
    /// Mean of sensitivity and specificity.
    BalancedAccuracy,
    /// Matthews correlation coefficient.
    Mcc,
    /// F1 of the positive class.
    F1,
    /// Area under the ROC curve.
    Auroc,
    /// Average precision.
    AveragePrecision,
    /// Mean negative log likelihood, natural logarithm.
    LogLoss,
    /// Mean squared error of the probability.
    Brier,
    /// Debiased expected calibration error over equal-mass bins.
    Ece(EceSpec),
    /// Share of true sites among the k highest, k the number of true sites.
    TopK,
}

tagged!(MetricSpec);

/// Parameters of the expected calibration error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EceSpec {
    /// Bins, of equal mass.
    #[serde(default = "fifteen")]
    pub bins: usize,
}

fn fifteen() -> usize {
    15
}

impl Default for EceSpec {
    fn default() -> Self {
        Self { bins: fifteen() }
    }
}

impl MetricSpec {
    /// The metrics of a binary suite that names none.
    pub const BINARY: [Self; 9] = [
        Self::Accuracy,
        Self::BalancedAccuracy,
        Self::Mcc,
        Self::F1,
        Self::Auroc,
        Self::AveragePrecision,
        Self::LogLoss,
        Self::Brier,
        Self::Ece(EceSpec { bins: 15 }),
    ];

    /// The metrics of a per-position suite that names none, each taken per class.
    pub const POSITIONS: [Self; 2] = [Self::AveragePrecision, Self::TopK];

    /// Every metric.
    pub const ALL: [Self; 10] = [
        Self::Accuracy,
        Self::BalancedAccuracy,
        Self::Mcc,
        Self::F1,
        Self::Auroc,
        Self::AveragePrecision,
        Self::LogLoss,
        Self::Brier,
        Self::Ece(EceSpec { bins: 15 }),
        Self::TopK,
    ];

    /// The name in YAML and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced_accuracy",
            Self::Mcc => "mcc",
            Self::F1 => "f1",
            Self::Auroc => "auroc",
            Self::AveragePrecision => "average_precision",
            Self::LogLoss => "log_loss",
            Self::Brier => "brier",
            Self::Ece(_) => "ece",
            Self::TopK => "top_k",
        }
    }
}
