//! Responses: what a variant's answers do when its examples are perturbed, beside the same examples as they were.
//!
//! Every perturbed cell is held against the same variant's clean cell, whatever the perturbation does to the target: where it is
//! kept, flips and changes say how invariant the variant is; where it is destroyed, the answers for what was there must fall.

use titer_core::{Effect, Response, Undefined, Valued};
use titer_metrics::ValuesMetricName;
use titer_statistics::{ClusterDraws, ClusterSum, mean_bounds, spearman};

use crate::agreements::turns;
use crate::answers::Answers;
use crate::cells::JudgedCell;
use crate::ground::Ground;
use crate::intervals::{Estimated, estimate_prepared};

/// What each end of an interval leaves beyond it: 95 %, as everywhere.
const TAIL: f64 = 0.025;

/// A unit that is compared.
#[derive(Clone, Copy)]
struct Unit {
    cluster: u32,
    flips: bool,
    /// The largest change among its answers.
    change: f64,
    /// The answer that is correlated: for what is true of it, or of the first class.
    before: f64,
    after: f64,
}

/// How a perturbed cell answers beside the clean one of the same variant; `None` where one of them failed.
#[must_use]
pub fn respond(
    candidate: &JudgedCell<'_>,
    clean: &JudgedCell<'_>,
    ground: &Ground,
    draws: &ClusterDraws,
) -> Option<Response> {
    let (new, old) = (candidate.answers()?, clean.answers()?);
    let cell = candidate.cell;
    let destroyed = cell.effect == Effect::Destroyed;
    let ranks = candidate.outcome.ranks() || clean.outcome.ranks();
    let units = units(ground, new, old, destroyed);
    let of = |what: fn(&Unit) -> f64| sums(&units, what);
    let clusters = of(|_| 0.0).iter().filter(|one| one.units > 0).count() as u64;
    let flips = units.iter().filter(|unit| unit.flips).count() as u64;
    let calls = !ground.numbers && !ranks && !units.is_empty();
    let flip_ends = mean_bounds(&of(|unit| f64::from(unit.flips)), TAIL).ok();
    let flip_ends = flip_ends.filter(|_| calls);
    let changes = !ranks && !units.is_empty();
    let change_ends = match (changes, ground.numbers) {
        (false, _) => Err(Undefined::because(
            "a ranking's numbers are no answers to hold beside others",
        )),
        (true, false) => mean_bounds(&of(|unit| unit.change), TAIL),
        (true, true) => number(ValuesMetricName::Mae, &units, draws)
            .interval
            .map(|it| (it.lower, it.upper)),
    };
    let correlated = destroyed.then(|| number(ValuesMetricName::Spearman, &units, draws));
    let correlation_ends = correlated.and_then(|it| it.interval.ok());
    let fall = fall(destroyed, ranks, &units, clean_elsewhere(ground, old));
    let (before, after): (Vec<f64>, Vec<f64>) =
        units.iter().map(|it| (it.before, it.after)).unzip();
    Some(Response {
        case: cell.case.clone(),
        effect: word(cell.effect).to_owned(),
        units: units.len() as u64,
        clusters,
        flips: if calls { flips } else { 0 },
        flip_rate: calls.then(|| flips as f64 / units.len() as f64),
        flip_rate_lower: flip_ends.map(|ends| ends.0),
        flip_rate_upper: flip_ends.map(|ends| ends.1),
        mean_change: changes.then(|| mean(units.iter().map(|unit| unit.change))),
        mean_change_lower: change_ends.as_ref().ok().map(|ends| ends.0),
        mean_change_upper: change_ends.as_ref().ok().map(|ends| ends.1),
        mean_change_undefined: change_ends.err().map(|reason| reason.0),
        largest_change: changes.then(|| units.iter().map(|unit| unit.change).fold(0.0, f64::max)),
        correlation: spearman(&before, &after).ok(),
        correlation_lower: correlation_ends.as_ref().map(|it| it.lower),
        correlation_upper: correlation_ends.as_ref().map(|it| it.upper),
        before: fall.as_ref().ok().map(|it| it.before),
        after: fall.as_ref().ok().map(|it| it.after),
        elsewhere: fall.as_ref().ok().and_then(|it| it.elsewhere),
        fall: fall.as_ref().ok().map(|it| it.before - it.after),
        fall_lower: fall.as_ref().ok().map(|it| it.ends.0),
        fall_upper: fall.as_ref().ok().map(|it| it.ends.1),
        fall_undefined: fall.err().filter(|_| destroyed).map(|reason| reason.0),
    })
}

/// How many calls of a cell whose target is not destroyed are those of the clean one, cluster by cluster; `None` where one of
/// the cells failed, or where nothing is called.
#[must_use]
pub fn calls_that_stay(
    candidate: &JudgedCell<'_>,
    clean: &JudgedCell<'_>,
    ground: &Ground,
) -> Option<Vec<ClusterSum>> {
    let (new, old) = (candidate.answers()?, clean.answers()?);
    if ground.numbers || candidate.outcome.ranks() || clean.outcome.ranks() {
        return None;
    }
    let units = units(ground, new, old, false);
    Some(sums(&units, |unit| f64::from(!unit.flips)))
}

