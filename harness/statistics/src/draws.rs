//! How often each cluster is drawn in each replicate.
//!
//! A replicate's counts are multinomial: as many draws as there are clusters, each cluster with the
//! same chance. They depend on seed, purpose, number of the replicate and number of clusters alone,
//! so that they are made where they are needed and need not be kept.
//!
//! Up to `DIRECT` clusters are drawn one after the other. More are cut into buckets of `BUCKET`:
//! first it is drawn, by halving, how many draws fall in each bucket (binomial, exact), then each of
//! them is placed in its bucket. That is the same distribution, and what is written to lies close
//! together. Each bucket has a generator of its own, so that buckets can be drawn in any order.

mod counts;
mod generator;

use std::sync::OnceLock;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use titer_core::Stream;

pub(crate) use counts::Counts;
use generator::Generator;

/// Clusters that are drawn without buckets.
const DIRECT: usize = 1 << 14;

/// Clusters of a bucket: a power of two, so that a full one takes random bits as they come.
const BUCKET: usize = 1 << BUCKET_BITS;
const BUCKET_BITS: u32 = 13;

/// Replicates that are drawn side by side.
pub const LANES: usize = 32;

/// A cluster's counts in [`LANES`] replicates.
pub type Row = [u8; LANES];

/// More counts than this (32 MiB, as two of almost all of them fit a byte) are drawn again rather than kept.
const KEPT: usize = 1 << 26;

/// How often each cluster is drawn in each replicate. One set serves every metric and both sides
/// of a comparison.
#[derive(Clone, Debug)]
pub struct ClusterDraws {
    clusters: usize,
    made: Made,
    /// Counts that were read or given, replicate by replicate.
    kept: Vec<OnceLock<Counts>>,
}

/// Where counts come from.
#[derive(Clone, Debug)]
enum Made {
    /// Drawn, by seed and purpose.
    Drawn(u64, String),
    /// Every cluster once, but for those of a group, which are left out: replicate r leaves out every n-th
    /// cluster from r on, for n replicates.
    LeftOut,
    /// They were given, and are all kept.
    Given,
}

impl ClusterDraws {
    /// Draws `cluster_count` of as many clusters, `replicates` times. A replicate's stream is keyed
    /// by its number, so that more replicates leave the first ones as they are.
    #[must_use]
    pub fn new(cluster_count: usize, replicates: usize, seed: u64, purpose: &str) -> Self {
        Self {
            clusters: cluster_count,
            made: Made::Drawn(seed, purpose.to_owned()),
            kept: vec![OnceLock::new(); replicates],
        }
    }

    /// Draws made otherwise: for each replicate a count per cluster.
    #[must_use]
    pub fn from_counts(clusters: usize, counts: &[Vec<u32>]) -> Self {
        let counts = counts.iter().map(|counts| Counts::new(counts));
        Self::given(clusters, counts.collect())
    }

    /// The same of counts in little room.
    pub(super) fn given(clusters: usize, counts: Vec<Counts>) -> Self {
        Self {
            clusters,
            made: Made::Given,
            kept: counts.into_iter().map(OnceLock::from).collect(),
        }
    }

    /// No draws: every cluster once, but for one of so many groups of clusters after the other.
    pub fn leaving_out(clusters: usize, groups: usize) -> Self {
        Self {
            clusters,
            made: Made::LeftOut,
            kept: vec![OnceLock::new(); groups],
        }
    }

    /// How many clusters there are.
    #[must_use]
    pub fn clusters(&self) -> usize {
        self.clusters
    }

    /// How many replicates there are.
    #[must_use]
    pub fn replicates(&self) -> usize {
        self.kept.len()
    }

    /// How often each cluster is drawn in a replicate, worked out anew and not kept.
    #[must_use]
    pub fn drawn(&self, replicate: usize) -> Vec<u32> {
        let mut stream = match &self.made {
            Made::Drawn(seed, purpose) => Stream::new(*seed, purpose, &replicate.to_string()),
            Made::LeftOut => {
                let counted = |cluster| u32::from(!self.leaves_out(replicate, cluster));
                return (0..self.clusters).map(counted).collect();
            }
            Made::Given => {
                let given = self.kept.get(replicate).and_then(OnceLock::get);
                return given.map_or_else(Vec::new, Counts::each);
            }
        };
        let mut counts = vec![0; self.clusters];
        if self.clusters <= DIRECT {
            self.direct(&mut stream, |cluster| counts[cluster] += 1);
            return counts;
        }
        let buckets = self.buckets(&mut stream);
        for (mut bucket, counts) in buckets.into_iter().zip(counts.chunks_mut(BUCKET)) {
            bucket.place(counts.len(), |cluster| counts[cluster] += 1);
        }
        counts
    }

    /// Reads the counts of a replicate. They are kept for the next time where they were drawn and all of them together
    /// are few; a cluster left out is found as quickly as it is read.
    pub fn read<R>(&self, replicate: usize, read: impl FnOnce(&[u32]) -> R) -> R {
        let few = self.clusters.saturating_mul(self.replicates()) <= KEPT;
        let kept = match self.made {
            Made::Drawn(..) if few => self.kept.get(replicate),
            _ => None,
        };
        if let Some(known) = kept.and_then(OnceLock::get) {
            return read(&known.each());
        }
        let drawn = self.drawn(replicate);
        if let Some(kept) = kept {
            kept.get_or_init(|| Counts::new(&drawn));
        }
        read(&drawn)
    }

