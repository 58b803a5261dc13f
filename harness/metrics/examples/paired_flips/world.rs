//! Clusters that flip, whose difference is known.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Interval, Stream};
use titer_statistics::{ClusterFlips, FlipKind, flip_intervals};

/// Fixed before any result was seen.
const SEED: u64 = 20_261_129;

/// Units of a cluster.
const UNITS: u64 = 40;

/// How many units of a cluster that flips do so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Size {
    /// One.
    Single,
    /// One and a Poisson number of mean 1.
    Poisson,
    /// One, but twenty in one cluster of ten.
    Twenty,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct World {
    clusters: u64,
    size: Size,
    /// The chance that a cluster's flips are to right.
    to_right: f64,
    /// Expected clusters with a flip.
    flipping: f64,
}

/// What is asked of the interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Line {
    A,
    B,
    C,
}

/// Every world of the table.
pub(super) fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for (clusters, numbers) in [
        (30, &[2.0, 5.0, 10.0, 15.0, 20.0][..]),
        (60, &[2.0, 5.0, 10.0, 20.0, 30.0]),
        (200, &[2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 100.0]),
        (1000, &[2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 100.0, 200.0]),
    ] {
        for size in [Size::Single, Size::Poisson, Size::Twenty] {
            for to_right in [0.0, 0.2, 0.5] {
                worlds.extend(numbers.iter().map(|&flipping| World {
                    clusters,
                    size,
                    to_right,
                    flipping,
                }));
            }
        }
    }
    worlds
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    made: u64,
    pub below: u64,
    pub above: u64,
    widths: f64,
    /// Of the estimate.
    deviation: f64,
}

pub(super) struct Outcome {
    /// What decides by default.
    pub decides: Tally,
    /// What decides with `rare_flips: independent`.
    pub independent: Tally,
    /// What holds whatever happens within clusters, shown beside the other where a cluster not seen would matter.
    pub whole: Tally,
}

impl Tally {
    fn add(&mut self, interval: Interval, truth: f64) {
        self.made += 1;
        // Rounding is no miss.
        self.below += u64::from(truth < interval.lower - 1e-12);
        self.above += u64::from(truth > interval.upper + 1e-12);
        self.widths += interval.upper - interval.lower;
    }

    fn and(mut self, other: Self) -> Self {
        self.made += other.made;
        self.below += other.below;
        self.above += other.above;
        self.widths += other.widths;
        self
    }

    pub(super) fn percent(&self, count: u64) -> f64 {
        100.0 * count as f64 / self.made as f64
    }

    pub(super) fn coverage(&self) -> f64 {
        100.0 - self.percent(self.below + self.above)
    }

    /// Over 3.92 standard deviations.
    pub(super) fn width(&self) -> f64 {
        self.widths / self.made as f64 / (3.92 * self.deviation)
    }
}

impl Line {
    pub(super) fn holds(self, of: &Tally) -> bool {
        let (coverage, width) = (of.coverage(), of.width());
        match self {
            Self::A => (93.5..=97.5).contains(&coverage) && width <= 1.3,
            Self::B => coverage >= 93.5 && width <= 1.8,
            Self::C => coverage >= 95.0,
        }
    }

    /// As [`Self::holds`], but for 3.5 standard errors of a short simulation.
    pub(super) fn nearly_holds(self, of: &Tally) -> bool {
        let noise = |at: f64| 350.0 * (at * (1.0 - at) / of.made as f64).sqrt();
        let (coverage, width) = (of.coverage(), of.width());
        match self {
            Self::A => {
                coverage >= 93.5 - noise(0.935) && coverage <= 97.5 + noise(0.975) && width <= 1.35
            }
            Self::B => coverage >= 93.5 - noise(0.935) && width <= 1.9,
            Self::C => coverage >= 95.0 - noise(0.95),
        }
    }
}

impl World {
    /// The mean of flips of a cluster that flips, and of their square.
    fn moments(&self) -> (f64, f64) {
        match self.size {
            Size::Single => (1.0, 1.0),
            Size::Poisson => (2.0, 5.0),
            Size::Twenty => (2.9, 40.9),
        }
    }

    pub(super) fn worth(&self) -> f64 {
        let (mean, square) = self.moments();
        self.flipping * mean * mean / square
    }

