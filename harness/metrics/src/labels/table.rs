//! The table of metrics of several labels: to add one, a file, a name here, an arm below.

use titer_core::LabelsMetric;

use super::auroc::Auroc;
use super::average_precision::AveragePrecision;
use super::f1::F1;
use super::hamming_loss::HammingLoss;
use super::subset_accuracy::SubsetAccuracy;

/// A metric's name and settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelsMetricName {
    /// [`SubsetAccuracy`].
    SubsetAccuracy,
    /// [`HammingLoss`].
    HammingLoss,
    /// [`F1::Macro`].
    F1Macro,
    /// [`F1::Micro`].
    F1Micro,
    /// [`F1::Weighted`].
    F1Weighted,
    /// [`F1::Samples`].
    F1Samples,
    /// [`Auroc::Macro`].
    AurocMacro,
    /// [`Auroc::Micro`].
    AurocMicro,
    /// [`Auroc::Weighted`].
    AurocWeighted,
    /// [`AveragePrecision::Macro`].
    AveragePrecisionMacro,
    /// [`AveragePrecision::Micro`].
    AveragePrecisionMicro,
}

/// Every metric.
pub const ALL: [LabelsMetricName; 11] = [
    LabelsMetricName::SubsetAccuracy,
    LabelsMetricName::HammingLoss,
    LabelsMetricName::F1Macro,
    LabelsMetricName::F1Micro,
    LabelsMetricName::F1Weighted,
    LabelsMetricName::F1Samples,
    LabelsMetricName::AurocMacro,
    LabelsMetricName::AurocMicro,
    LabelsMetricName::AurocWeighted,
    LabelsMetricName::AveragePrecisionMacro,
    LabelsMetricName::AveragePrecisionMicro,
];

/// The metric of a name.
///
/// ```
/// use titer_core::{MultiLabelled, Multiplicity};
/// use titer_metrics::labels::{LabelsMetricName, metric};
/// let data = MultiLabelled {
///     truth: &[true, false, true, true],
///     probability: &[0.9, 0.2, 0.4, 0.7],
///     labels: 2,
///     threshold: 0.5,
/// };
/// let accuracy = metric(LabelsMetricName::SubsetAccuracy).prepare(data);
/// assert_eq!(accuracy.value(Multiplicity::Once), Ok(0.5));
/// ```
#[must_use]
pub fn metric(name: LabelsMetricName) -> Box<dyn LabelsMetric> {
    match name {
        LabelsMetricName::SubsetAccuracy => Box::new(SubsetAccuracy),
        LabelsMetricName::HammingLoss => Box::new(HammingLoss),
        LabelsMetricName::F1Macro => Box::new(F1::Macro),
        LabelsMetricName::F1Micro => Box::new(F1::Micro),
        LabelsMetricName::F1Weighted => Box::new(F1::Weighted),
        LabelsMetricName::F1Samples => Box::new(F1::Samples),
        LabelsMetricName::AurocMacro => Box::new(Auroc::Macro),
        LabelsMetricName::AurocMicro => Box::new(Auroc::Micro),
        LabelsMetricName::AurocWeighted => Box::new(Auroc::Weighted),
        LabelsMetricName::AveragePrecisionMacro => Box::new(AveragePrecision::Macro),
        LabelsMetricName::AveragePrecisionMicro => Box::new(AveragePrecision::Micro),
    }
}

#[cfg(test)]
mod contract;
