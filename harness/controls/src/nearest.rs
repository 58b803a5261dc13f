//! The nearest training example by shared k-mers, on either strand.
//!
//! It learns nothing and can only remember: where it does well, the test set resembles the train set.

use std::collections::HashMap;

use titer_core::Sequence;

use crate::kmers;
use crate::training::{Training, share, towards};

/// A k-mer that more training examples than this share is a repeat and says nothing of likeness.
const REPEAT: usize = 1_000;

/// The training examples by k-mer.
#[derive(Clone, Debug)]
pub(crate) struct Nearest {
    k: usize,
    /// `(k-mer, example)`, sorted.
    index: Vec<(u32, u32)>,
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
        index.sort_unstable();
        Self {
            k,
            index,
            classes: training.classes().to_vec(),
            prior: training.prior().to_vec(),
        }
    }

    /// The share of each class among the most similar training examples, ties together, drawn towards
    /// the prior by how little of the sequence they share.
    pub(crate) fn probabilities(&self, sequence: &Sequence) -> Vec<f64> {
        let own = kmers::canonical(sequence, self.k);
        let mut shared: HashMap<u32, u32> = HashMap::new();
        for kmer in &own {
            let found = self.with(*kmer);
            if found.len() <= REPEAT {
                for (_, example) in found {
                    *shared.entry(*example).or_default() += 1;
                }
            }
        }
        let Some(most) = shared.values().copied().max() else {
            return self.prior.clone();
        };
        let nearest = shared.iter().filter(|(_, count)| **count == most);
        let classes = nearest.filter_map(|(example, _)| self.classes.get(*example as usize));
        let likeness = f64::from(most) / own.len().max(1) as f64;
        towards(&self.prior, &share(&self.prior, classes.copied()), likeness)
    }

    fn with(&self, kmer: u32) -> &[(u32, u32)] {
        let start = self.index.partition_point(|(other, _)| *other < kmer);
        let rest = &self.index[start..];
        &rest[..rest.partition_point(|(other, _)| *other == kmer)]
    }
}
