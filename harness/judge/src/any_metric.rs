//! A metric of any question that suites ask.

use titer_core::About;
use titer_metrics::classes::{self, ClassesMetricName};
use titer_metrics::values::{self, ValuesMetricName};
use titer_metrics::{MetricName, metric};

/// A metric with the question that it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnyMetric {
    /// Of truth and probability.
    Binary(MetricName),
    /// Of the true one of several classes and the probability of each.
    Classes(ClassesMetricName),
    /// Of true and predicted numbers.
    Values(ValuesMetricName),
}

impl AnyMetric {
    /// What it says of itself.
    #[must_use]
    pub fn about(self) -> About {
        match self {
            Self::Binary(name) => metric(name).about(),
            Self::Classes(name) => classes::metric(name).about(),
            Self::Values(name) => values::metric(name).about(),
        }
    }

    /// The metric of truth and probability that it is, if it is one.
    #[must_use]
    pub fn binary(self) -> Option<MetricName> {
        match self {
            Self::Binary(name) => Some(name),
            Self::Classes(_) | Self::Values(_) => None,
        }
    }
}

impl From<MetricName> for AnyMetric {
    fn from(name: MetricName) -> Self {
        Self::Binary(name)
    }
}

impl From<ClassesMetricName> for AnyMetric {
    fn from(name: ClassesMetricName) -> Self {
        Self::Classes(name)
    }
}

impl From<ValuesMetricName> for AnyMetric {
    fn from(name: ValuesMetricName) -> Self {
        Self::Values(name)
    }
}

impl PartialEq<MetricName> for AnyMetric {
    fn eq(&self, other: &MetricName) -> bool {
        self.binary() == Some(*other)
    }
}
