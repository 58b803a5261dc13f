//! Questions whose answer is a number: true and predicted numbers, scored.

use std::collections::BTreeSet;
use std::sync::Arc;

use titer_core::{Prepared, Undefined, Valued};
use titer_metrics::ValuesMetricName;
use titer_metrics::grouped::GroupedValued;
use titer_statistics::ClusterDraws;

use crate::intervals::not_asked;
use crate::intervals::{Estimated, estimate_prepared};
use crate::measures::Measure;
use crate::strata::Strata;
use crate::words::count;
use titer_metrics::AnyMetric;

/// True and predicted numbers of the units behind a score.
#[derive(Clone, Debug, PartialEq)]
pub struct ValuesSample {
    /// What is true of each unit.
    pub truth: Arc<[f64]>,
    /// What is predicted.
    pub predicted: Arc<[f64]>,
    /// Its cluster.
    pub cluster_of: Arc<[u32]>,
    /// The groups that its metrics are averaged over; `None`: all units are one group.
    pub groups: Option<Arc<Strata>>,
}

impl ValuesSample {
    /// The units that are wanted.
    #[must_use]
    pub fn part(&self, wanted: impl Fn(usize) -> bool) -> Self {
        let units: Vec<usize> = (0..self.truth.len()).filter(|&unit| wanted(unit)).collect();
        let numbers = |of: &[f64]| units.iter().map(|&unit| of[unit]).collect();
        Self {
            truth: numbers(&self.truth),
            predicted: numbers(&self.predicted),
            cluster_of: units.iter().map(|&unit| self.cluster_of[unit]).collect(),
            groups: self
                .groups
                .as_ref()
                .map(|groups| Arc::new(groups.part(&units))),
        }
    }

    /// As metrics take it.
    #[must_use]
    pub fn valued(&self) -> Valued<'_> {
        Valued {
            truth: &self.truth,
            predicted: &self.predicted,
        }
    }

    /// For each unit, whether its prediction differs from its like's.
    #[must_use]
    pub fn differs(&self, other: &Self) -> Vec<bool> {
        let pairs = self.predicted.iter().zip(&other.predicted[..]);
        pairs.map(|(a, b)| a.to_bits() != b.to_bits()).collect()
    }

    /// What measures come to on it, each with its interval; its units lie in so many clusters.
    #[must_use]
    pub fn estimates(
        &self,
        measures: &[Measure],
        draws: &ClusterDraws,
        clusters: usize,
    ) -> Vec<Estimated> {
        let one = |measure: &Measure| match measure.metric {
            AnyMetric::Values(name) => self.estimate(name, draws, clusters),
            _ => not_asked(),
        };
        measures.iter().map(one).collect()
    }

    fn estimate(&self, name: ValuesMetricName, draws: &ClusterDraws, clusters: usize) -> Estimated {
        let metric = name.metric();
        let about = metric.about();
        let of = |prepared: &dyn Prepared| {
            estimate_prepared(prepared, &about, &self.cluster_of, draws, clusters)
        };
        let Some(groups) = &self.groups else {
            return of(metric.prepare(self.valued()).as_ref());
        };
        match self.by_group(groups) {
            Ok(grouped) => of(&grouped.prepare(metric.as_ref())),
            Err(reason) => Estimated::undefined(&reason),
        }
    }

    /// The numbers by group, if every unit is in one.
    fn by_group(&self, groups: &Strata) -> Result<GroupedValued, Undefined> {
        let known: Vec<u32> = groups
            .of
            .iter()
            .flatten()
            .map(|group| group as u32)
            .collect();
        let without = (groups.of.len() - known.len()) as u64;
        if without > 0 {
            let all = count(groups.of.len() as u64, "example");
            return Err(Undefined::because(format!(
                "{without} of {all} are in no group"
            )));
        }
        // Groups without a unit, as in a part of the data, have no say.
        let present: BTreeSet<u32> = known.iter().copied().collect();
        let names: Vec<String> = present
            .iter()
            .filter_map(|&group| groups.groups.get(group as usize).cloned())
            .collect();
        let number = |group: &u32| present.range(..group).count() as u32;
        let known: Vec<u32> = known.iter().map(number).collect();
        GroupedValued::new(self.valued(), &known, &names)
    }
}

/// The standard deviation of numbers about their mean; 0 of fewer than two.
#[must_use]
pub fn spread(numbers: &[f64]) -> f64 {
    let n = numbers.len() as f64;
    if n < 2.0 {
        return 0.0;
    }
    let mean = numbers.iter().sum::<f64>() / n;
    let squares: f64 = numbers.iter().map(|one| (one - mean) * (one - mean)).sum();
    (squares / (n - 1.0)).sqrt()
}

/// A number as tables of examples show it: one of 32 bits with as many digits as it has.
#[must_use]
pub fn shown(number: f64) -> String {
    let single = number as f32;
    match f64::from(single) == number {
        true => single.to_string(),
        false => number.to_string(),
    }
}
