//! Controls: what a score means.
//!
//! A control predicts without biology: by prevalence, by one trivial property of a sequence, by its
//! letters counted, or by where it lies. It is fitted on examples that the model may have been trained
//! on too, and scored on the same examples as the model. A model that does not beat it has not shown
//! that it knows more.
//!
//! In scope: fitting and predicting. Not aware of: files, runs, metrics, reports. Nothing here prints.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod composition;
mod fit;
mod kmers;
mod logistic;
mod nearest;
mod place;
mod training;

pub use fit::{Control, fit};
pub use logistic::choose::Chosen;
pub use training::{Training, TrainingError};
