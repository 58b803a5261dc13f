//! What was written, checked as `titer data check`, `titer models check` and `titer plan` do.

use std::path::Path;

use titer_data::Summary;
use titer_init::Written;

use crate::arguments::{Overrides, Part, Places, Talk};
use crate::commands::{data, models, plan};
use crate::console::{complain, say};
use crate::error::CommandError;
use crate::finding;

/// The worst exit code; an error where something cannot be read at all.
pub(super) fn check(
    written: &Written,
    folder: &Path,
    places: &Places,
    talk: Talk,
) -> Result<u8, CommandError> {
    // The suite that names the data lies below the folder.
    let mut path = vec![folder.to_owned()];
    path.extend(places.path.iter().cloned());
    let places = Places {
        path,
        onnxruntime: places.onnxruntime.clone(),
        offline: places.offline,
    };
    say("checking the table");
    has_every_class(&data::checked(titer_data::open(&written.dataset)?)?)?;
    say("checking the model");
    let code = models::check(&written.model, &places, talk)?;
    if code != 0 {
        return Ok(code);
    }
    say("checking the evaluation");
    planned(&written.evaluation, &places, talk)?;
    Ok(0)
}

/// What no test row has cannot be scored: of two classes nothing can, of several the others.
fn has_every_class(summary: &Summary) -> Result<(), CommandError> {
    let classes = summary.splits.get("test").map(|split| &split.classes);
    let classes = classes.into_iter().flatten();
    let missing = classes.filter(|(_, count)| *count == 0);
    let missing: Vec<&str> = missing.map(|(class, _)| class.as_str()).collect();
    let all = summary
        .splits
        .values()
        .map(|split| split.classes.len())
        .max();
    match (missing.as_slice(), all) {
        ([], _) => Ok(()),
        (missing, Some(3..)) => {
            complain(&format!(
                "warning: no test row is of class {}: it has no scores of its own, and the others are told apart without it",
                missing.join(", ")
            ));
            Ok(())
        }
        (missing, _) => Err(CommandError::Argument(format!(
            "no test row is of class {}: nothing can be said of how it is told from the other\n  help: write test rows of both classes, or correct `--split` or `--label`",
            missing.join(", ")
        ))),
    }
}

fn planned(evaluation: &Path, places: &Places, talk: Talk) -> Result<(), CommandError> {
    let overrides = Overrides {
        limit: None,
        seed: None,
        threads: None,
        part: Part::default(),
    };
    let mut runtime = || finding::onnxruntime(places, talk).map(Some);
    let planned = plan::plan(
        &evaluation.to_string_lossy(),
        &overrides,
        places,
        &mut runtime,
    )?;
    for gate in &planned.plan.gates {
        say(&format!("gate: {gate}"));
    }
    for left in &planned.plan.left_out {
        say(&format!("left out: {}: {}", left.what, left.why));
    }
    for note in &planned.notes {
        complain(&format!("note: {note}"));
    }
    say("sound");
    Ok(())
}
