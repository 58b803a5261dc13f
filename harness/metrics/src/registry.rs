//! The table of metrics: to add one, a file, its `mod` and a line here.

mod about;
#[cfg(test)]
mod contract;
pub mod grouped;
mod spec;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{ClassesMetric, LabelsMetric, Metric, ValuesMetric, tagged};

use grouped::GroupedSpec;

pub use about::{AnyMetric, Listing, about, label, listings, written};

/// Each metric by its name, in camel case, with what computes it: of a `binary` question, of several `classes` or
/// `labels` taken together, of `values`. Suites name it in snake case. `fields` is one that suites give fields, which are those of its type;
/// the type's constant `USUAL` holds the usual ones. A `headline` is what pages show at once. `controls` are not for suites.
macro_rules! metrics {
    (
        $(
            $(#[$doc:meta])*
            $(plain $plain:ident: $(binary $($pb:ident)::+)? $(classes $($pc:ident)::+)? $(labels $($pl:ident)::+)? $(values $($pv:ident)::+)?)?
            $(fields $with:ident: $(binary $($fb:ident)::+)? $(classes $($fc:ident)::+)? $(values $($fv:ident)::+)?)?
            $(, $headline:ident)?
        ;)+
        controls $($control:ident: $($cb:ident)::+;)+
    ) => {
        /// A metric, with its parameters where it has any: `- auroc`, `- ece: {bins: 15}`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case", remote = "Self")]
        #[allow(missing_docs, reason = "the type of each says what it is")]
        pub enum MetricSpec {
            $(
                $(#[$doc])*
                $($plain,)?
                $($with($(crate::$($fb)::+)? $(crate::$($fc)::+)? $(crate::$($fv)::+)?),)?
            )+
            /// Of numbers: a metric within groups of examples, averaged by their size.
            Grouped(GroupedSpec),
        }

        tagged!(MetricSpec);

        /// A metric of a binary question.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum MetricName {
            $(
                $($(#[doc = concat!("[`crate", $("::", stringify!($pb)),+, "`].")] $plain,)?)?
                $($(#[doc = concat!("[`crate", $("::", stringify!($fb)),+, "`].")] $with(crate::$($fb)::+),)?)?
            )+
            $(#[doc = concat!("[`crate", $("::", stringify!($cb)),+, "`].")] $control,)+
        }

        /// A metric of several classes taken together.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ClassesMetricName {
            $(
                $($(#[doc = concat!("[`crate", $("::", stringify!($pc)),+, "`].")] $plain,)?)?
                $($(#[doc = concat!("[`crate", $("::", stringify!($fc)),+, "`].")] $with(crate::$($fc)::+),)?)?
            )+
        }

        /// A metric of several labels taken together.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum LabelsMetricName {
            $(
                $($(#[doc = concat!("[`crate", $("::", stringify!($pl)),+, "`].")] $plain,)?)?
            )+
        }

        /// A metric of true and predicted numbers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ValuesMetricName {
            $(
                $($(#[doc = concat!("[`crate", $("::", stringify!($pv)),+, "`].")] $plain,)?)?
                $($(#[doc = concat!("[`crate", $("::", stringify!($fv)),+, "`].")] $with(crate::$($fv)::+),)?)?
            )+
        }

        /// A metric that can be averaged over groups: every one of numbers that takes no fields.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum WithinGroups {
            $($($(#[doc = concat!("[`crate", $("::", stringify!($pv)),+, "`].")] $plain,)?)?)+
        }

        impl MetricSpec {
            /// Every metric, with its usual fields; averages over groups are of these.
            pub const ALL: &[Self] = &[
                $(
                    $(Self::$plain,)?
                    $(Self::$with($(<crate::$($fb)::+>::USUAL)? $(<crate::$($fc)::+>::USUAL)? $(<crate::$($fv)::+>::USUAL)?),)?
                )+
            ];

            /// Whether pages show it at once, of each of [`Self::ALL`].
            const AT_ONCE: &[bool] = &[$(at_once!($($headline)?),)+];

            /// The metric as it is of the first question that it answers; an average over groups is the metric that it is of.
            #[must_use]
            pub fn any(self) -> AnyMetric {
                match self {
                    $(
                        $(Self::$plain => first!(
                            $(given!($($pb)+; MetricName::$plain),)?
                            $(given!($($pc)+; ClassesMetricName::$plain),)?
                            $(given!($($pl)+; LabelsMetricName::$plain),)?
                            $(given!($($pv)+; ValuesMetricName::$plain),)?
                        ).into(),)?
                        $(Self::$with(own) => first!(
                            $(given!($($fb)+; MetricName::$with(own)),)?
                            $(given!($($fc)+; ClassesMetricName::$with(own)),)?
                            $(given!($($fv)+; ValuesMetricName::$with(own)),)?
                        ).into(),)?
                    )+
                    Self::Grouped(grouped) => grouped.metric.metric().into(),
                }
            }

            /// The metric as it is of a binary question; `None` where it is of none.
            #[must_use]
            pub fn binary(self) -> Option<MetricName> {
                match self {
                    $(
                        $($(Self::$plain => given!($($pb)+; Some(MetricName::$plain)),)?)?
                        $($(Self::$with(own) => given!($($fb)+; Some(MetricName::$with(own))),)?)?
                    )+
                    _ => None,
                }
            }

            /// The metric as it is of several classes taken together; `None` where it is not.
            #[must_use]
            pub fn classes(self) -> Option<ClassesMetricName> {
                match self {
                    $(
                        $($(Self::$plain => given!($($pc)+; Some(ClassesMetricName::$plain)),)?)?
                        $($(Self::$with(own) => given!($($fc)+; Some(ClassesMetricName::$with(own))),)?)?
                    )+
                    _ => None,
                }
            }

            /// The metric as it is of several labels taken together; `None` where it is not.
            #[must_use]
            pub fn labels(self) -> Option<LabelsMetricName> {
                match self {
                    $(
                        $($(Self::$plain => given!($($pl)+; Some(LabelsMetricName::$plain)),)?)?
                    )+
                    _ => None,
                }
            }

            /// The metric as it is of numbers, of a group of them where it is averaged over groups; `None` where it is of none.
            #[must_use]
            pub fn values(self) -> Option<ValuesMetricName> {
                match self {
                    $(
                        $($(Self::$plain => given!($($pv)+; Some(ValuesMetricName::$plain)),)?)?
                        $($(Self::$with(own) => given!($($fv)+; Some(ValuesMetricName::$with(own))),)?)?
                    )+
                    Self::Grouped(grouped) => Some(grouped.metric.metric()),
                    _ => None,
                }
            }
        }

        impl MetricName {
            /// Every metric, with its usual fields.
            pub const ALL: &[Self] = &[
                $(
                    $($(given!($($pb)+; Self::$plain),)?)?
                    $($(Self::$with(<crate::$($fb)::+>::USUAL),)?)?
                )+
                $(Self::$control,)+
            ];

            /// What computes it.
            #[must_use]
            pub fn metric(self) -> Box<dyn Metric> {
                match self {
                    $(
                        $($(Self::$plain => Box::new(crate::$($pb)::+),)?)?
                        $($(Self::$with(own) => given!($($fb)+; Box::new(own)),)?)?
                    )+
                    $(Self::$control => Box::new(crate::$($cb)::+),)+
                }
            }
        }

        impl ClassesMetricName {
            /// Every metric, with its usual fields.
            pub const ALL: &[Self] = &[
                $(
                    $($(given!($($pc)+; Self::$plain),)?)?
                    $($(Self::$with(<crate::$($fc)::+>::USUAL),)?)?
                )+
            ];

            /// What computes it.
            #[must_use]
            pub fn metric(self) -> Box<dyn ClassesMetric> {
                match self {
                    $(
                        $($(Self::$plain => Box::new(crate::$($pc)::+),)?)?
                        $($(Self::$with(own) => given!($($fc)+; Box::new(own)),)?)?
                    )+
                }
            }
        }

        impl LabelsMetricName {
            /// Every metric.
            pub const ALL: &[Self] = &[
                $(
                    $($(given!($($pl)+; Self::$plain),)?)?
                )+
            ];

            /// What computes it.
            #[must_use]
            pub fn metric(self) -> Box<dyn LabelsMetric> {
                match self {
                    $(
                        $($(Self::$plain => Box::new(crate::$($pl)::+),)?)?
                    )+
                }
            }
        }

        impl ValuesMetricName {
            /// Every metric, with its usual fields.
            pub const ALL: &[Self] = &[
                $(
                    $($(given!($($pv)+; Self::$plain),)?)?
                    $($(Self::$with(<crate::$($fv)::+>::USUAL),)?)?
                )+
            ];

            /// What computes it.
            #[must_use]
            pub fn metric(self) -> Box<dyn ValuesMetric> {
                match self {
                    $(
                        $($(Self::$plain => Box::new(crate::$($pv)::+),)?)?
                        $($(Self::$with(own) => given!($($fv)+; Box::new(own)),)?)?
                    )+
                }
            }
        }

        impl WithinGroups {
            /// Every one.
            pub const ALL: &[Self] = &[$($($(given!($($pv)+; Self::$plain),)?)?)+];

            /// The metric within each group.
            #[must_use]
            pub fn metric(self) -> ValuesMetricName {
                match self {
                    $($($(Self::$plain => given!($($pv)+; ValuesMetricName::$plain),)?)?)+
                }
            }
        }
    };
}

/// What stands where a metric is given.
macro_rules! given {
    ($($path:ident)+; $($code:tt)+) => { $($code)+ };
}

/// Whether a line is marked.
macro_rules! at_once {
    () => {
        false
    };
    (headline) => {
        true
    };
}

/// The first of several; a line of the table without a question does not compile.
macro_rules! first {
    ($first:expr, $($rest:tt)*) => {
        $first
    };
}

metrics! {
    /// Share of examples called right at the threshold.
    plain Accuracy: binary accuracy::Accuracy, headline;
    /// Mean of sensitivity and specificity.
    plain BalancedAccuracy: binary balanced_accuracy::BalancedAccuracy classes classes::balanced_accuracy::BalancedAccuracy;
    /// Matthews correlation coefficient.
    plain Mcc: binary mcc::Mcc classes classes::mcc::Mcc;
    /// F1 of the positive class.
    plain F1: binary f1::F1;
    /// Area under the ROC curve.
    plain Auroc: binary auroc::Auroc, headline;
    /// Average precision.
    plain AveragePrecision: binary average_precision::AveragePrecision, headline;
    /// Mean negative log likelihood, natural logarithm.
    plain LogLoss: binary log_loss::LogLoss;
    /// Mean squared error of the probability.
    plain Brier: binary brier::Brier;
    /// Debiased expected calibration error over equal-mass bins.
    fields Ece: binary ece::Ece, headline;
    /// Share of true sites among the k highest, k the number of true sites.
    plain TopK: binary top_k::TopK, headline;
    /// Expected calibration error over bins of equal width.
    fields EceEqualWidth: binary ece_equal_width::EceEqualWidth;
    /// Expected calibration error over equal-mass bins, with what chance adds.
    fields EcePlugIn: binary ece_plug_in::EcePlugIn;
    /// Debiased squared calibration error over equal-mass bins.
    fields SquaredCalibrationError: binary squared_calibration_error::SquaredCalibrationError;
    /// Largest calibration error of a bin of equal width.
    fields MaximumCalibrationError: binary maximum_calibration_error::MaximumCalibrationError;
    /// Largest calibration error of an equal-mass bin.
    fields MaximumCalibrationErrorEqualMass: binary maximum_calibration_error::MaximumCalibrationErrorEqualMass;
    /// Kolmogorov-Smirnov calibration error, without bins.
    plain KsCalibrationError: binary ks_calibration_error::KsCalibrationError;
    /// Smooth expected calibration error, without bins.
    plain SmoothEce: binary smooth_ece::SmoothEce;
    /// Area under the risk-coverage curve.
    plain Aurc: binary aurc::Aurc;
    /// The same, above what the best order of the same errors would give.
    plain EAurc: binary aurc::ExcessAurc;
    /// Largest share of examples that can be answered at this risk.
    fields CoverageAtRisk: binary coverage_at_risk::CoverageAtRisk;
    /// Share of true positives among what is called positive.
    plain Precision: binary called::Precision;
    /// Share of positives that are called positive.
    plain Recall: binary called::Recall;
    /// Share of negatives that are called negative.
    plain Specificity: binary called::Specificity;
    /// Precision at a threshold of its own.
    fields PrecisionAtThreshold: binary called::PrecisionAtThreshold;
    /// Recall at a threshold of its own.
    fields RecallAtThreshold: binary called::RecallAtThreshold;
    /// Highest recall where the precision is at least this.
    fields RecallAtPrecision: binary operating_points::RecallAtPrecision;
    /// Highest true positive rate where the false positive rate is at most this.
    fields TprAtFpr: binary operating_points::TprAtFpr;
    /// Lowest false positive rate where the true positive rate is at least this.
    fields FprAtTpr: binary operating_points::FprAtTpr;
    /// Of several classes or labels: F1, the mean over them.
    plain F1Macro: classes classes::f1::F1::Macro labels labels::f1::F1::Macro;
    /// Of several classes or labels: F1, the mean over them by how often each is true.
    plain F1Weighted: classes classes::f1::F1::Weighted labels labels::f1::F1::Weighted;
    /// Of several labels: F1 of the counts of all labels together.
    plain F1Micro: labels labels::f1::F1::Micro;
    /// Of several classes: precision, the mean over classes.
    plain PrecisionMacro: classes classes::precision::Precision::Macro;
    /// Of several classes: precision, the mean over classes by how often each is true.
    plain PrecisionWeighted: classes classes::precision::Precision::Weighted;
    /// Of several classes: recall, the mean over classes.
    plain RecallMacro: classes classes::recall::Recall::Macro;
    /// Of several classes: recall, the mean over classes by how often each is true.
    plain RecallWeighted: classes classes::recall::Recall::Weighted;
    /// Of several classes or labels: area under the ROC curve, the mean over them.
    plain AurocMacro: classes classes::auroc::Auroc::Macro labels labels::auroc::Auroc::Macro;
    /// Of several classes or labels: area under the ROC curve, the mean over them by how often each is true.
    plain AurocWeighted: classes classes::auroc::Auroc::Weighted labels labels::auroc::Auroc::Weighted;
    /// Of several labels: area under the ROC curve of all pairs of example and label.
    plain AurocMicro: labels labels::auroc::Auroc::Micro;
    /// Of several classes or labels: average precision, the mean over them.
    plain AveragePrecisionMacro: classes classes::average_precision::AveragePrecision::Macro labels labels::average_precision::AveragePrecision::Macro;
    /// Of several classes or labels: average precision, the mean over them by how often each is true.
    plain AveragePrecisionWeighted: classes classes::average_precision::AveragePrecision::Weighted labels labels::average_precision::AveragePrecision::Weighted;
    /// Of several labels: average precision of all pairs of example and label.
    plain AveragePrecisionMicro: labels labels::average_precision::AveragePrecision::Micro;
    /// Of several classes: share of examples whose true class is among the k most probable.
    fields TopKAccuracy: classes classes::top_k_accuracy::TopKAccuracy;
    /// Of several classes: squared error of the probabilities of all classes, added up.
    plain BrierMulticlass: classes classes::brier::Brier;
    /// Of several classes: expected calibration error of each class over bins of equal width, the mean over classes.
    fields ClasswiseEce: classes classwise_ece::ClasswiseEce;
    /// Of several labels: share of pairs of example and label that are called wrong.
    plain HammingLoss: labels labels::hamming_loss::HammingLoss;
    /// Of several labels: share of examples with every label called right.
    plain SubsetAccuracy: labels labels::subset_accuracy::SubsetAccuracy;
    /// Of numbers: Spearman's rank correlation.
    plain Spearman: values values::spearman::Spearman, headline;
    /// Of numbers: Pearson's correlation.
    plain Pearson: values values::pearson::Pearson, headline;
    /// Of numbers: Kendall's rank correlation.
    plain Kendall: values values::kendall::Kendall;
    /// Of numbers: R2, the coefficient of determination.
    plain R2: values values::r2::R2, headline;
    /// Of numbers: root mean squared error.
    plain Rmse: values values::rmse::Rmse, headline;
    /// Of numbers: mean absolute error.
    plain Mae: values values::mae::Mae;
    /// Of numbers: normalized discounted cumulative gain.
    plain Ndcg: values values::ndcg::Ndcg;
    /// The same, of the first ranks.
    fields NdcgAtK: values values::ndcg::NdcgAtK;

    controls
    CalledShare: called_share::CalledShare;
}
