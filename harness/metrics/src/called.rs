//! Metrics of what is called at a threshold: precision, recall and specificity.

use titer_core::{About, Direction, Labelled, Metric, Prepared, Undefined};

use crate::checked;
use crate::confusion::{Confusion, Counted};

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
#[derive(Clone, Copy, Debug)]
pub struct PrecisionAtThreshold {
    /// The threshold in thousandths.
    pub thousandths: u32,
}

/// Recall at a threshold of its own, whatever the model's is. As [`Recall`].
#[derive(Clone, Copy, Debug)]
pub struct RecallAtThreshold {
    /// The threshold in thousandths.
    pub thousandths: u32,
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
            smooth: true,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Counted::new(data, precision))
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
            smooth: true,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Counted::new(data, recall))
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
            smooth: true,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        checked::prepare(data, |data| Counted::new(data, specificity))
    }
}

impl Metric for PrecisionAtThreshold {
    fn about(&self) -> About {
        About {
            name: "precision_at_threshold",
            title: "Precision at a threshold",
            ..Precision.about()
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        Precision.prepare(at(data, self.thousandths))
    }
}

impl Metric for RecallAtThreshold {
    fn about(&self) -> About {
        About {
            name: "recall_at_threshold",
            title: "Recall at a threshold",
            ..Recall.about()
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        Recall.prepare(at(data, self.thousandths))
    }
}

fn at(data: Labelled<'_>, thousandths: u32) -> Labelled<'_> {
    Labelled {
        threshold: f64::from(thousandths) / 1000.0,
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
