//! Agreements: how far two cells agree, unit by unit, whatever the metric.

use std::borrow::Cow;

use titer_core::{Agreement, Effect};
use titer_statistics::agreement::{distinct, saturated, spearman, ties_created};
use titer_statistics::quantile;

use crate::answers::Answers;
use crate::comparisons::Held;
use crate::flips::Rare;
use crate::ground::Ground;
use crate::values::spread;

/// How far two cells agree; `None` where one of them failed.
///
/// Calls are compared where [`turns`] says; changes of a probability over every unit and
/// class, or over every number, which calls nothing. Where the target is destroyed, calling nothing is
/// right.
#[must_use]
pub fn agree(held: Held<'_, '_>, ground: &Ground) -> Option<Agreement> {
    let (candidate, base) = (held.candidate.probabilities()?, held.base.probabilities()?);
    let cell = held.candidate.cell;
    let destroyed = cell.effect == Effect::Destroyed;
    let mut flips = Flips::default();
    let counted = turns(ground, candidate, base, destroyed).map(|one| {
        flips.add(one.turn);
        (ground.cluster_of[one.unit], one.turn.is_some())
    });
    let rare = Rare::of(counted);
    let change = Change::measure(candidate, base);
    let (new, old) = (scored(ground, candidate), scored(ground, base));
    let (new, old) = (&new[..], &old[..]);
    let at_ends = |answers: &[f64]| saturated(answers).ok().filter(|_| !ground.numbers);
    Some(Agreement {
        case: cell.case.clone(),
        base: held.base_name(),
        contrast: held.contrast,
        unit: ground.unit_name().to_owned(),
        units: rare.units,
        clusters: rare.clusters,
        flips_to_wrong: flips.to_wrong,
        flips_to_right: flips.to_right,
        flips_among_wrong: flips.among_wrong,
        // Without units nothing is known of the rate.
        flip_rate_upper: rare.upper.unwrap_or(1.0),
        largest_change: change.largest,
        mean_change: change.mean,
        median_change: change.median,
        change_p90: change.p90,
        change_p99: change.p99,
        spearman: spearman(old, new).ok(),
        new_ties: ties_created(old, new).map_or(0, |ties| ties.examples),
        identical: change.identical,
        spread: ground.numbers.then(|| spread(old)),
        answers: Some(new.len() as u64),
        distinct: Some(distinct(new)),
        base_distinct: Some(distinct(old)),
        saturated: at_ends(new),
        base_saturated: at_ends(old),
    })
}

/// What a flip does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Right in the base, wrong in the candidate.
    ToWrong,
    /// Wrong in the base, right in the candidate.
    ToRight,
    /// Called differently, both wrong.
    AmongWrong,
}

/// A call that is compared: of a unit, or of one label of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The unit.
    pub unit: usize,
    /// The label, as an index into the ground's; `None` where the question is of none.
    pub label: Option<usize>,
    /// How it turns from base to candidate; `None` where it stays.
    pub turn: Option<Turn>,
}

/// How each call turns from base to candidate: of the units that [`Ground::compared`] says, or of every label of a unit that
/// is known of it. Where the target is destroyed, calling nothing is right.
pub fn turns<'a>(
    ground: &'a Ground,
    candidate: &'a Answers,
    base: &'a Answers,
    destroyed: bool,
) -> Box<dyn Iterator<Item = Compared> + 'a> {
    if ground.labels {
        return Box::new(turns_of_labels(ground, candidate, base, destroyed));
    }
    let one = move |unit: usize| {
        let truth = if destroyed {
            ground.nothing
        } else {
            ground.class_of(unit)
        };
        Compared {
            unit,
            label: None,
            turn: turn(truth, candidate.called(unit), base.called(unit)),
        }
    };
    Box::new(ground.compared(destroyed).map(one))
}

fn turns_of_labels<'a>(
    ground: &'a Ground,
    candidate: &'a Answers,
    base: &'a Answers,
    destroyed: bool,
) -> impl Iterator<Item = Compared> + 'a {
    let pairs = (0..ground.units.len()).flat_map(|unit| {
        let labels = ground.classes.iter().enumerate();
        labels.map(move |(label, known)| (unit, label, known))
    });
    pairs.filter_map(move |(unit, label, known)| {
        let truth = known.of(unit).filter(|truth| *truth || !destroyed)?;
        Some(Compared {
            unit,
            label: Some(label),
            turn: turn(
                truth && !destroyed,
                candidate.calls(label, unit),
                base.calls(label, unit),
            ),
        })
    })
}

/// How a call turns from base to candidate; `None` where it stays.
fn turn<C: Copy + PartialEq>(truth: C, new: C, old: C) -> Option<Turn> {
    if new == old {
        None
    } else if old == truth {
        Some(Turn::ToWrong)
    } else if new == truth {
        Some(Turn::ToRight)
    } else {
        Some(Turn::AmongWrong)
    }
}

#[derive(Default)]
struct Flips {
    to_wrong: u64,
    to_right: u64,
    among_wrong: u64,
}

impl Flips {
    fn add(&mut self, turn: Option<Turn>) {
        match turn {
            None => {}
            Some(Turn::ToWrong) => self.to_wrong += 1,
            Some(Turn::ToRight) => self.to_right += 1,
            Some(Turn::AmongWrong) => self.among_wrong += 1,
        }
    }
}

/// How far probabilities move, over every unit and class.
struct Change {
    largest: f64,
    mean: f64,
    median: f64,
    p90: f64,
    p99: f64,
    identical: bool,
}

impl Change {
    fn measure(candidate: &Answers, base: &Answers) -> Self {
        let pairs = candidate.probability.iter().zip(&base.probability);
        let pairs = pairs.flat_map(|(new, old)| new.iter().zip(&old[..]));
        let mut sorted: Vec<f64> = pairs.clone().map(|(new, old)| (new - old).abs()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        // From the smallest: a fixed order, and the least rounding.
        let sum: f64 = sorted.iter().sum();
        Self {
            largest: quantile(&sorted, 1.0),
            mean: sum / sorted.len().max(1) as f64,
            median: quantile(&sorted, 0.5),
            p90: quantile(&sorted, 0.9),
            p99: quantile(&sorted, 0.99),
            identical: pairs
                .clone()
                .all(|(new, old)| new.to_bits() == old.to_bits()),
        }
    }
}

/// The probabilities of the scored classes, one after the other; or the numbers.
fn scored<'a>(ground: &Ground, answers: &'a Answers) -> Cow<'a, [f64]> {
    let scored = if ground.numbers {
        1
    } else {
        ground.classes.len()
    };
    match &answers.probability[..answers.probability.len().min(scored)] {
        [only] => Cow::Borrowed(only),
        several => Cow::Owned(several.concat()),
    }
}
