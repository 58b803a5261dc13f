//! The measured inputs of one dataset.

use std::collections::BTreeMap;

use titer_core::MeasuredInput;
use titer_core::kmers::WORDS;
use titer_spec::plan::PlannedDataset;
use titer_statistics::distances::SideSums;

/// The measured inputs of one dataset, with their clusters numbered.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub dataset: &'a PlannedDataset,
    pub inputs: Vec<MeasuredInput>,
    /// The cluster of each, by the order of names.
    pub cluster_of: Vec<u32>,
    pub clusters: usize,
}

impl<'a> Side<'a> {
    pub(super) fn new(dataset: &'a PlannedDataset, inputs: Vec<MeasuredInput>) -> Self {
        let names = inputs.iter().map(|input| (input.cluster.as_str(), 0));
        let mut number_of: BTreeMap<&str, u32> = names.collect();
        for (number, of) in (0..).zip(number_of.values_mut()) {
            *of = number;
        }
        let numbers = inputs
            .iter()
            .map(|input| number_of.get(input.cluster.as_str()));
        let cluster_of = numbers.map(|of| of.copied().unwrap_or_default()).collect();
        let clusters = number_of.len();
        Self {
            dataset,
            inputs,
            cluster_of,
            clusters,
        }
    }

    /// The bases of each sequence, with its cluster.
    pub(super) fn lengths(&self) -> impl Iterator<Item = (u32, f64)> {
        let each = self.cluster_of.iter().zip(&self.inputs);
        each.map(|(cluster, input)| (*cluster, input.length as f64))
    }

    /// The share of G and C of each sequence that has one, with its cluster.
    pub(super) fn gc_shares(&self) -> impl Iterator<Item = (u32, f64)> {
        let each = self.cluster_of.iter().zip(&self.inputs);
        each.filter_map(|(cluster, input)| Some((*cluster, input.gc_share()?)))
    }

    /// The 4-mers of each sequence, summed by cluster.
    pub(super) fn spectra(&self) -> SideSums {
        let rows = self.cluster_of.iter().zip(&self.inputs);
        let row = |(cluster, input): (&u32, &MeasuredInput)| {
            (
                *cluster,
                input.kmers.iter().copied().map(f64::from).collect(),
            )
        };
        SideSums::new(self.clusters, WORDS, rows.map(row))
    }

    /// How often each 4-mer stands in all of them.
    pub(super) fn words(&self) -> Vec<u64> {
        let mut words = vec![0; WORDS];
        for input in &self.inputs {
            for (word, count) in words.iter_mut().zip(&input.kmers) {
                *word += u64::from(*count);
            }
        }
        words
    }
}
