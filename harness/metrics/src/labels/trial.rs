//! Synthetic questions with several labels, for tests.

use titer_core::{MultiLabelled, Stream};

pub(crate) struct Trial {
    pub(crate) truth: Vec<Option<bool>>,
    pub(crate) probability: Vec<f64>,
    pub(crate) thresholds: Vec<f64>,
    pub(crate) cluster_of: Vec<u32>,
}

impl Trial {
    /// Each label is true with a probability of `share`, and not known in one of ten; probabilities take `levels` values.
    pub(crate) fn new(
        (examples, labels): (usize, usize),
        clusters: u32,
        share: f64,
        levels: u64,
        seed: u64,
    ) -> Self {
        let mut stream = Stream::new(seed, "synthetic labels", "");
        let mut trial = Self {
            truth: Vec::new(),
            probability: Vec::new(),
            thresholds: (0..labels).map(|label| 0.5 - 0.1 * label as f64).collect(),
            cluster_of: Vec::new(),
        };
        for _ in 0..examples {
            for _ in 0..labels {
                let truth = stream.uniform() < share;
                let raw = if truth { 0.3 } else { 0.0 } + 0.7 * stream.uniform();
                trial.truth.push((stream.uniform() < 0.9).then_some(truth));
                let level = (raw * levels as f64).round() / levels as f64;
                trial.probability.push(level);
            }
            trial
                .cluster_of
                .push(stream.below(u64::from(clusters)) as u32);
        }
        trial
    }

    pub(crate) fn data(&self) -> MultiLabelled<'_> {
        MultiLabelled {
            truth: &self.truth,
            probability: &self.probability,
            thresholds: &self.thresholds,
        }
    }

    /// The same examples in another order.
    pub(crate) fn shuffled(&self, seed: u64) -> Self {
        let mut order: Vec<usize> = (0..self.cluster_of.len()).collect();
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
        let row = |i: usize| i * self.thresholds.len()..(i + 1) * self.thresholds.len();
        let truth = order.iter().flat_map(|&i| &self.truth[row(i)]);
        let probability = order.iter().flat_map(|&i| &self.probability[row(i)]);
        Self {
            truth: truth.copied().collect(),
            probability: probability.copied().collect(),
            thresholds: self.thresholds.clone(),
            cluster_of: order.iter().map(|&i| self.cluster_of[i]).collect(),
        }
    }
}
