//! `titer data croissant`, `import`, `sheet`, `pin`: what a dataset is, for others and for itself.

use std::path::Path;

use titer_data::{DataError, croissant};
use titer_spec::{Dataset, Document, Kind};

use crate::arguments::Places;
use crate::console::{say, say_exactly};
use crate::error::CommandError;
use crate::finding;

pub(super) fn croissant(
    name: &str,
    to: Option<&Path>,
    places: &Places,
) -> Result<u8, CommandError> {
    let document = Document::<Dataset>::read(&finding::find(Kind::Dataset, name, places)?)?;
    croissant::check(&document).map_err(DataError::from)?;
    let value = croissant::croissant(&document.value, document.folder());
    let text = serde_json::to_string_pretty(&value)
        .map_err(|error| CommandError::Internal(format!("it cannot be written: {error}")))?;
    give(&text, to)
}

pub(super) fn sheet(name: &str, to: Option<&Path>, places: &Places) -> Result<u8, CommandError> {
    let dataset = super::open(name, places)?;
    let summary = titer_data::check(&dataset)?;
    give(
        titer_data::sheet::sheet(dataset.about(), &summary).trim_end(),
        to,
    )
}

pub(super) fn import(file: &Path, to: Option<&Path>) -> Result<u8, CommandError> {
    let wrong = |words: String| CommandError::Argument(format!("{}: {words}", file.display()));
    let text = std::fs::read_to_string(file)
        .map_err(|error| wrong(format!("cannot be read: {error}\n  help: check the path")))?;
    let imported = croissant::import(&text).map_err(wrong)?;
    let beside = file.parent().unwrap_or(Path::new("."));
    let place = to.unwrap_or(beside).join("dataset.yaml");
    if place.exists() {
        return Err(CommandError::Argument(format!(
            "{} is there already\n  help: name another folder by --to",
            place.display()
        )));
    }
    give(imported.text.trim_end(), Some(&place))?;
    say(&format!("{}: {}", imported.name, place.display()));
    for one in &imported.open {
        say(&format!("  to fill in: {one}"));
    }
    Ok(0)
}

pub(super) fn pin(name: &str, places: &Places) -> Result<u8, CommandError> {
    let place = finding::find(Kind::Dataset, name, places)?;
    let pinned = titer_data::pin::pin(&place)?;
    if pinned.filled.is_empty() {
        say(&format!("{}: leaves nothing open", place.display()));
        return Ok(0);
    }
    replace(&place, &pinned.text)?;
    for one in &pinned.filled {
        say(&format!("pinned: {one}"));
    }
    Ok(0)
}

/// Puts a text in a descriptor's place, whole or not at all.
pub(crate) fn replace(place: &Path, text: &str) -> Result<(), CommandError> {
    let temporary = place.with_extension("yaml.part");
    let written = std::fs::write(&temporary, text);
    let written = written.and_then(|()| std::fs::rename(&temporary, place));
    written.map_err(|error| {
        CommandError::Argument(format!("{} cannot be written: {error}", place.display()))
    })
}

/// Says a text, or writes it to a file.
fn give(text: &str, to: Option<&Path>) -> Result<u8, CommandError> {
    let Some(path) = to else {
        say_exactly(text);
        return Ok(0);
    };
    let failed = |error: std::io::Error| {
        CommandError::Argument(format!("{} cannot be written: {error}", path.display()))
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, format!("{text}\n")).map_err(failed)?;
    Ok(0)
}
