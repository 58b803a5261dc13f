//! Metrics as a suite names them.

pub mod grouped;

pub use grouped::{GroupedSpec, WithinGroups};

use crate::share::Share;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::tagged;

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
    /// Expected calibration error over bins of equal width.
    EceEqualWidth(EceSpec),
    /// Expected calibration error over equal-mass bins, with what chance adds.
    EcePlugIn(EceSpec),
    /// Debiased squared calibration error over equal-mass bins.
    SquaredCalibrationError(EceSpec),
    /// Largest calibration error of a bin of equal width.
    MaximumCalibrationError(EceSpec),
    /// Largest calibration error of an equal-mass bin.
    MaximumCalibrationErrorEqualMass(EceSpec),
    /// Kolmogorov-Smirnov calibration error, without bins.
    KsCalibrationError,
    /// Smooth expected calibration error, without bins.
    SmoothEce,
    /// Area under the risk-coverage curve.
    Aurc,
    /// The same, above what the best order of the same errors would give.
    #[serde(rename = "e_aurc")]
    ExcessAurc,
    /// Largest share of examples that can be answered at this risk.
    CoverageAtRisk(RiskSpec),
    /// Share of true positives among what is called positive.
    Precision,
    /// Share of positives that are called positive.
    Recall,
    /// Share of negatives that are called negative.
    Specificity,
    /// Precision at a threshold of its own.
    PrecisionAtThreshold(ThresholdSpec),
    /// Recall at a threshold of its own.
    RecallAtThreshold(ThresholdSpec),
    /// Highest recall where the precision is at least this.
    RecallAtPrecision(PrecisionSpec),
    /// Highest true positive rate where the false positive rate is at most this.
    TprAtFpr(FprSpec),
    /// Lowest false positive rate where the true positive rate is at least this.
    FprAtTpr(TprSpec),
    /// Of several classes: F1, the mean over classes.
    F1Macro,
    /// Of several classes: F1, the mean over classes by how often each is true.
    F1Weighted,
    /// Of several classes: precision, the mean over classes.
    PrecisionMacro,
    /// Of several classes: precision, the mean over classes by how often each is true.
    PrecisionWeighted,
    /// Of several classes: recall, the mean over classes.
    RecallMacro,
    /// Of several classes: recall, the mean over classes by how often each is true.
    RecallWeighted,
    /// Of several classes: area under the ROC curve, the mean over classes.
    AurocMacro,
    /// Of several classes: area under the ROC curve, the mean over classes by how often each is true.
    AurocWeighted,
    /// Of several classes: average precision, the mean over classes.
    AveragePrecisionMacro,
    /// Of several classes: average precision, the mean over classes by how often each is true.
    AveragePrecisionWeighted,
    /// Of several classes: share of examples whose true class is among the k most probable.
    TopKAccuracy(TopKSpec),
    /// Of several classes: squared error of the probabilities of all classes, added up.
    BrierMulticlass,
    /// Of several classes: expected calibration error of each class over bins of equal width, the mean over classes.
    ClasswiseEce(EceSpec),
    /// Of numbers: Pearson's correlation.
    Pearson,
    /// Of numbers: Spearman's rank correlation.
    Spearman,
    /// Of numbers: Kendall's rank correlation.
    Kendall,
    /// Of numbers: R2, the coefficient of determination.
    R2,
    /// Of numbers: root mean squared error.
    Rmse,
    /// Of numbers: mean absolute error.
    Mae,
    /// Of numbers: normalized discounted cumulative gain.
    Ndcg,
    /// The same, of the first ranks.
    NdcgAtK(RanksSpec),
    /// Of numbers: a metric within groups of examples, averaged by their size.
    Grouped(GroupedSpec),
}

tagged!(MetricSpec);

/// Parameters of the expected calibration error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"bins": 15}]))]
pub struct EceSpec {
    /// Bins, of equal mass.
    #[serde(default = "fifteen")]
    #[schemars(range(min = 2, max = 1000), extend("$comment" = "10 to 20 are usual"))]
    pub bins: usize,
}

/// Parameters of coverage at a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"risk": 0.05}]))]
pub struct RiskSpec {
    /// The share of errors among what is answered.
    #[serde(default = "five_percent")]
    pub risk: Share,
}

