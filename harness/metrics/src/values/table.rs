//! The table of metrics of values: to add one, a file, a name here, an arm below.

use titer_core::ValuesMetric;

use super::kendall::Kendall;
use super::mae::Mae;
use super::ndcg::Ndcg;
use super::pearson::Pearson;
use super::r2::R2;
use super::rmse::Rmse;
use super::spearman::Spearman;

/// A metric's name and settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValuesMetricName {
    /// [`Pearson`].
    Pearson,
    /// [`Spearman`].
    Spearman,
    /// [`Kendall`].
    Kendall,
    /// [`R2`].
    R2,
    /// [`Rmse`].
    Rmse,
    /// [`Mae`].
    Mae,
    /// [`Ndcg`] of all ranks.
    Ndcg,
    /// [`Ndcg`] of the first ranks.
    NdcgAtK {
        /// How many ranks count.
        k: u32,
    },
}

/// Every metric, with its usual settings.
pub const ALL: [ValuesMetricName; 8] = [
    ValuesMetricName::Pearson,
    ValuesMetricName::Spearman,
    ValuesMetricName::Kendall,
    ValuesMetricName::R2,
    ValuesMetricName::Rmse,
    ValuesMetricName::Mae,
    ValuesMetricName::Ndcg,
    ValuesMetricName::NdcgAtK { k: 10 },
];

/// The metric of a name.
///
/// ```
/// use titer_core::{Multiplicity, Valued};
/// use titer_metrics::values::{ValuesMetricName, metric};
/// let data = Valued {
///     truth: &[1.0, 2.0, 4.0],
///     predicted: &[1.0, 3.0, 3.0],
/// };
/// let mae = metric(ValuesMetricName::Mae).prepare(data);
/// assert_eq!(mae.value(Multiplicity::Once), Ok(2.0 / 3.0));
/// ```
#[must_use]
pub fn metric(name: ValuesMetricName) -> Box<dyn ValuesMetric> {
    match name {
        ValuesMetricName::Pearson => Box::new(Pearson),
        ValuesMetricName::Spearman => Box::new(Spearman),
        ValuesMetricName::Kendall => Box::new(Kendall),
        ValuesMetricName::R2 => Box::new(R2),
        ValuesMetricName::Rmse => Box::new(Rmse),
        ValuesMetricName::Mae => Box::new(Mae),
        ValuesMetricName::Ndcg => Box::new(Ndcg { k: None }),
        ValuesMetricName::NdcgAtK { k } => Box::new(Ndcg { k: Some(k) }),
    }
}

#[cfg(test)]
mod contract;
