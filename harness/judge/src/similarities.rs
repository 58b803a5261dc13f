//! Scores against the similarity of examples to training data: a point for each bin of about equally many examples.

use titer_core::{Against, Estimate, SimilarityBin};
use titer_spec::plan::{PlannedSimilarity, SIMILARITY, quantiles};

use crate::cells::JudgedCell;
use crate::comparisons::{Held, How, paired_difference};
use crate::ground::Ground;
use crate::group_differences::{Broken, of};
use crate::groups::{Measured, by_group};
use crate::strata::Strata;

/// How the bins are called as a stratum.
#[must_use]
pub fn stratum(asked: &PlannedSimilarity) -> String {
    quantiles(SIMILARITY, asked.bins)
}

/// The bins of a dataset.
#[derive(Debug)]
pub struct Bins<'a> {
    asked: &'a PlannedSimilarity,
    strata: std::sync::Arc<Strata>,
    /// Of each bin the smallest, largest and mean similarity of its units.
    ranges: Vec<SimilarityRange>,
}

#[derive(Clone, Copy, Debug)]
struct SimilarityRange {
    from: f64,
    to: f64,
    sum: f64,
    units: u64,
}

impl<'a> Bins<'a> {
    /// Those of a dataset's units; `of` holds the similarity of each example.
    #[must_use]
    pub fn new(asked: &'a PlannedSimilarity, ground: &Ground, of: &[Option<f64>]) -> Self {
        let strata = ground.strata(&stratum(asked));
        let empty = SimilarityRange {
            from: f64::INFINITY,
            to: f64::NEG_INFINITY,
            sum: 0.0,
            units: 0,
        };
        let mut ranges = vec![empty; strata.groups.len()];
        for (unit, at) in ground.units.iter().enumerate() {
            let similarity = of.get(at.example as usize).copied().flatten();
            let bin = strata.of.get(unit).map(|bin| bin as usize);
            let range = bin.and_then(|bin| ranges.get_mut(bin));
            if let (Some(similarity), Some(range)) = (similarity, range) {
                range.from = range.from.min(similarity);
                range.to = range.to.max(similarity);
                range.sum += similarity;
                range.units += 1;
            }
        }
        Self {
            asked,
            strata,
            ranges,
        }
    }

    /// A clean cell's scores by bin, one list of bins for each score; none where all examples are equally similar.
    #[must_use]
    pub fn measure(&self, cell: &JudgedCell<'_>, how: How<'_>) -> Vec<Vec<Measured>> {
        by_group(cell, SIMILARITY, &self.strata, how.draws)
    }

    /// A clean cell's bins as rows, held against the base's where there is one.
    #[must_use]
    pub fn rows(
        &self,
        cell: &JudgedCell<'_>,
        measured: &[Vec<Measured>],
        against: Option<(Held<'_, '_>, Broken<'_>)>,
        how: How<'_>,
    ) -> Vec<SimilarityBin> {
        let mut rows = Vec::new();
        for (number, (scored, bins)) in cell.scored.iter().zip(measured).enumerate() {
            for ((place, one), range) in (0_usize..).zip(bins).zip(&self.ranges) {
                let mut row = SimilarityBin {
                    key: scored.score.key.clone(),
                    training: self.asked.training(),
                    k: u64::from(self.asked.k),
                    bin: place as u64,
                    from: range.from,
                    to: range.to,
                    mean: range.sum / range.units as f64,
                    chance: self.asked.chance,
                    estimate: Estimate::new(&one.estimated.value, &one.estimated.interval),
                    against: Against::default(),
                    units: one.units,
                    positives: one.positives,
                    clusters: one.clusters,
                    too_small: one.too_small,
                };
                let base = against.and_then(|(held, broken)| {
                    let scored = held.base.scored.get(number)?;
                    let theirs = broken.base.get(number)?.get(place)?;
                    Some((held.base_name(), scored, theirs))
                });
                if let Some((name, base, theirs)) = base {
                    // Either is too small: they hold the same examples.
                    let (value, interval) = match one.too_small || theirs.too_small {
                        true => (one.estimated.value.clone(), one.estimated.interval.clone()),
                        false => paired_difference(&of(scored, one), &of(base, theirs), how),
                    };
                    row.against = Against::new(name, &value, &interval);
                }
                rows.push(row);
            }
        }
        rows
    }
}
