//! Worlds whose calibration is known exactly.

use titer_core::{Labelled, Stream};

use super::world::{logistic, normal};

/// How probabilities and labels come about. Given its probability p, an example is positive with the
/// probability logistic(slope * logit(p) + shift), whatever the clusters do; labels of a cluster go
/// together through a normal copula.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CalibrationWorld {
    pub name: &'static str,
    pub clusters: usize,
    /// A cluster holds 1 to this many examples, each number as likely.
    pub largest: u64,
    /// Mean and standard deviation of logit(p).
    pub logit: (f64, f64),
    /// Share of the variance of logit(p), and of the labels' latent variable, between clusters.
    pub correlation: f64,
    pub slope: f64,
    pub shift: f64,
}

pub(crate) struct CalibrationSample {
    pub truth: Vec<bool>,
    pub probability: Vec<f64>,
    pub cluster_of: Vec<u32>,
}

impl CalibrationSample {
    /// The same examples, scored by a variant whose logits are larger by this factor.
    pub(crate) fn stretched(&self, factor: f64) -> Self {
        let stretch = |&p: &f64| logistic(factor * (libm::log(p) - libm::log1p(-p)));
        Self {
            truth: self.truth.clone(),
            probability: self.probability.iter().map(stretch).collect(),
            cluster_of: self.cluster_of.clone(),
        }
    }

    pub(crate) fn data(&self) -> Labelled<'_> {
        Labelled {
            truth: &self.truth,
            probability: &self.probability,
            threshold: 0.5,
        }
    }
}

impl CalibrationWorld {
    fn true_probability(&self, logit: f64) -> f64 {
        logistic(self.slope * logit + self.shift)
    }

    pub(crate) fn sample(&self, stream: &mut Stream) -> CalibrationSample {
        let mut sample = CalibrationSample {
            truth: Vec::new(),
            probability: Vec::new(),
            cluster_of: Vec::new(),
        };
        let (between, within) = (self.correlation.sqrt(), (1.0 - self.correlation).sqrt());
        for cluster in 0..self.clusters {
            let (on_logit, on_label) = (normal(stream), normal(stream));
            for _ in 0..=stream.below(self.largest) {
                let logit =
                    self.logit.0 + self.logit.1 * (between * on_logit + within * normal(stream));
                let latent = between * on_label + within * normal(stream);
                let below = 0.5 * libm::erfc(-latent * std::f64::consts::FRAC_1_SQRT_2);
                sample.truth.push(below < self.true_probability(logit));
                sample.probability.push(logistic(logit));
                sample.cluster_of.push(cluster as u32);
            }
        }
        sample
    }

    /// The expected calibration error over bins of equal mass, without the noise of labels, of a
    /// variant whose logits are larger by this factor: from a large population.
    pub(crate) fn error(&self, bins: usize, stretch: f64) -> f64 {
        const PAIRS: usize = 300_000;
        let mut stream = Stream::new(1, "calibration population", "");
        let pair = |_| {
            // Pairs of opposite numbers have less noise.
            let one = self.logit.1 * normal(&mut stream);
            [self.logit.0 + one, self.logit.0 - one]
        };
        let mut logits: Vec<f64> = (0..PAIRS).flat_map(pair).collect();
        logits.sort_unstable_by(f64::total_cmp);
        let gap = |bin: &[f64]| {
            let gaps = bin
                .iter()
                .map(|&l| logistic(stretch * l) - self.true_probability(l));
            gaps.sum::<f64>().abs()
        };
        let size = logits.len() / bins;
        logits.chunks_exact(size).map(gap).sum::<f64>() / logits.len() as f64
    }
}