    /// The line that it is held to.
    pub(super) fn line(&self) -> Option<Line> {
        if self.flipping >= 30.0 && self.worth() >= 20.0 {
            Some(Line::A)
        } else if (10.0..30.0).contains(&self.flipping) && self.size != Size::Twenty {
            Some(Line::B)
        } else {
            Some(Line::C)
        }
    }

    /// Whether a cluster of twenty flips is often the one that is not seen.
    pub(super) fn misses_whole_clusters(&self) -> bool {
        self.size == Size::Twenty && self.flipping < 30.0
    }

    pub(super) fn describe(&self) -> String {
        let size = match self.size {
            Size::Single => "single flips",
            Size::Poisson => "1 + Poisson(1)",
            Size::Twenty => "one in ten 20",
        };
        format!(
            "{:4} clusters of {UNITS}, {size:14}, {:2.0} % to right, D {:3}, worth {:5.1}",
            self.clusters,
            100.0 * self.to_right,
            self.flipping,
            self.worth()
        )
    }

    /// The true difference and the standard deviation of the estimate.
    fn truth(&self) -> (f64, f64) {
        let (clusters, units) = (self.clusters as f64, (self.clusters * UNITS) as f64);
        let (mean, square) = self.moments();
        let share = self.flipping / clusters;
        let one = share * mean * (2.0 * self.to_right - 1.0);
        let variance = share * square - one * one;
        (clusters * one / units, (clusters * variance).sqrt() / units)
    }

    fn draw(&self, stream: &mut Stream) -> [FlipKind; 2] {
        let all = (self.clusters * UNITS) as f64;
        let mut kinds = [1.0 / all, -1.0 / all].map(|effect| FlipKind {
            effect,
            clusters: Vec::with_capacity(self.clusters as usize),
        });
        for _ in 0..self.clusters {
            let mut flips = [0, 0];
            if stream.uniform() < self.flipping / self.clusters as f64 {
                let kind = usize::from(stream.uniform() >= self.to_right);
                flips[kind] = self.flips(stream);
            }
            for (kind, flips) in kinds.iter_mut().zip(flips) {
                kind.clusters.push(ClusterFlips {
                    flips,
                    units: UNITS,
                });
            }
        }
        kinds
    }

    fn flips(&self, stream: &mut Stream) -> u64 {
        match self.size {
            Size::Single => 1,
            Size::Poisson => 1 + poisson(stream),
            Size::Twenty if stream.uniform() < 0.1 => 20,
            Size::Twenty => 1,
        }
    }

    pub(super) fn run(&self, repetitions: u64) -> Outcome {
        let (truth, deviation) = self.truth();
        let one = |number: u64| {
            let id = format!("{} {number}", self.describe());
            let kinds = self.draw(&mut Stream::new(SEED, "paired flips", &id));
            let count = |kind: &FlipKind| kind.clusters.iter().map(|own| own.flips).sum::<u64>();
            let net = count(&kinds[0]) as f64 - count(&kinds[1]) as f64;
            let difference = net / (self.clusters * UNITS) as f64;
            let mut tallies = [Tally::default(); 3];
            if let Ok(known) = flip_intervals(difference, &kinds, 0.95) {
                tallies[0].add(known.chosen(true).0, truth);
                tallies[1].add(known.chosen(false).0, truth);
                tallies[2].add(known.whole_clusters.unwrap_or(known.as_seen), truth);
            }
            tallies
        };
        let none = || [Tally::default(); 3];
        let and = |[a, b, c]: [Tally; 3], [d, e, f]: [Tally; 3]| [a.and(d), b.and(e), c.and(f)];
        let sums = (0..repetitions).into_par_iter().map(one).reduce(none, and);
        let [decides, independent, whole] = sums.map(|tally| Tally { deviation, ..tally });
        Outcome {
            decides,
            independent,
            whole,
        }
    }
}

/// A Poisson number of mean 1.
fn poisson(stream: &mut Stream) -> u64 {
    let (mut chance, mut number) = (stream.uniform(), 0);
    while chance > (-1.0f64).exp() {
        chance *= stream.uniform();
        number += 1;
    }
    number.min(UNITS - 1)
}
