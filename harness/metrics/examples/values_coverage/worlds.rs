//! Worlds of numbers whose true scores are known, chosen before their results were seen.

use titer_core::{Stream, Valued};

/// How examples come about. The true value is what a cluster and an example add; the prediction adds
/// an error that a cluster shares, spread wider where the true value is far out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub name: &'static str,
    pub clusters: usize,
    /// A cluster holds 1 to this many examples, each number as likely.
    pub largest: u64,
    /// Standard deviation of the error; that of the true values is 1.
    pub error: f64,
    /// Share of the variance, of true values and of errors, that lies between clusters.
    pub correlation: f64,
    /// How much wider errors are spread where the true value is one standard deviation out.
    pub fanning: f64,
    /// What the second variant adds to every prediction, at random.
    pub noise: f64,
}

const LOCI: World = World {
    name: "50 loci",
    clusters: 50,
    largest: 15,
    error: 0.7,
    correlation: 0.3,
    fanning: 0.0,
    noise: 0.2,
};

pub(super) const WORLDS: [World; 6] = [
    World {
        name: "independent examples",
        clusters: 300,
        largest: 1,
        correlation: 0.0,
        ..LOCI
    },
    LOCI,
    World {
        name: "50 loci, a strong model",
        error: 0.15,
        noise: 0.05,
        ..LOCI
    },
    World {
        name: "50 loci, worse than the mean",
        error: 1.5,
        ..LOCI
    },
    World {
        name: "100 loci, errors that fan out",
        clusters: 100,
        error: 0.4,
        fanning: 1.0,
        ..LOCI
    },
    World {
        name: "20 loci (too few for the promise)",
        clusters: 20,
        ..LOCI
    },
];

pub(super) struct Sample {
    pub truth: Vec<f64>,
    /// Of the first variant and of the second.
    pub predicted: [Vec<f64>; 2],
    pub cluster_of: Vec<u32>,
}

fn normal(stream: &mut Stream) -> f64 {
    let radius = (-2.0 * libm::log(1.0 - stream.uniform())).sqrt();
    radius * libm::cos(std::f64::consts::TAU * stream.uniform())
}

impl World {
    pub(super) fn sample(&self, stream: &mut Stream) -> Sample {
        let mut sample = Sample::empty();
        for cluster in 0..self.clusters {
            let size = 1 + stream.below(self.largest);
            self.add(&mut sample, cluster as u32, size, stream);
        }
        sample
    }

    /// Examples of clusters of their own: the same population, without correlation.
    pub(super) fn population(&self, examples: usize, stream: &mut Stream) -> Sample {
        let mut sample = Sample::empty();
        for cluster in 0..examples {
            self.add(&mut sample, cluster as u32, 1, stream);
        }
        sample
    }

    fn add(&self, sample: &mut Sample, cluster: u32, size: u64, stream: &mut Stream) {
        let (shared, own) = (self.correlation.sqrt(), (1.0 - self.correlation).sqrt());
        let (on_truth, on_error) = (shared * normal(stream), shared * normal(stream));
        for _ in 0..size {
            let truth = on_truth + own * normal(stream);
            let spread = self.error * (1.0 + self.fanning * truth.abs());
            let predicted = truth + spread * (on_error + own * normal(stream));
            sample.truth.push(truth);
            sample.predicted[0].push(predicted);
            sample.predicted[1].push(predicted + self.noise * normal(stream));
            sample.cluster_of.push(cluster);
        }
    }
}

impl Sample {
    fn empty() -> Self {
        Self {
            truth: Vec::new(),
            predicted: [Vec::new(), Vec::new()],
            cluster_of: Vec::new(),
        }
    }

    pub(super) fn data(&self, variant: usize) -> Valued<'_> {
        Valued {
            truth: &self.truth,
            predicted: &self.predicted[variant],
        }
    }
}
