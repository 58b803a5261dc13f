//! Worlds with few positives or few clusters, chosen before their results were seen.

use titer_core::{Labelled, Stream};

use super::world::{logistic, normal};

/// Clusters that hold both classes; or examples that are each a cluster, as many of them positive as chance
/// will, but no fewer than are named. Scores of a cluster go together.
pub(crate) struct World {
    pub name: &'static str,
    pub clusters: u64,
    /// Fewest and most positives and negatives of such a cluster, each number as likely.
    pub positives: (u64, u64),
    pub negatives: (u64, u64),
    /// Independent examples instead, so many, a quarter more of them positive on average than `clusters`.
    pub alone: u64,
    /// Share of the scores' variance within a class that lies between clusters.
    pub correlation: f64,
    /// Distance between the classes' mean scores.
    pub distance: f64,
}

pub(super) struct Sample {
    pub truth: Vec<bool>,
    pub probability: Vec<f64>,
    pub cluster_of: Vec<u32>,
}

const FEW: World = World {
    name: "20 positives or more of 220, independent",
    clusters: 20,
    positives: (1, 1),
    negatives: (0, 0),
    alone: 220,
    correlation: 0.0,
    distance: 2.0,
};

const LOCI: World = World {
    name: "50 loci of 1 to 7 positives and 1 to 9 negatives",
    clusters: 50,
    positives: (1, 7),
    negatives: (1, 9),
    alone: 0,
    correlation: 0.3,
    distance: 2.0,
};

pub(super) const WORLDS: [World; 12] = [
    FEW,
    World {
        name: "20 positives or more of 220, independent, a strong model",
        distance: 3.0,
        ..FEW
    },
    World {
        name: "20 positives or more of 2,000, independent",
        alone: 2000,
        distance: 2.5,
        ..FEW
    },
    World {
        name: "20 loci of 1 positive and 19 negatives",
        positives: (1, 1),
        negatives: (19, 19),
        clusters: 20,
        ..LOCI
    },
    World {
        name: "20 loci of 1 to 9 positives and 1 to 9 negatives",
        positives: (1, 9),
        clusters: 20,
        distance: 2.5,
        ..LOCI
    },
    World {
        name: "30 loci of 1 to 3 positives and 5 to 15 negatives",
        positives: (1, 3),
        negatives: (5, 15),
        clusters: 30,
        ..LOCI
    },
    World {
        name: "50 positives or more of 500, independent",
        clusters: 50,
        alone: 500,
        ..FEW
    },
    World {
        name: "50 of each or more of 125, independent",
        clusters: 50,
        alone: 125,
        ..FEW
    },
    LOCI,
    World {
        name: "50 loci of 1 to 9 positives and 1 to 9 negatives, a strong model",
        positives: (1, 9),
        distance: 3.2,
        ..LOCI
    },
    World {
        name: "50 loci of 1 positive and 1 to 39 negatives",
        positives: (1, 1),
        negatives: (1, 39),
        correlation: 0.2,
        distance: 2.5,
        ..LOCI
    },
    World {
        name: "200 loci of 1 to 3 positives and 1 to 9 negatives",
        positives: (1, 3),
        clusters: 200,
        ..LOCI
    },
];

impl World {
    /// How often a limit at the truth may be passed.
    pub(super) fn limit(&self) -> f64 {
        if self.clusters >= 50 { 0.032 } else { 0.038 }
    }

    pub(super) fn all_clusters(&self) -> usize {
        if self.alone > 0 {
            self.alone as usize
        } else {
            self.clusters as usize
        }
    }

    pub(super) fn sample(&self, stream: &mut Stream) -> Sample {
        self.drawn(1, stream)
    }

    /// Many times as many clusters.
    pub(super) fn drawn(&self, times: u64, stream: &mut Stream) -> Sample {
        let mut sample = Sample {
            truth: Vec::new(),
            probability: Vec::new(),
            cluster_of: Vec::new(),
        };
        if self.alone > 0 {
            let share = 1.25 * self.clusters as f64 / self.alone as f64;
            let draw = |stream: &mut Stream| -> Vec<bool> {
                (0..times * self.alone)
                    .map(|_| stream.uniform() < share)
                    .collect()
            };
            let enough = |truth: &Vec<bool>| {
                let positives = truth.iter().filter(|&&is| is).count() as u64;
                positives >= self.clusters && truth.len() as u64 - positives >= self.clusters
            };
            let mut truth = draw(stream);
            while !enough(&truth) {
                truth = draw(stream);
            }
            for (cluster, positive) in (0..).zip(truth) {
                let of = if positive { (1, 0) } else { (0, 1) };
                self.add(&mut sample, cluster, of, stream);
            }
            return sample;
        }
        for cluster in 0..(times * self.clusters) as u32 {
            let positives = between(self.positives, stream);
            let negatives = between(self.negatives, stream);
            self.add(&mut sample, cluster, (positives, negatives), stream);
        }
        sample
    }

    fn add(&self, sample: &mut Sample, cluster: u32, of: (u64, u64), stream: &mut Stream) {
        let common = self.correlation.sqrt() * normal(stream);
        for at in 0..of.0 + of.1 {
            let positive = at < of.0;
            let lift = if positive { self.distance } else { 0.0 };
            let score = lift + common + (1.0 - self.correlation).sqrt() * normal(stream);
            sample.truth.push(positive);
            // Calibrated where the classes are as many.
            let odds = self.distance * (score - 0.5 * self.distance);
            sample.probability.push(logistic(odds));
            sample.cluster_of.push(cluster);
        }
    }
}

fn between((fewest, most): (u64, u64), stream: &mut Stream) -> u64 {
    fewest + stream.below(most - fewest + 1)
}

impl Sample {
    pub(super) fn data(&self) -> Labelled<'_> {
        Labelled {
            truth: &self.truth,
            probability: &self.probability,
            threshold: 0.5,
        }
    }
}
