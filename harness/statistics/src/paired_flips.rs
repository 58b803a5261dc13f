//! The interval of a paired difference that is made of flips: units that two variants call differently.
//!
//! Flips come in *kinds*, alike in what one of them does to the difference: of accuracy flips to right and
//! to wrong, of a metric of both classes those of either class. Each kind's number has bounds, and the
//! distances of the bounds that move an end are squared and added (Zou and Donner 2008,
//! doi:10.1002/sim.3095), with the correlation of the kinds over clusters.
//!
//! The bounds of a kind are Clopper and Pearson's. What they count is not flips, which come together, but as
//! many as the flips are worth: y flips with a sum of squares over clusters v are y^2 / v (Kish) events of
//! v / y flips each. The upper bound allows for one event more, as Clopper and Pearson's does and as Fay and
//! Feuer (1997, doi:10.1002/(SICI)1097-0258(19970415)16:7<791::AID-SIM500>3.0.CO;2-#) do for weighted
//! counts: a cluster with as many flips as is usual, or, where flips are worth fewer than
//! [`FEWEST_ALIKE`] events, with as many as any cluster. Of how many events they are is what the variance
//! over clusters leaves: units of one cluster each are its clusters, and rare ones are Poisson's.
//!
//! All of this takes clusters that were not seen to flip for ones like those that were. Where fewer than
//! [`ENOUGH_FLIPPED`] clusters flip, or few beside the units of one, there is a second interval, which holds
//! whatever happens within clusters: Stringer's bounds on each kind's rate, put together alike. At no flip
//! in m clusters it says that about 3.7 / m of the units may flip. With fewer than [`FEWEST_FLIPPED`] the first stands on next to nothing.
//! No interval is both: ten single flips are as narrow as ten flips are where all are single, and as likely
//! as not where one cluster in ten flips whole. `examples/paired_flips.rs` measures both.

use titer_core::{Interval, IntervalMethod, Undefined};

use super::flip_rate::{self, ClusterFlips};
use super::paired_calls::PairedCalls;
use super::tango::tango;
use super::{beta, check_confidence, check_share, stringer};

/// With fewer clusters that flip, what an unseen one does is an assumption.
pub const FEWEST_FLIPPED: u64 = 4;

/// With so many that flip and none as a whole, fewer than one in ten does (95 %).
pub const ENOUGH_FLIPPED: u64 = 29;

/// As many times the units of a cluster (of an average unit's) must flip, too, for one that flips whole and
/// was not seen to matter little beside those that were.
pub const ENOUGH_PER_UNIT: f64 = 5.0;

/// Flips that are worth fewer events are too few, or too unlike, to tell what one more would hold: it
/// is taken to hold as many as any.
pub const FEWEST_ALIKE: f64 = 15.0;

/// Flips worth so many events are bounded as by Jeffreys' interval, which lies between what Clopper and
/// Pearson's would be with the event allowed for and without it (mid-P, nearly): theirs holds more than is said.
pub const ENOUGH_ALIKE: f64 = 20.0;

/// Flips alike in what one of them does to the difference.
#[derive(Clone, Debug, PartialEq)]
pub struct FlipKind {
    /// What a flip adds to the difference; below 0 where it makes it smaller.
    pub effect: f64,
    /// The flips of every cluster, and the units of it that may flip so. All kinds list the same clusters.
    pub clusters: Vec<ClusterFlips>,
}

/// The intervals of a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlipIntervals {
    /// If clusters that were not seen to flip are like those that were; where none was, if units flip alone.
    pub as_seen: Interval,
    /// If a cluster may flip as a whole. `None` where enough flip for one more to matter little.
    pub whole_clusters: Option<Interval>,
    /// Whether fewer than [`FEWEST_FLIPPED`] clusters flip.
    pub rare: bool,
}

impl FlipIntervals {
    /// The interval that decides, and the other: where flips are rare the one that is `careful` about whole
    /// clusters or not, else the one of what was seen.
    #[must_use]
    pub fn chosen(&self, careful: bool) -> (Interval, Option<Interval>) {
        match self.whole_clusters {
            Some(whole) if self.rare && careful => (whole, Some(self.as_seen)),
            other => (self.as_seen, other),
        }
    }
}

/// What bounds say of a kind: how far below and above its flips their number may lie.
struct Reach {
    below: f64,
    above: f64,
}

