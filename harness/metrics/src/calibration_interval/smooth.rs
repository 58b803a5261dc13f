//! Ends of the smooth calibration error.
//!
//! The error is where the smoothed residual's norm equals the kernel's width w. The norm never grows
//! with w, so the true error is at least w exactly where the true norm at width w is; at any one fixed
//! width the smoothed residual is a mean. So the lower end is the widest w at which the norm's lower
//! end still reaches w, the upper end the narrowest at which its upper end does not pass it.

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use titer_core::{Interval, Undefined};
use titer_statistics::norm::{Known, difference_of, interval_of};
use titer_statistics::{ClusterDraws, Norm};

use super::linear::Linear;
use super::sheet::{Sheet, over_replicates};
use super::unseen::{Noise, least};
use crate::residuals::Residual;
use crate::smooth_ece::Spectrum;

/// The narrowest width that is looked at: below it the lower end is 0, and the upper not below it.
const NARROWEST: f64 = 0.005;

/// Waves that a kernel dampens to less than this share are left out.
const DAMPENED: f64 = 1e-3;

/// Steps of bisection over widths.
const HALVINGS: usize = 9;

/// Bins of what labels the bootstrap cannot see.
const BINS: usize = 15;

/// Cosines of the residual, of the data and of what each replicate adds.
#[derive(Clone, Debug)]
pub(super) struct Waves {
    own: Vec<f64>,
    deviations: Vec<Option<Vec<f64>>>,
}

impl Waves {
    pub(super) fn new(sheet: &Sheet, draws: &ClusterDraws, z: f64) -> Self {
        let orders = orders(NARROWEST);
        let own = spectrum(sheet, |_| 1, orders);
        let linear = Linear::new(sheet, &sheet.equal_mass(BINS), BINS);
        let total = sheet.examples as f64;
        let spreads = linear.spreads(sheet, draws);
        let some = linear.held.iter().zip(spreads);
        let some = some.filter(|(held, _)| held.examples > 0.0);
        let short = some.map(|(held, spread)| {
            let least = least(*held, z) / total;
            let short = (least * least - spread * spread).max(0.0).sqrt();
            (held.mean_probability(), short)
        });
        let short: Vec<(f64, f64)> = short.collect();
        let mut deviations = over_replicates(draws, |counts| {
            let times = |cluster: u32| counts[cluster as usize];
            (sheet.drawn(counts) > 0).then(|| {
                let drawn = spectrum(sheet, times, orders);
                let apart = drawn.iter().zip(&own).map(|(a, b)| a - b);
                apart.collect::<Vec<f64>>()
            })
        });
        let places: Vec<Vec<f64>> = short
            .iter()
            .filter(|(_, short)| *short > 0.0)
            .map(|&(place, short)| {
                let wave = |k| short * libm::cos(std::f64::consts::PI * place * f64::from(k));
                (0..orders as u32).map(wave).collect()
            })
            .collect();
        for (replicate, deviation) in deviations.iter_mut().enumerate() {
            let Some(deviation) = deviation else { continue };
            let mut noise = Noise::new(replicate);
            for place in &places {
                let size = noise.next();
                for (z, wave) in deviation.iter_mut().zip(place) {
                    *z += size * wave;
                }
            }
        }
        Self { own, deviations }
    }

    /// The smoothed residual at one width: the sum of absolute values is its norm.
    fn at(&self, width: f64) -> Known {
        let orders = orders(width).min(self.own.len());
        let points = 2 * orders;
        let dampened = |k: usize| {
            let waves = std::f64::consts::PI * width * k as f64;
            let both_sides = if k == 0 { 1.0 } else { 2.0 };
            both_sides * libm::exp(-0.5 * waves * waves) / points as f64
        };
        let rows: Vec<Vec<f64>> = (0..points)
            .map(|point| {
                let place = std::f64::consts::PI * (point as f64 + 0.5) / points as f64;
                let wave = |k: usize| dampened(k) * libm::cos(place * k as f64);
                (0..orders).map(wave).collect()
            })
            .collect();
        let smoothed = |waves: &Vec<f64>| -> Vec<f64> {
            let sum = |row: &Vec<f64>| row.iter().zip(waves).map(|(a, b)| a * b).sum();
            rows.iter().map(sum).collect()
        };
        Known {
            norm: Norm::Sum,
            process: smoothed(&self.own),
            deviations: {
                let each = |waves: &Option<Vec<f64>>| waves.as_ref().map(smoothed);
                self.deviations.par_iter().map(each).collect()
            },
        }
    }

