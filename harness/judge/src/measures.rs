//! What a cell is scored by: the suite's metrics, or, where the target is destroyed, the share that is
//! still called.

use titer_core::{About, Direction, Effect, IntervalKind, Sees, Undefined};
use titer_metrics::called_share::CALLED_POSITIVE_SHARE;
use titer_metrics::{AnyMetric, MetricName, Word};
use titer_spec::MetricSpec;
use titer_spec::plan::PlannedSuite;

/// A metric with the name that scores carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The name in tables.
    pub name: &'static str,
    /// The metric.
    pub metric: AnyMetric,
    /// The groups of examples that it is averaged over, where it is.
    pub by: Option<Word>,
}

impl Measure {
    /// What must change in a unit for it to change.
    #[must_use]
    pub fn sees(self) -> Sees {
        self.about().sees
    }

    /// Why it says nothing of answers that rank examples and are no probabilities; `None` where order is
    /// all that it looks at.
    #[must_use]
    pub fn of_a_ranking(self) -> Option<Undefined> {
        (!self.sees().takes_any_number()).then(|| {
            Undefined::because(
                "the model ranks examples, its numbers are no probabilities: there is nothing to hold to a threshold or to calibrate",
            )
        })
    }

    /// Whether it is a calibration error, whose interval is made of residuals.
    #[must_use]
    pub fn is_calibration_error(self) -> bool {
        self.about().interval == IntervalKind::Residuals
    }

    /// Which way is better.
    #[must_use]
    pub fn direction(self) -> Direction {
        self.about().direction
    }

    /// What the metric says of itself.
    #[must_use]
    pub fn about(self) -> About {
        self.metric.about()
    }
}

/// What the cells of a suite with this effect are scored by.
#[must_use]
pub fn measures(suite: &PlannedSuite, effect: Effect) -> Vec<Measure> {
    match effect {
        Effect::Destroyed => vec![Measure {
            name: CALLED_POSITIVE_SHARE,
            metric: MetricName::CalledShare.into(),
            by: None,
        }],
        Effect::Kept | Effect::Transformed => {
            let metrics = suite.metrics.iter();
            metrics.map(|&spec| measure(spec, suite)).collect()
        }
    }
}

/// The measure of a metric, which is taken of several classes or labels together where it can be and there are such.
fn measure(spec: MetricSpec, suite: &PlannedSuite) -> Measure {
    let together = match (suite.classes(), suite.labels()) {
        (Some(_), _) => spec.classes().map(AnyMetric::from),
        (_, Some(_)) => spec.labels().map(AnyMetric::from),
        _ => None,
    };
    let of_one = || spec.binary().filter(|_| suite.labels().is_some());
    Measure {
        name: spec.name(),
        metric: together
            .or_else(|| of_one().map(AnyMetric::from))
            .unwrap_or_else(|| spec.any()),
        by: match spec {
            MetricSpec::Grouped(grouped) => Some(grouped.by),
            _ => None,
        },
    }
}
