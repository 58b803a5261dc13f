//! Synthetic data for tests.

use titer_core::{Labelled, Stream};

pub(crate) struct Trial {
    pub(crate) truth: Vec<bool>,
    pub(crate) probability: Vec<f64>,
    pub(crate) cluster_of: Vec<u32>,
}

impl Trial {
    /// `examples` of `clusters`, of which about `share` are positive; probabilities take `levels`
    /// values, so that few levels make many ties.
    pub(crate) fn new(examples: usize, clusters: u32, share: f64, levels: u64, seed: u64) -> Self {
        let mut stream = Stream::new(seed, "synthetic trial", "");
        let mut trial = Self {
            truth: Vec::new(),
            probability: Vec::new(),
            cluster_of: Vec::new(),
        };
        for _ in 0..examples {
            let truth = stream.uniform() < share;
            let lift = if truth { 0.3 } else { 0.0 };
            let raw = lift + 0.7 * stream.uniform();
            let level = (raw * levels as f64).round() / levels as f64;
            trial.truth.push(truth);
            trial.probability.push(level);
            trial
                .cluster_of
                .push(stream.below(u64::from(clusters)) as u32);
        }
        trial
    }

    pub(crate) fn data(&self) -> Labelled<'_> {
        Labelled {
            truth: &self.truth,
            probability: &self.probability,
            threshold: 0.5,
        }
    }

    /// The same examples in another order.
    pub(crate) fn shuffled(&self, seed: u64) -> Self {
        let mut order: Vec<usize> = (0..self.truth.len()).collect();
        Stream::new(seed, "shuffle", "").shuffle(&mut order);
        self.picked(&order)
    }

    /// Each example as often as its cluster counts.
    pub(crate) fn replicated(&self, counts: &[u32]) -> Self {
        let mut order = Vec::new();
        for (index, &cluster) in self.cluster_of.iter().enumerate() {
            order.extend((0..counts[cluster as usize]).map(|_| index));
        }
        self.picked(&order)
    }

    fn picked(&self, order: &[usize]) -> Self {
        Self {
            truth: order.iter().map(|&i| self.truth[i]).collect(),
            probability: order.iter().map(|&i| self.probability[i]).collect(),
            cluster_of: order.iter().map(|&i| self.cluster_of[i]).collect(),
        }
    }
}
