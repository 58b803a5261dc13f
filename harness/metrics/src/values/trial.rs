//! Synthetic values for tests.

use titer_core::{Stream, Valued};

pub(crate) struct Trial {
    pub(crate) truth: Vec<f64>,
    pub(crate) predicted: Vec<f64>,
    pub(crate) cluster_of: Vec<u32>,
}

impl Trial {
    /// Non-negative values of `levels` levels, so that few make many ties.
    pub(crate) fn new(examples: usize, clusters: u32, levels: u64, seed: u64) -> Self {
        let mut stream = Stream::new(seed, "synthetic values", "");
        let mut trial = Self {
            truth: Vec::new(),
            predicted: Vec::new(),
            cluster_of: Vec::new(),
        };
        let level = |value: f64| (value * levels as f64).round() / levels as f64;
        for _ in 0..examples {
            let truth = stream.uniform();
            trial.truth.push(level(truth));
            trial
                .predicted
                .push(level(0.5 * truth + stream.uniform() - 0.3));
            let cluster = stream.below(u64::from(clusters)) as u32;
            trial.cluster_of.push(cluster);
        }
        trial
    }

    pub(crate) fn data(&self) -> Valued<'_> {
        Valued {
            truth: &self.truth,
            predicted: &self.predicted,
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
            predicted: order.iter().map(|&i| self.predicted[i]).collect(),
            cluster_of: order.iter().map(|&i| self.cluster_of[i]).collect(),
        }
    }
}
