//! How much lower a variant's worst group is than its reference's worst group, which may be another one.
//!
//! Which group is worst is read off the data, so that the interval is not that of one group's difference: it reaches over every
//! pair of a group that may be the variant's worst and one that may be the reference's ([`contenders`]). For a pair that is the
//! true one, the difference of the two worst values is that of the pair; it is at least the difference of the variant to its
//! reference in the first group, for the reference's worst is no higher than it is there, and at most that in the second (of
//! scores where higher is better; the other way round of others). All of these intervals hold at once, at levels that together
//! with the contenders' keep 95 %.
//!
//! [`contenders`]: titer_statistics::contenders

use std::collections::{BTreeMap, BTreeSet};

use titer_core::{Against, Interval, IntervalMethod, Spread, SpreadKind, Undefined};
use titer_statistics::{Resampled, contenders, student_interval};

use crate::comparisons::{Held, How, paired_difference_at};
use crate::group_differences::{Broken, of};
use crate::groups::Measured;
use crate::sample::CONFIDENCE;
use crate::scored::Scored;

/// What of the error goes to finding the groups that may be the worst, for each side.
const FOR_CONTENDERS: f64 = 0.01;

/// Holds the worst groups among these rows, which are of the candidate's scores, against the reference's.
pub fn hold(rows: &mut [Spread], held: Held<'_, '_>, broken: Broken<'_>, how: How<'_>) {
    let scores = held.candidate.scored.iter().zip(&held.base.scored);
    let groups = broken.candidate.iter().zip(broken.base);
    for ((candidate, base), (ours, theirs)) in scores.zip(groups) {
        let is_worst = |row: &&mut Spread| {
            row.statistic == SpreadKind::Worst && row.key == candidate.score.key
        };
        let Some(row) = rows.iter_mut().find(is_worst) else {
            continue;
        };
        let pairs = ours.iter().zip(theirs);
        let large = pairs.filter(|(one, other)| !one.too_small && !other.too_small);
        let large: Vec<(&Measured, &Measured)> = large.collect();
        let (value, interval) = difference((candidate, base), &large, how);
        row.against = Against::new(held.base_name(), &value, &interval);
    }
}

type Groups<'a> = [(&'a Measured, &'a Measured)];

/// The worst value of the first sides minus that of the second sides.
fn difference(
    scored: (&Scored, &Scored),
    groups: &Groups<'_>,
    how: How<'_>,
) -> (Result<f64, Undefined>, Result<Interval, Undefined>) {
    let sign = scored.0.measure.direction().sign();
    let worst = |side: fn(&(&Measured, &Measured)) -> Result<f64, Undefined>| {
        let values: Result<Vec<f64>, Undefined> = groups.iter().map(side).collect();
        let values = values?.into_iter();
        let worst = values.min_by(|a, b| (sign * a).total_cmp(&(sign * b)));
        worst.ok_or_else(|| Undefined::because("no group is large enough"))
    };
    let ours = worst(|(one, _)| one.estimated.value.clone());
    let theirs = worst(|(_, other)| other.estimated.value.clone());
    let value = ours.and_then(|ours| Ok(ours - theirs?));
    let interval = match &value {
        Ok(value) => interval(scored, groups, *value, how),
        Err(reason) => Err(reason.clone()),
    };
    (value, interval)
}

fn interval(
    scored: (&Scored, &Scored),
    groups: &Groups<'_>,
    value: f64,
    how: How<'_>,
) -> Result<Interval, Undefined> {
    let sign = scored.0.measure.direction().sign();
    let ours: Vec<&Measured> = groups.iter().map(|(one, _)| *one).collect();
    let theirs: Vec<&Measured> = groups.iter().map(|(_, other)| *other).collect();
    let (own, bases) = (may_be_worst(&ours, sign), may_be_worst(&theirs, sign));
    let of_bases = |one: usize| bases.iter().map(move |other| (one, *other));
    let pairs: Vec<(usize, usize)> = own.iter().flat_map(|one| of_bases(*one)).collect();
    let alike: BTreeSet<usize> = own.iter().chain(&bases).copied().collect();
    let crossed = pairs.iter().filter(|(one, other)| one != other).count();
    let left = (1.0 - CONFIDENCE) - 2.0 * FOR_CONTENDERS;
    let each = 1.0 - left / (alike.len() + crossed) as f64;
    let mut within: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for place in alike {
        let (one, other) = groups[place];
        let pair = (of(scored.0, one), of(scored.1, other));
        let (_, found) = paired_difference_at(&pair.0, &pair.1, how, each);
        let named =
            |reason: Undefined| Undefined::because(format!("group {}: {reason}", one.group));
        let found = found.map_err(named)?;
        within.insert(place, turned((found.lower, found.upper), sign));
    }
    // Turned so that higher is better.
    let value = sign * value;
    let (mut lower, mut upper) = (value, value);
    for (one, other) in pairs {
        let (mut low, mut high) = (within[&one].0, within[&other].1);
        if one != other
            && let Some(crossed) = across(ours[one], theirs[other], each)
        {
            let (least, most) = turned(crossed, sign);
            (low, high) = (low.max(least), high.min(most));
        }
        // What contradicts itself is not the true pair.
        if low <= high {
            (lower, upper) = (lower.min(low), upper.max(high));
        }
    }
    let (lower, upper) = turned((lower, upper), sign);
    Ok(Interval {
        lower,
        upper,
        confidence: CONFIDENCE,
        method: IntervalMethod::ClusteredBands,
    })
}

fn turned((lower, upper): (f64, f64), sign: f64) -> (f64, f64) {
    match sign > 0.0 {
        true => (lower, upper),
        false => (-upper, -lower),
    }
}

/// The ends of one group's value minus another's; `None` where they were not resampled, or do not vary.
fn across(one: &Measured, other: &Measured, confidence: f64) -> Option<(f64, f64)> {
    let fewest = one.clusters.min(other.clusters) as usize;
    let (Ok(one), Ok(other)) = (&one.estimated.resampled, &other.estimated.resampled) else {
        return None;
    };
    let difference = Resampled {
        clusters: fewest,
        ..one.minus(other).ok()?
    };
    let found = student_interval(&difference, confidence).ok()?;
    Some((found.lower, found.upper))
}

/// The places of the groups that may be the worst; all of them where that cannot be told.
fn may_be_worst(groups: &[&Measured], sign: f64) -> Vec<usize> {
    let all = || (0..groups.len()).collect();
    // Differences between two groups rest on the clusters of both: the fewest of any, to be sure.
    let fewest = groups.iter().map(|group| group.clusters).min().unwrap_or(0) as usize;
    let turned = groups.iter().map(|group| {
        let of = group.estimated.resampled.as_ref().ok()?;
        let replicates = of.replicates.iter();
        Some(Resampled {
            point: sign * of.point,
            replicates: replicates.map(|value| Some(sign * (*value)?)).collect(),
            jackknife: of.jackknife.iter().map(|value| sign * value).collect(),
            clusters: fewest,
        })
    });
    let Some(turned) = turned.collect::<Option<Vec<Resampled>>>() else {
        return all();
    };
    let values: Vec<&Resampled> = turned.iter().collect();
    match contenders(&values, 1.0 - FOR_CONTENDERS) {
        Ok(may_be) => (0..groups.len()).filter(|place| may_be[*place]).collect(),
        Err(_) => all(),
    }
}
