//! Synthetic questions with several classes, for tests.

use titer_core::{Classified, Stream};

pub(crate) struct Trial {
    pub(crate) truth: Vec<u32>,
    pub(crate) probability: Vec<f64>,
    pub(crate) classes: usize,
    pub(crate) cluster_of: Vec<u32>,
}

impl Trial {
    /// Probabilities are shares of whole numbers up to `levels`, so that few levels make many ties.
    pub(crate) fn new(
        examples: usize,
        clusters: u32,
        classes: usize,
        levels: u64,
        seed: u64,
    ) -> Self {
        let mut stream = Stream::new(seed, "synthetic classes", "");
        let mut trial = Self {
            truth: Vec::new(),
            probability: Vec::new(),
            classes,
            cluster_of: Vec::new(),
        };
        for _ in 0..examples {
            let truth = stream.below(classes as u64);
            let mark = |class: u64| stream.below(levels) + u64::from(class == truth) * levels / 2;
            let marks: Vec<u64> = (0..classes as u64).map(mark).collect();
            let sum = marks.iter().sum::<u64>().max(1);
            let nothing = marks.iter().all(|&mark| mark == 0);
            let share = |(class, &mark): (usize, &u64)| {
                let first = nothing && class == 0;
                if first { 1.0 } else { mark as f64 / sum as f64 }
            };
            trial.truth.push(truth as u32);
            trial
                .probability
                .extend(marks.iter().enumerate().map(share));
            trial
                .cluster_of
                .push(stream.below(u64::from(clusters)) as u32);
        }
        trial
    }

    pub(crate) fn data(&self) -> Classified<'_> {
        Classified {
            truth: &self.truth,
            probability: &self.probability,
            classes: self.classes,
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
        let row = |&i: &usize| &self.probability[i * self.classes..(i + 1) * self.classes];
        Self {
            truth: order.iter().map(|&i| self.truth[i]).collect(),
            probability: order.iter().flat_map(row).copied().collect(),
            classes: self.classes,
            cluster_of: order.iter().map(|&i| self.cluster_of[i]).collect(),
        }
    }
}