/// An effect, as tables have it.
fn word(effect: Effect) -> &'static str {
    match effect {
        Effect::Kept => "kept",
        Effect::Transformed => "transformed",
        Effect::Destroyed => "destroyed",
    }
}

/// The units that are compared, each with what became of its answers.
fn units(ground: &Ground, new: &Answers, old: &Answers, destroyed: bool) -> Vec<Unit> {
    let unit = |unit: usize, class: usize, change: f64, flips: bool| Unit {
        cluster: ground.cluster_of[unit],
        flips,
        change,
        before: old.probability[class][unit],
        after: new.probability[class][unit],
    };
    let moved =
        |class: usize, at: usize| (new.probability[class][at] - old.probability[class][at]).abs();
    if ground.numbers {
        let all = 0..ground.units.len();
        return all.map(|at| unit(at, 0, moved(0, at), false)).collect();
    }
    let compared = turns(ground, new, old, destroyed);
    let one = |compared: crate::agreements::Compared| {
        let at = compared.unit;
        let flips = compared.turn.is_some();
        match compared.label {
            Some(label) => unit(at, label, moved(label, at), flips),
            None => {
                let changes = (0..ground.classes.len()).map(|class| moved(class, at));
                let change = changes.fold(0.0, f64::max);
                unit(at, true_class(ground, at), change, flips)
            }
        }
    };
    compared.map(one).collect()
}

/// The scored class that is true of a unit; the first where none is.
fn true_class(ground: &Ground, unit: usize) -> usize {
    let mut classes = ground.classes.iter();
    classes
        .position(|class| class.of(unit) == Some(true))
        .unwrap_or(0)
}

/// What units add up to, cluster by cluster.
fn sums(units: &[Unit], what: fn(&Unit) -> f64) -> Vec<ClusterSum> {
    let mut sums: Vec<ClusterSum> = Vec::new();
    for unit in units {
        let cluster = unit.cluster as usize;
        if sums.len() <= cluster {
            sums.resize(cluster + 1, ClusterSum::default());
        }
        sums[cluster].sum += what(unit);
        sums[cluster].units += 1;
    }
    sums
}

fn mean(numbers: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = numbers.len().max(1) as f64;
    numbers.sum::<f64>() / count
}

/// A metric of numbers, of what was answered after beside what was before: its value and its interval.
fn number(name: ValuesMetricName, units: &[Unit], draws: &ClusterDraws) -> Estimated {
    let metric = name.metric();
    let truth: Vec<f64> = units.iter().map(|unit| unit.before).collect();
    let predicted: Vec<f64> = units.iter().map(|unit| unit.after).collect();
    let cluster_of: Vec<u32> = units.iter().map(|unit| unit.cluster).collect();
    let valued = Valued {
        truth: &truth,
        predicted: &predicted,
    };
    let prepared = metric.prepare(valued);
    estimate_prepared(
        prepared.as_ref(),
        &metric.about(),
        &cluster_of,
        draws,
        draws.clusters(),
    )
}

/// How much the answers for what was there fall.
struct Fall {
    before: f64,
    after: f64,
    elsewhere: Option<f64>,
    ends: (f64, f64),
}

fn fall(
    destroyed: bool,
    ranks: bool,
    units: &[Unit],
    elsewhere: Option<f64>,
) -> Result<Fall, Undefined> {
    if !destroyed {
        return Err(Undefined::because("the target is not destroyed"));
    }
    if ranks {
        return Err(Undefined::because(
            "the model ranks examples: places in an order cannot all fall",
        ));
    }
    // From -1 to 1, laid between 0 and 1.
    let (lower, upper) = mean_bounds(
        &sums(units, |unit| 0.5 + 0.5 * (unit.before - unit.after)),
        TAIL,
    )?;
    Ok(Fall {
        before: mean(units.iter().map(|unit| unit.before)),
        after: mean(units.iter().map(|unit| unit.after)),
        elsewhere,
        ends: (2.0 * lower - 1.0, 2.0 * upper - 1.0),
    })
}

/// The mean clean answer for a class where another thing is true, each class counting as often as it is true.
fn clean_elsewhere(ground: &Ground, clean: &Answers) -> Option<f64> {
    if ground.numbers {
        return None;
    }
    let (mut sum, mut weight) = (0.0, 0.0);
    for (class, answers) in ground.classes.iter().zip(&clean.probability) {
        let of =
            |wanted: bool| (0..answers.len()).filter(move |&unit| class.of(unit) == Some(wanted));
        let (there, elsewhere) = (of(true).count() as f64, of(false).count());
        if elsewhere > 0 && there > 0.0 {
            sum += there * of(false).map(|unit| answers[unit]).sum::<f64>() / elsewhere as f64;
            weight += there;
        }
    }
    (weight > 0.0).then(|| sum / weight)
}
