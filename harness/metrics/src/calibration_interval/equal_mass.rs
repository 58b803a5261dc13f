//! Residuals summed over bins of equal mass, which every replicate forms anew.

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use titer_core::Labelled;
use titer_statistics::norm::Known;
use titer_statistics::{ClusterDraws, Norm};

use super::sheet::{Held, Place, Sheet};
use crate::stats::resample::{Bins, ReplicateBins, equal_mass_bins};

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

/// Data and the cluster of each example, which were checked.
pub(super) type Clustered<'a> = (Labelled<'a>, &'a [u32]);

/// The process of the data, and in each replicate that of the replicate less that of the data, both
/// over the replicate's bins, which may have been read before.
pub(super) fn known(
    sheet: &Sheet,
    (data, cluster_of): Clustered<'_>,
    bins: usize,
    draws: &ClusterDraws,
    read: &ReplicateBins,
    coordinate: Coordinate,
) -> (Known, Vec<Held>) {
    let own = held(sheet, bins);
    let total = sheet.examples as f64;
    let deviation = |of: Bins| {
        let drawn: f64 = of.iter().map(|(replicate, _)| replicate.examples).sum();
        let apart = of
            .into_iter()
            .map(|(replicate, data)| coordinate(replicate, drawn) - coordinate(data, total));
        apart.collect()
    };
    // What cannot be read side by side is read by itself.
    let quick = match read.get(bins) {
        Some(read) => read.clone(),
        None => equal_mass_bins(data, cluster_of, draws, bins),
    };
    let found = quick.into_par_iter().enumerate().map(|(replicate, quick)| {
        let bins = quick.or_else(|| draws.read(replicate, |counts| bins_of(sheet, counts, bins)));
        bins.map(deviation)
    });
    let known = Known {
        norm: Norm::Sum,
        process: own.iter().map(|&held| coordinate(held, total)).collect(),
        deviations: found.collect(),
    };
    (known, own)
}

/// The bins of one replicate, cell by cell.
fn bins_of(sheet: &Sheet, counts: &[u32], bins: usize) -> Option<Bins> {
    let drawn = sheet.drawn(counts);
    if drawn == 0 {
        return None;
    }
    let mut both = vec![(Held::default(), Held::default()); bins];
    let mut place = Place::new(bins, drawn);
    for group in sheet.groups() {
        let times = |cluster: u32| counts[cluster as usize];
        let examples = group
            .iter()
            .map(|cell| u64::from(times(cell.cluster)) * u64::from(cell.examples))
            .sum();
        let (of_replicate, of_data) = &mut both[place.next(examples)];
        for &cell in group {
            of_replicate.add_cell(cell, f64::from(times(cell.cluster)));
            of_data.add_cell(cell, 1.0);
        }
    }
    Some(both)
}

/// What each bin holds of the data.
fn held(sheet: &Sheet, bins: usize) -> Vec<Held> {
    let mut held = vec![Held::default(); bins];
    for (cell, bin) in sheet.cells.iter().zip(sheet.equal_mass(bins)) {
        held[bin].add_cell(*cell, 1.0);
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration_interval::linear::sheet;
    use crate::trial::Trial;

    /// Side by side and cell by cell are the same but for rounding, with ties and without, and for clusters that
    /// hold many examples.
    #[test]
    fn both_ways_find_the_same_bins() {
        for (levels, clusters) in [(20, 40), (1 << 40, 40), (1 << 40, 900), (300, 3)] {
            let trial = Trial::new(3000, clusters, 0.3, levels, 5);
            let draws = ClusterDraws::new(clusters as usize, 70, 1, "bootstrap");
            let data = trial.data();
            let sheet = sheet(data, &trial.cluster_of, &draws).unwrap();
            let quick = equal_mass_bins(data, &trial.cluster_of, &draws, 15);
            assert_eq!(quick.len(), 70);
            for (replicate, quick) in quick.into_iter().enumerate() {
                let slow = bins_of(&sheet, &draws.drawn(replicate), 15).unwrap();
                for ((a, x), (b, y)) in quick.unwrap().iter().zip(&slow) {
                    for (one, other) in [(a, b), (x, y)] {
                        assert_eq!(one.examples, other.examples, "{levels} {clusters}");
                        assert_eq!(one.positives, other.positives);
                        assert!((one.residual - other.residual).abs() < 1e-9);
                    }
                }
            }
        }
    }
}