/// The intervals of a difference to which these flips led.
///
/// # Errors
/// A cluster holds more flips than units, no unit can flip, or the confidence is not between 0 and 1.
pub fn flip_intervals(
    difference: f64,
    kinds: &[FlipKind],
    confidence: f64,
) -> Result<FlipIntervals, Undefined> {
    check_confidence(confidence)?;
    let mut at_risk = 0;
    for own in kinds.iter().flat_map(|kind| &kind.clusters) {
        if own.flips > 0 {
            check_share(own.flips, own.units, confidence)?;
        }
        at_risk += own.units;
    }
    check_share(0, at_risk, confidence)?;
    let tail = 0.5 * (1.0 - confidence);
    if let Some(interval) = of_independent_shares(kinds, confidence) {
        return Ok(FlipIntervals {
            as_seen: interval,
            whole_clusters: None,
            rare: false,
        });
    }
    let together = Together::of(kinds);
    let ends = |method, reaches: &[Reach], correlation: &[Vec<f64>]| {
        let (below, above) = add(kinds, reaches, correlation);
        Interval {
            lower: difference - below,
            upper: difference + above,
            confidence,
            method,
        }
    };
    let seen: Vec<Reach> = kinds
        .iter()
        .zip(&together.variances)
        .map(|(kind, &variance)| as_seen(kind, variance, &together, tail))
        .collect();
    let whole = together.may_hide_a_cluster.then(|| {
        let reaches: Vec<Reach> = kinds.iter().map(|kind| whole(kind, tail)).collect();
        let correlation = together.of_whole_clusters(kinds);
        ends(IntervalMethod::StringerSquares, &reaches, &correlation)
    });
    Ok(FlipIntervals {
        as_seen: ends(
            IntervalMethod::ClopperPearsonSquares,
            &seen,
            &together.correlation,
        ),
        whole_clusters: whole,
        rare: together.flipped < FEWEST_FLIPPED,
    })
}

/// Tango's interval, where the flips are to right and to wrong of units that are all clusters of their own,
/// and are not rare.
fn of_independent_shares(kinds: &[FlipKind], confidence: f64) -> Option<Interval> {
    let [one, other] = kinds else { return None };
    let single = |kind: &FlipKind| kind.clusters.iter().all(|own| own.units <= 1);
    let all = units(one);
    if one.effect != -other.effect || all != units(other) || !single(one) || !single(other) {
        return None;
    }
    let sign = one.effect.signum();
    let (right, wrong) = if sign > 0.0 {
        (one, other)
    } else {
        (other, one)
    };
    let (right, wrong) = (flips(right) as u64, flips(wrong) as u64);
    let calls = PairedCalls::independent(right, wrong, all as u64).ok()?;
    let interval = tango(&calls, confidence).ok()?;
    let scale = one.effect.abs() * all;
    Some(Interval {
        lower: interval.lower * scale,
        upper: interval.upper * scale,
        ..interval
    })
}

/// What is known of the kinds together.
struct Together {
    /// Clusters with a flip.
    flipped: u64,
    /// Whether a cluster that flips whole and was not seen would matter.
    may_hide_a_cluster: bool,
    /// How many flips an event holds that was not seen.
    next: f64,
    /// How much of one is allowed for: all of it, as Clopper and Pearson do, or half.
    allowed: f64,
    /// The sum over clusters of squared flips beyond what their units would have at the kind's rate.
    variances: Vec<f64>,
    /// The correlation of the kinds' flips over clusters.
    correlation: Vec<Vec<f64>>,
}

impl Together {
    fn of(kinds: &[FlipKind]) -> Self {
        let (mut flips, mut squares, mut largest) = (0.0, 0.0, 1.0f64);
        for own in kinds.iter().flat_map(|kind| &kind.clusters) {
            let own = own.flips as f64;
            flips += own;
            squares += own * own;
            largest = largest.max(own);
        }
        let worth = if flips > 0.0 {
            flips * flips / squares
        } else {
            0.0
        };
        let products = products(kinds);
        let correlation = |one: usize, other: usize| {
            let scale = (products[one][one] * products[other][other]).sqrt();
            match (one == other, scale > 0.0) {
                (true, _) => 1.0,
                (false, true) => products[one][other] / scale,
                (false, false) => 0.0,
            }
        };
        let all = 0..kinds.len();
        let flipped = flipped(kinds);
        let enough = (ENOUGH_PER_UNIT * size(kinds)).max(ENOUGH_FLIPPED as f64);
        Self {
            flipped,
            may_hide_a_cluster: (flipped as f64) < enough,
            next: if worth >= FEWEST_ALIKE {
                squares / flips
            } else {
                largest
            },
            allowed: if worth >= ENOUGH_ALIKE { 0.5 } else { 1.0 },
            variances: all.clone().map(|kind| products[kind][kind]).collect(),
            correlation: all
                .clone()
                .map(|one| all.clone().map(|other| correlation(one, other)).collect())
                .collect(),
        }
    }

