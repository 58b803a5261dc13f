//! What a perfectly calibrated model would show.

/// How often labels are drawn.
pub const DRAWS: u32 = 200;

/// The calibration error that chance alone leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NullFloor {
    /// Its mean.
    pub mean: f64,
    /// Its 95 % quantile: a larger error is more than chance.
    pub upper: f64,
}
