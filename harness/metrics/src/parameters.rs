//! Fields that several metrics have.

/// Bins that are usual.
pub(crate) const BINS: usize = 15;

pub(crate) fn usual_bins() -> usize {
    BINS
}