    /// The correlation where a cluster may flip as a whole: its units of either class then turn together, so
    /// that what moves the difference the same way is added, not squared and added.
    fn of_whole_clusters(&self, kinds: &[FlipKind]) -> Vec<Vec<f64>> {
        let rows = kinds.iter().zip(&self.correlation);
        let alike = |one: &FlipKind, other: &FlipKind| one.effect * other.effect > 0.0;
        rows.map(|(one, row)| {
            let pairs = kinds.iter().zip(row);
            pairs
                .map(|(other, &seen)| if alike(one, other) { 1.0 } else { seen })
                .collect()
        })
        .collect()
    }
}

/// The units of an average unit's cluster, of the kind that can flip most.
fn size(kinds: &[FlipKind]) -> f64 {
    let of = |kind: &FlipKind| flip_rate::squares(&kind.clusters) / units(kind).max(1.0);
    kinds.iter().map(of).fold(1.0, f64::max)
}

/// In how many clusters a unit flips.
fn flipped(kinds: &[FlipKind]) -> u64 {
    let clusters = kinds.iter().map(|kind| kind.clusters.len()).max();
    let flips = |cluster: usize| {
        let mut own = kinds.iter().filter_map(|kind| kind.clusters.get(cluster));
        own.any(|own| own.flips > 0)
    };
    (0..clusters.unwrap_or(0))
        .filter(|&cluster| flips(cluster))
        .count() as u64
}

fn flips(kind: &FlipKind) -> f64 {
    kind.clusters.iter().map(|own| own.flips).sum::<u64>() as f64
}

fn units(kind: &FlipKind) -> f64 {
    kind.clusters.iter().map(|own| own.units).sum::<u64>() as f64
}

/// The sums over clusters of the products of what two kinds have beyond their rates.
fn products(kinds: &[FlipKind]) -> Vec<Vec<f64>> {
    let rates: Vec<f64> = kinds
        .iter()
        .map(|kind| flips(kind) / units(kind).max(1.0))
        .collect();
    let beyond =
        |kind: usize, own: &ClusterFlips| own.flips as f64 - rates[kind] * own.units as f64;
    let product = |one: usize, other: usize| -> f64 {
        let pairs = kinds[one].clusters.iter().zip(&kinds[other].clusters);
        pairs.map(|(a, b)| beyond(one, a) * beyond(other, b)).sum()
    };
    let all = 0..kinds.len();
    all.clone()
        .map(|one| all.clone().map(|other| product(one, other)).collect())
        .collect()
}

/// Clopper and Pearson's bounds, an unseen cluster being like those that were seen.
fn as_seen(kind: &FlipKind, variance: f64, together: &Together, tail: f64) -> Reach {
    let (seen, all) = (flips(kind), units(kind));
    let square = |own: &ClusterFlips| own.flips as f64 * own.flips as f64;
    let squares: f64 = kind.clusters.iter().map(square).sum::<f64>().max(variance);
    let most = trials(kind, squares, variance);
    let next = together.next;
    let below = if seen > 0.0 {
        let size = squares / seen;
        let events = seen / size;
        let kept = 1.0 - together.allowed;
        let rest = (most - events).max(0.0) + together.allowed;
        let least = beta::quantile(tail, events + kept, rest);
        seen - (least * most * size).min(seen)
    } else {
        0.0
    };
    let more = seen + together.allowed * next;
    let size = (squares + together.allowed * next * next) / more;
    let events = more / size;
    let upper = if events < most + 1.0 {
        beta::quantile(1.0 - tail, events, most + 1.0 - events)
    } else {
        1.0
    };
    Reach {
        below,
        above: (upper * most * size).clamp(seen, all.max(seen)) - seen,
    }
}

/// Of how many events the flips are some: that number n for which so many events in n trials vary as the
/// flips do over clusters. Where none flipped, as many as clusters of equal size are worth these.
fn trials(kind: &FlipKind, squares: f64, variance: f64) -> f64 {
    let (seen, all) = (flips(kind), units(kind));
    if seen == 0.0 {
        return stringer::effective(&flip_rate::shares(&kind.clusters)).max(1.0);
    }
    let events = seen * seen / squares;
    let share = 1.0 - variance / squares;
    (events / share.max(f64::MIN_POSITIVE)).clamp(events, all.max(events))
}

