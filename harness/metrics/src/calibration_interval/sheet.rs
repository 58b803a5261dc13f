//! Examples by probability and cluster, sorted once for every replicate.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Multiplicity, Undefined};
use titer_statistics::ClusterDraws;

use crate::checked::no_examples;
use crate::clustering;
pub(super) use crate::stats::resample::Held;

/// Examples of one probability and cluster.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) probability: f64,
    pub(super) cluster: u32,
    pub(super) examples: u32,
    pub(super) positives: u32,
}

impl Cell {
    /// The sum of truth minus probability.
    pub(super) fn residual(self) -> f64 {
        f64::from(self.positives) - f64::from(self.examples) * self.probability
    }
}

/// Cells from low to high probability.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) cells: Vec<Cell>,
    /// The examples of each cluster.
    sizes: Vec<u32>,
    pub(super) examples: u64,
}

impl Held {
    pub(super) fn add_cell(&mut self, cell: Cell, times: f64) {
        self.examples += times * f64::from(cell.examples);
        self.positives += times * f64::from(cell.positives);
        self.residual += times * cell.residual();
    }

    /// Their mean probability.
    pub(super) fn mean_probability(self) -> f64 {
        ((self.positives - self.residual) / self.examples).clamp(0.0, 1.0)
    }
}

impl Sheet {
    /// Sorts pairs of probability and truth, which were checked.
    pub(super) fn new(
        pairs: impl ExactSizeIterator<Item = (f64, bool)>,
        cluster_of: &[u32],
        draws: &ClusterDraws,
    ) -> Result<Self, Undefined> {
        let examples = pairs.len() as u64;
        if examples == 0 {
            return Err(no_examples());
        }
        let counts = vec![1; draws.clusters()];
        let drawn = Multiplicity::PerCluster {
            counts: &counts,
            cluster_of,
        };
        clustering::check(drawn, pairs.len())?;
        // Adding 0 makes one zero of the two.
        let cell = |((probability, positive), &cluster): ((f64, bool), &u32)| Cell {
            probability: probability + 0.0,
            cluster,
            examples: 1,
            positives: u32::from(positive),
        };
        let mut cells: Vec<Cell> = pairs.zip(cluster_of).map(cell).collect();
        let probability = |a: &Cell, b: &Cell| a.probability.total_cmp(&b.probability);
        cells.sort_unstable_by(|a, b| probability(a, b).then(a.cluster.cmp(&b.cluster)));
        cells.dedup_by(|next, cell| {
            let same = next.probability == cell.probability && next.cluster == cell.cluster;
            if same {
                cell.examples += next.examples;
                cell.positives += next.positives;
            }
            same
        });
        let mut sizes = vec![0; draws.clusters()];
        for &of in cluster_of {
            sizes[of as usize] += 1;
        }
        Ok(Self {
            cells,
            sizes,
            examples,
        })
    }

    /// Cells of equal probability together.
    pub(super) fn groups(&self) -> impl Iterator<Item = &[Cell]> {
        self.cells.chunk_by(|a, b| a.probability == b.probability)
    }

    /// How many examples a replicate has.
    pub(super) fn drawn(&self, counts: &[u32]) -> u64 {
        let pairs = counts.iter().zip(&self.sizes);
        pairs
            .map(|(&n, &size)| u64::from(n) * u64::from(size))
            .sum()
    }

    /// The bin of equal mass of each cell, over the data as they are.
    pub(super) fn equal_mass(&self, bins: usize) -> Vec<usize> {
        let mut numbers = Vec::with_capacity(self.cells.len());
        let mut place = Place::new(bins, self.examples);
        for group in self.groups() {
            let examples = group.iter().map(|cell| u64::from(cell.examples)).sum();
            let bin = place.next(examples);
            numbers.extend(group.iter().map(|_| bin));
        }
        numbers
    }
}

/// Where the middle of a group falls as groups are passed from low to high probability.
pub(super) struct Place {
    bins: usize,
    bin: usize,
    before: u64,
    total: u64,
}

impl Place {
    pub(super) fn new(bins: usize, total: u64) -> Self {
        Self {
            bins,
            bin: 0,
            before: 0,
            total,
        }
    }

    /// The bin of the next group; one of no examples behind the last belongs to the last bin.
    pub(super) fn next(&mut self, examples: u64) -> usize {
        let middle = u128::from(2 * self.before + examples) * self.bins as u128;
        self.before += examples;
        while self.bin + 1 < self.bins
            && middle >= (self.bin as u128 + 1) * 2 * u128::from(self.total)
        {
            self.bin += 1;
        }
        self.bin
    }
}

/// What a replicate shows, for each that has an example.
pub(super) fn over_replicates<T: Send>(
    draws: &ClusterDraws,
    of: impl Fn(&[u32]) -> Option<T> + Sync,
) -> Vec<Option<T>> {
    (0..draws.replicates())
        .into_par_iter()
        .map(|replicate| draws.read(replicate, &of))
        .collect()
}
