//! One pass over the sorted examples for several replicates at once.
//!
//! A replicate is a lane: a column of arrays of fixed length, which the compiler turns into vector
//! instructions. Lanes never meet, every lane adds in the same order, and no multiplication is fused
//! with an addition, so that the width of the machine's vectors changes no bit.

use titer_statistics::draws::Row;

use super::sorted::{Block, Sorted, Tag};

/// Lanes of a pass.
pub(super) const WIDTH: usize = 16;

/// A number for each lane.
pub(super) type Lanes<T> = [T; WIDTH];

/// Above this many examples (each as often as it counts) pairs are no longer whole numbers that an
/// `f64` holds: twice the pairs are at most half of the square.
pub(super) const MOST_EXAMPLES: f64 = (1u64 << 27) as f64;

/// What a pass finds of all examples.
#[derive(Clone, Copy)]
pub(super) struct Totals {
    pub(super) positives: Lanes<f64>,
    pub(super) negatives: Lanes<f64>,
    /// Twice the pairs in the wrong order, a tie counting half: whole numbers.
    pub(super) wrong: Lanes<f64>,
    /// The precision at each positive, summed.
    pub(super) precision: Lanes<f64>,
    /// The squared distance of the probability from the truth, summed.
    pub(super) distance: Lanes<f64>,
}

/// What a pass finds of a block.
#[derive(Clone, Copy)]
pub(super) struct Sums {
    pub(super) examples: Lanes<u32>,
    pub(super) positives: Lanes<u32>,
    pub(super) probability: Lanes<f64>,
}

/// Reads `WIDTH` lanes of the rows from `first` on; returns totals and the blocks, most probable
/// first.
pub(super) fn pass(sorted: &Sorted, rows: &[Row], first: usize) -> (Totals, Vec<Sums>) {
    widest::<Whole>(sorted, rows, first)
}

/// The blocks alone, most probable first: half of the work.
pub(super) fn sums(sorted: &Sorted, rows: &[Row], first: usize) -> Vec<Sums> {
    widest::<Blocks>(sorted, rows, first)
}

/// What is read in a pass; always inlined, so that it takes the vectors of who calls it.
trait Reading {
    type Found;

    fn read(sorted: &Sorted, rows: &[Row], first: usize) -> Self::Found;
}

/// Totals and blocks.
struct Whole;

impl Reading for Whole {
    type Found = (Totals, Vec<Sums>);

    #[inline(always)]
    fn read(sorted: &Sorted, rows: &[Row], first: usize) -> Self::Found {
        portable(sorted, rows, first)
    }
}

/// Blocks alone.
struct Blocks;

impl Reading for Blocks {
    type Found = Vec<Sums>;

    #[inline(always)]
    fn read(sorted: &Sorted, rows: &[Row], first: usize) -> Self::Found {
        portable_sums(sorted, rows, first)
    }
}

