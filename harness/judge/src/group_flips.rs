//! Flips between two cells by true class and by stratum.

use titer_core::{Effect, GroupFlips};

use crate::agreements::{Turn, turns};
use crate::comparisons::Held;
use crate::ground::Ground;
use crate::strata::Strata;
use crate::stratum::CLASS;

/// The flips of two cells in each group of a stratum that holds a unit; nothing where one of them failed.
#[must_use]
pub fn group_flips(
    held: Held<'_, '_>,
    ground: &Ground,
    stratum: &str,
    strata: &Strata,
) -> Vec<GroupFlips> {
    let (Some(candidate), Some(base)) = (held.candidate.probabilities(), held.base.probabilities())
    else {
        return Vec::new();
    };
    let cell = held.candidate.cell;
    let destroyed = cell.effect == Effect::Destroyed;
    let row = |group: &String| GroupFlips {
        case: cell.case.clone(),
        base: held.base_name(),
        contrast: held.contrast,
        stratum: stratum.to_owned(),
        group: group.clone(),
        units: 0,
        flips_to_wrong: 0,
        flips_to_right: 0,
        flips_among_wrong: 0,
    };
    let labels: Vec<String>;
    // Of several labels it is the label that a call is of, where else it is the true class.
    let of_labels = stratum == CLASS && ground.labels;
    let groups = match of_labels {
        true => {
            labels = ground.classes.iter().map(|it| it.name.clone()).collect();
            &labels
        }
        false => &strata.groups,
    };
    let mut rows: Vec<GroupFlips> = groups.iter().map(row).collect();
    for one in turns(ground, candidate, base, destroyed) {
        let group = match of_labels {
            true => one.label,
            false => strata.of.get(one.unit).map(|group| group as usize),
        };
        let Some(row) = group.and_then(|group| rows.get_mut(group)) else {
            continue;
        };
        row.units += 1;
        match one.turn {
            None => {}
            Some(Turn::ToWrong) => row.flips_to_wrong += 1,
            Some(Turn::ToRight) => row.flips_to_right += 1,
            Some(Turn::AmongWrong) => row.flips_among_wrong += 1,
        }
    }
    rows.retain(|row| row.units > 0);
    rows
}
