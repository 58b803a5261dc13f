//! Synthetic predictions whose true calibration error is known.

use titer_core::{Labelled, Stream, Undefined};
use titer_metrics::MetricName;
use titer_metrics::calibration_floor::calibration_error;
use titer_metrics::ece::Ece;
use titer_metrics::ece_plug_in::EcePlugIn;
use titer_metrics::residuals::Residual;

/// How predictions come to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source {
    pub examples: usize,
    /// Examples of a cluster; 1 is independent.
    pub size: usize,
    /// The mean log odds: 0 is balanced, -3 has few positives.
    pub middle: f64,
    /// How much too far from 0 log odds are said to be, for base and candidate: 1 is calibrated.
    pub slope: [f64; 2],
    /// How far log odds are said too high.
    pub shift: [f64; 2],
}

/// How much of log odds and of labels a cluster shares.
const SHARED: f64 = 0.5;

/// The spread of log odds.
const SPREAD: f64 = 1.5;

pub(crate) struct Drawn {
    pub truth: Vec<bool>,
    /// Base, candidate.
    pub probability: [Vec<f64>; 2],
    pub cluster_of: Vec<u32>,
}

impl Source {
    pub(crate) fn clusters(&self) -> usize {
        self.examples / self.size
    }

    pub(crate) fn draw(&self, stream: &mut Stream) -> Drawn {
        let mut drawn = Drawn {
            truth: Vec::new(),
            probability: [Vec::new(), Vec::new()],
            cluster_of: Vec::new(),
        };
        for cluster in 0..self.clusters() as u32 {
            let (common, place) = (normal(stream), stream.uniform());
            for _ in 0..self.size {
                let own = normal(stream);
                let odds = match self.size {
                    1 => own,
                    _ => SHARED.sqrt() * common + (1.0 - SHARED).sqrt() * own,
                };
                let odds = self.middle + SPREAD * odds;
                let own = stream.uniform();
                let shared = self.size > 1 && stream.uniform() < SHARED;
                let place = if shared { place } else { own };
                drawn.truth.push(place < logistic(odds));
                drawn.cluster_of.push(cluster);
                for variant in 0..2 {
                    drawn.probability[variant].push(self.said(odds, variant));
                }
            }
        }
        drawn
    }

    fn said(&self, odds: f64, variant: usize) -> f64 {
        logistic(self.middle + self.shift[variant] + self.slope[variant] * (odds - self.middle))
    }

    /// The error of the population: labels are what they are on average, log odds are spread evenly
    /// over the quantiles of their distribution.
    pub(crate) fn error(&self, name: MetricName, variant: usize) -> Result<f64, Undefined> {
        // What the debiased error estimates is the plug-in error without chance.
        let name = match name {
            MetricName::Ece(Ece { bins }) => MetricName::EcePlugIn(EcePlugIn { bins }),
            other => other,
        };
        let (steps, many) = (40_000, 1e9);
        let width = 12.0 * SPREAD / f64::from(steps);
        let mut residuals: Vec<Residual> = Vec::new();
        for step in 0..steps {
            let away = -6.0 * SPREAD + (f64::from(step) + 0.5) * width;
            let density = libm::exp(-0.5 * (away / SPREAD) * (away / SPREAD));
            let odds = self.middle + away;
            let (weight, said) = ((many * density).round(), self.said(odds, variant));
            if weight < 1.0 {
                continue;
            }
            let residual = weight * (logistic(odds) - said);
            match residuals.last_mut() {
                Some(last) if last.probability == said => {
                    last.weight += weight;
                    last.residual += residual;
                }
                _ => residuals.push(Residual {
                    probability: said,
                    weight,
                    residual,
                }),
            }
        }
        Ok(calibration_error(name)?.error(&residuals))
    }
}

impl Drawn {
    /// Base (0) or candidate (1).
    pub(crate) fn data(&self, variant: usize) -> Labelled<'_> {
        Labelled {
            truth: &self.truth,
            probability: &self.probability[variant],
            threshold: 0.5,
        }
    }
}

fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-odds))
}

/// A standard normal number (Box and Muller 1958; the second of each pair is not used).
fn normal(stream: &mut Stream) -> f64 {
    let radius = (-2.0 * libm::log(1.0 - stream.uniform())).sqrt();
    radius * libm::cos(std::f64::consts::TAU * stream.uniform())
}
