//! Worlds whose true values are known: clustered examples scored by two variants of a model.

use titer_core::{Labelled, Stream};

/// How examples come about. A cluster has an effect on its labels and one on its scores; an
/// example's score is normal about its class, and its probability a logistic function of the score.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub name: &'static str,
    pub clusters: usize,
    /// A cluster holds 1 to this many examples, each number as likely.
    pub largest: u64,
    /// Log odds of the positive class where the cluster has no effect.
    pub log_odds: f64,
    /// Distance between the classes' mean scores.
    pub distance: f64,
    /// Share of the scores' variance within a class that lies between clusters.
    pub correlation: f64,
    /// Standard deviation of the clusters' effect on the log odds.
    pub label_effect: f64,
    /// Standard deviation of what the second variant adds to the score.
    pub noise: f64,
}

pub(crate) struct Sample {
    pub truth: Vec<bool>,
    /// Of the first variant and of the second.
    pub probability: [Vec<f64>; 2],
    pub cluster_of: Vec<u32>,
}

pub(crate) fn normal(stream: &mut Stream) -> f64 {
    let radius = (-2.0 * libm::log(1.0 - stream.uniform())).sqrt();
    radius * libm::cos(std::f64::consts::TAU * stream.uniform())
}

pub(crate) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

impl World {
    pub(crate) fn sample(&self, stream: &mut Stream) -> Sample {
        let mut sample = Sample::empty();
        for cluster in 0..self.clusters {
            let size = 1 + stream.below(self.largest);
            self.add(&mut sample, cluster as u32, size, stream);
        }
        sample
    }

    /// Examples of clusters of their own: the same population, without correlation.
    pub(crate) fn population(&self, examples: usize, stream: &mut Stream) -> Sample {
        let mut sample = Sample::empty();
        for cluster in 0..examples {
            self.add(&mut sample, cluster as u32, 1, stream);
        }
        sample
    }

    fn add(&self, sample: &mut Sample, cluster: u32, size: u64, stream: &mut Stream) {
        let on_labels = self.label_effect * normal(stream);
        let on_scores = self.correlation.sqrt() * normal(stream);
        let own = (1.0 - self.correlation).sqrt();
        for _ in 0..size {
            let positive = stream.uniform() < logistic(self.log_odds + on_labels);
            let lift = if positive { self.distance } else { 0.0 };
            let score = lift + on_scores + own * normal(stream);
            let noisy = score + self.noise * normal(stream);
            sample.truth.push(positive);
            sample.probability[0].push(self.probability(score));
            sample.probability[1].push(self.probability(noisy));
            sample.cluster_of.push(cluster);
        }
    }

    /// The probability that the class is positive given the score, if labels had no effect of the
    /// cluster.
    fn probability(&self, score: f64) -> f64 {
        logistic(self.log_odds + self.distance * (score - 0.5 * self.distance))
    }
}

impl Sample {
    fn empty() -> Self {
        Self {
            truth: Vec::new(),
            probability: [Vec::new(), Vec::new()],
            cluster_of: Vec::new(),
        }
    }

    pub(crate) fn data(&self, variant: usize) -> Labelled<'_> {
        Labelled {
            truth: &self.truth,
            probability: &self.probability[variant],
            threshold: 0.5,
        }
    }
}
