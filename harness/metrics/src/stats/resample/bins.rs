//! What bins of equal mass hold, formed anew in each replicate, of the replicate and of the data.
//!
//! Whole blocks go to a bin by their sums; only those that reach over an edge are looked into.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use titer_core::Labelled;
use titer_statistics::ClusterDraws;
use titer_statistics::draws::{LANES, Row};

use super::cut::Lane;
use super::pass::{Sums, WIDTH, sums};
use super::sorted::{Block, Sorted};

/// Examples whose probabilities fall together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Held {
    pub(crate) examples: f64,
    pub(crate) positives: f64,
    /// Truth less probability, added up.
    pub(crate) residual: f64,
}

/// The bins of a replicate, from low to high probability: what they hold of it and of the data.
pub(crate) type Bins = Vec<(Held, Held)>;

/// The bins of every replicate; `None` where a replicate is empty or cannot be read side by side with others,
/// because a cluster counts too often in it.
pub(crate) type OfReplicates = Vec<Option<Bins>>;

/// Bins of equal mass of every replicate of a sample, by how many there are: read once for all that is made of them.
#[derive(Clone, Debug, Default)]
pub struct ReplicateBins(BTreeMap<usize, OfReplicates>);

impl ReplicateBins {
    /// Room for so many bins of so many replicates.
    pub(super) fn blank(bins: &[usize], replicates: usize) -> Self {
        let of = |&bins: &usize| (bins, vec![None; replicates]);
        Self(bins.iter().map(of).collect())
    }

    /// Reads those that were not read yet.
    pub(super) fn fill(
        &mut self,
        data: Labelled<'_>,
        cluster_of: &[u32],
        draws: &ClusterDraws,
        bins: &[usize],
    ) {
        for &bins in bins {
            let read = || equal_mass_bins(data, cluster_of, draws, bins);
            self.0.entry(bins).or_insert_with(read);
        }
    }

    /// Takes the bins of a replicate, one for each number of them in ascending order.
    pub(super) fn put(&mut self, replicate: usize, bins: Vec<Option<Bins>>) {
        for (own, bins) in self.0.values_mut().zip(bins) {
            own[replicate] = bins;
        }
    }

    /// Those of so many bins, where they were read.
    pub(crate) fn get(&self, bins: usize) -> Option<&OfReplicates> {
        self.0.get(&bins)
    }
}

/// So many bins of every replicate. Data were checked; every cluster is below the draws'.
pub(crate) fn equal_mass_bins(
    data: Labelled<'_>,
    cluster_of: &[u32],
    draws: &ClusterDraws,
    bins: usize,
) -> OfReplicates {
    if draws.clusters() > Sorted::MOST_CLUSTERS || bins == 0 {
        return vec![None; draws.replicates()];
    }
    let sorted = Sorted::new(data, cluster_of);
    let of_data = of_data(&sorted);
    let sets = draws.replicates().div_ceil(LANES);
    let set = |set: usize| {
        let mut rows: Vec<Row> = vec![[0; LANES]; draws.clusters()];
        let lost = draws.fill(set * LANES, &mut rows);
        let count = (draws.replicates() - set * LANES).min(LANES);
        let firsts: Vec<usize> = (0..count).step_by(WIDTH).collect();
        let read = |&first: &usize| {
            let blocks = sums(&sorted, &rows, first);
            let bins = |lane: usize| {
                let lane = Lane {
                    sorted: &sorted,
                    blocks: &blocks,
                    rows: &rows,
                    in_pass: lane,
                    in_rows: first + lane,
                };
                let told = lost >> lane.in_rows & 1 == 0;
                told.then(|| held_in(lane, &of_data, bins)).flatten()
            };
            (0..WIDTH.min(count - first)).map(bins).collect::<Vec<_>>()
        };
        let parts: Vec<OfReplicates> = firsts.par_iter().map(read).collect();
        parts.into_iter().flatten().collect::<Vec<_>>()
    };
    let all: Vec<OfReplicates> = (0..sets).into_par_iter().map(set).collect();
    all.into_iter().flatten().collect()
}

