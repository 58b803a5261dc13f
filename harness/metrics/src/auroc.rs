//! AUROC.

use titer_core::{
    About, Chance, Direction, IntervalKind, Labelled, Metric, Multiplicity, Prepared, Sees,
    Undefined,
};

use crate::checked::{self, one_class};
use crate::ranking::{Ranking, Reader, Step};

/// AUROC.
///
/// # What it measures
/// The probability that a positive example ranks above a negative one; a tie counts half.
///
/// # Range and direction
/// 0 to 1, higher is better; 0.5 is chance. It does not depend on the share of positives.
///
/// # Undefined when
/// One class is missing.
///
/// # Source
/// Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747
#[derive(Clone, Copy, Debug)]
pub struct Auroc;

impl Metric for Auroc {
    fn about(&self) -> About {
        About {
            name: "auroc",
            title: "AUROC",
            measures: "The chance that a true site gets a higher probability than a decoy. 1 is perfect, 0.5 is guessing. It does not depend on how common sites are.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "one class is missing",
            source: "Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Order,
            mixes_classes: false,
            chance: Chance::Always(0.5),
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Ranked(Ranking::new(data)))
    }
}

struct Ranked(Ranking);

impl Prepared for Ranked {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        self.0.read(multiplicity, Area)
    }
}

/// Reads the area off the steps.
#[derive(Clone, Copy)]
pub(crate) struct Area;

impl Reader for Area {
    fn read(
        self,
        positives: u64,
        negatives: u64,
        steps: impl Iterator<Item = Step>,
    ) -> Result<f64, Undefined> {
        if positives == 0 || negatives == 0 {
            return Err(one_class(positives, negatives));
        }
        // Twice the number of pairs in the right order: whole, so exact in any order. It is at most
        // half of the square of the number of examples, which is far from 2^64.
        let (mut twice, mut seen) = (0u64, 0u64);
        for step in steps {
            seen += step.above;
            let below = negatives - seen - step.negatives;
            twice += step.positives * (2 * below + step.negatives);
            seen += step.negatives;
        }
        let pairs = positives as f64 * negatives as f64;
        Ok((0.5 * twice as f64 / pairs).min(1.0))
    }
}
