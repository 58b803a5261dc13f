//! Residuals summed over bins of equal mass, which every replicate forms anew.

use super::sheet::{Held, Place, Sheet, over_replicates};
use crate::stats::norm::Known;
use crate::stats::{ClusterDraws, Norm};

/// A coordinate of a bin, given the number of all examples.
pub(super) type Coordinate = fn(Held, f64) -> f64;

/// Residuals by the share of all examples: their sum is the plug-in expected calibration error.
pub(super) fn of_all(held: Held, total: f64) -> f64 {
    held.residual / total
}

/// Residuals whose squares add up to the mean squared gap.
pub(super) fn rooted(held: Held, total: f64) -> f64 {
    match held.examples > 0.0 {
        true => held.residual / (total * held.examples).sqrt(),
        false => 0.0,
    }
}

/// The process of the data, and in each replicate that of the replicate less that of the data, both
/// over the replicate's bins.
pub(super) fn known(
    sheet: &Sheet,
    bins: usize,
    draws: &ClusterDraws,
    coordinate: Coordinate,
) -> (Known, Vec<Held>) {
    let own = held(sheet, bins);
    let total = sheet.examples as f64;
    let groups: Vec<Held> = sheet
        .groups()
        .map(|group| {
            let mut held = Held::default();
            group.iter().for_each(|cell| held.add(*cell, 1.0));
            held
        })
        .collect();
    let deviation = |counts: &[u32]| {
        let drawn = sheet.drawn(counts);
        if drawn == 0 {
            return None;
        }
        let mut both = vec![(Held::default(), Held::default()); bins];
        let mut place = Place::new(bins, drawn);
        for (group, data) in sheet.groups().zip(&groups) {
            let times = |cluster: u32| counts[cluster as usize];
            let examples = group
                .iter()
                .map(|cell| u64::from(times(cell.cluster)) * u64::from(cell.examples))
                .sum();
            let (of_replicate, of_data) = &mut both[place.next(examples)];
            for &cell in group {
                of_replicate.add(cell, f64::from(times(cell.cluster)));
            }
            of_data.examples += data.examples;
            of_data.residual += data.residual;
        }
        let apart = both
            .iter()
            .map(|&(a, b)| coordinate(a, drawn as f64) - coordinate(b, total));
        Some(apart.collect())
    };
    let known = Known {
        norm: Norm::Sum,
        process: own.iter().map(|&held| coordinate(held, total)).collect(),
        deviations: over_replicates(draws, deviation),
    };
    (known, own)
}

/// What each bin holds of the data.
fn held(sheet: &Sheet, bins: usize) -> Vec<Held> {
    let mut held = vec![Held::default(); bins];
    for (cell, bin) in sheet.cells.iter().zip(sheet.equal_mass(bins)) {
        held[bin].add(*cell, 1.0);
    }
    held
}
