//! Synthetic scores of two variants of a fairly good model, in clusters. Only their cost matters.

#![allow(dead_code, reason = "each bench takes what it needs")]

use titer_core::{Labelled, Stream};

/// Two variants on the same examples.
pub(crate) struct Columns {
    pub truth: Vec<bool>,
    pub base: Vec<f64>,
    pub candidate: Vec<f64>,
    pub cluster_of: Vec<u32>,
}

impl Columns {
    /// As many examples, dealt to clusters at random.
    pub(crate) fn new(examples: usize, clusters: usize) -> Self {
        let mut random = Stream::new(20_261_123, "benches", "columns");
        let mut columns = Self {
            truth: Vec::with_capacity(examples),
            base: Vec::with_capacity(examples),
            candidate: Vec::with_capacity(examples),
            cluster_of: Vec::with_capacity(examples),
        };
        for example in 0..examples {
            let positive = random.below(5) == 0;
            let lift = if positive { 2.0 } else { -1.0 };
            let logit = lift + 4.0 * (random.uniform() - 0.5);
            let other = logit + 0.2 * (random.uniform() - 0.5);
            columns.truth.push(positive);
            columns.base.push(1.0 / (1.0 + (-logit).exp()));
            columns.candidate.push(1.0 / (1.0 + (-other).exp()));
            let cluster = if clusters == examples {
                example as u64
            } else {
                random.below(clusters as u64)
            };
            columns.cluster_of.push(cluster as u32);
        }
        columns
    }

    pub(crate) fn base(&self) -> Labelled<'_> {
        self.labelled(&self.base)
    }

    pub(crate) fn candidate(&self) -> Labelled<'_> {
        self.labelled(&self.candidate)
    }

    fn labelled<'a>(&'a self, probability: &'a [f64]) -> Labelled<'a> {
        Labelled {
            truth: &self.truth,
            probability,
            threshold: 0.5,
        }
    }
}
