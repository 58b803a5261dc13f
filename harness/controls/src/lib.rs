//! Controls: what a score means.
//!
//! A control predicts without biology: by prevalence, by one trivial property of a sequence, by its
//! letters counted, or by where it lies. It is fitted on examples that the model may have been trained
//! on too, and scored on the same examples as the model. A model that does not beat it has not shown
//! that it knows more.
//!
//! In scope: fitting and predicting. Not aware of: files, runs, metrics, reports. Nothing here prints.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod apart;
mod composition;
mod fit;
mod kmers;
mod logistic;
mod nearest;
mod number;
mod place;
mod regression;
mod shape;
mod training;

pub use apart::cross_fitted;
pub use composition::gc;
pub use fit::{Control, fit};
pub use logistic::choose::Penalty;
pub use number::{Chosen, Number};
pub use shape::Shape;
pub use training::{Training, TrainingError};

/// Raised whenever a control answers otherwise than before: part of the keys of controls' cells.
pub const REVISION: u32 = 2;
