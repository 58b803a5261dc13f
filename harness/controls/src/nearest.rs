//! The nearest training example by shared k-mers, on either strand.
//!
//! It learns nothing and can only remember: where it does well, the test set resembles the train set.

use rayon::prelude::*;
use titer_core::Sequence;

use crate::kmers;
use crate::training::{Training, share, towards};

/// A k-mer that more training examples than this share is a repeat and says nothing of likeness.
const REPEAT: usize = 1_000;
/// Leading bits of a k-mer by which it is looked up, at most.
const LEADING: u32 = 24;

/// The training examples by k-mer.
#[derive(Clone, Debug)]
pub(crate) struct Nearest {
    k: usize,
    /// `(k-mer, example)`, sorted.
    index: Vec<(u32, u32)>,
    /// Where in the index the k-mers of each leading bits begin, and the end.
    starts: Vec<u32>,
    /// Bits of a k-mer behind the leading ones.
    behind: u32,
    classes: Vec<usize>,
    prior: Vec<f64>,
}

impl Nearest {
    pub(crate) fn fit(training: &Training<'_>, k: usize) -> Self {
        let mut index = Vec::new();
        for (example, number) in training.examples().iter().zip(0_u32..) {
            index.extend(
                kmers::canonical(&example.sequence, k)
                    .into_iter()
                    .map(|kmer| (kmer, number)),
            );
        }
        index.par_sort_unstable();
        let bits = 2 * k as u32;
        // About as many places to look up as k-mers.
        let leading = (usize::BITS - index.len().leading_zeros()).clamp(1, LEADING.min(bits));
        let behind = bits - leading;
        let mut starts = vec![0_u32; (1 << leading) + 1];
        for (kmer, _) in &index {
            starts[(kmer >> behind) as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self {
            k,
            index,
            starts,
            behind,
            classes: training.classes().to_vec(),
            prior: training.prior().to_vec(),
        }
    }

    /// The share of each class among the most similar training examples, ties together, drawn towards
    /// the prior by how little of the sequence they share.
    pub(crate) fn probabilities(&self, sequence: &Sequence) -> Vec<f64> {
        let own = kmers::canonical(sequence, self.k);
        let found = own.iter().map(|kmer| self.with(*kmer));
        let mut met: Vec<u32> = found
            .filter(|found| found.len() <= REPEAT)
            .flat_map(|found| found.iter().map(|(_, example)| *example))
            .collect();
        met.sort_unstable();
        let same = |one: &u32, next: &u32| one == next;
        let Some(most) = met.chunk_by(same).map(<[u32]>::len).max() else {
            return self.prior.clone();
        };
        let nearest = met.chunk_by(same).filter(|met| met.len() == most);
        let classes = nearest.filter_map(|met| self.classes.get(met[0] as usize));
        let likeness = most as f64 / own.len().max(1) as f64;
        towards(&self.prior, &share(&self.prior, classes.copied()), likeness)
    }

    fn with(&self, kmer: u32) -> &[(u32, u32)] {
        let leading = (kmer >> self.behind) as usize;
        let start = |at: usize| self.starts[at] as usize;
        let own = &self.index[start(leading)..start(leading + 1)];
        let start = own.partition_point(|(other, _)| *other < kmer);
        let rest = &own[start..];
        &rest[..rest.partition_point(|(other, _)| *other == kmer)]
    }
}
