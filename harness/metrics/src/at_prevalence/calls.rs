//! Accuracy and precision: functions of the share of positives that are called and of negatives that are.

use titer_core::{Interval, IntervalMethod, Labelled, Multiplicity, Prepared, Undefined};
use titer_statistics::wilson_clustered;

use super::{AtPrevalence, Make, Rarer};
use crate::MetricName;

/// A share with its interval.
#[derive(Clone, Copy)]
struct Share {
    value: f64,
    lower: f64,
    upper: f64,
}

pub(super) fn of_calls(asked: Rarer<'_>, measured: f64) -> Vec<AtPrevalence> {
    let [negatives, positives] = [false, true].map(|class| called(asked, class));
    type Formula = fn(f64, Share, Share) -> Result<(f64, f64, f64), Undefined>;
    let formulas: [(MetricName, Formula); 2] = [
        (MetricName::Accuracy, accuracy),
        (MetricName::Precision, precision),
    ];
    let one = |(name, formula): (MetricName, Formula)| {
        let found = |prevalence| formula(prevalence, positives.clone()?, negatives.clone()?);
        let value = found(asked.prevalence);
        AtPrevalence {
            metric: name.metric().about().name,
            measured: found(measured).ok().map(|found| found.0),
            interval: value.clone().map(|(_, lower, upper)| Interval {
                lower,
                upper,
                confidence: asked.confidence,
                method: IntervalMethod::SquareAndAdd,
            }),
            value: value.map(|found| found.0),
        }
    };
    formulas.map(one).to_vec()
}

/// The share of a class that is called positive.
fn called(asked: Rarer<'_>, class: bool) -> Result<Share, Undefined> {
    let mut clusters = vec![(0, 0); asked.draws.clusters()];
    let units = asked.data.truth.iter().zip(asked.data.probability);
    for ((truth, probability), cluster) in units.zip(asked.cluster_of) {
        let Some((hits, units)) = clusters.get_mut(*cluster as usize) else {
            return Err(Undefined::because("clusters and examples do not fit"));
        };
        if *truth == class {
            *hits += u64::from(*probability >= asked.data.threshold);
            *units += 1;
        }
    }
    let (interval, _) = wilson_clustered(&clusters, asked.confidence)?;
    let (hits, units) = clusters
        .iter()
        .fold((0, 0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
    Ok(Share {
        value: hits as f64 / units as f64,
        lower: interval.lower,
        upper: interval.upper,
    })
}

/// Right calls of both classes by their weight; distances of ends are squared and added.
fn accuracy(prevalence: f64, hits: Share, alarms: Share) -> Result<(f64, f64, f64), Undefined> {
    let rest = 1.0 - prevalence;
    let value = prevalence * hits.value + rest * (1.0 - alarms.value);
    let down = libm::hypot(
        prevalence * (hits.value - hits.lower),
        rest * (alarms.upper - alarms.value),
    );
    let up = libm::hypot(
        prevalence * (hits.upper - hits.value),
        rest * (alarms.value - alarms.lower),
    );
    Ok((value, (value - down).max(0.0), (value + up).min(1.0)))
}

/// True calls among all calls, from the ratio of the two shares: its logarithm is a difference, whose distances are squared
/// and added.
fn precision(prevalence: f64, hits: Share, alarms: Share) -> Result<(f64, f64, f64), Undefined> {
    if hits.value == 0.0 && alarms.value == 0.0 {
        return Err(Undefined::because("nothing is called positive"));
    }
    let of = |ratio: f64| prevalence / (prevalence + (1.0 - prevalence) * ratio);
    let ratio = |alarms: f64, hits: f64| match hits > 0.0 {
        true => alarms / hits,
        false => f64::INFINITY,
    };
    let apart = |from: f64, to: f64| libm::log(to / from);
    let value = ratio(alarms.value, hits.value);
    // A ratio of 0 has no logarithm: then its worst is the ratio of the worst ends.
    let most = match alarms.value > 0.0 && hits.lower > 0.0 {
        true => {
            let down = apart(hits.lower, hits.value);
            value * libm::exp(libm::hypot(apart(alarms.value, alarms.upper), down))
        }
        false => ratio(alarms.upper, hits.lower),
    };
    let least = match alarms.lower > 0.0 && hits.value > 0.0 {
        true => {
            let up = apart(hits.value, hits.upper);
            value / libm::exp(libm::hypot(apart(alarms.lower, alarms.value), up))
        }
        false => 0.0,
    };
    Ok((of(value), of(most), of(least)))
}

/// Metrics of calls as they are drawn again: for differences, whose calls are seen to differ in many clusters.
pub(super) const METRICS: [(MetricName, Make); 2] = [
    (MetricName::Accuracy, |data, prevalence| {
        drawn(data, prevalence, |prevalence, hits, alarms| {
            Ok(prevalence * hits + (1.0 - prevalence) * (1.0 - alarms))
        })
    }),
    (MetricName::Precision, |data, prevalence| {
        drawn(data, prevalence, |prevalence, hits, alarms| {
            let (right, wrong) = (prevalence * hits, (1.0 - prevalence) * alarms);
            match right + wrong > 0.0 {
                true => Ok(right / (right + wrong)),
                false => Err(Undefined::because("nothing is called positive")),
            }
        })
    }),
];

/// A metric of the prevalence, the share of positives that are called and that of negatives.
type OfShares = fn(f64, f64, f64) -> Result<f64, Undefined>;

fn drawn(data: Labelled<'_>, prevalence: f64, formula: OfShares) -> Box<dyn Prepared + '_> {
    Box::new(Calls {
        data,
        prevalence,
        formula,
    })
}

struct Calls<'a> {
    data: Labelled<'a>,
    prevalence: f64,
    formula: OfShares,
}

impl Prepared for Calls<'_> {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let (mut called, mut all) = ([0_u64; 2], [0_u64; 2]);
        let units = self.data.truth.iter().zip(self.data.probability);
        for (unit, (truth, probability)) in units.enumerate() {
            let (count, class) = (u64::from(multiplicity.of(unit)), usize::from(*truth));
            all[class] += count;
            called[class] += match *probability >= self.data.threshold {
                true => count,
                false => 0,
            };
        }
        super::weights(self.prevalence, all[1], all[0])?;
        let share = |class: usize| called[class] as f64 / all[class] as f64;
        (self.formula)(self.prevalence, share(1), share(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(value: f64, lower: f64, upper: f64) -> Share {
        Share {
            value,
            lower,
            upper,
        }
    }

    #[test]
    fn no_false_call_seen_is_not_none() {
        let (hits, alarms) = (share(0.9, 0.85, 0.94), share(0.0, 0.0, 0.004));
        let (value, lower, upper) = precision(0.001, hits, alarms).unwrap();
        assert_eq!((value, upper), (1.0, 1.0));
        assert!((lower - 0.001 / (0.001 + 0.999 * 0.004 / 0.85)).abs() < 1e-12);
        let (value, lower, upper) = accuracy(0.001, hits, alarms).unwrap();
        assert!((value - 0.9999).abs() < 1e-12 && lower < 0.9961 && upper > value);
    }

    #[test]
    fn nothing_called_has_no_precision() {
        let none = share(0.0, 0.0, 0.01);
        assert!(precision(0.1, none, none).is_err());
        assert_eq!(precision(0.1, none, share(0.2, 0.1, 0.3)).unwrap().0, 0.0);
    }
}
