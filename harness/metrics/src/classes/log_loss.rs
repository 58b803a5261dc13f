//! Log loss.

use titer_core::{About, ClassesMetric, Classified, Direction, Prepared};

use super::checked::check_sums;
use super::losses;
use crate::log_loss::{LARGEST, clip};

/// Log loss.
///
/// # What it measures
/// The mean of minus the natural logarithm of the probability given to the true class, in nats.
/// Probabilities are clipped to [1e-7, 1 - 1e-7], as for a binary question; the others are not
/// scaled again.
///
/// # Range and direction
/// 0 to 16.12 (a sure error), lower is better. Saying 1/K for each of K classes earns ln K.
///
/// # Undefined when
/// There are no examples, or the probabilities of one do not sum to 1 (within 0.001).
///
/// # Source
/// Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x
#[derive(Clone, Copy, Debug)]
pub struct LogLoss;

impl ClassesMetric for LogLoss {
    fn about(&self) -> About {
        About {
            name: "log_loss",
            title: "Log loss",
            measures: "The mean of minus the natural logarithm of the probability given to the true class.",
            direction: Direction::LowerIsBetter,
            range: (0.0, LARGEST),
            undefined_when: "there are no examples, or probabilities do not sum to 1",
            source: "Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x",
            smooth: true,
        }
    }

    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a> {
        losses::prepare(data, check_sums, LARGEST, |row, class| {
            -libm::log(clip(row[class]))
        })
    }
}
