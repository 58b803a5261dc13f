//! How much worse a variant can be where the bootstrap has nothing to say.
//!
//! Two cases leave a comparison of probabilities (AUROC, average precision, log loss, Brier, calibration
//! error) without an interval though both scores are there: fewer than 10 units differ, or every replicate
//! of the difference is the same. Neither says that the variants are equal. But each unit measures how far
//! a probability moves. Where none moves by more than [`ROUNDING`], as when another runtime adds in another
//! order, the difference found is what there is: the same evidence by which a bootstrap with a few exchanged
//! ranks passes, and more of it. It decides on at least as many clusters as a bootstrap needs. Otherwise the
//! gate is inconclusive. Of numbers, whose scale is not known, rounding is that part of their standard
//! deviation. Top-k has no such bound: whether a unit is among the highest is a call of all units together.

use titer_core::{Agreement, Comparison};
use titer_statistics::bootstrap::FEWEST_CLUSTERS;

use titer_core::Sees;

use crate::measures::Measure;
use crate::words::{count, number};

/// The largest change of a probability that is taken for rounding: what golden outputs allow between
/// runtimes.
pub const ROUNDING: f64 = 1e-5;

/// The most that a candidate can be worse by, in the metric's units.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// At most so much worse; below 0 where it is better even so.
    pub worse: f64,
    /// How that is known.
    pub because: String,
}

/// The bound for a comparison without an interval; `None` where nothing can be said. `gain` is the
/// difference in the metric's good direction.
#[must_use]
pub fn bound(
    measure: Measure,
    comparison: &Comparison,
    gain: f64,
    agreement: &Agreement,
) -> Option<Bound> {
    match measure.sees() {
        Sees::Probability | Sees::Order | Sees::Number => of_rounding(comparison, gain, agreement),
        Sees::Call | Sees::AmongHighest => None,
    }
}

fn of_rounding(comparison: &Comparison, gain: f64, agreement: &Agreement) -> Option<Bound> {
    let rounding = ROUNDING * agreement.spread.unwrap_or(1.0);
    if agreement.largest_change > rounding || comparison.clusters < FEWEST_CLUSTERS as u64 {
        return None;
    }
    let examples = count(comparison.examples, "example");
    let clusters = count(comparison.clusters, "cluster");
    let answer = match agreement.spread {
        None => "probability",
        Some(_) => "number",
    };
    let moved = if agreement.identical {
        format!("every {answer} is the same to the bit")
    } else {
        format!(
            "no {answer} moves by more than {}, which is rounding",
            number(agreement.largest_change)
        )
    };
    Some(Bound {
        worse: -gain,
        because: format!("{moved} (on {examples} in {clusters})"),
    })
}
