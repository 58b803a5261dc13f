//! Average precision.

use titer_core::{
    About, Chance, Direction, IntervalKind, Labelled, Metric, Multiplicity, Prepared, Sees,
    Undefined,
};

use crate::checked::{self, one_class};
use crate::ranking::{Ranking, Reader, Step};

/// Average precision.
///
/// # What it measures
/// The mean, over positive examples, of the precision at the rank where each is found. Equal
/// probabilities share the precision at the end of their group; nothing is interpolated.
///
/// # Range and direction
/// 0 to 1, higher is better; chance earns the share of positives, which belongs beside it.
///
/// # Undefined when
/// One class is missing: without negatives every order earns 1.
///
/// # Source
/// scikit-learn, average_precision_score; Su, Yuan and Zhu 2015, doi:10.1145/2808194.2809481
#[derive(Clone, Copy, Debug)]
pub struct AveragePrecision;

impl Metric for AveragePrecision {
    fn about(&self) -> About {
        About {
            name: "average_precision",
            title: "Average precision",
            measures: "The precision averaged over the ranks at which true sites are found. 1 is perfect; guessing earns the prevalence, so it is read beside it.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "one class is missing",
            source: "scikit-learn, average_precision_score; Su, Yuan and Zhu 2015, doi:10.1145/2808194.2809481",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Order,
            mixes_classes: true,
            chance: Chance::OfPrevalence(|share| share),
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Ranked(Ranking::new(data)))
    }
}

struct Ranked(Ranking);

impl Prepared for Ranked {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        self.0.read(multiplicity, Steps)
    }
}

/// Reads the average precision off the steps.
#[derive(Clone, Copy)]
pub(crate) struct Steps;

impl Reader for Steps {
    fn read(
        self,
        positives: u64,
        negatives: u64,
        steps: impl Iterator<Item = Step>,
    ) -> Result<f64, Undefined> {
        if positives == 0 || negatives == 0 {
            return Err(one_class(positives, negatives));
        }
        let (mut sum, mut found, mut passed) = (0.0, 0u64, 0u64);
        for step in steps {
            passed += step.above + step.negatives;
            found += step.positives;
            // A step that was not drawn adds 0; asking first would cost more than adding it.
            let precision = found as f64 / (found + passed).max(1) as f64;
            sum += step.positives as f64 * precision;
        }
        Ok((sum / positives as f64).min(1.0))
    }
}
