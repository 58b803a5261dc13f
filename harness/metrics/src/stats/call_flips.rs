//! The flips behind a paired difference of a metric of calls, by what they do to it.

use titer_core::{Confusion, Labelled, Undefined};
use titer_statistics::flip_rate::ClusterFlips;
use titer_statistics::paired_flips::FlipKind;

use crate::MetricName;
use crate::confusion::formula_of;

/// A unit's class and how its call turns.
const TURNS: [(bool, bool); 4] = [(true, true), (true, false), (false, false), (false, true)];

/// The kinds of flips from the calls of a base to those of a candidate on the same units: to right and to
/// wrong where these weigh the same whatever the class, else both of either class. `None` of a metric that
/// sees more than calls at the threshold of the data.
///
/// What a flip of a class does to balanced accuracy, recall or specificity is the same for each; of a
/// formula that bends (MCC, F1, precision) it is the mean of what one does to the base's counts and to the
/// candidate's, which is right where flips are few beside the counts.
///
/// # Errors
/// The two are not of the same units, or what one flip does is undefined of both.
pub fn call_flips(
    name: MetricName,
    candidate: Labelled<'_>,
    base: Labelled<'_>,
    cluster_of: &[u32],
) -> Option<Result<Vec<FlipKind>, Undefined>> {
    let calls = Calls::new(candidate, base, cluster_of);
    Some(match name {
        MetricName::Accuracy => calls.map(|calls| calls.of_shares(|truth, called| truth == called)),
        MetricName::CalledShare => calls.map(|calls| calls.of_shares(|_, called| called)),
        _ => {
            let formula = formula_of(name)?;
            calls.and_then(|calls| calls.of_classes(formula))
        }
    })
}

/// Truth and both calls of every unit, with its cluster.
struct Calls {
    units: Vec<(bool, bool, bool, u32)>,
    clusters: usize,
}

impl Calls {
    fn new(
        candidate: Labelled<'_>,
        base: Labelled<'_>,
        cluster_of: &[u32],
    ) -> Result<Self, Undefined> {
        let units = base.truth.len();
        if candidate.truth != base.truth || cluster_of.len() != units {
            return Err(Undefined::because("the two are not of the same units"));
        }
        let calls = candidate.probability.iter().zip(base.probability);
        let units = base.truth.iter().zip(calls).zip(cluster_of);
        let units = units.map(|((&truth, (&new, &old)), &cluster)| {
            (
                truth,
                new >= candidate.threshold,
                old >= base.threshold,
                cluster,
            )
        });
        let clusters = cluster_of.iter().max().map_or(0, |&last| last as usize + 1);
        Ok(Self {
            units: units.collect(),
            clusters,
        })
    }

    /// Flips towards and away from what counts, each one unit of all.
    fn of_shares(&self, counts: fn(bool, bool) -> bool) -> Vec<FlipKind> {
        let one = 1.0 / self.units.len() as f64;
        let kind = |towards: bool| FlipKind {
            effect: if towards { one } else { -one },
            clusters: self.clusters(|(truth, new, old)| {
                let (new, old) = (counts(truth, new), counts(truth, old));
                Some(new != old && new == towards)
            }),
        };
        vec![kind(true), kind(false)]
    }

    fn of_classes(
        &self,
        formula: fn(&Confusion) -> Result<f64, Undefined>,
    ) -> Result<Vec<FlipKind>, Undefined> {
        let (mut base, mut candidate) = (Confusion::default(), Confusion::default());
        for &(truth, new, old, _) in &self.units {
            base.add(truth, old);
            candidate.add(truth, new);
        }
        let mut kinds = Vec::new();
        for (class, called) in TURNS {
            // A class of no unit cannot flip.
            if self.units.iter().any(|&(truth, ..)| truth == class) {
                kinds.push(FlipKind {
                    effect: effect(formula, (class, called), &base, &candidate)?,
                    clusters: self.clusters(|(truth, new, old)| {
                        (truth == class).then_some(new != old && new == called)
                    }),
                });
            }
        }
        Ok(kinds)
    }

    /// By cluster, the units that are asked about and those of them that flip.
    fn clusters(&self, flips: impl Fn((bool, bool, bool)) -> Option<bool>) -> Vec<ClusterFlips> {
        let mut clusters = vec![ClusterFlips::default(); self.clusters];
        for &(truth, new, old, cluster) in &self.units {
            if let Some(flip) = flips((truth, new, old)) {
                let own = &mut clusters[cluster as usize];
                own.units += 1;
                own.flips += u64::from(flip);
            }
        }
        clusters
    }
}

