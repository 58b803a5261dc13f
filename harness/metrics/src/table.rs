//! The table of metrics: to add one, a file, a name here, an arm below.

use titer_core::Metric;

use crate::accuracy::Accuracy;
use crate::aurc::{Aurc, ExcessAurc};
use crate::auroc::Auroc;
use crate::average_precision::AveragePrecision;
use crate::balanced_accuracy::BalancedAccuracy;
use crate::brier::Brier;
use crate::called::{Precision, PrecisionAtThreshold, Recall, RecallAtThreshold, Specificity};
use crate::called_share::CalledShare;
use crate::coverage_at_risk::CoverageAtRisk;
use crate::ece::Ece;
use crate::ece_equal_width::EceEqualWidth;
use crate::ece_plug_in::EcePlugIn;
use crate::f1::F1;
use crate::ks_calibration_error::KsCalibrationError;
use crate::log_loss::LogLoss;
use crate::maximum_calibration_error::{MaximumCalibrationError, MaximumCalibrationErrorEqualMass};
use crate::mcc::Mcc;
use crate::operating_points::{FprAtTpr, RecallAtPrecision, TprAtFpr};
use crate::smooth_ece::SmoothEce;
use crate::squared_calibration_error::SquaredCalibrationError;
use crate::top_k::TopK;

/// A metric's name and settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MetricName {
    /// [`Accuracy`].
    Accuracy,
    /// [`BalancedAccuracy`].
    BalancedAccuracy,
    /// [`Mcc`].
    Mcc,
    /// [`F1`].
    F1,
    /// [`Auroc`].
    Auroc,
    /// [`AveragePrecision`].
    AveragePrecision,
    /// [`LogLoss`].
    LogLoss,
    /// [`Brier`].
    Brier,
    /// [`Ece`].
    Ece {
        /// Bins asked for.
        bins: usize,
    },
    /// [`TopK`].
    TopK,
    /// [`CalledShare`].
    CalledShare,
    /// [`EceEqualWidth`].
    EceEqualWidth {
        /// How many bins.
        bins: usize,
    },
    /// [`EcePlugIn`].
    EcePlugIn {
        /// Bins asked for.
        bins: usize,
    },
    /// [`SquaredCalibrationError`].
    SquaredCalibrationError {
        /// Bins asked for.
        bins: usize,
    },
    /// [`MaximumCalibrationError`].
    MaximumCalibrationError {
        /// How many bins.
        bins: usize,
    },
    /// [`MaximumCalibrationErrorEqualMass`].
    MaximumCalibrationErrorEqualMass {
        /// Bins asked for.
        bins: usize,
    },
    /// [`KsCalibrationError`].
    KsCalibrationError,
    /// [`SmoothEce`].
    SmoothEce,
    /// [`Aurc`].
    Aurc,
    /// [`ExcessAurc`].
    ExcessAurc,
    /// [`CoverageAtRisk`].
    CoverageAtRisk {
        /// The target risk in thousandths.
        thousandths: u32,
    },
    /// [`Precision`].
    Precision,
    /// [`Recall`].
    Recall,
    /// [`Specificity`].
    Specificity,
    /// [`PrecisionAtThreshold`].
    PrecisionAtThreshold {
        /// The threshold in thousandths.
        thousandths: u32,
    },
    /// [`RecallAtThreshold`].
    RecallAtThreshold {
        /// The threshold in thousandths.
        thousandths: u32,
    },
    /// [`RecallAtPrecision`].
    RecallAtPrecision {
        /// The precision in thousandths.
        thousandths: u32,
    },
    /// [`TprAtFpr`].
    TprAtFpr {
        /// The false positive rate in thousandths.
        thousandths: u32,
    },
    /// [`FprAtTpr`].
    FprAtTpr {
        /// The true positive rate in thousandths.
        thousandths: u32,
    },
}

