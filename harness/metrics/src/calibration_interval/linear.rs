//! Residuals summed over bins that are the same in every replicate.

use titer_core::{Labelled, Undefined};
use titer_statistics::norm::Known;
use titer_statistics::{ClusterDraws, Norm};

use super::sheet::{Held, Sheet, over_replicates};

/// What each cluster adds to each coordinate.
pub(super) struct Linear {
    /// Coordinate, cluster and residual; coordinates from the first to the last.
    entries: Vec<(usize, u32, f64)>,
    /// What each coordinate's bin holds of the data.
    pub(super) held: Vec<Held>,
}

impl Linear {
    /// `bins` gives the bin of each cell, below `count`, and never falls.
    pub(super) fn new(sheet: &Sheet, bins: &[usize], count: usize) -> Self {
        let mut linear = Self {
            entries: Vec::new(),
            held: vec![Held::default(); count],
        };
        let mut rest = sheet.cells.as_slice();
        for run in bins.chunk_by(|a, b| a == b) {
            let (these, others) = rest.split_at(run.len());
            rest = others;
            let coordinate = run[0];
            let mut held = Held::default();
            let mut parts: Vec<(u32, f64)> = Vec::with_capacity(these.len());
            for &cell in these {
                held.add_cell(cell, 1.0);
                parts.push((cell.cluster, cell.residual()));
            }
            // Stable, so that the residuals of a cluster are added by their probability.
            parts.sort_by_key(|part| part.0);
            for run in parts.chunk_by(|a, b| a.0 == b.0) {
                let sum = run.iter().map(|part| part.1).sum();
                linear.entries.push((coordinate, run[0].0, sum));
            }
            linear.held[coordinate] = held;
        }
        linear
    }

    fn sums(&self, times: impl Fn(u32) -> f64) -> Vec<f64> {
        let mut sums = vec![0.0; self.held.len()];
        for &(coordinate, cluster, residual) in &self.entries {
            sums[coordinate] += times(cluster) * residual;
        }
        sums
    }

    /// The root of what each coordinate's sum varies by, from clusters.
    pub(super) fn spreads(&self, sheet: &Sheet, draws: &ClusterDraws) -> Vec<f64> {
        let mut squares = vec![0.0; self.held.len()];
        for &(coordinate, _, residual) in &self.entries {
            squares[coordinate] += residual * residual;
        }
        let clusters = draws.clusters() as f64;
        let pairs = squares.iter().zip(&self.held);
        pairs
            .map(|(square, held)| {
                let variance = square - held.residual * held.residual / clusters;
                variance.max(0.0).sqrt() / sheet.examples as f64
            })
            .collect()
    }

    /// Residuals by their share of the examples, and what each replicate adds to them. `made` turns the
    /// sums of all bins into the coordinates.
    pub(super) fn known(
        &self,
        sheet: &Sheet,
        draws: &ClusterDraws,
        norm: Norm,
        made: impl Fn(Vec<f64>) -> Vec<f64> + Sync,
    ) -> Known {
        let share = |sums: Vec<f64>, n: f64| sums.into_iter().map(|sum| sum / n).collect();
        let process: Vec<f64> = made(share(self.sums(|_| 1.0), sheet.examples as f64));
        let deviations = over_replicates(draws, |counts| {
            let drawn = sheet.drawn(counts);
            let sums = self.sums(|cluster| f64::from(counts[cluster as usize]));
            (drawn > 0).then(|| {
                let made = made(share(sums, drawn as f64));
                made.iter().zip(&process).map(|(a, b)| a - b).collect()
            })
        });
        Known {
            norm,
            process,
            deviations,
        }
    }
}

/// Running sums.
pub(super) fn cumulated(mut sums: Vec<f64>) -> Vec<f64> {
    let mut sum = 0.0;
    for one in &mut sums {
        sum += *one;
        *one = sum;
    }
    sums
}

/// The sheet of checked data.
pub(super) fn sheet(
    data: Labelled<'_>,
    cluster_of: &[u32],
    draws: &ClusterDraws,
) -> Result<Sheet, Undefined> {
    crate::checked::check(data)?;
    let pairs = data.probability.iter().copied();
    Sheet::new(pairs.zip(data.truth.iter().copied()), cluster_of, draws)
}