    /// Both ends.
    pub(super) fn interval(
        &self,
        point: f64,
        clusters: usize,
        confidence: f64,
    ) -> Result<Interval, Undefined> {
        let at = |width: f64| {
            let known = self.at(width);
            let value = Norm::Sum.of(&known.process);
            interval_of(value, &known, clusters, 1.0, confidence)
        };
        // The ends at the value's own width say the method, and where there is no interval at all.
        let first = at(point.max(NARROWEST))?;
        let (mut low, mut high) = (NARROWEST, point.max(NARROWEST));
        let mut lower = 0.0;
        if at(low)?.lower >= low {
            lower = low;
            for _ in 0..HALVINGS {
                let middle = 0.5 * (low + high);
                if at(middle)?.lower >= middle {
                    (low, lower) = (middle, middle);
                } else {
                    high = middle;
                }
            }
        }
        // At the upper end of the value's own width the norm's is no larger than it.
        let (mut low, mut high) = (point.max(NARROWEST), first.upper.max(NARROWEST));
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if at(middle)?.upper <= middle {
                high = middle;
            } else {
                low = middle;
            }
        }
        Ok(Interval {
            lower: lower.min(point),
            upper: high.max(point).min(1.0),
            ..first
        })
    }

    /// The interval of the difference: that of the norms at the smaller error's width, drawn out to 0,
    /// or, where it is narrower, that of the two errors apart; each at half of what may be missed.
    pub(super) fn difference(
        &self,
        base: &Self,
        points: (f64, f64),
        clusters: usize,
        confidence: f64,
    ) -> Result<Interval, Undefined> {
        let width = points.0.min(points.1).max(NARROWEST);
        let (a, b) = (self.at(width), base.at(width));
        let half = 0.5 * (1.0 + confidence);
        let norms = (Norm::Sum.of(&a.process), Norm::Sum.of(&b.process));
        let near = difference_of(norms, &a, &b, clusters, half)?;
        let apart = 0.5 * (1.0 + half);
        let candidate = self.interval(points.0, clusters, apart)?;
        let base = base.interval(points.1, clusters, apart)?;
        let reported = points.0 - points.1;
        let lower = near.lower.min(0.0).max(candidate.lower - base.upper);
        let upper = near.upper.max(0.0).min(candidate.upper - base.lower);
        Ok(Interval {
            lower: lower.min(reported),
            upper: upper.max(reported),
            confidence,
            ..near
        })
    }
}

/// How many waves a kernel lets pass.
fn orders(width: f64) -> usize {
    let reach = (-2.0 * libm::log(DAMPENED)).sqrt();
    (reach / (std::f64::consts::PI * width)) as usize + 2
}

fn spectrum(sheet: &Sheet, times: impl Fn(u32) -> u32, orders: usize) -> Vec<f64> {
    let residual = |cells: &[super::sheet::Cell]| {
        let mut held = super::sheet::Held::default();
        for &cell in cells {
            held.add_cell(cell, f64::from(times(cell.cluster)));
        }
        Residual {
            probability: cells[0].probability,
            weight: held.examples,
            residual: held.residual,
        }
    };
    let residuals: Vec<Residual> = sheet.groups().map(residual).collect();
    let mut waves = Spectrum::new(&residuals).into_waves();
    waves.truncate(orders);
    waves
}
