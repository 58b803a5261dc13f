//! Paired differences at a prevalence: both sides drawn by the same clusters, weights anew in each replicate.

use std::collections::BTreeSet;

use titer_core::{Interval, Multiplicity, Prepared, Undefined};
use titer_statistics::bootstrap::{FEWEST_CLUSTERS, FEWEST_DISCORDANT};
use titer_statistics::{Resampled, difference_interval};

use super::{Make, Rarer, calls, losses, ranked, shares};
use crate::MetricName;

/// A value with its interval, each or the reason why not.
pub type PairedDifference = (Result<f64, Undefined>, Result<Interval, Undefined>);

/// The candidate's metric at the prevalence minus the base's, on the same units: `accuracy`, `precision`, `average_precision`,
/// `log_loss` or `brier`. The interval is Student's, of replicates that draw the same clusters on both sides.
///
/// There is none where fewer than ten units differ, or units of fewer than ten clusters; of metrics of calls where negatives of fewer
/// than ten clusters are called differently, since at a low prevalence false calls decide, and those that were not seen cannot be
/// drawn.
pub fn difference(metric: &str, candidate: Rarer<'_>, base: Rarer<'_>) -> PairedDifference {
    let Some((name, make)) = makers().find(|(name, _)| name.metric().about().name == metric) else {
        let reason = "this metric is not compared at a prevalence";
        return both(&Undefined::because(reason));
    };
    let is_call = matches!(name, MetricName::Accuracy | MetricName::Precision);
    let sides = [candidate, base].map(|side| {
        shares(side.data)?;
        Ok::<_, Undefined>(make(side.data, side.prevalence))
    });
    let [Ok(one), Ok(other)] = sides else {
        let reason = Undefined::because("one of the two classes is missing");
        return both(&reason);
    };
    let value = |of: &dyn Prepared| of.value(Multiplicity::Once);
    let value = match (value(one.as_ref()), value(other.as_ref())) {
        (Ok(one), Ok(other)) => Ok(one - other),
        (Err(reason), _) | (_, Err(reason)) => Err(reason),
    };
    let interval = value.clone().and_then(|_| {
        let events = discordant(candidate, base, is_call)?;
        let drawn = |of: &dyn Prepared| Resampled::new(of, candidate.cluster_of, candidate.draws);
        let (one, other) = (drawn(one.as_ref())?, drawn(other.as_ref())?);
        difference_interval(&one, &other, events, candidate.confidence)
    });
    (value, interval)
}

fn makers() -> impl Iterator<Item = (MetricName, Make)> {
    let ranked = ranked::METRICS.iter().chain(&losses::METRICS);
    ranked.chain(&calls::METRICS).copied()
}

fn both(reason: &Undefined) -> PairedDifference {
    (Err(reason.clone()), Err(reason.clone()))
}

/// How many units differ; the reason where those are too few for replicates to say anything.
fn discordant(one: Rarer<'_>, other: Rarer<'_>, is_call: bool) -> Result<u64, Undefined> {
    let (mut units, mut clusters, mut negative) = (0, BTreeSet::new(), BTreeSet::new());
    let pairs = one.data.probability.iter().zip(other.data.probability);
    let known = one.data.truth.iter().zip(one.cluster_of);
    for ((a, b), (truth, cluster)) in pairs.zip(known) {
        let differs = match is_call {
            true => (*a >= one.data.threshold) != (*b >= other.data.threshold),
            false => a != b,
        };
        if differs {
            units += 1;
            clusters.insert(cluster);
            if !truth {
                negative.insert(cluster);
            }
        }
    }
    let fewest = FEWEST_CLUSTERS;
    if units < FEWEST_DISCORDANT || clusters.len() < fewest {
        return Err(Undefined::because(format!(
            "{units} discordant examples in {} clusters are too few ({FEWEST_DISCORDANT} in {fewest} needed)",
            clusters.len()
        )));
    }
    if is_call && negative.len() < fewest {
        return Err(Undefined::because(format!(
            "negatives of {} clusters are called differently ({fewest} needed): at this prevalence they decide",
            negative.len()
        )));
    }
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at_prevalence::at_prevalence;
    use titer_core::{Labelled, Stream};
    use titer_statistics::ClusterDraws;

    struct World {
        truth: Vec<bool>,
        good: Vec<f64>,
        worse: Vec<f64>,
        clusters: Vec<u32>,
        draws: ClusterDraws,
    }

    fn world() -> World {
        let mut random = Stream::new(5, "prevalence", "differences");
        let truth: Vec<bool> = (0..600).map(|unit| unit % 3 == 0).collect();
        let mut near = |spread: f64| -> Vec<f64> {
            let one = |is: &bool| {
                let centre = if *is { 0.65 } else { 0.35 };
                (centre + spread * (random.uniform() - 0.5)).clamp(0.01, 0.99)
            };
            truth.iter().map(one).collect()
        };
        let (good, worse) = (near(0.5), near(0.9));
        World {
            good,
            worse,
            truth,
            clusters: (0..600).map(|unit| unit / 4).collect(),
            draws: ClusterDraws::new(150, 500, 1, "differences"),
        }
    }

    fn side<'a>(world: &'a World, probability: &'a [f64]) -> Rarer<'a> {
        Rarer {
            data: Labelled {
                truth: &world.truth,
                probability,
                threshold: 0.5,
            },
            cluster_of: &world.clusters,
            draws: &world.draws,
            prevalence: 0.01,
            confidence: 0.95,
        }
    }

    #[test]
    fn a_difference_is_that_of_the_two_values_and_its_interval_says_worse() {
        let world = world();
        let (good, worse) = (side(&world, &world.good), side(&world, &world.worse));
        let (one, other) = (at_prevalence(worse), at_prevalence(good));
        for (mine, theirs) in one.iter().zip(&other) {
            let (value, interval) = difference(mine.metric, worse, good);
            if mine.metric == "ece_equal_width" {
                assert!(value.is_err());
                continue;
            }
            let expected = mine.value.clone().unwrap() - theirs.value.clone().unwrap();
            let (value, interval) = (value.unwrap(), interval.unwrap());
            assert!((value - expected).abs() < 1e-12, "{}", mine.metric);
            assert!(interval.lower < value && value < interval.upper);
            let is_loss = matches!(mine.metric, "log_loss" | "brier");
            let shown = if is_loss {
                interval.lower > 0.0
            } else {
                interval.upper < 0.0
            };
            assert!(shown, "{} {interval:?}", mine.metric);
        }
    }

    #[test]
    fn what_hardly_differs_has_no_interval() {
        let world = world();
        let good = side(&world, &world.good);
        let (value, interval) = difference("average_precision", good, good);
        assert_eq!(value, Ok(0.0));
        assert!(interval.unwrap_err().to_string().contains("too few"));
        // Only positives are called differently: what decides was not seen.
        let pairs = world.truth.iter().zip(&world.good);
        let lost: Vec<f64> = pairs.map(|(is, p)| if *is { 0.1 } else { *p }).collect();
        let lost: Vec<f64> = lost
            .iter()
            .zip(&world.good)
            .enumerate()
            .map(|(unit, (a, b))| if unit % 2 == 0 { *a } else { *b })
            .collect();
        let (value, interval) = difference("precision", side(&world, &lost), good);
        assert!(value.unwrap() < 0.0);
        assert!(interval.unwrap_err().to_string().contains("they decide"));
    }
}
