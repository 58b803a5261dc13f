//! Metrics of a question with several labels, any of which may be true of an example at once: one file each.
//!
//! What is not known of an example counts nowhere. A mean over labels is taken over those that have a value, and says which.

pub mod auroc;
pub mod average_precision;
pub mod f1;
pub mod hamming_loss;
pub mod subset_accuracy;

mod averaged;
mod checked;
#[cfg(test)]
mod contract;
mod counted;
mod ranked;
mod shares;
#[cfg(test)]
mod trial;
