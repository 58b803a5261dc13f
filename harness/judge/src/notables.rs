//! Notable examples of a clean cell: the worst errors, and the largest changes from the reference.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use titer_core::{Notable, NotableKind, Place};
use titer_spec::plan::{PlannedCell, PlannedDataset};

use crate::answers::Answers;
use crate::error::JudgeError;
use crate::facts::Facts;
use crate::ground::{ClassTruth, Ground};
use crate::scoring::Source;
use crate::values::shown;

/// How many of each kind.
pub const MOST: usize = 5;

/// The notable units of a cell: those called wrong whose probability is furthest from the truth (of
/// numbers: those furthest from the truth), and,
/// where there is a reference, those whose probability is furthest from the reference's, and those that the reference
/// itself is furthest from the truth on. Ties go by id and position.
#[must_use]
pub fn notables(
    cell: &PlannedCell,
    ground: &Ground,
    answers: &Answers,
    reference: Option<&Answers>,
) -> Vec<Notable> {
    let errors = errors(ground, answers);
    let mut notables = describe(
        cell,
        ground,
        answers,
        reference,
        NotableKind::WorstError,
        &errors,
    );
    if let Some(reference) = reference {
        let changes = furthest(ground, |unit, class| {
            let probability = |of: &Answers| of.probability[class][unit];
            let change = (probability(answers) - probability(reference)).abs();
            (change > 0.0).then_some(change)
        });
        let errors = self::errors(ground, reference);
        for (kind, units) in [
            (NotableKind::LargestChange, &changes),
            (NotableKind::ReferenceError, &errors),
        ] {
            let found = describe(cell, ground, answers, Some(reference), kind, units);
            notables.extend(found);
        }
    }
    notables
}

/// The units that answers are furthest from the truth on, among those called wrong.
fn errors(ground: &Ground, answers: &Answers) -> Vec<Far> {
    furthest(ground, |unit, class| {
        if ground.numbers {
            let distance = (answers.probability[class][unit] - ground.values[unit]).abs();
            return (distance > 0.0).then_some(distance);
        }
        let wrong = match ground.labels {
            true => ground.classes[class].of(unit)? != answers.calls(class, unit),
            false => answers.called(unit) != ground.class_of(unit),
        };
        let truth = f64::from(u8::from(ground.classes[class].truth[unit]));
        wrong.then(|| (answers.probability[class][unit] - truth).abs())
    })
}

/// Says of notable examples of a dataset where they lie, as far as `source` knows. Few of many are notable: places are not held
/// while the others are scored, but read once more.
///
/// # Errors
/// The examples cannot be read.
pub fn place(
    notables: &mut [Notable],
    dataset: &PlannedDataset,
    source: &dyn Source,
) -> Result<(), JudgeError> {
    if notables.is_empty() {
        return Ok(());
    }
    let mut of_id: BTreeMap<String, Vec<&mut Notable>> = BTreeMap::new();
    for notable in notables {
        of_id.entry(notable.id.clone()).or_default().push(notable);
    }
    source.facts(dataset, &mut |fact| {
        let Facts { id, place, .. } = fact;
        for notable in of_id.get_mut(&id).into_iter().flatten() {
            notable.place = place.clone();
        }
        Ok(())
    })
}

/// A unit, the class in which it is furthest, and how far.
#[derive(Clone, Copy)]
struct Far {
    unit: usize,
    class: usize,
    distance: f64,
}

/// Units that are looked at before all but the [`MOST`] furthest of them are forgotten.
const HELD: usize = 4096;

/// The units with the largest distances, each in the class where it is largest.
fn furthest(ground: &Ground, distance: impl Fn(usize, usize) -> Option<f64>) -> Vec<Far> {
    let id = |far: &Far| {
        let unit = ground.units.get(far.unit);
        (ground.examples.id(unit.example as usize), unit.offset)
    };
    let order = |a: &Far, b: &Far| -> Ordering {
        let by_distance = b.distance.total_cmp(&a.distance);
        by_distance.then_with(|| id(a).cmp(&id(b)))
    };
    let mut all: Vec<Far> = Vec::with_capacity(HELD);
    for unit in 0..ground.units.len() {
        let answers = if ground.numbers {
            1
        } else {
            ground.classes.len()
        };
        let classes = (0..answers).filter_map(|class| {
            let distance = distance(unit, class)?;
            Some(Far {
                unit,
                class,
                distance,
            })
        });
        all.extend(classes.reduce(|best, next| {
            if next.distance > best.distance {
                next
            } else {
                best
            }
        }));
        if all.len() >= HELD {
            all.select_nth_unstable_by(MOST - 1, order);
            all.truncate(MOST);
        }
    }
    all.sort_unstable_by(order);
    all.truncate(MOST);
    all
}

/// What is true of a label, in a word or two.
fn of_label(label: &ClassTruth, unit: usize) -> String {
    match label.of(unit) {
        Some(true) => label.name.clone(),
        Some(false) => format!("not {}", label.name),
        None => "not known".to_owned(),
    }
}

fn describe(
    cell: &PlannedCell,
    ground: &Ground,
    answers: &Answers,
    reference: Option<&Answers>,
    kind: NotableKind,
    units: &[Far],
) -> Vec<Notable> {
    let describe = |(rank, far): (u32, &Far)| {
        let unit = ground.units.get(far.unit);
        let example = unit.example as usize;
        Notable {
            kind,
            rank,
            suite: cell.case.suite.clone(),
            model: cell.case.model.clone(),
            variant: cell.case.variant.clone(),
            dataset: cell.case.dataset.clone(),
            id: ground.examples.id(example).to_owned(),
            place: Place::default(),
            offset: ground.positions.then(|| u64::from(unit.offset)),
            target: match ground.values.get(far.unit) {
                Some(value) => shown(*value),
                None if ground.labels => of_label(&ground.classes[far.class], far.unit),
                None => ground.class_of(far.unit).map_or_else(String::new, |class| {
                    ground.names[usize::from(class)].clone()
                }),
            },
            class: match ground.numbers {
                true => String::new(),
                false => ground.classes[far.class].name.clone(),
            },
            probability: answers.probability[far.class][far.unit],
            reference_probability: reference.map(|r| r.probability[far.class][far.unit]),
        }
    };
    (1..).zip(units).map(describe).collect()
}
