//! Where statistics and metrics are one for speed or by their nature: several metrics over the same draws in one pass, what
//! flips do to a metric of calls, the difference of two AUROCs. What is about numbers only is `titer-statistics`.

pub mod call_flips;
pub mod jackknives;
pub mod obuchowski;
pub mod resample;

mod delong;
mod placements;

#[cfg(test)]
mod bootstrap_tests;

pub use call_flips::call_flips;
pub use jackknives::jackknives;
pub use obuchowski::{auroc_difference, obuchowski_difference};
pub use resample::{ReplicateBins, resample, resample_with_bins};
