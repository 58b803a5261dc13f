//! Coverage at a target risk.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{
    About, Chance, Direction, IntervalKind, Labelled, Metric, Multiplicity, Prepared, Sees,
    Undefined,
};

use crate::checked;
use crate::selective::{Kept, Ranked};
use crate::share::Share;

/// Coverage at a target risk.
///
/// # What it measures
/// The largest share of examples, the surest first, of which at most the target share is called
/// wrongly. A limit on the confidence takes equal confidences all together or
/// not at all, so that only such shares count; 0 where none will do. The limit is chosen on the data
/// that it is scored on: on new data the risk at this limit is larger on average.
///
/// # Range and direction
/// 0 to 1, higher is better.
///
/// # Undefined when
/// There are no examples.
///
/// # Source
/// Geifman and El-Yaniv 2017, "Selective classification for deep neural networks", arXiv:1705.08500
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"risk": 0.05}]))]
pub struct CoverageAtRisk {
    /// The target risk.
    #[serde(default = "five_percent")]
    pub risk: Share,
}

impl CoverageAtRisk {
    /// What is usual.
    pub const USUAL: Self = Self {
        risk: Share::from_thousandths(50),
    };
}

fn five_percent() -> Share {
    CoverageAtRisk::USUAL.risk
}

impl Metric for CoverageAtRisk {
    fn about(&self) -> About {
        About {
            name: "coverage_at_risk",
            title: "Coverage at a target risk",
            measures: "The largest share of examples, the surest first, of which at most the \
                       target share is called wrongly.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "Geifman and El-Yaniv 2017, arXiv:1705.08500",
            interval: IntervalKind::None,
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        let thousandths = self.risk.thousandths();
        checked::prepare(data, move |data| Ready {
            ranked: Ranked::new(data),
            thousandths,
        })
    }
}

struct Ready {
    ranked: Ranked,
    thousandths: u32,
}

impl Prepared for Ready {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let curve = self.ranked.curve(multiplicity)?;
        let all = curve.last().map_or(1, |point| point.examples);
        let within = |point: &&Kept| {
            u128::from(point.wrong) * 1000
                <= u128::from(point.examples) * u128::from(self.thousandths)
        };
        let kept = curve.iter().rfind(within).map_or(0, |point| point.examples);
        Ok(kept as f64 / all as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_share_counts_even_after_a_worse_one() {
        let data = Labelled {
            truth: &[false, true, true, true, false, true],
            probability: &[0.99, 0.9, 0.8, 0.7, 0.6, 0.6],
            threshold: 0.5,
        };
        let at = |thousandths| {
            let metric = CoverageAtRisk {
                risk: Share::from_thousandths(thousandths),
            };
            metric.prepare(data).value(Multiplicity::Once).unwrap()
        };
        assert_eq!(at(0), 0.0);
        assert_eq!(at(249), 0.0);
        assert_eq!(at(250), 4.0 / 6.0);
        assert_eq!(at(333), 4.0 / 6.0);
        assert_eq!(at(334), 1.0);
    }
}
