//! What a score is and how sure it is.
//!
//! In scope: a file for each metric of a binary question (truth, probability, threshold), of several
//! classes, several labels, a number; the table that names them, for suites too; and `stats`: clustered bootstrap,
//! intervals, paired tests, corrections, power.
//! Not aware of: files, tables, models, examples, gates.
//!
//! Every number is the same to the bit for any order of the examples and any number of threads:
//! what counts is counted in whole numbers, sums have a fixed order, transcendental functions come
//! from `libm`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod accuracy;
pub mod auroc;
pub mod average_precision;
pub mod balanced_accuracy;
pub mod brier;
pub mod called;
pub mod called_share;
pub mod ece;
pub mod f1;
pub mod log_loss;
pub mod mcc;
pub mod stats;
pub mod top_k;

pub mod at_prevalence;
pub mod aurc;
pub mod calibration_floor;
pub mod classwise_ece;
pub mod coverage_at_risk;
pub mod ece_equal_width;
pub mod ece_plug_in;
pub mod ks_calibration_error;
pub mod maximum_calibration_error;
pub mod operating_points;
pub mod recalibration;
pub mod registry;
pub mod residuals;
mod selective;
pub mod smooth_ece;
pub mod squared_calibration_error;
pub mod sureness;

pub mod binary_interval;
pub mod calibration_interval;
pub mod classes;
mod end_interval;
pub mod grouped;
pub mod labels;
pub mod values;

mod margins;
mod one_against_rest;

mod logistic;

mod checked;
mod clustering;
mod confusion;
mod mean_loss;
mod parameters;
mod ranking;
mod share;
#[cfg(test)]
mod trial;
mod word;

pub use registry::grouped::GroupedSpec;
pub use registry::{
    AnyMetric, ClassesMetricName, LabelsMetricName, MetricName, MetricSpec, ValuesMetricName,
    WithinGroups,
};
pub use share::Share;
pub use word::Word;