/// Reads with the widest vectors of this processor.
fn widest<R: Reading>(sorted: &Sorted, rows: &[Row], first: usize) -> R::Found {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
        {
            #[allow(unsafe_code, reason = "a function for newer processors")]
            // SAFETY: the processor was just asked for what the function needs.
            return unsafe { with_avx512::<R>(sorted, rows, first) };
        }
        if is_x86_feature_detected!("avx2") {
            #[allow(unsafe_code, reason = "a function for newer processors")]
            // SAFETY: the processor was just asked for what the function needs.
            return unsafe { with_avx2::<R>(sorted, rows, first) };
        }
    }
    R::read(sorted, rows, first)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn with_avx512<R: Reading>(sorted: &Sorted, rows: &[Row], first: usize) -> R::Found {
    R::read(sorted, rows, first)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<R: Reading>(sorted: &Sorted, rows: &[Row], first: usize) -> R::Found {
    R::read(sorted, rows, first)
}

#[inline(always)]
fn portable_sums(sorted: &Sorted, rows: &[Row], first: usize) -> Vec<Sums> {
    let mut blocks = Vec::with_capacity(sorted.blocks().len());
    // A loop: a closure would not take the caller's vectors.
    for block in sorted.blocks().rev() {
        let (mut positives, mut negatives) = ([0.0; WIDTH], [0.0; WIDTH]);
        let mut probability = [0.0; WIDTH];
        for (&level, &tag) in block.probability.iter().zip(block.tags).rev() {
            let times = times(rows, tag, first);
            for lane in 0..WIDTH {
                probability[lane] += times[lane] * level;
            }
            if tag.positive() {
                for lane in 0..WIDTH {
                    positives[lane] += times[lane];
                }
            } else {
                for lane in 0..WIDTH {
                    negatives[lane] += times[lane];
                }
            }
        }
        let mut sums = Sums {
            examples: [0; WIDTH],
            positives: [0; WIDTH],
            probability,
        };
        for lane in 0..WIDTH {
            sums.positives[lane] = positives[lane] as u32;
            sums.examples[lane] = (positives[lane] + negatives[lane]) as u32;
        }
        blocks.push(sums);
    }
    blocks
}

#[inline(always)]
fn portable(sorted: &Sorted, rows: &[Row], first: usize) -> (Totals, Vec<Sums>) {
    let zero = [0.0; WIDTH];
    let mut totals = Totals {
        positives: zero,
        negatives: zero,
        wrong: zero,
        precision: zero,
        distance: zero,
    };
    let mut blocks = Vec::with_capacity(sorted.blocks().len());
    for block in sorted.blocks().rev() {
        let (after, sums) = read(block, rows, first, totals);
        totals = after;
        blocks.push(sums);
    }
    (totals, blocks)
}

/// Goes through a block from the most probable example down.
#[inline(always)]
fn read(block: Block<'_>, rows: &[Row], first: usize, before: Totals) -> (Totals, Sums) {
    let Totals {
        mut positives,
        mut negatives,
        mut wrong,
        ..
    } = before;
    // Summed anew in each block: sums of a block are small and lose little to rounding.
    let mut precision = [0.0; WIDTH];
    let mut distance = [0.0; WIDTH];
    let mut probability = [0.0; WIDTH];
    let mut left = block.probability.len();
    while left > 0 {
        let level = block.probability[left - 1];
        let alone = left == 1 || block.probability[left - 2] != level;
        if alone {
            left -= 1;
            let tag = block.tags[left];
            let times = times(rows, tag, first);
            let loss = loss(level, tag);
            for lane in 0..WIDTH {
                probability[lane] += times[lane] * level;
                distance[lane] += times[lane] * loss;
            }
            if tag.positive() {
                for lane in 0..WIDTH {
                    positives[lane] += times[lane];
                    wrong[lane] += times[lane] * (2.0 * negatives[lane]);
                    let passed = at_least_one(positives[lane] + negatives[lane]);
                    precision[lane] += times[lane] * (positives[lane] / passed);
                }
            } else {
                for lane in 0..WIDTH {
                    negatives[lane] += times[lane];
                }
            }
            continue;
        }
        let mut of_group = [[0.0; WIDTH]; 2];
        while left > 0 && block.probability[left - 1] == level {
            left -= 1;
            let tag = block.tags[left];
            let times = times(rows, tag, first);
            let sums = &mut of_group[usize::from(tag.positive())];
            for lane in 0..WIDTH {
                sums[lane] += times[lane];
            }
        }
        let [down, up] = of_group;
        let (if_down, if_up) = (level * level, (level - 1.0) * (level - 1.0));
        for lane in 0..WIDTH {
            probability[lane] += (down[lane] + up[lane]) * level;
            distance[lane] += down[lane] * if_down + up[lane] * if_up;
            wrong[lane] += up[lane] * (2.0 * negatives[lane] + down[lane]);
            positives[lane] += up[lane];
            negatives[lane] += down[lane];
            let passed = at_least_one(positives[lane] + negatives[lane]);
            precision[lane] += up[lane] * (positives[lane] / passed);
        }
    }
    let mut sums = Sums {
        examples: [0; WIDTH],
        positives: [0; WIDTH],
        probability,
    };
    let mut after = before;
    for lane in 0..WIDTH {
        let up = positives[lane] - before.positives[lane];
        let down = negatives[lane] - before.negatives[lane];
        sums.positives[lane] = up as u32;
        sums.examples[lane] = (up + down) as u32;
        after.precision[lane] += precision[lane];
        after.distance[lane] += distance[lane];
    }
    after.positives = positives;
    after.negatives = negatives;
    after.wrong = wrong;
    (after, sums)
}

/// How often an example counts in each lane.
#[inline(always)]
fn times(rows: &[Row], tag: Tag, first: usize) -> Lanes<f64> {
    let row = &rows[tag.cluster()];
    let mut times = [0.0; WIDTH];
    if let Some(counts) = row[first..].first_chunk::<WIDTH>() {
        for lane in 0..WIDTH {
            times[lane] = f64::from(counts[lane]);
        }
    }
    times
}

#[inline(always)]
fn loss(probability: f64, tag: Tag) -> f64 {
    let distance = probability - f64::from(u8::from(tag.positive()));
    distance * distance
}

/// So that nothing found of nothing passed is 0.
#[inline(always)]
fn at_least_one(count: f64) -> f64 {
    if count > 1.0 { count } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use titer_statistics::ClusterDraws;
    use titer_statistics::draws::LANES;

    use super::*;
    use crate::trial::Trial;

    fn bits((totals, blocks): &(Totals, Vec<Sums>)) -> Vec<u64> {
        let of_totals = [
            totals.positives,
            totals.negatives,
            totals.wrong,
            totals.precision,
            totals.distance,
        ];
        let of_blocks = blocks.iter().flat_map(|sums| {
            let whole = |lanes: Lanes<u32>| lanes.map(f64::from);
            [
                whole(sums.examples),
                whole(sums.positives),
                sums.probability,
            ]
        });
        let all = of_totals.into_iter().chain(of_blocks).flatten();
        all.map(f64::to_bits).collect()
    }

    /// Whatever vectors this machine has: the same bits as with those that every machine has.
    #[test]
    fn vectors_change_no_bit() {
        for levels in [30, 1 << 40] {
            let trial = Trial::new(5000, 900, 0.3, levels, 2);
            let sorted = Sorted::new(trial.data(), &trial.cluster_of);
            let mut rows = vec![[0; LANES]; 900];
            ClusterDraws::new(900, LANES, 1, "pass").fill(0, &mut rows);
            let expected = bits(&portable(&sorted, &rows, WIDTH));
            assert_eq!(bits(&pass(&sorted, &rows, WIDTH)), expected);
            // Groups are summed before they are multiplied there, so that bits may differ.
            for (one, other) in pass(&sorted, &rows, WIDTH)
                .1
                .iter()
                .zip(sums(&sorted, &rows, WIDTH))
            {
                assert_eq!(
                    (one.examples, one.positives),
                    (other.examples, other.positives)
                );
                for (a, b) in one.probability.iter().zip(other.probability) {
                    assert!((a - b).abs() < 1e-9);
                }
            }
            let alone = portable_sums(&sorted, &rows, WIDTH);
            let same = alone.iter().zip(sums(&sorted, &rows, WIDTH));
            assert!(
                same.into_iter()
                    .all(|(a, b)| a.probability == b.probability)
            );
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") {
                #[allow(unsafe_code, reason = "a function for newer processors")]
                // SAFETY: the processor was just asked for what the function needs.
                let narrow = unsafe { with_avx2::<Whole>(&sorted, &rows, WIDTH) };
                assert_eq!(bits(&narrow), expected);
            }
        }
    }
}
