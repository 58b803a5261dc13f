//! How far a norm may lie from its estimate.

use super::Norm;
use crate::quantile;

/// A coordinate whose spread is less than this share of the largest is not divided by so little.
const SMALLEST_SPREAD: f64 = 0.25;

/// Steps of the search for the worst direction; each can only raise the spread, and few are needed.
const STEPS: usize = 30;

/// The sign of each coordinate that is clearly not 0; 0 for the others.
struct Signs {
    signs: Vec<f64>,
}

impl Signs {
    /// Clearly is further from 0 than the root of 2 ln n standard errors, which chance alone passes
    /// more and more rarely as n clusters grow.
    fn of(process: &[f64], deviations: &[&[f64]], clusters: usize) -> Self {
        let clear = (2.0 * libm::log(clusters as f64)).sqrt();
        let spreads = spreads(process.len(), deviations);
        let sign = |(&x, spread): (&f64, &f64)| {
            if x.abs() > clear * spread && x != 0.0 {
                x.signum()
            } else {
                0.0
            }
        };
        Self {
            signs: process.iter().zip(&spreads).map(sign).collect(),
        }
    }

    /// The most that a deviation can have added to the sum.
    fn added(&self, deviation: &[f64]) -> f64 {
        let part = |(&z, &sign): (&f64, &f64)| if sign == 0.0 { z.abs() } else { sign * z };
        deviation.iter().zip(&self.signs).map(part).sum()
    }
}

/// The ends for a sum of absolute values.
pub(super) fn sum(
    process: &[f64],
    deviations: &[&[f64]],
    tail: f64,
    widen: f64,
    clusters: usize,
) -> (f64, f64) {
    let value = Norm::Sum.of(process);
    let signs = Signs::of(process, deviations, clusters);
    let added = deviations.iter().map(|z| signs.added(z)).collect();
    let lower = value - widen * place(added, 1.0 - tail);
    let worst = starts(process, &signs)
        .into_iter()
        .map(|start| worst_direction(start, &signs, deviations))
        .map(|direction| {
            let taken = |way: f64| {
                let along = |z: &&[f64]| signs.along(&direction, z, way);
                place(deviations.iter().map(along).collect(), 1.0 - tail)
            };
            taken(1.0).max(taken(-1.0))
        });
    let worst = worst.fold(0.0, f64::max);
    (lower, value + widen * worst)
}

impl Signs {
    /// What is taken away along a direction, or along the one that is its reverse wherever the sign is
    /// not clear.
    fn along(&self, direction: &[f64], deviation: &[f64], way: f64) -> f64 {
        let part = |((&z, &sign), &toward): ((&f64, &f64), &f64)| {
            -z * if sign == 0.0 { way * toward } else { sign }
        };
        let parts = deviation.iter().zip(&self.signs).zip(direction);
        parts.map(part).sum()
    }
}

/// Directions to start from: the estimate's own signs, and all one way.
fn starts(process: &[f64], signs: &Signs) -> [Vec<f64>; 2] {
    let own = process.iter().map(|x| if *x < 0.0 { -1.0 } else { 1.0 });
    let one = signs.signs.iter().map(|&s| if s == 0.0 { 1.0 } else { s });
    [own.collect(), one.collect()]
}

/// The direction of signs along which deviations are spread most, from a start uphill: to turn each
/// sign to that of the coordinate's covariance with the sum never lowers the sum's variance.
fn worst_direction(start: Vec<f64>, signs: &Signs, deviations: &[&[f64]]) -> Vec<f64> {
    let mut direction = start;
    for _ in 0..STEPS {
        let mut covariance = vec![0.0; direction.len()];
        for deviation in deviations {
            let along: f64 = deviation.iter().zip(&direction).map(|(z, s)| z * s).sum();
            for (sum, z) in covariance.iter_mut().zip(*deviation) {
                *sum += along * z;
            }
        }
        let turned: Vec<f64> = direction
            .iter()
            .zip(&covariance)
            .zip(&signs.signs)
            .map(|((&old, &with), &sign)| match (sign != 0.0, with) {
                (true, _) => sign,
                (_, with) if with > 0.0 => 1.0,
                (_, with) if with < 0.0 => -1.0,
                _ => old,
            })
            .collect();
        if turned == direction {
            break;
        }
        direction = turned;
    }
    direction
}

/// The ends for a largest absolute value: below from a band over all coordinates at once, above from
/// the ends of each coordinate by itself, because the largest of the truth is one fixed coordinate.
pub(super) fn largest(process: &[f64], deviations: &[&[f64]], tail: f64, widen: f64) -> (f64, f64) {
    let spreads = spreads(process.len(), deviations);
    let least = SMALLEST_SPREAD * spreads.iter().copied().fold(0.0, f64::max);
    let floored: Vec<f64> = spreads.iter().map(|spread| spread.max(least)).collect();
    let studentized = |z: &&[f64]| {
        let ratio = |(z, spread): (&f64, &f64)| z.abs() / spread;
        z.iter().zip(&floored).map(ratio).fold(0.0, f64::max)
    };
    let band = widen * place(deviations.iter().map(studentized).collect(), 1.0 - tail);
    let lower = process
        .iter()
        .zip(&floored)
        .map(|(x, s)| x.abs() - band * s);
    let upper = process.iter().enumerate().map(|(at, x)| {
        let away = deviations
            .iter()
            .map(|z| if *x < 0.0 { z[at] } else { -z[at] });
        x.abs() + widen * place(away.collect(), 1.0 - tail)
    });
    (
        lower.fold(f64::NEG_INFINITY, f64::max),
        upper.fold(0.0, f64::max),
    )
}

/// The root mean square of each coordinate's deviations.
pub(super) fn spreads(coordinates: usize, deviations: &[&[f64]]) -> Vec<f64> {
    let mut squares = vec![0.0; coordinates];
    for deviation in deviations {
        for (sum, z) in squares.iter_mut().zip(*deviation) {
            *sum += z * z;
        }
    }
    let count = deviations.len().max(1) as f64;
    squares.iter().map(|sum| (sum / count).sqrt()).collect()
}

fn place(mut numbers: Vec<f64>, q: f64) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    quantile(&numbers, q)
}
