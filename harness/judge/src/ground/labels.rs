//! The ground truth of a question of labels: a unit is an example, and each label is a class that is held against the rest
//! of the units of which it is known.

use titer_core::Target;
use titer_spec::plan::{PlannedDataset, PlannedSuite};

use super::{ClassTruth, Ground, Unit};
use crate::error::JudgeError;
use crate::facts::{Facts, TakeFacts};

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
    let mut ground = Ground {
        classes: asked.iter().map(|label| blank(label)).collect(),
        ..Ground::empty(suite, dataset)
    };
    read(&mut |fact| {
        let known = labels_of(&fact, dataset.classes.len());
        let known = known.map_err(|reason| JudgeError::Example {
            dataset: dataset.name.clone(),
            id: fact.id.clone(),
            reason,
        })?;
        for (class, place) in ground.classes.iter_mut().zip(&places) {
            let truth = known.get(*place).copied().flatten();
            class.truth.push(truth == Some(true));
            class.known.get_or_insert_default().push(truth.is_some());
        }
        let example = u32::try_from(ground.examples.len()).unwrap_or(u32::MAX);
        ground.units.push(Unit { example, offset: 0 });
        ground.class_of.push(None);
        ground.examples.add(dataset, &fact);
        Ok(())
    })?;
    ground.number_clusters();
    Ok(ground)
}

fn blank(label: &str) -> ClassTruth {
    ClassTruth {
        name: label.to_owned(),
        truth: Vec::new(),
        known: Some(Vec::new()),
    }
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
