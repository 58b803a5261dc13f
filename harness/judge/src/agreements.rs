//! Agreements: how far two cells agree, unit by unit, whatever the metric.

use titer_core::{Agreement, Effect};

use crate::answers::Answers;
use crate::comparisons::Held;
use crate::flips::Rare;
use crate::ground::Ground;

/// How far two cells agree; `None` where one of them failed.
///
/// Calls are compared where [`Ground::compared`] says; changes of a probability over every unit and
/// class. Where the target is destroyed, calling nothing is right.
#[must_use]
pub fn agree(held: Held<'_, '_>, ground: &Ground) -> Option<Agreement> {
    let (candidate, base) = (held.candidate.answers()?, held.base.answers()?);
    let cell = held.candidate.cell;
    let destroyed = cell.effect == Effect::Destroyed;
    let compared = ground.compared(destroyed);
    let flips = Flips::count(ground, &compared, candidate, base, destroyed);
    let flipped = |unit: usize| candidate.called[unit] != base.called[unit];
    let units = compared
        .iter()
        .map(|&unit| (ground.cluster_of[unit], flipped(unit)));
    let rare = Rare::of(units);
    let change = Change::measure(candidate, base);
    Some(Agreement {
        suite: cell.suite.clone(),
        model: cell.model.clone(),
        variant: cell.variant.clone(),
        base: held.base.cell.variant.clone(),
        contrast: held.contrast,
        dataset: cell.dataset.clone(),
        split: cell.split.clone(),
        perturbation: cell.perturbation.clone(),
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
        identical: change.identical,
    })
}

#[derive(Default)]
struct Flips {
    to_wrong: u64,
    to_right: u64,
    among_wrong: u64,
}

impl Flips {
    fn count(
        ground: &Ground,
        compared: &[usize],
        candidate: &Answers,
        base: &Answers,
        destroyed: bool,
    ) -> Self {
        let mut flips = Self::default();
        for &unit in compared {
            let (new, old) = (candidate.called[unit], base.called[unit]);
            let truth = if destroyed {
                ground.nothing
            } else {
                ground.class_of[unit]
            };
            if new == old {
                continue;
            }
            if old == truth {
                flips.to_wrong += 1;
            } else if new == truth {
                flips.to_right += 1;
            } else {
                flips.among_wrong += 1;
            }
        }
        flips
    }
}

struct Change {
    largest: f64,
    mean: f64,
    identical: bool,
}

impl Change {
    fn measure(candidate: &Answers, base: &Answers) -> Self {
        let (mut largest, mut sum, mut count, mut identical) = (0.0f64, 0.0, 0u64, true);
        for (new, old) in candidate.probability.iter().zip(&base.probability) {
            for (new, old) in new.iter().zip(old) {
                let change = (new - old).abs();
                largest = largest.max(change);
                sum += change;
                count += 1;
                identical &= new.to_bits() == old.to_bits();
            }
        }
        Self {
            largest,
            mean: if count == 0 { 0.0 } else { sum / count as f64 },
            identical,
        }
    }
}