/// What a unit of a class does to a formula when its call turns to `called`: after the base's counts and
/// before the candidate's, as far as these hold such a unit.
fn effect(
    formula: fn(&Confusion) -> Result<f64, Undefined>,
    (class, called): (bool, bool),
    base: &Confusion,
    candidate: &Confusion,
) -> Result<f64, Undefined> {
    let step = |counts: &Confusion, turned: Option<Confusion>, sign: f64| -> Option<f64> {
        let (then, now) = (formula(&turned?).ok()?, formula(counts).ok()?);
        Some(sign * (then - now))
    };
    let steps = [
        step(base, base.turned(class, called), 1.0),
        step(candidate, candidate.turned(class, !called), -1.0),
    ];
    let known: Vec<f64> = steps.into_iter().flatten().collect();
    if known.is_empty() {
        return Err(Undefined::because(
            "what one flip does to the score is undefined",
        ));
    }
    Ok(known.iter().sum::<f64>() / known.len() as f64)
}

#[cfg(test)]
mod tests {
    use titer_statistics::flip_intervals;

    use super::*;

    const TRUTH: [bool; 8] = [true, true, true, false, false, false, false, false];

    fn kinds(name: MetricName, candidate: &[f64], base: &[f64]) -> Vec<FlipKind> {
        let of = |probability| Labelled {
            truth: &TRUTH,
            probability,
            threshold: 0.5,
        };
        let clusters: Vec<u32> = (0..8).collect();
        let kinds = call_flips(name, of(candidate), of(base), &clusters);
        kinds.unwrap().unwrap()
    }

    const BASE: [f64; 8] = [0.9, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.9];
    const CANDIDATE: [f64; 8] = [0.9, 0.1, 0.1, 0.9, 0.1, 0.1, 0.1, 0.1];

    fn count(kind: &FlipKind) -> u64 {
        kind.clusters.iter().map(|own| own.flips).sum()
    }

    /// Flips times what each does are the difference, exactly so of shares.
    #[test]
    fn the_kinds_make_the_difference() {
        for (name, difference) in [
            (MetricName::Accuracy, -1.0 / 8.0),
            (MetricName::BalancedAccuracy, -1.0 / 6.0),
            (MetricName::Recall, -1.0 / 3.0),
            (MetricName::Specificity, 0.0),
            (MetricName::CalledShare, -1.0 / 8.0),
        ] {
            let kinds = kinds(name, &CANDIDATE, &BASE);
            let sum: f64 = kinds
                .iter()
                .map(|kind| kind.effect * count(kind) as f64)
                .sum();
            assert!((sum - difference).abs() < 1e-12, "{name:?}: {sum}");
        }
    }

    #[test]
    fn a_formula_that_bends_is_nearly_met() {
        for name in [MetricName::Mcc, MetricName::F1, MetricName::Precision] {
            let n = 4000;
            let truth: Vec<bool> = (0..n).map(|i| i % 4 == 0).collect();
            let base: Vec<f64> = (0..n)
                .map(|i| {
                    if (i % 4 == 0) == (i % 9 != 0) {
                        0.8
                    } else {
                        0.2
                    }
                })
                .collect();
            let mut candidate = base.clone();
            for i in (0..n).step_by(250) {
                candidate[i] = 1.0 - base[i];
            }
            let of = |probability| Labelled {
                truth: &truth,
                probability,
                threshold: 0.5,
            };
            let clusters: Vec<u32> = (0..n as u32).collect();
            let kinds = call_flips(name, of(&candidate), of(&base), &clusters);
            let kinds = kinds.unwrap().unwrap();
            let value = |probability| {
                let metric = name.metric();
                let prepared = metric.prepare(of(probability));
                prepared.value(titer_core::Multiplicity::Once).unwrap()
            };
            let difference = value(&candidate) - value(&base);
            let sum: f64 = kinds
                .iter()
                .map(|kind| kind.effect * count(kind) as f64)
                .sum();
            assert!(
                (sum - difference).abs() < 0.02 * difference.abs(),
                "{name:?}: {sum} {difference}"
            );
            let ends = flip_intervals(difference, &kinds, 0.95).unwrap().as_seen;
            assert!(ends.lower < difference && difference < ends.upper);
        }
    }

    #[test]
    fn what_sees_more_than_calls_has_none() {
        let of = Labelled {
            truth: &TRUTH,
            probability: &BASE,
            threshold: 0.5,
        };
        assert!(call_flips(MetricName::Auroc, of, of, &[0; 8]).is_none());
        let fewer = call_flips(MetricName::Accuracy, of, of, &[0; 7]).unwrap();
        assert!(fewer.is_err());
    }
}
