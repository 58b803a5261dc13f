//! Synthetic data whose truth is known.

use titer_core::{Labelled, Stream};
use titer_statistics::{ClusterFlips, ClusterPairs};

/// How the units of a cluster come to be alike.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Alike {
    /// Each takes the cluster's common outcome with the root of this probability: the correlation
    /// of two units is this.
    Share(f64),
    /// Rates of clusters are beta distributed with this correlation (drawn from an urn).
    Urn(f64),
}

/// Clusters of units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clusters {
    pub number: usize,
    /// The mean size; sizes are all equal, or evenly spread from 1 to twice the mean less 1.
    pub size: u64,
    pub uneven: bool,
    pub alike: Alike,
}

impl Clusters {
    pub(super) fn singles(number: usize) -> Self {
        Self::even(number, 1, 0.0)
    }

    pub(super) fn even(number: usize, size: u64, correlation: f64) -> Self {
        Self {
            number,
            size,
            uneven: false,
            alike: Alike::Share(correlation),
        }
    }

    pub(super) fn uneven(number: usize, size: u64, correlation: f64) -> Self {
        Self {
            uneven: true,
            ..Self::even(number, size, correlation)
        }
    }

    fn size_of(self, stream: &mut Stream) -> u64 {
        if self.uneven {
            1 + stream.below(2 * self.size - 1)
        } else {
            self.size
        }
    }

    /// Flips of each cluster, given the rate of each way.
    pub(super) fn pairs(
        self,
        to_right: f64,
        to_wrong: f64,
        stream: &mut Stream,
    ) -> Vec<ClusterPairs> {
        let draw = |stream: &mut Stream| {
            let place = stream.uniform();
            match () {
                () if place < to_right => 1,
                () if place < to_right + to_wrong => -1,
                () => 0,
            }
        };
        (0..self.number)
            .map(|_| {
                let units = self.size_of(stream);
                let mut own = ClusterPairs {
                    units,
                    ..ClusterPairs::default()
                };
                let (root, common) = match self.alike {
                    Alike::Share(correlation) if correlation > 0.0 => {
                        (correlation.sqrt(), draw(stream))
                    }
                    _ => (0.0, 0),
                };
                for _ in 0..units {
                    let shared = root > 0.0 && stream.uniform() < root;
                    match if shared { common } else { draw(stream) } {
                        1 => own.to_right += 1,
                        -1 => own.to_wrong += 1,
                        _ => {}
                    }
                }
                own
            })
            .collect()
    }

    /// Flips of each cluster at a rate.
    pub(super) fn flips(self, rate: f64, stream: &mut Stream) -> Vec<ClusterFlips> {
        let Alike::Urn(correlation) = self.alike else {
            let pairs = self.pairs(rate, 0.0, stream);
            let flips = |own: ClusterPairs| ClusterFlips {
                flips: own.to_right,
                units: own.units,
            };
            return pairs.into_iter().map(flips).collect();
        };
        let all = (1.0 - correlation) / correlation;
        (0..self.number)
            .map(|_| {
                let units = self.size_of(stream);
                let mut flips = 0;
                for drawn in 0..units {
                    let odds = (rate * all + flips as f64) / (all + drawn as f64);
                    flips += u64::from(stream.uniform() < odds);
                }
                ClusterFlips { flips, units }
            })
            .collect()
    }
}

/// Two variants' scores: normal, with noise of their own, alike within clusters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scores {
    pub clusters: Clusters,
    pub correlation: f64,
    /// Whether a cluster holds one class only.
    pub one_class: bool,
    /// How far apart the classes are, for base and candidate.
    pub apart: [f64; 2],
    /// The standard deviation of a variant's own noise; that of what they share is 1.
    pub noise: f64,
}

/// One draw of [`Scores`].
pub(super) struct Drawn {
    pub truth: Vec<bool>,
    /// Base, candidate.
    pub probability: [Vec<f64>; 2],
    pub cluster_of: Vec<u32>,
}

/// The share of positives.
pub(super) const POSITIVES: f64 = 0.3;

impl Scores {
    /// The true AUROC of base (0) or candidate (1).
    pub(super) fn auroc(self, variant: usize) -> f64 {
        let deviation = (2.0 * (1.0 + self.noise * self.noise)).sqrt();
        0.5 * libm::erfc(-self.apart[variant] / deviation * std::f64::consts::FRAC_1_SQRT_2)
    }

    pub(super) fn draw(self, stream: &mut Stream) -> Drawn {
        let mut drawn = Drawn {
            truth: Vec::new(),
            probability: [Vec::new(), Vec::new()],
            cluster_of: Vec::new(),
        };
        let (whole, own) = (self.correlation.sqrt(), (1.0 - self.correlation).sqrt());
        for cluster in 0..self.clusters.number as u32 {
            let common: [f64; 3] = std::array::from_fn(|_| whole * normal(stream));
            let class = stream.uniform() < POSITIVES;
            for _ in 0..self.clusters.size_of(stream) {
                let truth = if self.one_class {
                    class
                } else {
                    stream.uniform() < POSITIVES
                };
                let both = common[0] + own * normal(stream);
                for variant in 0..2 {
                    let noise = self.noise * (common[variant + 1] + own * normal(stream));
                    let lift = f64::from(u8::from(truth)) * self.apart[variant];
                    let score = lift + both + noise;
                    drawn.probability[variant].push(1.0 / (1.0 + libm::exp(-score)));
                }
                drawn.truth.push(truth);
                drawn.cluster_of.push(cluster);
            }
        }
        drawn
    }
}

impl Drawn {
    /// Base (0) or candidate (1).
    pub(super) fn data(&self, variant: usize) -> Labelled<'_> {
        Labelled {
            truth: &self.truth,
            probability: &self.probability[variant],
            threshold: 0.5,
        }
    }
}

/// A standard normal number (Box and Muller 1958; the second of each pair is not used).
pub(super) fn normal(stream: &mut Stream) -> f64 {
    let radius = (-2.0 * libm::log(1.0 - stream.uniform())).sqrt();
    radius * libm::cos(std::f64::consts::TAU * stream.uniform())
}
