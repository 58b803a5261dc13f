//! Log loss.

use titer_core::{About, Chance, Direction, IntervalKind, Labelled, Metric, Prepared, Sees};

use crate::checked;
use crate::mean_loss::MeanLoss;

/// Probabilities are kept this far from 0 and 1, so that one sure error does not make the loss
/// infinite.
pub const EPSILON: f64 = 1e-7;

/// The loss of a sure error: -ln(1 - (1 - 1e-7)) as 64-bit numbers have it.
pub(crate) const LARGEST: f64 = 16.118_095_651_484_676;

/// Log loss.
///
/// # What it measures
/// The mean of minus the natural logarithm of the probability given to what is true, in nats.
/// Probabilities are clipped to [1e-7, 1 - 1e-7]; [`clipped`] counts how many were.
///
/// # Range and direction
/// 0 to 16.12 (a sure error), lower is better. Always saying the share of positives earns the
/// entropy of that share.
///
/// # Undefined when
/// There are no examples.
///
/// # Source
/// Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x
#[derive(Clone, Copy, Debug)]
pub struct LogLoss;

impl Metric for LogLoss {
    fn about(&self) -> About {
        About {
            name: "log_loss",
            title: "Log loss",
            measures: "The mean of minus the logarithm of the probability given to the truth: confident errors cost most. 0 is perfect.",
            direction: Direction::LowerIsBetter,
            range: (0.0, LARGEST),
            undefined_when: "there are no examples",
            source: "Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::OfPrevalence(entropy),
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| MeanLoss::new(data, LARGEST, loss))
    }
}

/// What always saying the share of positives earns: its entropy.
fn entropy(share: f64) -> f64 {
    let term = |share: f64| match share > 0.0 {
        true => -share * libm::log(share),
        false => 0.0,
    };
    term(share) + term(1.0 - share)
}

/// How many probabilities log loss clips.
#[must_use]
pub fn clipped(probability: &[f64]) -> u64 {
    let moved = |&&p: &&f64| p != clip(p);
    probability.iter().filter(moved).count() as u64
}

pub(crate) fn clip(probability: f64) -> f64 {
    probability.clamp(EPSILON, 1.0 - EPSILON)
}

fn loss(truth: bool, probability: f64) -> f64 {
    let kept = clip(probability);
    if truth {
        -libm::log(kept)
    } else {
        -libm::log1p(-kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clips_and_counts() {
        assert_eq!(clipped(&[0.0, 1.0, 1e-7, 1.0 - 1e-7, 0.5, 9e-8]), 3);
        assert_eq!(loss(false, 1.0), LARGEST);
        assert!(loss(true, 0.0) <= LARGEST && loss(true, 0.0) > 16.118);
        assert!(loss(true, 1.0) > 0.0);
    }
}
