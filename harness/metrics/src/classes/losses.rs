//! Metrics that are a mean over examples.

use titer_core::{Classified, Prepared, Undefined};

use super::checked;
use crate::mean_loss::MeanLoss;

/// Prepares the mean of a number of each example, at most `largest`: it gets the probabilities and
/// the true class.
pub(super) fn prepare<'a>(
    data: Classified<'a>,
    check: impl FnOnce(Classified<'a>) -> Result<(), Undefined>,
    largest: f64,
    of: impl Fn(&[f64], usize) -> f64,
) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| {
        check(data)?;
        let rows = data.probability.chunks_exact(data.classes);
        let pairs = rows.zip(data.truth);
        let numbers = pairs.map(|(row, &class)| of(row, class as usize));
        Ok(MeanLoss::of(numbers, largest))
    })
}