/// What each block holds of the data, from low to high probability.
pub(super) fn of_data(sorted: &Sorted) -> Vec<Held> {
    sorted.blocks().map(|block| held(block, |_| 1.0)).collect()
}

/// What a block holds where each of its clusters counts so often.
fn held(block: Block<'_>, times: impl Fn(usize) -> f64) -> Held {
    let mut held = Held::default();
    for (probability, tag) in block.probability.iter().zip(block.tags) {
        let (times, positive) = (times(tag.cluster()), f64::from(u8::from(tag.positive())));
        held.add(times, positive, times * (positive - probability));
    }
    held
}

impl Held {
    /// So many more examples, of which this share is positive.
    fn add(&mut self, examples: f64, share: f64, residual: f64) {
        self.examples += examples;
        self.positives += examples * share;
        self.residual += residual;
    }

    fn add_all(&mut self, other: Held) {
        self.examples += other.examples;
        self.positives += other.positives;
        self.residual += other.residual;
    }
}

/// What so many bins of a replicate hold; `of_data` is what each block holds of the data. `None` where it is empty.
pub(super) fn held_in(lane: Lane<'_>, of_data: &[Held], bins: usize) -> Option<Bins> {
    let examples = |sums: &Sums| u64::from(sums.examples[lane.in_pass]);
    let total: u64 = lane.blocks.iter().map(examples).sum();
    if total == 0 || bins == 0 {
        return None;
    }
    let mut cut = Cut {
        bins: bins as u64,
        total,
        before: 0,
        bin: 0,
        made: vec![(Held::default(), Held::default()); bins],
    };
    let blocks = lane.sorted.blocks().zip(lane.blocks.iter().rev());
    for ((block, sums), &of_data) in blocks.zip(of_data) {
        let drawn = examples(sums);
        if cut.holds(drawn) {
            let positives = f64::from(sums.positives[lane.in_pass]);
            let of_replicate = Held {
                examples: drawn as f64,
                positives,
                residual: positives - sums.probability[lane.in_pass],
            };
            cut.put(drawn, of_replicate, of_data);
        } else {
            look_into(lane, block, &mut cut);
        }
    }
    Some(cut.made)
}

fn look_into(lane: Lane<'_>, block: Block<'_>, cut: &mut Cut) {
    let mut start = 0;
    for group in block.probability.chunk_by(|a, b| a == b) {
        let part = Block {
            probability: group,
            tags: &block.tags[start..start + group.len()],
        };
        start += group.len();
        let times = |cluster: usize| f64::from(lane.rows[cluster][lane.in_rows]);
        let of_replicate = held(part, times);
        let drawn = of_replicate.examples as u64;
        cut.move_to_middle(drawn);
        cut.put(drawn, of_replicate, held(part, |_| 1.0));
    }
}

/// Where the middle of a group falls as groups are passed from low to high probability.
struct Cut {
    bins: u64,
    total: u64,
    before: u64,
    bin: u64,
    made: Bins,
}

impl Cut {
    /// Whether the middles of all groups among so many next examples fall in one bin, which is then the bin.
    fn holds(&mut self, examples: u64) -> bool {
        self.move_to(2 * self.before);
        (self.before + examples) * self.bins <= self.total * (self.bin + 1)
    }

    fn move_to_middle(&mut self, examples: u64) {
        self.move_to(2 * self.before + examples);
    }

    /// To the bin of a place, in halves of an example; behind the last it is the last.
    fn move_to(&mut self, halves: u64) {
        let bin = u128::from(halves) * u128::from(self.bins) / (2 * u128::from(self.total));
        self.bin = self.bin.max((bin as u64).min(self.bins - 1));
    }

    fn put(&mut self, examples: u64, of_replicate: Held, of_data: Held) {
        self.before += examples;
        let (replicate, data) = &mut self.made[self.bin as usize];
        replicate.add_all(of_replicate);
        data.add_all(of_data);
    }
}