impl Default for RiskSpec {
    fn default() -> Self {
        Self {
            risk: five_percent(),
        }
    }
}

/// A threshold of a metric's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"threshold": 0.5}]))]
pub struct ThresholdSpec {
    /// A probability at or above it is called positive.
    pub threshold: Share,
}

/// Parameters of recall at a precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"precision": 0.9}]))]
pub struct PrecisionSpec {
    /// The least precision.
    pub precision: Share,
}

/// Parameters of the true positive rate at a false positive rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"fpr": 0.01}]))]
pub struct FprSpec {
    /// The largest false positive rate.
    pub fpr: Share,
}

/// Parameters of the false positive rate at a true positive rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"tpr": 0.95}]))]
pub struct TprSpec {
    /// The least true positive rate.
    pub tpr: Share,
}

/// How many classes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"k": 2}]))]
pub struct TopKSpec {
    /// So many, from the most probable down; at least 1, and fewer than there are classes.
    #[schemars(range(min = 1, max = 255))]
    pub k: u32,
}

/// How many ranks count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"k": 10}]))]
pub struct RanksSpec {
    /// So many, from the largest prediction down; at least 1.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub k: u32,
}

fn five_percent() -> Share {
    Share::from_thousandths(50)
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

    /// The metrics of a suite of several classes that names none.
    pub const CLASSES: [Self; 6] = [
        Self::Accuracy,
        Self::LogLoss,
        Self::Auroc,
        Self::AveragePrecision,
        Self::Brier,
        Self::Ece(EceSpec { bins: 15 }),
    ];

    /// The metrics of a suite of numbers that names none.
    pub const VALUES: [Self; 5] = [
        Self::Spearman,
        Self::Pearson,
        Self::R2,
        Self::Rmse,
        Self::Mae,
    ];

    /// Whether it is a metric of true and predicted numbers.
    #[must_use]
    pub fn is_of_values(self) -> bool {
        matches!(
            self,
            Self::Pearson
                | Self::Spearman
                | Self::Kendall
                | Self::R2
                | Self::Rmse
                | Self::Mae
                | Self::Ndcg
                | Self::NdcgAtK(_)
                | Self::Grouped(_)
        )
    }

    /// Whether it is an average over several classes, and of no other question.
    #[must_use]
    pub fn is_average_of_classes(self) -> bool {
        matches!(
            self,
            Self::F1Macro
                | Self::F1Weighted
                | Self::PrecisionMacro
                | Self::PrecisionWeighted
                | Self::RecallMacro
                | Self::RecallWeighted
                | Self::AurocMacro
                | Self::AurocWeighted
                | Self::AveragePrecisionMacro
                | Self::AveragePrecisionWeighted
                | Self::TopKAccuracy(_)
                | Self::BrierMulticlass
                | Self::ClasswiseEce(_)
        )
    }

    /// Whether a suite of several classes may name it.
    #[must_use]
    pub fn is_of_classes(self) -> bool {
        let known = Self::CLASSES.iter();
        self.is_average_of_classes()
            || matches!(self, Self::Mcc | Self::BalancedAccuracy)
            || known.into_iter().any(|known| known.name() == self.name())
    }

    /// Whether a suite of several classes has one value of it for all of them: of the most probable
    /// class (accuracy), of the true one's probability (log loss), or an average over classes. Of others there is one for
    /// each class against the rest.
    #[must_use]
    pub fn is_of_all_classes(name: &str) -> bool {
        let whole = [
            Self::Accuracy,
            Self::LogLoss,
            Self::Mcc,
            Self::BalancedAccuracy,
        ];
        let averages = Self::ALL.iter().filter(|one| one.is_average_of_classes());
        whole.iter().chain(averages).any(|one| one.name() == name)
    }

    /// Every metric, with its usual settings; averages over groups are of these.
    pub const ALL: [Self; 49] = [
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
        Self::EceEqualWidth(EceSpec { bins: 15 }),
        Self::EcePlugIn(EceSpec { bins: 15 }),
        Self::SquaredCalibrationError(EceSpec { bins: 15 }),
        Self::MaximumCalibrationError(EceSpec { bins: 15 }),
        Self::MaximumCalibrationErrorEqualMass(EceSpec { bins: 15 }),
        Self::KsCalibrationError,
        Self::SmoothEce,
        Self::Aurc,
        Self::ExcessAurc,
        Self::CoverageAtRisk(RiskSpec {
            risk: Share::from_thousandths(50),
        }),
        Self::Precision,
        Self::Recall,
        Self::Specificity,
        Self::PrecisionAtThreshold(ThresholdSpec {
            threshold: Share::from_thousandths(500),
        }),
        Self::RecallAtThreshold(ThresholdSpec {
            threshold: Share::from_thousandths(500),
        }),
        Self::RecallAtPrecision(PrecisionSpec {
            precision: Share::from_thousandths(900),
        }),
        Self::TprAtFpr(FprSpec {
            fpr: Share::from_thousandths(10),
        }),
        Self::FprAtTpr(TprSpec {
            tpr: Share::from_thousandths(950),
        }),
        Self::F1Macro,
        Self::F1Weighted,
        Self::PrecisionMacro,
        Self::PrecisionWeighted,
        Self::RecallMacro,
        Self::RecallWeighted,
        Self::AurocMacro,
        Self::AurocWeighted,
        Self::AveragePrecisionMacro,
        Self::AveragePrecisionWeighted,
        Self::TopKAccuracy(TopKSpec { k: 2 }),
        Self::BrierMulticlass,
        Self::ClasswiseEce(EceSpec { bins: 15 }),
        Self::Pearson,
        Self::Spearman,
        Self::Kendall,
        Self::R2,
        Self::Rmse,
        Self::Mae,
        Self::Ndcg,
        Self::NdcgAtK(RanksSpec { k: 10 }),
    ];

    /// Whether it looks at the order of examples alone, so that a ranking can be asked for it.
    #[must_use]
    pub fn is_of_order(self) -> bool {
        self.is_of_values()
            || matches!(
                self,
                Self::Auroc
                    | Self::AveragePrecision
                    | Self::TopK
                    | Self::RecallAtPrecision(_)
                    | Self::TprAtFpr(_)
                    | Self::FprAtTpr(_)
            )
    }

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
            Self::EceEqualWidth(_) => "ece_equal_width",
            Self::EcePlugIn(_) => "ece_plug_in",
            Self::SquaredCalibrationError(_) => "squared_calibration_error",
            Self::MaximumCalibrationError(_) => "maximum_calibration_error",
            Self::MaximumCalibrationErrorEqualMass(_) => "maximum_calibration_error_equal_mass",
            Self::KsCalibrationError => "ks_calibration_error",
            Self::SmoothEce => "smooth_ece",
            Self::Aurc => "aurc",
            Self::ExcessAurc => "e_aurc",
            Self::CoverageAtRisk(_) => "coverage_at_risk",
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::Specificity => "specificity",
            Self::PrecisionAtThreshold(_) => "precision_at_threshold",
            Self::RecallAtThreshold(_) => "recall_at_threshold",
            Self::RecallAtPrecision(_) => "recall_at_precision",
            Self::TprAtFpr(_) => "tpr_at_fpr",
            Self::FprAtTpr(_) => "fpr_at_tpr",
            Self::F1Macro => "f1_macro",
            Self::F1Weighted => "f1_weighted",
            Self::PrecisionMacro => "precision_macro",
            Self::PrecisionWeighted => "precision_weighted",
            Self::RecallMacro => "recall_macro",
            Self::RecallWeighted => "recall_weighted",
            Self::AurocMacro => "auroc_macro",
            Self::AurocWeighted => "auroc_weighted",
            Self::AveragePrecisionMacro => "average_precision_macro",
            Self::AveragePrecisionWeighted => "average_precision_weighted",
            Self::TopKAccuracy(_) => "top_k_accuracy",
            Self::BrierMulticlass => "brier_multiclass",
            Self::ClasswiseEce(_) => "classwise_ece",
            Self::Pearson => "pearson",
            Self::Spearman => "spearman",
            Self::Kendall => "kendall",
            Self::R2 => "r2",
            Self::Rmse => "rmse",
            Self::Mae => "mae",
            Self::Ndcg => "ndcg",
            Self::NdcgAtK(_) => "ndcg_at_k",
            Self::Grouped(grouped) => grouped.name(),
        }
    }
}
