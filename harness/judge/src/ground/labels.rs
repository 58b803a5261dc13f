//! The ground truth of a question of labels: a unit is an example, and each label is a class that is held against the rest
//! of the units of which it is known.

use titer_core::Target;
use titer_spec::plan::{PlannedDataset, PlannedSuite};

use super::{ClassTruth, Ground, flawed};
use crate::error::JudgeError;
use crate::examples::Grouping;
use crate::facts::{Facts, TakeFacts};
use crate::units::Unit;

/// Lays out the examples of a dataset.
///
/// # Errors
/// The dataset lacks a label, or an example has no labels or another number of them; what `read` gives.
pub(super) fn ground(
    suite: &PlannedSuite,
    asked: &[String],
    dataset: &PlannedDataset,
    read: impl FnOnce(&mut TakeFacts<'_>) -> Result<(), JudgeError>,
) -> Result<Ground, JudgeError> {
    let mut places = Vec::with_capacity(asked.len());
    for label in asked {
        let place = dataset.classes.iter().position(|known| known == label);
        places.push(place.ok_or_else(|| JudgeError::Plan {
            what: format!("label {label:?} of dataset {}", dataset.name),
        })?);
    }
    let mut ground = Ground::empty(suite, dataset);
    let mut grouping = Grouping::new(suite);
    let mut columns = vec![(Vec::new(), Vec::new()); asked.len()];
    read(&mut |fact| {
        let known = labels_of(&fact, dataset.classes.len());
        let known = known.map_err(|reason| flawed(dataset, &fact, reason))?;
        for ((truth, knows), place) in columns.iter_mut().zip(&places) {
            let label = known.get(*place).copied().flatten();
            truth.push(label == Some(true));
            knows.push(label.is_some());
        }
        let example = ground.next_example();
        ground.units.push(Unit { example, offset: 0 });
        ground.examples.add(&fact);
        grouping.add(dataset, &fact);
        Ok(())
    })?;
    let labels = asked.iter().zip(columns);
    let labels = labels.map(|(label, (truth, known))| ClassTruth {
        name: label.clone(),
        truth: truth.into(),
        known: Some(known),
    });
    ground.classes = labels.collect();
    ground.close(dataset, &grouping);
    Ok(ground)
}

fn labels_of(fact: &Facts, labels: usize) -> Result<&[Option<bool>], String> {
    match &fact.target {
        Target::Labels(known) if known.len() == labels => Ok(known),
        Target::Labels(known) => Err(format!(
            "has {} labels, its dataset has {labels}",
            known.len()
        )),
        _ => Err("has no labels, which the suite asks about".to_owned()),
    }
}
