//! Expected calibration error, debiased, and what a perfectly calibrated model would show.

mod bins;
mod floor;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{
    About, Chance, Direction, IntervalKind, Labelled, Metric, Multiplicity, Prepared, Sees,
    Undefined,
};

pub use bins::{Bin, reliability};
pub use floor::{DRAWS, NullFloor};

use crate::checked;
use crate::parameters::{BINS, usual_bins};
use bins::Sorted;

/// Expected calibration error (debiased).
///
/// # What it measures
/// The mean distance between the probability of the positive class and how often it is true, over
/// bins of equal mass ([`reliability`]), minus the part that chance alone adds.
///
/// The plug-in error, sum of w |p - y| over bins with weight w, mean probability p and share of
/// positives y, is too large: y varies about the true share by s = sqrt(y (1 - y) / n). As Kumar,
/// Liang and Ma do, that bias is estimated as E|N(p - y, s)| - |p - y| and taken away. They draw
/// the normal numbers; here the mean of the folded normal distribution (Leone, Nelson and
/// Nottingham 1961) gives the same without chance. What is taken away is a part only: a perfectly
/// calibrated model keeps 2 - sqrt(2), about 59 %, of what chance adds, and a bin whose labels are
/// all equal has s = 0 and is left as it is. So no value is to be read without its floor ([`crate::calibration_floor::null_floor`]).
///
/// # Range and direction
/// -0.3 to 1, lower is better. At most the plug-in error; a value below 0 says that the error is
/// smaller than what chance adds on average.
///
/// # Undefined when
/// There are no examples, or no bins are asked for.
///
/// # Source
/// Kumar, Liang and Ma 2019, "Verified uncertainty calibration", arXiv:1909.10155
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"bins": 15}]))]
pub struct Ece {
    /// Bins asked for; equal probabilities that cannot be told apart may leave fewer.
    #[serde(default = "usual_bins")]
    #[schemars(range(min = 2, max = 1000), extend("$comment" = "10 to 20 are usual"))]
    pub bins: usize,
}

impl Ece {
    /// What is usual.
    pub const USUAL: Self = Self { bins: BINS };
}

impl Metric for Ece {
    fn about(&self) -> About {
        About {
            name: "ece",
            title: "ECE",
            measures: "Expected calibration error: how far stated probabilities lie from how often they come true, minus what chance adds. The floor is what a perfectly calibrated model would show on this many examples.",
            direction: Direction::LowerIsBetter,
            range: (-0.3, 1.0),
            undefined_when: "there are no examples",
            source: "Kumar, Liang and Ma 2019, arXiv:1909.10155",
            interval: IntervalKind::Residuals,
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        let bins = self.bins;
        checked::prepare(data, move |data| Ready {
            sorted: Sorted::new(data),
            bins,
        })
    }
}

struct Ready {
    sorted: Sorted,
    bins: usize,
}

impl Prepared for Ready {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        Ok(debiased(&self.sorted.bins(multiplicity, self.bins)?))
    }
}

/// The error less the part that chance adds.
pub(crate) fn debiased(bins: &[Bin]) -> f64 {
    mean(bins, |bin| {
        let gap = bin.gap().abs();
        2.0 * gap - folded_normal_mean(gap, bin.standard_error())
    })
}

/// The mean over bins by the number of their examples.
fn mean(bins: &[Bin], of: impl Fn(&Bin) -> f64) -> f64 {
    let weigh = |bin: &Bin| bin.examples as f64 * of(bin);
    let total: u64 = bins.iter().map(|bin| bin.examples).sum();
    bins.iter().map(weigh).sum::<f64>() / total as f64
}

/// E|X| where X is normal with this mean (at least 0) and this standard deviation.
pub(crate) fn folded_normal_mean(mean: f64, deviation: f64) -> f64 {
    if deviation == 0.0 {
        return mean;
    }
    let ratio = mean / deviation;
    let spread = (2.0 / std::f64::consts::PI).sqrt() * deviation;
    spread * libm::exp(-0.5 * ratio * ratio)
        + mean * libm::erf(ratio * std::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_normal_mean_at_its_ends() {
        assert_eq!(folded_normal_mean(0.25, 0.0), 0.25);
        let half_normal = (2.0 / std::f64::consts::PI).sqrt() * 0.1;
        assert!((folded_normal_mean(0.0, 0.1) - half_normal).abs() < 1e-16);
        assert!((folded_normal_mean(0.9, 0.01) - 0.9).abs() < 1e-15);
    }

    #[test]
    fn a_calibrated_model_keeps_the_known_part_of_what_chance_adds() {
        let probability: Vec<f64> = (0..3000).map(|i| (f64::from(i) + 0.5) / 3000.0).collect();
        let (mut raw, mut less) = (0.0, 0.0);
        for draw in 0..200 {
            let mut stream = titer_core::Stream::new(5, "test", &draw.to_string());
            let truth: Vec<bool> = probability.iter().map(|&p| stream.uniform() < p).collect();
            let data = Labelled {
                truth: &truth,
                probability: &probability,
                threshold: 0.5,
            };
            let bins = reliability(data, 15).unwrap();
            raw += mean(&bins, |bin| bin.gap().abs()) / 200.0;
            less += debiased(&bins) / 200.0;
        }
        assert!(raw > 0.015, "{raw}");
        let kept = 2.0 - 2f64.sqrt();
        assert!((less / raw - kept).abs() < 0.05, "{less} of {raw}");
    }
}
