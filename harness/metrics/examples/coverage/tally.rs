//! How often intervals hold the truth.

use std::fmt;

use titer_core::{Interval, Undefined};

/// One interval against the truth.
#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    Refused,
    Made {
        /// The truth is below the interval, or above it.
        below: bool,
        above: bool,
        width: f64,
        holds_point: bool,
        reaches_zero: bool,
    },
}

impl Outcome {
    pub(crate) fn of(interval: &Result<Interval, Undefined>, truth: f64, point: f64) -> Self {
        match interval {
            Err(_) => Self::Refused,
            Ok(interval) => Self::Made {
                below: truth < interval.lower,
                above: truth > interval.upper,
                width: interval.upper - interval.lower,
                holds_point: interval.lower <= point && point <= interval.upper,
                reaches_zero: interval.lower <= 0.0 && interval.upper >= 0.0,
            },
        }
    }
}

/// Many of them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub made: u64,
    pub refused: u64,
    pub below: u64,
    pub above: u64,
    pub width: f64,
    pub holds_point: u64,
    pub reaches_zero: u64,
}

impl Tally {
    pub(crate) fn of(outcomes: impl Iterator<Item = Outcome>) -> Self {
        let mut tally = Self::default();
        for outcome in outcomes {
            match outcome {
                Outcome::Refused => tally.refused += 1,
                Outcome::Made {
                    below,
                    above,
                    width,
                    holds_point,
                    reaches_zero,
                } => {
                    tally.made += 1;
                    tally.below += u64::from(below);
                    tally.above += u64::from(above);
                    tally.width += width;
                    tally.holds_point += u64::from(holds_point);
                    tally.reaches_zero += u64::from(reaches_zero);
                }
            }
        }
        tally
    }

    pub(crate) fn share(&self, count: u64) -> f64 {
        count as f64 / self.made.max(1) as f64
    }

    pub(crate) fn coverage(&self) -> f64 {
        1.0 - self.share(self.below + self.above)
    }

    /// The standard error of a share.
    pub(crate) fn standard_error(&self, share: f64) -> f64 {
        (share * (1.0 - share) / self.made.max(1) as f64).sqrt()
    }

    pub(crate) fn mean_width(&self) -> f64 {
        self.width / self.made.max(1) as f64
    }
}

/// Coverage with its standard error, misses on either side, the mean width.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |count: u64| 100.0 * self.share(count);
        let coverage = self.coverage();
        write!(
            f,
            "{:6.2} +- {:.2}  {:5.2} / {:5.2}  width {:.4}  refused {}",
            100.0 * coverage,
            100.0 * self.standard_error(coverage),
            percent(self.below),
            percent(self.above),
            self.mean_width(),
            self.refused
        )
    }
}
