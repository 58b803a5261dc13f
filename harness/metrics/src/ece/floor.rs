//! What a perfectly calibrated model would show.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Labelled, Stream, Undefined};

use super::bins::{Sorted, cut};
use super::debiased;
use crate::checked::check;
use crate::stats::quantile;

/// How often labels are drawn.
pub const DRAWS: u32 = 200;

/// The calibration error that chance alone leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NullFloor {
    /// Its mean.
    pub mean: f64,
    /// Its 95 % quantile: a larger error is more than chance.
    pub upper: f64,
}

/// The debiased calibration error under a perfectly calibrated model with the same probabilities:
/// labels are drawn from them, independently, [`DRAWS`] times. The true labels play no part.
///
/// Independent labels vary less together than those of a cluster do, so that for clustered data
/// the floor is, if anything, too low.
///
/// # Errors
/// There are no examples, a probability is not in [0, 1], or no bins are asked for.
pub fn null_floor(data: Labelled<'_>, bins: usize, seed: u64) -> Result<NullFloor, Undefined> {
    check(data)?;
    let sorted = Sorted::new(data);
    let mut errors = (0..DRAWS)
        .into_par_iter()
        .map(|draw| null_error(&sorted, bins, seed, draw))
        .collect::<Result<Vec<f64>, Undefined>>()?;
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    errors.sort_unstable_by(f64::total_cmp);
    Ok(NullFloor {
        mean,
        upper: quantile(&errors, 0.95),
    })
}

/// One draw. Labels are drawn from low to high probability, so that the order of the examples
/// changes nothing.
fn null_error(sorted: &Sorted, bins: usize, seed: u64, draw: u32) -> Result<f64, Undefined> {
    let mut stream = Stream::new(seed, "calibration null", &draw.to_string());
    let drawn = sorted.probabilities().map(|p| {
        let positive = stream.uniform() < p;
        (p, 1, u64::from(positive))
    });
    Ok(debiased(&cut(drawn, bins)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floor(probability: &[f64], seed: u64) -> NullFloor {
        let data = Labelled {
            truth: &vec![true; probability.len()],
            probability,
            threshold: 0.5,
        };
        null_floor(data, 15, seed).unwrap()
    }

    #[test]
    fn falls_with_the_number_of_examples_and_keeps_to_its_seed() {
        let few: Vec<f64> = (0..300).map(|i| (f64::from(i) + 0.5) / 300.0).collect();
        let many: Vec<f64> = (0..30_000).map(|i| (f64::from(i) + 0.5) / 3e4).collect();
        let (small, large) = (floor(&few, 1), floor(&many, 1));
        assert!(
            small.mean < 0.8 * small.upper && small.upper > 0.03,
            "{small:?}"
        );
        assert!(large.upper < 0.2 * small.upper, "{large:?}");
        assert_eq!(small, floor(&few, 1));
        assert_ne!(small, floor(&few, 2));
        let backwards: Vec<f64> = few.iter().rev().copied().collect();
        assert_eq!(small, floor(&backwards, 1));
    }

    #[test]
    fn sure_predictions_leave_nothing_to_chance() {
        let sure = floor(&[0.0, 1.0, 1.0, 0.0], 1);
        assert_eq!((sure.mean, sure.upper), (0.0, 0.0));
    }
}
