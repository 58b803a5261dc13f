//! What a repeated run does again: cells and measurements of commands that may read what nobody knows of.

use std::collections::BTreeSet;

use titer_core::Digest;
use titer_store::{Manifest, RunFolder, RunStatus};

use super::keys;
use crate::error::RunError;
use crate::plan::Planned;

/// Moves such cells and measurements of an earlier run away, before this one is said to run; what the user should
/// know of it. Those of the very run that goes on now, after it was stopped, stay.
pub(super) fn make_room(
    planned: &Planned,
    folder: &RunFolder,
    before: Option<&Manifest>,
) -> Result<Option<String>, RunError> {
    if before.is_some_and(|before| before.status == RunStatus::Running) {
        return Ok(None);
    }
    let (mut stale, mut variants) = (BTreeSet::<Digest>::new(), BTreeSet::new());
    let cells = planned.plan.all_cells();
    let cells = cells.map(|cell| (cell.key, &cell.case.model, &cell.case.variant));
    let measured = planned.plan.measurements.iter();
    let measured = measured.map(|it| (it.key, &it.model, &it.variant));
    for (key, model, variant) in cells.chain(measured) {
        if may_read_anything(planned, model, variant) && is_there(folder, &key) {
            stale.insert(key);
            variants.insert(format!("{model} {variant}"));
        }
    }
    if stale.is_empty() {
        return Ok(None);
    }
    folder.rotate_previous()?;
    folder.retire_cells(&keys(planned).difference(&stale).copied().collect())?;
    let variants = variants.into_iter().collect::<Vec<_>>().join(", ");
    Ok(Some(format!(
        "{variants}: reads outside its folder are not known: predicted again (say `files_complete: true` in `process` where its folder and `files` hold all that it reads)"
    )))
}

fn may_read_anything(planned: &Planned, model: &str, variant: &str) -> bool {
    let loaded = planned
        .variants
        .get(&(model.to_owned(), variant.to_owned()));
    let command = loaded.and_then(|loaded| loaded.spec.process.as_ref());
    command.is_some_and(|command| !command.files_complete)
}

/// Whether there is something of a cell or measurement that could be taken for this run's.
fn is_there(folder: &RunFolder, key: &Digest) -> bool {
    let cell = folder.read_cell_record(key);
    let measurement = folder.read_measurement(key);
    !matches!(cell, Ok(None)) || !matches!(measurement, Ok(None))
}