    /// Draws the replicates from `first` on side by side into `rows`, one for each cluster. Says, a
    /// bit for each lane, where a count was too large for a row.
    pub fn fill(&self, first: usize, rows: &mut [Row]) -> u32 {
        rows.fill([0; LANES]);
        let last = (first + LANES).min(self.replicates());
        if !matches!(self.made, Made::Drawn(..)) || self.clusters <= DIRECT {
            return (first..last).enumerate().fold(0, |lost, (lane, number)| {
                lost | u32::from(self.fill_lane(number, lane, rows)) << lane
            });
        }
        let streams = (first..last).into_par_iter();
        let lanes: Vec<Vec<Bucket>> = streams
            .filter_map(|number| Some(self.buckets(&mut self.stream(number)?)))
            .collect();
        rows.par_chunks_mut(BUCKET)
            .enumerate()
            .map(|(bucket, rows)| fill_bucket(bucket, &lanes, rows))
            .reduce(|| 0, |a, b| a | b)
    }

    /// Fills one lane; whether a count was too large.
    fn fill_lane(&self, replicate: usize, lane: usize, rows: &mut [Row]) -> bool {
        let mut full = false;
        if let Some(mut stream) = self.stream(replicate) {
            self.direct(&mut stream, |cluster| full |= add(&mut rows[cluster], lane));
            return full;
        }
        if let Made::LeftOut = self.made {
            for (cluster, row) in rows.iter_mut().enumerate() {
                row[lane] = u8::from(!self.leaves_out(replicate, cluster));
            }
            return false;
        }
        for (row, count) in rows.iter_mut().zip(self.drawn(replicate)) {
            full |= count > u32::from(u8::MAX);
            row[lane] = count as u8;
        }
        full
    }

    fn stream(&self, replicate: usize) -> Option<Stream> {
        match &self.made {
            Made::Drawn(seed, purpose) => Some(Stream::new(*seed, purpose, &replicate.to_string())),
            Made::LeftOut | Made::Given => None,
        }
    }

    fn leaves_out(&self, replicate: usize, cluster: usize) -> bool {
        cluster % self.replicates().max(1) == replicate
    }

    fn direct(&self, stream: &mut Stream, mut each: impl FnMut(usize)) {
        for _ in 0..self.clusters {
            each(stream.below(self.clusters as u64) as usize);
        }
    }

    fn buckets(&self, stream: &mut Stream) -> Vec<Bucket> {
        let mut splitter = Generator::new(stream);
        let mut draws = vec![0; self.clusters.div_ceil(BUCKET)];
        split(
            &mut splitter,
            self.clusters as u64,
            self.clusters,
            &mut draws,
        );
        let bucket = |draws| Bucket {
            draws,
            generator: Generator::new(stream),
        };
        draws.into_iter().map(bucket).collect()
    }
}

/// The draws that fall in a bucket and what places them.
#[derive(Clone)]
struct Bucket {
    draws: u64,
    generator: Generator,
}

impl Bucket {
    /// Places the draws among the bucket's clusters.
    #[inline]
    fn place(&mut self, clusters: usize, mut each: impl FnMut(usize)) {
        let generator = &mut self.generator;
        if clusters != BUCKET {
            for _ in 0..self.draws {
                each(generator.below(clusters as u32) as usize);
            }
            return;
        }
        let mut left = self.draws;
        while left > 0 {
            let mut bits = generator.whole();
            for _ in 0..left.min(4) {
                each(bits as usize % BUCKET);
                bits >>= 16;
            }
            left = left.saturating_sub(4);
        }
    }
}

/// Counts once more; whether there was no room.
#[inline]
fn add(row: &mut Row, lane: usize) -> bool {
    let (count, full) = row[lane].overflowing_add(1);
    row[lane] = count;
    full
}

fn fill_bucket(bucket: usize, lanes: &[Vec<Bucket>], rows: &mut [Row]) -> u32 {
    lanes.iter().enumerate().fold(0, |lost, (lane, buckets)| {
        let mut full = false;
        buckets[bucket]
            .clone()
            .place(rows.len(), |cluster| full |= add(&mut rows[cluster], lane));
        lost | u32::from(full) << lane
    })
}

/// Shares `draws` out over the buckets of so many clusters, half by half.
fn split(splitter: &mut Generator, draws: u64, clusters: usize, buckets: &mut [u64]) {
    if let [only] = buckets {
        *only = draws;
        return;
    }
    let (left, right) = buckets.split_at_mut(buckets.len() / 2);
    let before = left.len() * BUCKET;
    let inside = splitter.binomial(draws, before as u64, clusters as u64);
    split(splitter, inside, before, left);
    split(splitter, draws - inside, clusters - before, right);
}

#[cfg(test)]
mod tests;
