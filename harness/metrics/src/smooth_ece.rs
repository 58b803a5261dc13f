//! Smooth expected calibration error.

mod cosine;

use titer_core::{About, Chance, Direction, IntervalKind, Labelled, Metric, Prepared, Sees};

use crate::residuals::{self, CalibrationError, Form, Residual, total};
use cosine::cosine_sums;

/// Steps of the grid that probabilities are put on.
pub const STEPS: usize = 2048;

/// The narrowest kernel: what is narrower the grid cannot show.
pub const NARROWEST: f64 = 0.002;

/// Smooth expected calibration error.
///
/// # What it measures
/// The mean distance between probability and truth after both were smoothed along the probability by
/// a Gaussian kernel that is reflected at 0 and 1. The kernel's width is the error itself (the one
/// width where both are equal), so that nothing is to be chosen and no bin edge matters; a small
/// change of the probabilities changes the error little.
///
/// Residuals are put on a grid of 2,048 steps, each shared by its two neighbours, and the smoothed
/// residual is integrated as the line through the grid's points. A kernel is at least 0.002 wide;
/// where the error is smaller still, it is that at this width.
///
/// # Range and direction
/// 0 to 1, lower is better.
///
/// # Undefined when
/// There are no examples.
///
/// # Source
/// Blasiok and Nakkiran 2023, "Smooth ECE", arXiv:2309.12236
#[derive(Clone, Copy, Debug)]
pub struct SmoothEce;

impl Metric for SmoothEce {
    fn about(&self) -> About {
        About {
            name: "smooth_ece",
            title: "Smooth expected calibration error",
            measures: "The mean distance between probability and truth after smoothing with a \
                       kernel as wide as the error itself; chance alone lifts it above 0.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "Blasiok and Nakkiran 2023, arXiv:2309.12236",
            interval: IntervalKind::Residuals,
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        residuals::prepare(data, 1, *self)
    }
}

impl CalibrationError for SmoothEce {
    fn form(&self) -> Form {
        Form::OfAll(|residuals| fixed_point(&Spectrum::new(residuals)))
    }
}

/// Where error and width are equal. The error never grows with the width and is at most 1, so that
/// there is one such width; found by the regula falsi in the form of Dowell and Jarratt 1971.
fn fixed_point(spectrum: &Spectrum) -> f64 {
    let over = |width: f64| spectrum.error(width) - width;
    let (mut low, mut high) = (NARROWEST, 1.0);
    let (mut above, mut below) = (over(low), over(high));
    if above <= 0.0 {
        return low + above;
    }
    // The last end that moved, so that an end that stays gets half its weight.
    let mut moved_low = None;
    for _ in 0..100 {
        let width = (low * below - high * above) / (below - above);
        let rest = over(width);
        if rest.abs() <= 1e-14 || high - low <= 1e-14 {
            return width;
        }
        if rest > 0.0 {
            (low, above) = (width, rest);
            if moved_low == Some(true) {
                below *= 0.5;
            }
        } else {
            (high, below) = (width, rest);
            if moved_low == Some(false) {
                above *= 0.5;
            }
        }
        moved_low = Some(rest > 0.0);
    }
    low
}

/// Residuals as a sum of cosines. Smoothing by a reflected Gaussian kernel is diffusion between two
/// walls, which dampens each cosine by itself.
pub(crate) struct Spectrum(Vec<f64>);

impl Spectrum {
    /// The size of each wave, from the longest to the shortest.
    pub(crate) fn into_waves(self) -> Vec<f64> {
        self.0
    }

    pub(crate) fn new(residuals: &[Residual]) -> Self {
        let mut grid = vec![0.0; STEPS + 1];
        for one in residuals {
            let place = one.probability * STEPS as f64;
            let below = (place as usize).min(STEPS - 1);
            let part = place - below as f64;
            grid[below] += (1.0 - part) * one.residual;
            grid[below + 1] += part * one.residual;
        }
        let total = total(residuals);
        grid.iter_mut().for_each(|residual| *residual /= total);
        Self(cosine_sums(&grid))
    }

