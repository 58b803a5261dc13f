//! What the sequences of a selection are made of, measured as its examples go by.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use titer_core::inputs::digest_of_measured;
use titer_core::{Digest, Example, MeasuredInput, Sequence, Stream, kmers};

/// Examples that are measured at most: a sample of more of them, so that what is held and kept stays some megabytes. The
/// standard error of a mean over so many is a seventieth of a standard deviation.
pub const MOST: usize = 5_000;
/// Keys the draws that choose the sample: it is of the data, whatever the evaluation's seed.
const SEED: u64 = 0;

/// Measured inputs: all, or those with the smallest draws by their ids, in any order of the examples the same ones.
#[derive(Clone, Debug)]
pub struct InputSampler {
    cluster: Option<String>,
    met: u64,
    most: usize,
    held: BinaryHeap<DrawnInput>,
}

impl Default for InputSampler {
    fn default() -> Self {
        Self::by(None)
    }
}

impl InputSampler {
    /// None yet, of which the clusters by this name will be known.
    #[must_use]
    pub fn by(cluster: Option<String>) -> Self {
        Self {
            cluster,
            met: 0,
            most: MOST,
            held: BinaryHeap::new(),
        }
    }

    /// Measures the next example, unless it is not drawn.
    pub fn add(&mut self, example: &Example) {
        let draw = Stream::new(SEED, "inputs", &example.id).whole();
        let key = (draw, self.met);
        self.met += 1;
        if self.held.len() >= self.most {
            if self.held.peek().is_none_or(|last| last.key() < key) {
                return;
            }
            self.held.pop();
        }
        let named = self
            .cluster
            .as_ref()
            .and_then(|name| example.clusters.get(name));
        self.held.push(DrawnInput {
            draw,
            input: measure(key.1, named.unwrap_or(&example.id), &example.sequence),
        });
    }

    /// What was measured, in the order of the examples.
    #[must_use]
    pub fn inputs(&self) -> Vec<MeasuredInput> {
        let mut inputs: Vec<MeasuredInput> = self.held.iter().map(|it| it.input.clone()).collect();
        inputs.sort_unstable_by_key(|input| input.example);
        inputs
    }

    /// The digest of that.
    #[must_use]
    pub fn digest(&self) -> Digest {
        digest_of_measured(&self.inputs())
    }
}

fn measure(example: u64, cluster: &str, sequence: &Sequence) -> MeasuredInput {
    let count = |wanted: &[u8]| {
        let letters = sequence.letters().iter();
        letters.filter(|letter| wanted.contains(letter)).count() as u64
    };
    MeasuredInput {
        example,
        cluster: cluster.to_owned(),
        length: sequence.len() as u64,
        known: count(b"ACGT"),
        gc: count(b"GC"),
        kmers: kmers::counts(sequence),
    }
}

#[derive(Clone, Debug)]
struct DrawnInput {
    draw: u64,
    input: MeasuredInput,
}

impl DrawnInput {
    fn key(&self) -> (u64, u64) {
        (self.draw, self.input.example)
    }
}

impl Ord for DrawnInput {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for DrawnInput {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for DrawnInput {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for DrawnInput {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_the_same_in_any_order_and_bounded() {
        let example = |index: usize| crate::job::tests::example(&format!("e{index}"), 8);
        let clusters = |order: &mut dyn Iterator<Item = usize>| {
            let mut measured = InputSampler {
                most: 10,
                ..InputSampler::default()
            };
            order.for_each(|index| measured.add(&example(index)));
            let inputs = measured.inputs();
            assert!(inputs.is_sorted_by_key(|input| input.example));
            let mut clusters: Vec<String> = inputs.into_iter().map(|it| it.cluster).collect();
            clusters.sort_unstable();
            clusters
        };
        let forwards = clusters(&mut (0..100));
        assert_eq!(forwards.len(), 10);
        assert_eq!(forwards, clusters(&mut (0..100).rev()));
        assert_eq!(clusters(&mut (0..3)).len(), 3);
    }

    #[test]
    fn letters_are_counted_and_the_declared_cluster_is_taken() {
        let mut example = crate::job::tests::example("e", 1);
        example.sequence = Sequence::new("ACGTNNGG").unwrap();
        let clusters = [("gene", "g"), ("locus", "l")];
        example.clusters = clusters
            .map(|(name, of)| (name.to_owned(), of.to_owned()))
            .into();
        let mut measured = InputSampler::by(Some("locus".to_owned()));
        measured.add(&example);
        let input = &measured.inputs()[0];
        assert_eq!((input.length, input.known, input.gc), (8, 6, 4));
        assert_eq!(
            (&input.cluster[..], input.kmers.iter().sum::<u32>()),
            ("l", 1)
        );
    }
}
