//! Average precision at a prevalence.

use std::collections::{BTreeMap, BTreeSet};

use titer_core::{Interval, IntervalMethod, Labelled, Multiplicity, Prepared, Undefined};
use titer_statistics::bootstrap::FEWEST_CLUSTERS;
use titer_statistics::kish_effective;
use titer_statistics::normal::upper_quantile;

use super::{Make, Rarer, weights};
use crate::MetricName;

pub(super) const METRICS: [(MetricName, Make); 1] = [(MetricName::AveragePrecision, make)];

fn make(data: Labelled<'_>, prevalence: f64) -> Box<dyn Prepared + '_> {
    let mut order: Vec<u32> = (0..data.truth.len() as u32).collect();
    let probability = |unit: &u32| data.probability[*unit as usize];
    order.sort_unstable_by(|a, b| probability(b).total_cmp(&probability(a)).then(a.cmp(b)));
    Box::new(Ranked {
        data,
        order,
        prevalence,
    })
}

struct Ranked<'a> {
    data: Labelled<'a>,
    /// Units, the most probable first.
    order: Vec<u32>,
    prevalence: f64,
}

impl Prepared for Ranked<'_> {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let mut counts = [0_u64; 2];
        for (unit, truth) in self.data.truth.iter().enumerate() {
            counts[usize::from(*truth)] += u64::from(multiplicity.of(unit));
        }
        let (positive, negative) = weights(self.prevalence, counts[1], counts[0])?;
        let (mut sum, mut found, mut alarms) = (0.0, 0_u64, 0_u64);
        let same = |a: &u32, b: &u32| {
            self.data.probability[*a as usize] == self.data.probability[*b as usize]
        };
        for tied in self.order.chunk_by(same) {
            let mut new = [0_u64; 2];
            for unit in tied {
                let truth = self.data.truth[*unit as usize];
                new[usize::from(truth)] += u64::from(multiplicity.of(*unit as usize));
            }
            (found, alarms) = (found + new[1], alarms + new[0]);
            if new[1] > 0 {
                let (true_calls, false_calls) = (positive * found as f64, negative * alarms as f64);
                sum += new[1] as f64 * true_calls / (true_calls + false_calls);
            }
        }
        Ok((sum / counts[1] as f64).min(1.0))
    }
}

/// The interval with a lower end that knows of false calls which were not seen: a bootstrap cannot draw them. Where those of a
/// threshold lie in fewer than [`FEWEST_CLUSTERS`] clusters, their share is taken at the upper end of Wilson's interval over as
/// many negatives as their clusters are worth.
pub(super) fn reaching_down(
    asked: Rarer<'_>,
    value: f64,
    drawn: Result<Interval, Undefined>,
) -> Result<Interval, Undefined> {
    let worst = pessimistic(asked)?;
    match drawn {
        Ok(interval) if interval.lower <= worst => Ok(interval),
        Ok(interval) => Ok(Interval {
            lower: worst.min(value),
            ..interval
        }),
        // At the end of its range there is nothing to draw.
        Err(_) if value >= 1.0 => Ok(Interval {
            lower: worst,
            upper: 1.0,
            confidence: asked.confidence,
            method: IntervalMethod::WilsonDesignEffect,
        }),
        Err(reason) => Err(reason),
    }
}

fn pessimistic(asked: Rarer<'_>) -> Result<f64, Undefined> {
    let data = asked.data;
    let cluster = |unit: u32| asked.cluster_of.get(unit as usize).copied().unwrap_or(unit);
    let mut sizes: BTreeMap<u32, f64> = BTreeMap::new();
    let (mut positives, mut negatives) = (0.0, 0.0);
    for (unit, truth) in (0..).zip(data.truth) {
        match truth {
            true => positives += 1.0,
            false => {
                negatives += 1.0;
                *sizes.entry(cluster(unit)).or_default() += 1.0;
            }
        }
    }
    let worth = kish_effective(&sizes.into_values().collect::<Vec<f64>>())?;
    let z = upper_quantile(0.5 * (1.0 - asked.confidence));
    let mut order: Vec<u32> = (0..data.truth.len() as u32).collect();
    let probability = |unit: &u32| data.probability[*unit as usize];
    order.sort_unstable_by(|a, b| probability(b).total_cmp(&probability(a)).then(a.cmp(b)));
    let (mut sum, mut found, mut alarms) = (0.0, 0.0, 0.0);
    let mut alarmed = BTreeSet::new();
    for tied in order.chunk_by(|a, b| probability(a) == probability(b)) {
        let mut new = 0.0;
        for unit in tied {
            match data.truth[*unit as usize] {
                true => new += 1.0,
                false => {
                    alarms += 1.0;
                    if alarmed.len() < FEWEST_CLUSTERS {
                        alarmed.insert(cluster(*unit));
                    }
                }
            }
        }
        found += new;
        let share = match alarmed.len() < FEWEST_CLUSTERS {
            true => wilson_upper(alarms / negatives, worth, z),
            false => alarms / negatives,
        };
        let true_calls = asked.prevalence * found / positives;
        if new > 0.0 {
            sum += new * true_calls / (true_calls + (1.0 - asked.prevalence) * share);
        }
    }
    Ok((sum / positives).min(1.0))
}

/// The upper end of Wilson's interval of a share of so many units, at so many standard deviations.
fn wilson_upper(share: f64, units: f64, z: f64) -> f64 {
    let square = z * z / units;
    let half = z * (share * (1.0 - share) / units + 0.25 * square / units).sqrt();
    ((share + 0.5 * square + half) / (1.0 + square)).min(1.0)
}
