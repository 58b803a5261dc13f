//! What a cell is scored by: the suite's metrics, or, where the target is destroyed, the share that is
//! still called.

use titer_core::{Direction, Effect};
use titer_metrics::{MetricName, metric};
use titer_spec::MetricSpec;
use titer_spec::plan::PlannedSuite;

/// The name of the one score of a negative control: the share of the truly positive units that are
/// still called, though their target is destroyed.
pub const CALLED_POSITIVE_SHARE: &str = "called_positive_share";

/// A metric with the name that scores carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The name in tables.
    pub name: &'static str,
    /// The metric.
    pub metric: MetricName,
}

/// How a metric looks at a unit: what must change in a unit for the metric to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// The probability itself, or its rank: any change of it.
    Probability,
    /// What is called at the threshold (a negative control at positions: the most probable class).
    Call,
    /// Whether a true unit is among the k most probable.
    AmongHighest,
}

impl Measure {
    /// How it looks at a unit.
    #[must_use]
    pub fn sees(self) -> Sees {
        match self.metric {
            MetricName::Accuracy
            | MetricName::BalancedAccuracy
            | MetricName::Mcc
            | MetricName::F1
            | MetricName::CalledShare => Sees::Call,
            MetricName::Auroc
            | MetricName::AveragePrecision
            | MetricName::LogLoss
            | MetricName::Brier
            | MetricName::Ece { .. } => Sees::Probability,
            MetricName::TopK => Sees::AmongHighest,
        }
    }

    /// Which way is better.
    #[must_use]
    pub fn direction(self) -> Direction {
        metric(self.metric).about().direction
    }
}

/// What the cells of a suite with this effect are scored by.
#[must_use]
pub fn measures(suite: &PlannedSuite, effect: Effect) -> Vec<Measure> {
    match effect {
        Effect::Destroyed => vec![Measure {
            name: CALLED_POSITIVE_SHARE,
            metric: MetricName::CalledShare,
        }],
        Effect::Kept | Effect::Transformed => suite.metrics.iter().copied().map(of_spec).collect(),
    }
}

fn of_spec(spec: MetricSpec) -> Measure {
    let metric = match spec {
        MetricSpec::Accuracy => MetricName::Accuracy,
        MetricSpec::BalancedAccuracy => MetricName::BalancedAccuracy,
        MetricSpec::Mcc => MetricName::Mcc,
        MetricSpec::F1 => MetricName::F1,
        MetricSpec::Auroc => MetricName::Auroc,
        MetricSpec::AveragePrecision => MetricName::AveragePrecision,
        MetricSpec::LogLoss => MetricName::LogLoss,
        MetricSpec::Brier => MetricName::Brier,
        MetricSpec::Ece(ece) => MetricName::Ece { bins: ece.bins },
        MetricSpec::TopK => MetricName::TopK,
    };
    Measure {
        name: spec.name(),
        metric,
    }
}
