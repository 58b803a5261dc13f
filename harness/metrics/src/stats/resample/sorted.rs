//! Examples by probability, with no more than a replicate needs of each.

use rayon::slice::ParallelSliceMut;
use titer_core::Labelled;

/// The bit of a tag that says positive; the others are the cluster.
const POSITIVE: u32 = 1 << 31;

/// Examples of a block, unless more have the same probability.
const BLOCK: usize = 512;

/// Examples from low to high probability. Examples that are equal in all that is kept of them are
/// the same, so that the order they came in changes nothing.
pub(super) struct Sorted {
    probability: Vec<f64>,
    tags: Vec<Tag>,
    /// Where each block ends. Equal probabilities share a block.
    ends: Vec<u32>,
}

/// What examples are sorted by: the bits of the probability and the tag.
type Key = (u64, u32);

/// Neighbours by probability.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) probability: &'a [f64],
    pub(super) tags: &'a [Tag],
}

/// What is kept of an example beside its probability.
#[derive(Clone, Copy)]
pub(super) struct Tag(u32);

impl Tag {
    #[inline(always)]
    pub(super) fn positive(self) -> bool {
        self.0 & POSITIVE != 0
    }

    #[inline(always)]
    pub(super) fn cluster(self) -> usize {
        (self.0 & !POSITIVE) as usize
    }
}

impl Sorted {
    /// Sorts data that were checked; every cluster is below [`Self::MOST_CLUSTERS`].
    pub(super) fn new(data: Labelled<'_>, cluster_of: &[u32]) -> Self {
        let tagged = data.truth.iter().zip(cluster_of);
        let tags = tagged.map(|(&truth, &cluster)| cluster | if truth { POSITIVE } else { 0 });
        // Adding 0 makes one zero of the two; from 0 up, bits have the order of numbers.
        let bits = data.probability.iter().map(|p| (p + 0.0).to_bits());
        let mut keys: Vec<Key> = bits.zip(tags).collect();
        keys.par_sort_unstable();
        let ends = ends(&keys);
        let tags = keys.iter().map(|key| Tag(key.1)).collect();
        // In the keys' own room, of which the rest is given back.
        let mut probability: Vec<f64> = keys.into_iter().map(|key| f64::from_bits(key.0)).collect();
        probability.shrink_to_fit();
        Self {
            probability,
            tags,
            ends,
        }
    }

    /// A cluster must leave the bit that says positive.
    pub(super) const MOST_CLUSTERS: usize = POSITIVE as usize;

    /// Blocks from low to high probability.
    pub(super) fn blocks(&self) -> impl DoubleEndedIterator<Item = Block<'_>> + ExactSizeIterator {
        (0..self.ends.len()).map(|number| {
            let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
            let range = start as usize..self.ends[number] as usize;
            Block {
                probability: &self.probability[range.clone()],
                tags: &self.tags[range],
            }
        })
    }
}

/// Where blocks end: whole groups of equal probabilities, as many as there is room for.
fn ends(keys: &[Key]) -> Vec<u32> {
    let (mut ends, mut start, mut end) = (Vec::new(), 0, 0);
    for group in keys.chunk_by(|a, b| a.0 == b.0) {
        if end > start && end - start + group.len() > BLOCK {
            ends.push(end as u32);
            start = end;
        }
        end += group.len();
    }
    ends.push(end as u32);
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_whole_groups() {
        let keys: Vec<Key> = [(1, 300), (2, 212), (3, 1), (4, 2000), (5, 1), (6, 1)]
            .into_iter()
            .flat_map(|(bits, count)| vec![(bits, 0); count])
            .collect();
        assert_eq!(ends(&keys), [512, 513, 2513, 2515]);
    }

    #[test]
    fn order_and_the_sign_of_zero_change_nothing() {
        let sorted = |truth: &[bool], probability: &[f64], cluster_of: &[u32]| {
            let data = Labelled {
                truth,
                probability,
                threshold: 0.5,
            };
            let sorted = Sorted::new(data, cluster_of);
            let tags: Vec<u32> = sorted.tags.iter().map(|tag| tag.0).collect();
            let bits: Vec<u64> = sorted.probability.iter().map(|p| p.to_bits()).collect();
            (tags, bits)
        };
        let one = sorted(&[true, false, true], &[0.0, -0.0, 0.7], &[4, 5, 6]);
        let other = sorted(&[true, false, true], &[0.7, 0.0, -0.0], &[6, 5, 4]);
        assert_eq!(one, other);
        assert_eq!(one.0, [5, 4 | POSITIVE, 6 | POSITIVE]);
    }
}
