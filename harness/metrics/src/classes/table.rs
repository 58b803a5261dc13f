//! The table of metrics of several classes: to add one, a file, a name here, an arm below.

use titer_core::ClassesMetric;

use super::accuracy::Accuracy;
use super::auroc::Auroc;
use super::average_precision::AveragePrecision;
use super::balanced_accuracy::BalancedAccuracy;
use super::brier::Brier;
use super::f1::F1;
use super::log_loss::LogLoss;
use super::mcc::Mcc;
use super::precision::Precision;
use super::recall::Recall;
use super::top_k_accuracy::TopKAccuracy;
use crate::classwise_ece::ClasswiseEce;

/// A metric's name and settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClassesMetricName {
    /// [`Accuracy`].
    Accuracy,
    /// [`BalancedAccuracy`].
    BalancedAccuracy,
    /// [`Mcc`].
    Mcc,
    /// [`F1::Macro`].
    F1Macro,
    /// [`F1::Weighted`].
    F1Weighted,
    /// [`Precision::Macro`].
    PrecisionMacro,
    /// [`Precision::Weighted`].
    PrecisionWeighted,
    /// [`Recall::Macro`].
    RecallMacro,
    /// [`Recall::Weighted`].
    RecallWeighted,
    /// [`Auroc::Macro`].
    AurocMacro,
    /// [`Auroc::Weighted`].
    AurocWeighted,
    /// [`AveragePrecision::Macro`].
    AveragePrecisionMacro,
    /// [`AveragePrecision::Weighted`].
    AveragePrecisionWeighted,
    /// [`LogLoss`].
    LogLoss,
    /// [`Brier`].
    Brier,
    /// [`TopKAccuracy`].
    TopKAccuracy {
        /// How many classes may be named.
        k: u32,
    },
    /// [`ClasswiseEce`].
    ClasswiseEce {
        /// How many bins.
        bins: usize,
    },
}

/// Every metric, with its usual settings.
pub const ALL: [ClassesMetricName; 17] = [
    ClassesMetricName::Accuracy,
    ClassesMetricName::BalancedAccuracy,
    ClassesMetricName::Mcc,
    ClassesMetricName::F1Macro,
    ClassesMetricName::F1Weighted,
    ClassesMetricName::PrecisionMacro,
    ClassesMetricName::PrecisionWeighted,
    ClassesMetricName::RecallMacro,
    ClassesMetricName::RecallWeighted,
    ClassesMetricName::AurocMacro,
    ClassesMetricName::AurocWeighted,
    ClassesMetricName::AveragePrecisionMacro,
    ClassesMetricName::AveragePrecisionWeighted,
    ClassesMetricName::LogLoss,
    ClassesMetricName::Brier,
    ClassesMetricName::TopKAccuracy { k: 2 },
    ClassesMetricName::ClasswiseEce { bins: 15 },
];

/// The metric of a name.
///
/// ```
/// use titer_core::{Classified, Multiplicity};
/// use titer_metrics::classes::{ClassesMetricName, metric};
/// let data = Classified {
///     truth: &[0, 2],
///     probability: &[0.7, 0.2, 0.1, 0.3, 0.4, 0.3],
///     classes: 3,
/// };
/// let accuracy = metric(ClassesMetricName::Accuracy).prepare(data);
/// assert_eq!(accuracy.value(Multiplicity::Once), Ok(0.5));
/// ```
#[must_use]
pub fn metric(name: ClassesMetricName) -> Box<dyn ClassesMetric> {
    match name {
        ClassesMetricName::Accuracy => Box::new(Accuracy),
        ClassesMetricName::BalancedAccuracy => Box::new(BalancedAccuracy),
        ClassesMetricName::Mcc => Box::new(Mcc),
        ClassesMetricName::F1Macro => Box::new(F1::Macro),
        ClassesMetricName::F1Weighted => Box::new(F1::Weighted),
        ClassesMetricName::PrecisionMacro => Box::new(Precision::Macro),
        ClassesMetricName::PrecisionWeighted => Box::new(Precision::Weighted),
        ClassesMetricName::RecallMacro => Box::new(Recall::Macro),
        ClassesMetricName::RecallWeighted => Box::new(Recall::Weighted),
        ClassesMetricName::AurocMacro => Box::new(Auroc::Macro),
        ClassesMetricName::AurocWeighted => Box::new(Auroc::Weighted),
        ClassesMetricName::AveragePrecisionMacro => Box::new(AveragePrecision::Macro),
        ClassesMetricName::AveragePrecisionWeighted => Box::new(AveragePrecision::Weighted),
        ClassesMetricName::LogLoss => Box::new(LogLoss),
        ClassesMetricName::Brier => Box::new(Brier),
        ClassesMetricName::TopKAccuracy { k } => Box::new(TopKAccuracy { k }),
        ClassesMetricName::ClasswiseEce { bins } => Box::new(ClasswiseEce { bins }),
    }
}

#[cfg(test)]
mod contract;
