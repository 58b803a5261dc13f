//! Metrics of a question with several classes, one of which is true: one file each.
//!
//! The class that is called is the most probable one, the first of equals.

pub mod auroc;
pub mod average_precision;
pub mod balanced_accuracy;
pub mod brier;
pub mod f1;
pub mod mcc;
pub mod precision;
pub mod recall;
pub mod top_k_accuracy;

pub(crate) mod checked;
#[cfg(test)]
mod contract;
mod counted;
mod losses;
mod ranked;
#[cfg(test)]
mod trial;
