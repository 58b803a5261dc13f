//! Metrics of a question with several classes, one of which is true: one file each.
//!
//! The class that is called is the most probable one, the first of equals.

pub mod accuracy;
pub mod auroc;
pub mod average_precision;
pub mod balanced_accuracy;
pub mod brier;
pub mod f1;
pub mod log_loss;
pub mod mcc;
pub mod precision;
pub mod recall;
pub mod table;
pub mod top_k_accuracy;

pub(crate) mod checked;
mod counted;
mod losses;
mod ranked;
#[cfg(test)]
mod trial;

pub use table::{ClassesMetricName, metric};
