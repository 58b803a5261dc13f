//! Top-k accuracy.

use titer_core::{
    About, Chance, Direction, IntervalKind, Labelled, Metric, Multiplicity, Prepared, Sees,
    Undefined,
};

use crate::checked::{self, one_class};
use crate::ranking::{Ranking, Reader, Step};

/// Top-k accuracy.
///
/// # What it measures
/// The share of true positives among the k most probable examples, where k is the number of
/// positives. Where the cut runs through equal probabilities, the expectation over their orders.
///
/// # Range and direction
/// 0 to 1, higher is better; chance earns the share of positives.
///
/// # Undefined when
/// One class is missing: without negatives every order earns 1.
///
/// # Source
/// Jaganathan et al. 2019 (SpliceAI), doi:10.1016/j.cell.2018.12.015
#[derive(Clone, Copy, Debug)]
pub struct TopK;

impl Metric for TopK {
    fn about(&self) -> About {
        About {
            name: "top_k",
            title: "Top-k accuracy",
            measures: "With k true sites, the share of them among the k positions of highest probability.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "one class is missing",
            source: "Jaganathan et al. 2019 (SpliceAI), doi:10.1016/j.cell.2018.12.015",
            interval: IntervalKind::Bootstrap,
            sees: Sees::AmongHighest,
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
        self.0.read(multiplicity, Cut)
    }
}

struct Cut;

impl Reader for Cut {
    fn read(
        self,
        positives: u64,
        negatives: u64,
        steps: impl Iterator<Item = Step>,
    ) -> Result<f64, Undefined> {
        if positives == 0 || negatives == 0 {
            return Err(one_class(positives, negatives));
        }
        let (mut found, mut room) = (0.0, positives);
        for step in steps {
            room = room.saturating_sub(step.above);
            let group = step.positives + step.negatives;
            if group >= room {
                // The cut runs through equal probabilities: what a random choice finds on average.
                if group > 0 {
                    found += room as f64 * (step.positives as f64 / group as f64);
                }
                break;
            }
            found += step.positives as f64;
            room -= group;
        }
        Ok((found / positives as f64).min(1.0))
    }
}
