//! Shares of examples, and differences of two shares of the same examples, by cluster.

use std::collections::BTreeMap;

use titer_core::{Estimate, Undefined};
use titer_spec::RareFlips;
use titer_statistics::{ClusterFlips, FlipKind, flip_intervals, wilson_clustered};

use crate::sample::CONFIDENCE;

/// An example's cluster, and whether its call changed.
pub(super) struct Outcome<'a> {
    pub id: &'a str,
    pub cluster: &'a str,
    pub has_changed: bool,
}

/// Hits and units of each cluster.
fn counted<'a>(outcomes: &[(&'a str, bool)]) -> BTreeMap<&'a str, (u64, u64)> {
    let mut counted: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (cluster, is_hit) in outcomes {
        let of = counted.entry(cluster).or_default();
        of.0 += u64::from(*is_hit);
        of.1 += 1;
    }
    counted
}

/// The share of those that changed.
pub(super) fn share(outcomes: &[Outcome<'_>]) -> Estimate {
    let of: Vec<_> = outcomes
        .iter()
        .map(|one| (one.cluster, one.has_changed))
        .collect();
    let clusters: Vec<(u64, u64)> = counted(&of).into_values().collect();
    let hits: u64 = clusters.iter().map(|(hits, _)| hits).sum();
    if outcomes.is_empty() {
        return Estimate::undefined(&Undefined::because("no example is called right as it is"));
    }
    let interval = wilson_clustered(&clusters, CONFIDENCE).map(|(interval, _)| interval);
    Estimate::new(&Ok(hits as f64 / outcomes.len() as f64), &interval)
}

/// How many clusters there are.
pub(super) fn clusters(outcomes: &[Outcome<'_>]) -> u64 {
    let of: Vec<_> = outcomes.iter().map(|one| (one.cluster, false)).collect();
    counted(&of).len() as u64
}

/// The share of one minus that of another, on the examples of both.
pub(super) fn difference(
    one: &[Outcome<'_>],
    other: &[Outcome<'_>],
    rare_flips: RareFlips,
) -> Estimate {
    let by_id: BTreeMap<&str, bool> = other.iter().map(|it| (it.id, it.has_changed)).collect();
    let pairs: Vec<(&str, bool, bool)> = one
        .iter()
        .filter_map(|it| Some((it.cluster, it.has_changed, *by_id.get(it.id)?)))
        .collect();
    if pairs.is_empty() {
        return Estimate::undefined(&Undefined::because("no example is called right by both"));
    }
    let units = pairs.len() as f64;
    let kind = |effect: f64, flips: fn(bool, bool) -> bool| {
        let of: Vec<_> = pairs
            .iter()
            .map(|(cluster, a, b)| (*cluster, flips(*a, *b)))
            .collect();
        let clusters = counted(&of).into_values();
        FlipKind {
            effect: effect / units,
            clusters: clusters
                .map(|(flips, units)| ClusterFlips { flips, units })
                .collect(),
        }
    };
    let kinds = [kind(1.0, |a, b| a && !b), kind(-1.0, |a, b| b && !a)];
    let total = |kind: &FlipKind| kind.clusters.iter().map(|it| it.flips).sum::<u64>() as f64;
    let difference = (total(&kinds[0]) - total(&kinds[1])) / units;
    let careful = rare_flips == RareFlips::WholeClusters;
    let interval = flip_intervals(difference, &kinds, CONFIDENCE);
    Estimate::new(&Ok(difference), &interval.map(|of| of.chosen(careful).0))
}