/// Every metric, with its usual settings.
pub const ALL: [MetricName; 29] = [
    MetricName::Accuracy,
    MetricName::BalancedAccuracy,
    MetricName::Mcc,
    MetricName::F1,
    MetricName::Auroc,
    MetricName::AveragePrecision,
    MetricName::LogLoss,
    MetricName::Brier,
    MetricName::Ece { bins: 15 },
    MetricName::TopK,
    MetricName::CalledShare,
    MetricName::EceEqualWidth { bins: 15 },
    MetricName::EcePlugIn { bins: 15 },
    MetricName::SquaredCalibrationError { bins: 15 },
    MetricName::MaximumCalibrationError { bins: 15 },
    MetricName::MaximumCalibrationErrorEqualMass { bins: 15 },
    MetricName::KsCalibrationError,
    MetricName::SmoothEce,
    MetricName::Aurc,
    MetricName::ExcessAurc,
    MetricName::CoverageAtRisk { thousandths: 50 },
    MetricName::Precision,
    MetricName::Recall,
    MetricName::Specificity,
    MetricName::PrecisionAtThreshold { thousandths: 500 },
    MetricName::RecallAtThreshold { thousandths: 500 },
    MetricName::RecallAtPrecision { thousandths: 900 },
    MetricName::TprAtFpr { thousandths: 10 },
    MetricName::FprAtTpr { thousandths: 950 },
];

/// The metric of a name.
///
/// ```
/// use titer_core::{Labelled, Multiplicity};
/// use titer_metrics::{MetricName, metric};
/// let data = Labelled {
///     truth: &[true, false, true],
///     probability: &[0.9, 0.2, 0.4],
///     threshold: 0.5,
/// };
/// let accuracy = metric(MetricName::Accuracy).prepare(data);
/// assert_eq!(accuracy.value(Multiplicity::Once), Ok(2.0 / 3.0));
/// ```
#[must_use]
pub fn metric(name: MetricName) -> Box<dyn Metric> {
    match name {
        MetricName::Accuracy => Box::new(Accuracy),
        MetricName::BalancedAccuracy => Box::new(BalancedAccuracy),
        MetricName::Mcc => Box::new(Mcc),
        MetricName::F1 => Box::new(F1),
        MetricName::Auroc => Box::new(Auroc),
        MetricName::AveragePrecision => Box::new(AveragePrecision),
        MetricName::LogLoss => Box::new(LogLoss),
        MetricName::Brier => Box::new(Brier),
        MetricName::Ece { bins } => Box::new(Ece { bins }),
        MetricName::TopK => Box::new(TopK),
        MetricName::CalledShare => Box::new(CalledShare),
        MetricName::EceEqualWidth { bins } => Box::new(EceEqualWidth { bins }),
        MetricName::EcePlugIn { bins } => Box::new(EcePlugIn { bins }),
        MetricName::SquaredCalibrationError { bins } => Box::new(SquaredCalibrationError { bins }),
        MetricName::MaximumCalibrationError { bins } => Box::new(MaximumCalibrationError { bins }),
        MetricName::MaximumCalibrationErrorEqualMass { bins } => {
            Box::new(MaximumCalibrationErrorEqualMass { bins })
        }
        MetricName::KsCalibrationError => Box::new(KsCalibrationError),
        MetricName::SmoothEce => Box::new(SmoothEce),
        MetricName::Aurc => Box::new(Aurc),
        MetricName::ExcessAurc => Box::new(ExcessAurc),
        MetricName::CoverageAtRisk { thousandths } => Box::new(CoverageAtRisk { thousandths }),
        MetricName::Precision => Box::new(Precision),
        MetricName::Recall => Box::new(Recall),
        MetricName::Specificity => Box::new(Specificity),
        MetricName::PrecisionAtThreshold { thousandths } => {
            Box::new(PrecisionAtThreshold { thousandths })
        }
        MetricName::RecallAtThreshold { thousandths } => {
            Box::new(RecallAtThreshold { thousandths })
        }
        MetricName::RecallAtPrecision { thousandths } => {
            Box::new(RecallAtPrecision { thousandths })
        }
        MetricName::TprAtFpr { thousandths } => Box::new(TprAtFpr { thousandths }),
        MetricName::FprAtTpr { thousandths } => Box::new(FprAtTpr { thousandths }),
    }
}

#[cfg(test)]
mod contract;
