//! Intervals of the best and the worst group and of the gap between them.
//!
//! The largest of several estimates is too large on average, and its bootstrap does not mend that. But
//! bands over all groups bound it: it is at least the highest lower end of bands that hold for all
//! groups at once (which group is largest was read off the data), and at most the highest upper end of
//! bands that hold for each group by itself (the truly largest group is one and the same in every
//! sample).

use titer_core::{Interval, IntervalMethod, Undefined};

use super::bootstrap::{FEWEST_CLUSTERS, enough, usable};
use super::normal::upper_quantile;
use super::resampled::Resampled;
use super::scale::Scale;
use super::score_interval::standard_error;
use super::{check_confidence, quantile, student};

/// A group's metric, resampled with the draws of all groups.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name, for reasons.
    pub name: String,
    /// The metric of its examples. The draws are over the clusters of all groups.
    pub of: Resampled,
    /// How many clusters have an example in it.
    pub clusters: usize,
}

/// What is asked of the groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extreme {
    /// The largest value.
    Largest,
    /// The smallest value.
    Smallest,
    /// The largest minus the smallest value.
    Gap,
}

/// One of the numbers of which the largest is sought: signs and places of groups.
type Combination = [(f64, usize); 2];

/// A number with its standard error.
struct Estimate {
    value: f64,
    error: f64,
    /// Student's quantile over the normal one.
    widen: f64,
}

/// The interval of an extreme over groups of a metric that can take values in `range`. It holds the
/// groups' own extreme, and 0 for a gap where all may be equal. Ends of a largest or smallest value
/// are taken on the scale of the range, as in [`super::score_interval()`].
///
/// # Errors
/// There are fewer than two groups; a group has fewer than [`FEWEST_CLUSTERS`] clusters (leave it out
/// and say so); a group gives no interval of its own; or the groups were not resampled together.
pub fn band_interval(
    groups: &[Group],
    extreme: Extreme,
    range: (f64, f64),
    confidence: f64,
) -> Result<Interval, Undefined> {
    check_confidence(confidence)?;
    if groups.len() < 2 {
        return Err(Undefined::because("fewer than two groups"));
    }
    let tail = 0.5 * (1.0 - confidence);
    let estimates = groups
        .iter()
        .map(|group| Estimate::new(group, confidence).map_err(|reason| named(group, &reason)))
        .collect::<Result<Vec<Estimate>, Undefined>>()?;
    let draws = groups[0].of.replicates.len();
    if groups
        .iter()
        .any(|group| group.of.replicates.len() != draws)
    {
        return Err(Undefined::because("the groups were not resampled together"));
    }
    let combinations = combinations(groups.len(), extreme);
    let replicates: Vec<Vec<f64>> = (0..draws)
        .filter_map(|draw| together(groups, draw))
        .collect();
    enough(replicates.len(), draws)?;
    let combined: Vec<Estimate> = combinations
        .iter()
        .map(|combination| combine(*combination, groups, &estimates, &replicates))
        .collect();
    if combined.iter().any(|estimate| estimate.error <= 0.0) {
        return Err(Undefined::because("zero variance: two groups are the same"));
    }
    let mut highest: Vec<f64> = replicates
        .iter()
        .map(|values| highest_ratio(values, &combinations, &combined))
        .collect();
    highest.sort_unstable_by(f64::total_cmp);
    let band = quantile(&highest, 1.0 - tail).max(0.0);
    let alone = upper_quantile(tail);
    let scale = scale(extreme, range);
    let end = |estimate: &Estimate, reach: f64| {
        scale.moved(estimate.value, reach * estimate.widen * estimate.error)
    };
    let most = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(f64::NEG_INFINITY, f64::max);
    let value = most(&mut combined.iter().map(|estimate| estimate.value));
    let lower = most(&mut combined.iter().map(|estimate| end(estimate, -band)));
    let upper = most(&mut combined.iter().map(|estimate| end(estimate, alone)));
    let (lower, upper) = (lower.min(value), upper.max(value));
    let (lower, upper) = match extreme {
        Extreme::Largest => (lower, upper),
        Extreme::Smallest => (-upper, -lower),
        Extreme::Gap => (lower.max(0.0), upper.min(range.1 - range.0)),
    };
    Ok(Interval {
        lower,
        upper,
        confidence,
        method: IntervalMethod::ClusteredBands,
    })
}

fn named(group: &Group, reason: &Undefined) -> Undefined {
    Undefined::because(format!("group {}: {reason}", group.name))
}

impl Estimate {
    fn new(group: &Group, confidence: f64) -> Result<Self, Undefined> {
        if group.clusters < FEWEST_CLUSTERS {
            return Err(Undefined::because(format!(
                "{} clusters are too few for a bootstrap ({FEWEST_CLUSTERS} needed)",
                group.clusters
            )));
        }
        let of = &group.of;
        let sorted = usable(of.point, &of.replicates, group.clusters, confidence)?;
        let tail = 0.5 * (1.0 - confidence);
        let freedom = of.freedom().min(group.clusters as f64 - 1.0);
        Ok(Self {
            value: of.point,
            error: standard_error(&sorted, group.clusters),
            widen: student::upper_quantile(tail, freedom) / upper_quantile(tail),
        })
    }
}

fn combinations(groups: usize, extreme: Extreme) -> Vec<Combination> {
    let single = |sign: f64| (0..groups).map(move |group| [(sign, group), (0.0, group)]);
    match extreme {
        Extreme::Largest => single(1.0).collect(),
        Extreme::Smallest => single(-1.0).collect(),
        Extreme::Gap => (0..groups * groups)
            .map(|pair| (pair / groups, pair % groups))
            .filter(|(high, low)| high != low)
            .map(|(high, low)| [(1.0, high), (-1.0, low)])
            .collect(),
    }
}

