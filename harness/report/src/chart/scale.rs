//! From numbers to places on a drawing, and round numbers to mark.

/// A linear or logarithmic axis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    domain: (f64, f64),
    pixels: (f64, f64),
    logarithmic: bool,
}

impl Scale {
    /// An axis where equal steps are equal differences.
    pub(crate) fn linear(domain: (f64, f64), pixels: (f64, f64)) -> Self {
        Self {
            domain: widened(domain),
            pixels,
            logarithmic: false,
        }
    }

    /// An axis where equal steps are equal ratios; linear where the domain reaches 0.
    pub(crate) fn logarithmic(domain: (f64, f64), pixels: (f64, f64)) -> Self {
        if domain.0 <= 0.0 {
            return Self::linear(domain, pixels);
        }
        Self {
            domain: (domain.0 / 1.25, domain.1 * 1.25),
            pixels,
            logarithmic: true,
        }
    }

    /// Where a number lies.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let turn = |v: f64| {
            if self.logarithmic {
                v.max(f64::MIN_POSITIVE).ln()
            } else {
                v
            }
        };
        let (low, high) = (turn(self.domain.0), turn(self.domain.1));
        let share = ((turn(value) - low) / (high - low)).clamp(0.0, 1.0);
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }

    /// Round numbers within the domain: about `about` of them.
    pub(crate) fn ticks(&self, about: usize) -> Vec<f64> {
        if self.logarithmic {
            return logarithmic_ticks(self.domain, about);
        }
        // Rounding up the step can leave one tick or two, which make no axis: then step finer.
        let mut ticks = self.linear_ticks(about);
        for finer in [2 * about, 4 * about] {
            if ticks.len() < 3 {
                ticks = self.linear_ticks(finer);
            }
        }
        ticks
    }

    fn linear_ticks(&self, about: usize) -> Vec<f64> {
        let (low, high) = self.domain;
        let step = round_step((high - low) / about.max(1) as f64);
        let first = (low / step - 1e-9).ceil();
        let last = (high / step + 1e-9).floor();
        (0..=(last - first).max(0.0) as usize)
            .map(|index| (first + index as f64) * step)
            .map(|tick| if tick.abs() < step * 1e-9 { 0.0 } else { tick })
            .collect()
    }
}

fn widened((low, high): (f64, f64)) -> (f64, f64) {
    if high - low > 1e-12 {
        (low, high)
    } else {
        (low - 0.5e-3, high + 0.5e-3)
    }
}

fn round_step(rough: f64) -> f64 {
    let power = 10f64.powi(rough.log10().floor() as i32);
    let nice = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|nice| nice * power >= rough * 0.999)
        .unwrap_or(10.0);
    nice * power
}

fn logarithmic_ticks((low, high): (f64, f64), about: usize) -> Vec<f64> {
    let steps: [&[f64]; 3] = [&[1.0, 2.0, 3.0, 5.0, 7.0], &[1.0, 2.0, 5.0], &[1.0]];
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let within = |step: &[f64]| -> Vec<f64> {
        (first..=last)
            .flat_map(|power| step.iter().map(move |nice| nice * 10f64.powi(power)))
            .filter(|tick| *tick >= low && *tick <= high)
            .collect()
    };
    steps
        .iter()
        .map(|step| within(step))
        .find(|ticks| ticks.len() <= about + 2)
        .unwrap_or_else(|| within(steps[2]))
}

/// A tick's label: as many decimals as the step between ticks needs.
pub(crate) fn labels(ticks: &[f64]) -> Vec<String> {
    let step = ticks
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .fold(f64::INFINITY, f64::min);
    let places = if step.is_finite() && step > 0.0 {
        (-(step.log10() + 1e-9).floor()).clamp(0.0, 6.0) as usize
    } else {
        2
    };
    ticks
        .iter()
        .map(|tick| format!("{tick:.places$}").replace('-', "\u{2212}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let scale = Scale::linear((0.0, 1.0), (0.0, 100.0));
        assert_eq!(
            labels(&scale.ticks(5)),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        let small = Scale::linear((-0.012, 0.004), (0.0, 100.0));
        assert_eq!(labels(&small.ticks(4)), ["−0.010", "−0.005", "0.000"]);
        let few = Scale::linear((0.905, 0.99), (0.0, 100.0));
        assert!(few.ticks(2).len() >= 3, "{:?}", few.ticks(2));
        assert_eq!(scale.place(0.25), 25.0);
        assert_eq!(scale.place(9.0), 100.0);
    }

    #[test]
    fn logarithmic_axes_step_by_ratio() {
        let scale = Scale::logarithmic((1.0, 100.0), (0.0, 100.0));
        assert!((scale.place(10.0) - 50.0).abs() < 1e-9);
        assert!(scale.ticks(4).len() >= 2);
    }

    #[test]
    fn an_empty_domain_still_has_a_width() {
        let scale = Scale::linear((0.5, 0.5), (0.0, 10.0));
        assert!((scale.place(0.5) - 5.0).abs() < 1e-9);
    }
}
