//! Metrics of one point of the ROC or the precision-recall curve.
//!
//! A threshold never splits equal probabilities, and nothing is interpolated: a point that no threshold
//! reaches is not claimed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{
    About, Chance, Direction, IntervalKind, Labelled, Metric, Multiplicity, Prepared, Sees,
    Undefined,
};

use crate::checked::{self, one_class};
use crate::ranking::{Ranking, Reader, Step};
use crate::share::Share;

/// Recall at a fixed precision.
///
/// # What it measures
/// The highest recall of any threshold whose precision is at least this; 0 where none is.
///
/// # Range and direction
/// 0 to 1, higher is better. An extreme over thresholds: it jumps, so no bootstrap interval is given.
///
/// # Undefined when
/// One class is missing.
///
/// # Source
/// scikit-learn, `precision_recall_curve`
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"precision": 0.9}]))]
pub struct RecallAtPrecision {
    /// The precision.
    pub precision: Share,
}

impl RecallAtPrecision {
    /// What is usual.
    pub const USUAL: Self = Self {
        precision: Share::from_thousandths(900),
    };
}

/// True positive rate at a fixed false positive rate.
///
/// # What it measures
/// The highest share of positives found by any threshold that calls at most this share of negatives
/// positive.
///
/// # Range and direction
/// 0 to 1, higher is better; chance earns the false positive rate.
///
/// # Undefined when
/// One class is missing.
///
/// # Source
/// Pepe 2003, The Statistical Evaluation of Medical Tests, section 4.3.3
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"fpr": 0.01}]))]
pub struct TprAtFpr {
    /// The false positive rate.
    pub fpr: Share,
}

impl TprAtFpr {
    /// What is usual.
    pub const USUAL: Self = Self {
        fpr: Share::from_thousandths(10),
    };
}

/// False positive rate at a fixed true positive rate.
///
/// # What it measures
/// The lowest share of negatives called positive by any threshold that finds at least this share of
/// positives.
///
/// # Range and direction
/// 0 to 1, lower is better; chance earns the true positive rate.
///
/// # Undefined when
/// One class is missing.
///
/// # Source
/// Hendrycks and Gimpel 2017, arXiv:1610.02136 (at 95 %, for out-of-distribution detection)
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"tpr": 0.95}]))]
pub struct FprAtTpr {
    /// The true positive rate.
    pub tpr: Share,
}

impl FprAtTpr {
    /// What is usual.
    pub const USUAL: Self = Self {
        tpr: Share::from_thousandths(950),
    };
}

impl Metric for RecallAtPrecision {
    fn about(&self) -> About {
        About {
            name: "recall_at_precision",
            title: "Recall at fixed precision",
            measures: "The highest recall of any threshold whose precision is at least the stated one; 0 where none is.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "one class is missing",
            source: "scikit-learn, precision_recall_curve",
            interval: IntervalKind::None,
            sees: Sees::Order,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        prepare(data, Point::RecallAtPrecision, self.precision.thousandths())
    }
}

impl Metric for TprAtFpr {
    fn about(&self) -> About {
        About {
            name: "tpr_at_fpr",
            title: "TPR at fixed FPR",
            measures: "The highest share of positives found by any threshold that calls at most the stated share of negatives positive.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "one class is missing",
            source: "Pepe 2003, The Statistical Evaluation of Medical Tests, section 4.3.3",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Order,
            mixes_classes: false,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        prepare(data, Point::TprAtFpr, self.fpr.thousandths())
    }
}

impl Metric for FprAtTpr {
    fn about(&self) -> About {
        About {
            name: "fpr_at_tpr",
            title: "FPR at fixed TPR",
            measures: "The lowest share of negatives called positive by any threshold that finds at least the stated share of positives.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 1.0),
            undefined_when: "one class is missing",
            source: "Hendrycks and Gimpel 2017, arXiv:1610.02136",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Order,
            mixes_classes: false,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        prepare(data, Point::FprAtTpr, self.tpr.thousandths())
    }
}

#[derive(Clone, Copy, Debug)]
enum Point {
    RecallAtPrecision,
    TprAtFpr,
    FprAtTpr,
}

fn prepare<'a>(data: Labelled<'a>, point: Point, thousandths: u32) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, move |data| Ranked {
        ranking: Ranking::new(data),
        point,
        thousandths,
    })
}

struct Ranked {
    ranking: Ranking,
    point: Point,
    thousandths: u32,
}

impl Prepared for Ranked {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let at = At {
            point: self.point,
            thousandths: u64::from(self.thousandths),
        };
        self.ranking.read(multiplicity, at)
    }
}

struct At {
    point: Point,
    thousandths: u64,
}

impl At {
    /// Whether a part of a whole is at least the stated share: in whole numbers, so exactly.
    fn reached(&self, part: u64, whole: u64) -> bool {
        1000 * part >= self.thousandths * whole
    }
}

impl Reader for At {
    fn read(
        self,
        positives: u64,
        negatives: u64,
        steps: impl Iterator<Item = Step>,
    ) -> Result<f64, Undefined> {
        if positives == 0 || negatives == 0 {
            return Err(one_class(positives, negatives));
        }
        let (mut found, mut passed, mut best) = (0u64, 0u64, 0u64);
        for step in steps {
            found += step.positives;
            passed += step.above + step.negatives;
            // A threshold below a group without positives finds no more and passes more.
            match self.point {
                Point::RecallAtPrecision if found > 0 && self.reached(found, found + passed) => {
                    best = found;
                }
                Point::TprAtFpr if 1000 * passed <= self.thousandths * negatives => best = found,
                Point::FprAtTpr if self.reached(found, positives) => {
                    return Ok(passed as f64 / negatives as f64);
                }
                _ => {}
            }
        }
        Ok(match self.point {
            // All positives are found at the last step, so this is not reached.
            Point::FprAtTpr => 1.0,
            Point::RecallAtPrecision | Point::TprAtFpr => best as f64 / positives as f64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(metric: &dyn Metric) -> f64 {
        // From the top: + - + + - -, the fourth and fifth equal.
        let data = Labelled {
            truth: &[true, false, true, true, false, false],
            probability: &[0.9, 0.8, 0.7, 0.5, 0.5, 0.1],
            threshold: 0.5,
        };
        metric.prepare(data).value(Multiplicity::Once).unwrap()
    }

    #[test]
    fn points_by_hand() {
        let third = 1.0 / 3.0;
        assert_eq!(
            value(&RecallAtPrecision {
                precision: Share::from_thousandths(900)
            }),
            third
        );
        assert_eq!(
            value(&RecallAtPrecision {
                precision: Share::from_thousandths(600)
            }),
            1.0
        );
        assert_eq!(
            value(&TprAtFpr {
                fpr: Share::from_thousandths(10)
            }),
            third
        );
        assert_eq!(
            value(&TprAtFpr {
                fpr: Share::from_thousandths(334)
            }),
            2.0 * third
        );
        // The tie lets two negatives in at once.
        assert_eq!(
            value(&TprAtFpr {
                fpr: Share::from_thousandths(600)
            }),
            2.0 * third
        );
        assert_eq!(
            value(&FprAtTpr {
                tpr: Share::from_thousandths(950)
            }),
            2.0 * third
        );
        assert_eq!(
            value(&FprAtTpr {
                tpr: Share::from_thousandths(600)
            }),
            third
        );
    }
}
