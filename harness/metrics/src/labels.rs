//! Metrics of several binary questions asked of each example: one file each.

pub mod auroc;
pub mod average_precision;
pub mod f1;
pub mod hamming_loss;
pub mod subset_accuracy;
pub mod table;

mod checked;
mod counted;
mod losses;
mod ranked;
#[cfg(test)]
mod trial;

pub use table::{LabelsMetricName, metric};