    /// The integral of the smoothed residual's absolute value.
    fn error(&self, width: f64) -> f64 {
        let dampened = self.0.iter().zip(0u32..).map(|(sum, order)| {
            let waves = std::f64::consts::PI * width * f64::from(order);
            let both_sides = if order == 0 { 1.0 } else { 2.0 };
            both_sides * sum * libm::exp(-0.5 * waves * waves)
        });
        let smoothed = cosine_sums(&dampened.collect::<Vec<f64>>());
        let area: f64 = smoothed.windows(2).map(|ends| area(ends[0], ends[1])).sum();
        (area / STEPS as f64).min(1.0)
    }
}

/// The area between 0 and the line from `left` to `right`, one apart.
fn area(left: f64, right: f64) -> f64 {
    let sum = left.abs() + right.abs();
    if left * right < 0.0 {
        0.5 * (left * left + right * right) / sum
    } else {
        0.5 * sum
    }
}

#[cfg(test)]
mod tests {
    use titer_core::Multiplicity;

    use super::*;
    use crate::residuals::Tied;
    use crate::trial::Trial;

    /// The mean over a fine grid of what the definition says, without cosines or a grid for the
    /// residuals.
    fn by_definition(residuals: &[Residual], width: f64) -> f64 {
        let density = |x: f64| {
            let z = x / width;
            (-0.5 * z * z).exp() / (width * (2.0 * std::f64::consts::PI).sqrt())
        };
        let smoothed = |t: f64| -> f64 {
            let one = |one: &Residual| {
                let images = (-6..=6).map(|k| 2.0 * f64::from(k));
                let kernel = |shift: f64| {
                    density(t - one.probability + shift) + density(t + one.probability + shift)
                };
                one.residual * images.map(kernel).sum::<f64>()
            };
            residuals.iter().map(one).sum::<f64>() / total(residuals)
        };
        let points = 4000;
        let middle = |i: i32| (f64::from(i) + 0.5) / f64::from(points);
        (0..points).map(|i| smoothed(middle(i)).abs()).sum::<f64>() / f64::from(points)
    }

    #[test]
    fn grid_and_cosines_come_close_to_the_definition() {
        let trial = Trial::new(150, 5, 0.4, 1000, 4);
        let residuals = Tied::new(trial.data())
            .residuals(Multiplicity::Once)
            .unwrap();
        for width in [0.01, 0.05, 0.2, 1.0] {
            let (made, known) = (
                Spectrum::new(&residuals).error(width),
                by_definition(&residuals, width),
            );
            assert!(
                (made - known).abs() < 1e-4 * known,
                "{width}: {made} {known}"
            );
        }
    }

    #[test]
    fn error_and_width_are_equal() {
        let trial = Trial::new(400, 5, 0.4, 1000, 4);
        let residuals = Tied::new(trial.data())
            .residuals(Multiplicity::Once)
            .unwrap();
        let error = SmoothEce.error(&residuals);
        assert!(error > NARROWEST);
        assert!((Spectrum::new(&residuals).error(error) - error).abs() < 1e-13);
    }

    #[test]
    fn sure_and_right_is_no_error_and_sure_and_wrong_is_nearly_all() {
        let of = |truth: &[bool], probability: &[f64]| {
            let data = Labelled {
                truth,
                probability,
                threshold: 0.5,
            };
            SmoothEce.prepare(data).value(Multiplicity::Once).unwrap()
        };
        assert_eq!(of(&[true, false], &[1.0, 0.0]), 0.0);
        assert_eq!(of(&[true], &[0.0]), 1.0);
        let mixed = of(&[true, false], &[0.0, 1.0]);
        assert!(mixed > 0.4 && mixed < 0.7, "{mixed}");
    }
}
