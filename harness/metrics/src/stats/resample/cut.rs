//! Bins of equal mass of a replicate, from the sums of blocks.

use titer_statistics::draws::Row;

use super::pass::Sums;
use super::sorted::{Block, Sorted};
use crate::ece::Bin;

/// More bins are left to the metric itself, so that whole numbers stay within 64 bits.
pub(super) const MOST_BINS: usize = 1 << 20;

/// One lane of a pass.
#[derive(Clone, Copy)]
pub(super) struct Lane<'a> {
    pub(super) sorted: &'a Sorted,
    /// Sums of the blocks, most probable first.
    pub(super) blocks: &'a [Sums],
    pub(super) rows: &'a [Row],
    /// Its place in the pass and in the rows.
    pub(super) in_pass: usize,
    pub(super) in_rows: usize,
}

/// So many examples of about the same probability.
struct Part {
    examples: u64,
    positives: u64,
    probability: f64,
    lowest: f64,
    highest: f64,
}

impl Lane<'_> {
    /// The bins that [`crate::ece::reliability`] would form of `total` examples: a group of equal
    /// probabilities goes to the bin that its middle falls in. A block that ends before its bin does
    /// is taken whole; only those that reach over an edge are looked into.
    pub(super) fn bins(self, total: u64, bins: usize) -> Vec<Bin> {
        let mut cutter = Cutter {
            total,
            bins: bins as u64,
            before: 0,
            number: 0,
            of_last: 0,
            made: Vec::with_capacity(bins.min(64)),
        };
        for (block, sums) in self.sorted.blocks().zip(self.blocks.iter().rev()) {
            let part = Part {
                examples: u64::from(sums.examples[self.in_pass]),
                positives: u64::from(sums.positives[self.in_pass]),
                probability: sums.probability[self.in_pass],
                lowest: block.probability[0],
                highest: block.probability[block.probability.len() - 1],
            };
            if cutter.holds(part.examples) {
                cutter.put(&part);
            } else {
                self.look_into(block, &mut cutter);
            }
        }
        cutter.made.iter().map(finished).collect()
    }

    fn look_into(self, block: Block<'_>, cutter: &mut Cutter) {
        let mut tags = block.tags.iter();
        for group in block.probability.chunk_by(|a, b| a == b) {
            let (mut examples, mut positives) = (0, 0);
            for tag in tags.by_ref().take(group.len()) {
                let times = u64::from(self.rows[tag.cluster()][self.in_rows]);
                examples += times;
                positives += times * u64::from(tag.positive());
            }
            let part = Part {
                examples,
                positives,
                probability: group[0] * examples as f64,
                lowest: group[0],
                highest: group[0],
            };
            cutter.move_to_middle(examples);
            cutter.put(&part);
        }
    }
}

struct Cutter {
    total: u64,
    bins: u64,
    /// Examples of the parts so far.
    before: u64,
    /// The bin that the next part goes to.
    number: u64,
    /// The bin that the last part went to.
    of_last: u64,
    made: Vec<Part>,
}

impl Cutter {
    /// Whether the next examples all go to one bin, which is then the next part's.
    fn holds(&mut self, examples: u64) -> bool {
        if self.before * self.bins >= self.total * (self.number + 1) {
            self.number = self.before * self.bins / self.total;
        }
        // The middle of the last group lies before the end.
        (self.before + examples) * self.bins <= self.total * (self.number + 1)
    }

    fn move_to_middle(&mut self, examples: u64) {
        if examples > 0 {
            self.number = (2 * self.before + examples) * self.bins / (2 * self.total);
        }
    }

    fn put(&mut self, part: &Part) {
        if part.examples == 0 {
            return;
        }
        self.before += part.examples;
        match self.made.last_mut() {
            Some(last) if self.of_last == self.number => {
                last.examples += part.examples;
                last.positives += part.positives;
                last.probability += part.probability;
                last.highest = part.highest;
            }
            _ => {
                self.of_last = self.number;
                self.made.push(Part { ..*part });
            }
        }
    }
}

fn finished(part: &Part) -> Bin {
    let mean = part.probability / part.examples as f64;
    Bin {
        examples: part.examples,
        positives: part.positives,
        mean_probability: mean.clamp(part.lowest, part.highest),
        lowest: part.lowest,
        highest: part.highest,
    }
}
