//! L-BFGS (Nocedal 1980; Nocedal and Wright 2006, algorithm 7.5) with a line search that backs off.

use std::collections::VecDeque;

/// Pairs of steps and changes of slope that are remembered.
const MEMORY: usize = 10;
/// After so many iterations it has not converged.
const MOST_ITERATIONS: usize = 1_000;
/// The largest slope that is none, of a fit that is kept.
pub(super) const FLAT: f64 = 1e-7;
/// What a step must gain of what the slope promises (Armijo).
const GAIN: f64 = 1e-4;

/// Where a function is smallest.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) at: Vec<f64>,
    pub(super) converged: bool,
    pub(super) iterations: usize,
}

struct Pair {
    step: Vec<f64>,
    change: Vec<f64>,
    /// One over their product.
    rho: f64,
}

/// A function's value and slope.
type Function<'a> = dyn Fn(&[f64]) -> (f64, Vec<f64>) + 'a;

/// The minimum of a smooth convex function that gives its value and slope.
pub(super) fn minimize(of: &Function<'_>, start: Vec<f64>, flat: f64) -> Found {
    let mut at = start;
    let (mut value, mut slope) = of(&at);
    let mut memory: VecDeque<Pair> = VecDeque::with_capacity(MEMORY);
    for iterations in 0..MOST_ITERATIONS {
        if largest(&slope) <= flat {
            return found(at, true, iterations);
        }
        let mut direction = downhill(&slope, &memory);
        let mut descent = product(&direction, &slope);
        if descent >= 0.0 {
            memory.clear();
            direction = slope.iter().map(|slope| -slope).collect();
            descent = -product(&slope, &slope);
        }
        let first = if memory.is_empty() {
            1.0 / libm::sqrt(-descent).max(1.0)
        } else {
            1.0
        };
        let Some((next, next_value, next_slope)) =
            search(of, &at, value, &direction, descent, first)
        else {
            // No step gains: as low as rounding lets it be.
            return found(at, largest(&slope) <= 100.0 * flat, iterations);
        };
        remember(&mut memory, &at, &next, &slope, &next_slope);
        (at, value, slope) = (next, next_value, next_slope);
    }
    let converged = largest(&slope) <= flat;
    found(at, converged, MOST_ITERATIONS)
}

fn found(at: Vec<f64>, converged: bool, iterations: usize) -> Found {
    Found {
        at,
        converged,
        iterations,
    }
}

fn largest(slope: &[f64]) -> f64 {
    slope
        .iter()
        .fold(0.0, |largest, slope| slope.abs().max(largest))
}

fn product(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// Minus the slope times what is remembered of the inverse curvature.
fn downhill(slope: &[f64], memory: &VecDeque<Pair>) -> Vec<f64> {
    let mut direction: Vec<f64> = slope.iter().map(|slope| -slope).collect();
    let mut alphas = Vec::with_capacity(memory.len());
    for pair in memory.iter().rev() {
        let alpha = pair.rho * product(&pair.step, &direction);
        add(&mut direction, -alpha, &pair.change);
        alphas.push(alpha);
    }
    if let Some(last) = memory.back() {
        let scale = 1.0 / (last.rho * product(&last.change, &last.change));
        direction.iter_mut().for_each(|value| *value *= scale);
    }
    for (pair, alpha) in memory.iter().zip(alphas.into_iter().rev()) {
        let beta = pair.rho * product(&pair.change, &direction);
        add(&mut direction, alpha - beta, &pair.step);
    }
    direction
}

fn add(to: &mut [f64], times: f64, what: &[f64]) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += times * what;
    }
}

type Point = (Vec<f64>, f64, Vec<f64>);

fn search(
    of: &Function<'_>,
    at: &[f64],
    value: f64,
    direction: &[f64],
    descent: f64,
    first: f64,
) -> Option<Point> {
    let mut length = first;
    for _ in 0..50 {
        let mut next = at.to_vec();
        add(&mut next, length, direction);
        let (next_value, slope) = of(&next);
        if next_value.is_finite() && next_value <= value + GAIN * length * descent {
            return Some((next, next_value, slope));
        }
        length *= 0.5;
    }
    None
}

fn remember(
    memory: &mut VecDeque<Pair>,
    at: &[f64],
    next: &[f64],
    slope: &[f64],
    next_slope: &[f64],
) {
    let less = |one: &[f64], other: &[f64]| -> Vec<f64> {
        one.iter()
            .zip(other)
            .map(|(one, other)| one - other)
            .collect()
    };
    let (step, change) = (less(next, at), less(next_slope, slope));
    let curvature = product(&step, &change);
    // Where rounding hides the curvature, the pair says nothing.
    if curvature <= 1e-12 * product(&change, &change) {
        return;
    }
    if memory.len() == MEMORY {
        memory.pop_front();
    }
    memory.push_back(Pair {
        step,
        change,
        rho: 1.0 / curvature,
    });
}
