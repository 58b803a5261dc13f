//! A score with what comparisons need of it.

use std::sync::Arc;

use titer_core::{Score, Undefined};
use titer_metrics::calibration_interval::Calibration;
use titer_statistics::Resampled;

use crate::measures::Measure;
use crate::sampled::Sampled;

/// A score with what comparisons need of it.
#[derive(Clone, Debug)]
pub struct Scored {
    /// The score.
    pub score: Score,
    /// The measure.
    pub measure: Measure,
    /// What was scored, shared by the scores of a class; `None` where there are no answers.
    pub sample: Option<Arc<Sampled>>,
    /// What was scored, resampled; or why there is no interval to be made of it.
    pub resampled: Result<Resampled, Undefined>,
    /// Of a calibration error: what its intervals are made of.
    pub calibration: Option<Arc<Calibration>>,
}