/// Stringer's bounds, whatever happens within clusters.
fn whole(kind: &FlipKind, tail: f64) -> Reach {
    let (seen, all) = (flips(kind), units(kind));
    if all == 0.0 {
        return Reach {
            below: 0.0,
            above: 0.0,
        };
    }
    let shares = flip_rate::shares(&kind.clusters);
    Reach {
        below: (seen - stringer::lower(&shares, tail) * all).max(0.0),
        above: (stringer::upper(&shares, tail) * all - seen).max(0.0),
    }
}

/// How far the difference reaches below and above: the distances of each kind's bounds that move that end.
fn add(kinds: &[FlipKind], reaches: &[Reach], correlation: &[Vec<f64>]) -> (f64, f64) {
    let towards = |up: bool| {
        let signed: Vec<f64> = kinds
            .iter()
            .zip(reaches)
            .map(|(kind, reach)| {
                let fewer = (kind.effect > 0.0) != up;
                kind.effect * if fewer { reach.below } else { reach.above }
            })
            .collect();
        let mut sum = 0.0;
        for (one, row) in signed.iter().zip(correlation) {
            for (other, correlation) in signed.iter().zip(row) {
                // Kinds with opposite effects move an end by opposite bounds.
                sum += correlation * one * other;
            }
        }
        sum.max(0.0).sqrt()
    };
    (towards(false), towards(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clopper_pearson;

    /// To right and to wrong, by cluster of so many units.
    fn shares(right: &[u64], wrong: &[u64], size: u64) -> (f64, Vec<FlipKind>) {
        let all = (right.len() as u64 * size) as f64;
        let kind = |effect: f64, flips: &[u64]| FlipKind {
            effect: effect / all,
            clusters: flips
                .iter()
                .map(|&flips| ClusterFlips { flips, units: size })
                .collect(),
        };
        let sum = |flips: &[u64]| flips.iter().sum::<u64>() as f64;
        let difference = (sum(right) - sum(wrong)) / all;
        (difference, vec![kind(1.0, right), kind(-1.0, wrong)])
    }

    fn first(flipped: usize, flips: u64, clusters: usize) -> Vec<u64> {
        (0..clusters)
            .map(|cluster| if cluster < flipped { flips } else { 0 })
            .collect()
    }

    fn intervals(right: &[u64], wrong: &[u64], size: u64) -> FlipIntervals {
        let (difference, kinds) = shares(right, wrong, size);
        flip_intervals(difference, &kinds, 0.95).unwrap()
    }

    /// One flip each way among 7,342 units of 177 loci: were flips alone, Clopper and Pearson's bounds of
    /// 5.57 and 0.025 flips, their distances squared and added, say so; a locus may flip as a whole at a
    /// rate of up to 2.1 %.
    #[test]
    fn one_flip_each_way() {
        let mut right = first(1, 1, 177);
        right.rotate_right(1);
        let both = intervals(&right, &first(1, 1, 177), 41);
        let half = (4.57f64 * 4.57 + 0.975 * 0.975).sqrt() / (177.0 * 41.0);
        let seen = both.as_seen;
        assert!((seen.upper / half - 1.0).abs() < 0.03, "{seen:?} {half}");
        assert!((seen.upper + seen.lower).abs() < 1e-12);
        let whole = both.whole_clusters.unwrap();
        assert!(whole.upper > 0.019 && whole.upper < 0.023, "{whole:?}");
        assert_eq!(whole.method, IntervalMethod::StringerSquares);
    }

    #[test]
    fn no_flips_at_all_have_the_bounds_of_none() {
        let none = intervals(&[0; 60], &[0; 60], 10);
        let whole = none.whole_clusters.unwrap();
        let rate = -libm::expm1(libm::log(0.025) / 60.0);
        assert!((whole.upper - rate).abs() < 1e-12 && (whole.lower + rate).abs() < 1e-12);
        assert!((none.as_seen.upper - rate / 10.0).abs() < 1e-12);
    }

    /// Clusters that all flip alone are single units: Clopper and Pearson's own ends, Jeffreys' of more.
    #[test]
    fn flips_one_way_are_clopper_and_pearsons() {
        let none = vec![0; 200];
        let seen = intervals(&none, &first(12, 1, 200), 7).as_seen;
        let upper = clopper_pearson::upper(12.0, 200.0, 0.025);
        let lower = 1.0 - clopper_pearson::upper(188.0, 200.0, 0.025);
        assert!((seen.lower + upper / 7.0).abs() < 1e-12, "{seen:?}");
        // The other end reaches a little further: no flips to right were seen, but some may be.
        assert!(seen.upper > -lower / 7.0 && seen.upper < -lower / 7.0 + 0.002);
        let more = intervals(&none, &first(40, 1, 200), 7).as_seen;
        let jeffreys = beta::quantile(0.975, 40.5, 160.5);
        assert!((more.lower + jeffreys / 7.0).abs() < 1e-12, "{more:?}");
    }

    /// Whole clusters that flip count once, whatever their size.
    #[test]
    fn flips_that_come_together_count_once() {
        let wrong = first(40, 1, 200);
        let alone = intervals(&vec![0; 200], &wrong, 1);
        let eightfold: Vec<u64> = wrong.iter().map(|flips| 8 * flips).collect();
        let together = intervals(&vec![0; 200], &eightfold, 8).as_seen;
        // Tango's where units are alone.
        assert_eq!(alone.as_seen.method, IntervalMethod::Tango);
        assert!((together.lower - alone.as_seen.lower).abs() < 0.01);
        assert!((together.upper - alone.as_seen.upper).abs() < 0.01);
    }

    #[test]
    fn enough_flipped_clusters_need_no_assumption() {
        let of = |flipped| intervals(&vec![0; 100], &first(flipped, 1, 100), 5);
        assert!(of(3).rare && !of(4).rare);
        assert!(of(28).whole_clusters.is_some() && of(29).whole_clusters.is_none());
        let large = |flipped| intervals(&vec![0; 100], &first(flipped, 1, 100), 16);
        assert!(large(79).whole_clusters.is_some() && large(80).whole_clusters.is_none());
        let (few, more) = (of(3), of(4));
        let whole = few.whole_clusters.unwrap();
        assert_eq!(few.chosen(true), (whole, Some(few.as_seen)));
        assert_eq!(few.chosen(false), (few.as_seen, Some(whole)));
        assert_eq!(more.chosen(true), (more.as_seen, more.whole_clusters));
    }

    /// A cluster that flips whole among single flips: the next may flip so, too.
    #[test]
    fn one_large_cluster_widens_both_ends() {
        let mut wrong = first(6, 1, 100);
        let single = intervals(&[0; 100], &wrong, 20).as_seen;
        wrong[0] = 20;
        let large = intervals(&[0; 100], &wrong, 20).as_seen;
        let (one, other) = (single.upper - single.lower, large.upper - large.lower);
        assert!(other > 5.0 * one, "{one} {other}");
        assert!(large.upper > 0.005, "{large:?}");
    }

    /// A cluster that flips whole flips its units of both classes: of halves of every cluster, each weighing half
    /// of all, the bound is that of all.
    #[test]
    fn classes_of_a_whole_cluster_turn_together() {
        let kind = |effect: f64, units| FlipKind {
            effect,
            clusters: vec![ClusterFlips { flips: 0, units }; 50],
        };
        let all = [kind(1.0 / 1000.0, 20), kind(-1.0 / 1000.0, 20)];
        let halves = [1.0, -1.0, 1.0, -1.0].map(|sign| kind(sign / 1000.0, 10));
        let whole = |kinds: &[FlipKind]| flip_intervals(0.0, kinds, 0.95).unwrap().whole_clusters;
        let (one, two) = (whole(&all).unwrap(), whole(&halves).unwrap());
        assert!((one.upper - two.upper).abs() < 1e-12, "{one:?} {two:?}");
        assert!((one.lower - two.lower).abs() < 1e-12);
    }

    #[test]
    fn mirrored_kinds_mirror_the_interval() {
        let (mut right, wrong) = (first(7, 2, 90), first(12, 1, 90));
        right.rotate_right(30);
        let (one, other) = (intervals(&right, &wrong, 5), intervals(&wrong, &right, 5));
        let (one, other) = (one.as_seen, other.as_seen);
        assert!((one.lower + other.upper).abs() < 1e-12);
        assert!((one.upper + other.lower).abs() < 1e-12);
    }

    #[test]
    fn nonsense_is_said() {
        let kind = |flips, units| FlipKind {
            effect: 1.0,
            clusters: vec![ClusterFlips { flips, units }],
        };
        assert!(flip_intervals(0.0, &[], 0.95).is_err());
        assert!(flip_intervals(0.0, &[kind(0, 0)], 0.95).is_err());
        assert!(flip_intervals(0.0, &[kind(2, 1)], 0.95).is_err());
        assert!(flip_intervals(0.0, &[kind(1, 2)], 1.0).is_err());
    }
}
