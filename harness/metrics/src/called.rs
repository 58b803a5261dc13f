//! Metrics of what is called at a threshold: precision, recall and specificity.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{
    About, Chance, Confusion, Direction, IntervalKind, Labelled, Metric, OfCalls, Prepared, Sees,
    Undefined,
};

use crate::checked;
use crate::confusion::Counted;
use crate::share::Share;

/// Precision.
///
/// # What it measures
/// The share of true positives among the examples called positive.
///
/// # Range and direction
/// 0 to 1, higher is better; it rises with the share of positives.
///
/// # Undefined when
/// Nothing is called positive.
///
/// # Source
/// scikit-learn, `precision_score`
#[derive(Clone, Copy, Debug)]
pub struct Precision;

/// Recall (sensitivity, true positive rate).
///
/// # What it measures
/// The share of positives that are called positive.
///
/// # Range and direction
/// 0 to 1, higher is better.
///
/// # Undefined when
/// There is no positive example.
///
/// # Source
/// scikit-learn, `recall_score`
#[derive(Clone, Copy, Debug)]
pub struct Recall;

/// Specificity (true negative rate).
///
/// # What it measures
/// The share of negatives that are called negative.
///
/// # Range and direction
/// 0 to 1, higher is better.
///
/// # Undefined when
/// There is no negative example.
///
/// # Source
/// Altman and Bland 1994, doi:10.1136/bmj.308.6943.1552
#[derive(Clone, Copy, Debug)]
pub struct Specificity;

/// Precision at a threshold of its own, whatever the model's is. As [`Precision`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"threshold": 0.5}]))]
pub struct PrecisionAtThreshold {
    /// The threshold.
    pub threshold: Share,
}

impl PrecisionAtThreshold {
    /// What is usual.
    pub const USUAL: Self = Self {
        threshold: Share::from_thousandths(500),
    };
}

/// Recall at a threshold of its own, whatever the model's is. As [`Recall`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"threshold": 0.5}]))]
pub struct RecallAtThreshold {
    /// The threshold.
    pub threshold: Share,
}

impl RecallAtThreshold {
    /// What is usual.
    pub const USUAL: Self = Self {
        threshold: Share::from_thousandths(500),
    };
}

impl Metric for Precision {
    fn about(&self) -> About {
        About {
            name: "precision",
            title: "Precision",
            measures: "The share of true positives among the examples called positive.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "nothing is called positive",
            source: "scikit-learn, precision_score",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Counted::new(data, precision))
    }

    fn of_calls(&self) -> Option<OfCalls> {
        Some(OfCalls {
            formula: precision,
            linear: false,
        })
    }
}

impl Metric for Recall {
    fn about(&self) -> About {
        About {
            name: "recall",
            title: "Recall",
            measures: "The share of positives that are called positive.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there is no positive example",
            source: "scikit-learn, recall_score",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: false,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Counted::new(data, recall))
    }

    fn of_calls(&self) -> Option<OfCalls> {
        Some(OfCalls {
            formula: recall,
            linear: true,
        })
    }
}

impl Metric for Specificity {
    fn about(&self) -> About {
        About {
            name: "specificity",
            title: "Specificity",
            measures: "The share of negatives that are called negative.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there is no negative example",
            source: "Altman and Bland 1994, doi:10.1136/bmj.308.6943.1552",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: false,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Counted::new(data, specificity))
    }

    fn of_calls(&self) -> Option<OfCalls> {
        Some(OfCalls {
            formula: specificity,
            linear: true,
        })
    }
}

impl Metric for PrecisionAtThreshold {
    fn about(&self) -> About {
        About {
            name: "precision_at_threshold",
            title: "Precision at a threshold",
            sees: Sees::Probability,
            ..Precision.about()
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        Precision.prepare(at(data, self.threshold))
    }
}

impl Metric for RecallAtThreshold {
    fn about(&self) -> About {
        About {
            name: "recall_at_threshold",
            title: "Recall at a threshold",
            sees: Sees::Probability,
            ..Recall.about()
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        Recall.prepare(at(data, self.threshold))
    }
}

fn at(data: Labelled<'_>, threshold: Share) -> Labelled<'_> {
    Labelled {
        threshold: threshold.value(),
        ..data
    }
}

fn share(part: u64, whole: u64, without: &str) -> Result<f64, Undefined> {
    if whole == 0 {
        return Err(Undefined::because(without));
    }
    Ok(part as f64 / whole as f64)
}

pub(crate) fn precision(counts: &Confusion) -> Result<f64, Undefined> {
    share(
        counts.true_positives,
        counts.called(),
        "nothing is called positive",
    )
}

pub(crate) fn recall(counts: &Confusion) -> Result<f64, Undefined> {
    share(
        counts.true_positives,
        counts.positives(),
        "no positive example",
    )
}

pub(crate) fn specificity(counts: &Confusion) -> Result<f64, Undefined> {
    share(
        counts.true_negatives,
        counts.negatives(),
        "no negative example",
    )
}
