//! `titer init`: an evaluation of the user's own model and table, written, checked, and the next command.

mod asking;
mod checking;

use std::path::{Path, PathBuf};

use titer_data::DataError;
use titer_data::profile::Profile;
use titer_init::{Facts, Source, Understood, Wishes, Written, bases, remove, texts, write};
use titer_inspection::probe::Hints;

use crate::arguments::{Init, Places, Talk};
use crate::commands::models::probe::{is_address, proposals};
use crate::console::{is_asked, say, say_table};
use crate::error::CommandError;

pub(super) fn run(init: &Init, places: &Places, talk: Talk) -> Result<u8, CommandError> {
    let asks = is_asked() && !init.yes;
    let (models, data) = asking::files(init, asks)?;
    let wishes = init.wishes();
    let facts = facts(&models, &data, &wishes, init.time_limit, (places, talk))?;
    let Some(mut understood) = asking::until_understood(&facts, wishes, asks)? else {
        say("nothing was written");
        return Ok(0);
    };
    if init.name.is_none() {
        // Runs are kept by the evaluation's name: one in a folder of its own does not take the place of another's.
        understood.names.evaluation += &apart(&init.folder);
    }
    let written = texts(&facts, &understood, &whole(&init.folder))?;
    let made = write(&written)?;
    let checked = checking::check(&written, &init.folder, places, talk);
    if !matches!(checked, Ok(0)) {
        remove(&made);
        say("nothing was written: what would have been did not pass its checks");
        return checked;
    }
    next(&written, &made, init);
    Ok(0)
}

/// `-other` of a folder `other`; nothing of this folder, or of one whose name is none for an evaluation.
fn apart(folder: &Path) -> String {
    let name = folder.file_name().and_then(|name| name.to_str());
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let name = name.filter(|name| name.chars().all(plain));
    name.map_or_else(String::new, |name| format!("-{}", name.to_lowercase()))
}

/// Reads the table and asks the model.
fn facts(
    models: &[String],
    data: &Path,
    wishes: &Wishes,
    limit_s: u32,
    (places, talk): (&Places, Talk),
) -> Result<Facts, CommandError> {
    let table = profile(data)?;
    let tables: Vec<&String> = models.iter().filter(|model| is_table(model)).collect();
    let source = match tables.as_slice() {
        [] => {
            let hints = Hints {
                bases: bases(&table, wishes),
                ..Hints::default()
            };
            Source::Builds(proposals(models, &hints, limit_s, (places, talk))?)
        }
        [one] if models.len() == 1 => Source::Predictions(profile(Path::new(one))?),
        [one, ..] => {
            return Err(CommandError::Argument(format!(
                "--model {one} is a table of scores, and stands beside another model\n  help: give one table of scores, or builds that run; variants of both kinds are written by hand (docs/backends/predictions.md)"
            )));
        }
    };
    Ok(Facts { table, source })
}

/// Whether a model goes by a table of its scores.
fn is_table(model: &str) -> bool {
    let name = model.to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let endings = [".csv", ".tsv", ".parquet"];
    !is_address(model) && endings.iter().any(|ending| name.ends_with(ending))
}

/// Reads a table, which is known by its path without links from then on.
fn profile(path: &Path) -> Result<Profile, CommandError> {
    let whole = path.canonicalize().map_err(|error| {
        CommandError::Argument(format!(
            "{} cannot be read: {error}\n  help: check the path",
            path.display()
        ))
    })?;
    let profile = titer_data::profile::profile(path).map_err(DataError::from)?;
    Ok(Profile {
        path: whole,
        ..profile
    })
}

/// A folder, absolute and as far as it is there without links.
fn whole(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let mut missing = Vec::new();
    let mut at = absolute.as_path();
    loop {
        if let Ok(there) = at.canonicalize() {
            return missing
                .iter()
                .rev()
                .fold(there, |path, part| path.join(part));
        }
        match (at.parent(), at.file_name()) {
            (Some(parent), Some(name)) => {
                missing.push(name.to_owned());
                at = parent;
            }
            _ => return absolute,
        }
    }
}

/// Says what was understood, and why.
fn show(understood: &Understood) {
    let rows = understood.lines.iter();
    let rows: Vec<Vec<String>> = rows
        .map(|line| vec![line.field.to_owned(), line.value.clone(), line.why.clone()])
        .collect();
    say_table(&["understood", "as", "because"], &rows);
    if !understood.assumed.is_empty() {
        say("");
        say(
            "assumed, for neither model nor table says it (it stands in the model's file, to be corrected):",
        );
        for one in &understood.assumed {
            say(&format!("  {one}"));
        }
    }
    say("");
}

fn next(written: &Written, made: &[PathBuf], init: &Init) {
    say("");
    for path in written.paths() {
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        let short = here.ok().and_then(|here| path.strip_prefix(here).ok());
        let short = short.unwrap_or(path).display();
        match made.iter().any(|made| made == path) {
            true => say(&format!("wrote {short}")),
            false => say(&format!("left {short} as it was")),
        }
    }
    let evaluation = init.folder.join("evaluation.yaml");
    let evaluation = evaluation
        .strip_prefix(".")
        .unwrap_or(&evaluation)
        .display();
    say(&format!("next: titer run {evaluation}"));
}