/// A replicate's value in every group less the group's own, if it is defined in all.
fn together(groups: &[Group], draw: usize) -> Option<Vec<f64>> {
    let value = |group: &Group| Some(group.of.replicates[draw]? - group.of.point);
    groups.iter().map(value).collect()
}

fn taken(combination: Combination, values: impl Fn(usize) -> f64) -> f64 {
    let [(first, one), (second, other)] = combination;
    first * values(one) + second * values(other)
}

fn combine(
    combination: Combination,
    groups: &[Group],
    estimates: &[Estimate],
    replicates: &[Vec<f64>],
) -> Estimate {
    let [(_, one), (second, other)] = combination;
    let clusters = groups[one].clusters.min(groups[other].clusters);
    let value = taken(combination, |group| estimates[group].value);
    if second == 0.0 {
        return Estimate {
            value,
            ..estimates[one]
        };
    }
    // Groups may share clusters, so the error of a difference comes from differences.
    let moved: Vec<f64> = replicates
        .iter()
        .map(|values| taken(combination, |group| values[group]))
        .collect();
    Estimate {
        value,
        error: standard_error(&moved, clusters),
        widen: estimates[one].widen.max(estimates[other].widen),
    }
}

fn highest_ratio(values: &[f64], combinations: &[Combination], combined: &[Estimate]) -> f64 {
    let ratio = |(combination, estimate): (&Combination, &Estimate)| {
        taken(*combination, |group| values[group]) / estimate.error
    };
    let ratios = combinations.iter().zip(combined).map(ratio);
    ratios.fold(f64::NEG_INFINITY, f64::max)
}

/// The scale of an extreme's ends; smallest values are sought among the mirrored ones.
fn scale(extreme: Extreme, (lowest, highest): (f64, f64)) -> Scale {
    match extreme {
        Extreme::Largest => Scale::of((lowest, highest)),
        Extreme::Smallest => Scale::of((-highest, -lowest)),
        Extreme::Gap => Scale::Plain,
    }
}

#[cfg(test)]
mod tests {
    use titer_core::Stream;

    use super::*;

    /// Replicates about the points, independent, with standard deviations of 0.02.
    fn groups(points: &[f64], seed: u64) -> Vec<Group> {
        let group = |(number, &point): (usize, &f64)| {
            let mut stream = Stream::new(seed, "synthetic group", &number.to_string());
            let mut noise = || (0..12).map(|_| stream.uniform()).sum::<f64>() - 6.0;
            Group {
                name: format!("chr{number}"),
                of: Resampled {
                    point,
                    replicates: (0..2000).map(|_| Some(point + 0.02 * noise())).collect(),
                    jackknife: (0..100).map(|_| noise()).collect(),
                    clusters: 100,
                },
                clusters: 100,
            }
        };
        points.iter().enumerate().map(group).collect()
    }

    fn of(points: &[f64], extreme: Extreme) -> Interval {
        band_interval(&groups(points, 1), extreme, (0.0, 1.0), 0.95).unwrap()
    }

    #[test]
    fn a_group_far_from_the_others_has_an_interval_as_its_own() {
        let interval = of(&[0.5, 0.9, 0.91, 0.92], Extreme::Smallest);
        assert!((interval.upper - 0.552).abs() < 0.01, "{interval:?}");
        assert!((interval.lower - 0.46).abs() < 0.01, "{interval:?}");
    }

    #[test]
    fn equal_groups_reach_no_gap() {
        let interval = of(&[0.8, 0.81, 0.79, 0.8, 0.8], Extreme::Gap);
        assert_eq!(interval.lower, 0.0);
        assert!(interval.upper > 0.02 + 1.9 * 0.028, "{interval:?}");
        let apart = of(&[0.5, 0.8], Extreme::Gap);
        assert!(apart.lower > 0.2 && apart.upper < 0.4, "{apart:?}");
    }

    #[test]
    fn largest_mirrors_smallest() {
        let points = [0.7, 0.8, 0.85];
        let mirrored: Vec<Group> = groups(&points, 1)
            .into_iter()
            .map(|mut group| {
                group.of.point = 1.0 - group.of.point;
                for value in group.of.replicates.iter_mut().flatten() {
                    *value = 1.0 - *value;
                }
                group
            })
            .collect();
        let largest = of(&points, Extreme::Largest);
        let smallest = band_interval(&mirrored, Extreme::Smallest, (0.0, 1.0), 0.95).unwrap();
        assert!((largest.lower + smallest.upper - 1.0).abs() < 1e-9);
        assert!((largest.upper + smallest.lower - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_gives_no_interval_is_said() {
        let reason = |groups: &[Group]| {
            band_interval(groups, Extreme::Gap, (0.0, 1.0), 0.95)
                .unwrap_err()
                .0
        };
        assert!(reason(&groups(&[0.5], 1)).contains("two groups"));
        let mut few = groups(&[0.5, 0.6], 1);
        few[1].clusters = 9;
        assert!(reason(&few).starts_with("group chr1: 9 clusters"));
        let mut still = groups(&[0.5, 0.6], 1);
        still[0].of.replicates.fill(Some(0.5));
        assert!(reason(&still).starts_with("group chr0: zero variance"));
        let mut other = groups(&[0.5, 0.6], 1);
        other[0].of.replicates.pop();
        assert!(reason(&other).contains("together"));
    }
}
