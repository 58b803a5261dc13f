//! `titer data show`: what a descriptor says, in words or as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use titer_spec::{Dataset, Document};

use super::say_map;
use crate::arguments::{Form, Format};
use crate::commands::ls;
use crate::console::{bytes, say, say_json};
use crate::error::CommandError;

/// A dataset's descriptor.
#[derive(Serialize)]
struct Shown<'a> {
    dataset: &'a str,
    summary: &'a str,
    descriptor: String,
    organism: &'a str,
    assembly: &'a str,
    /// The column of a target that is a number.
    target: Option<&'a str>,
    /// Classes, one of which is true.
    classes: Vec<&'a str>,
    /// Labels, any of which may be true.
    labels: Vec<&'a str>,
    /// Examples of each split; `None`: not counted yet.
    splits: Option<BTreeMap<String, u64>>,
    /// Whether all that is to be fetched is here.
    fetched: bool,
    files: Vec<File>,
    genome: Option<File>,
    fetch: Vec<ToFetch<'a>>,
    licence: &'a BTreeMap<String, String>,
    sources: Vec<String>,
    changes: Option<&'a str>,
    caveats: &'a [String],
}

#[derive(Serialize)]
struct File {
    path: String,
    bytes: u64,
    digest: String,
}

#[derive(Serialize)]
struct ToFetch<'a> {
    to: &'a str,
    licence: &'a str,
    bytes: u64,
    from: String,
}

pub(super) fn show(document: &Document<Dataset>, form: Form) -> Result<u8, CommandError> {
    let shown = shown(document);
    match form.format {
        Format::Json => say_json(&shown)?,
        Format::Text => tell(&shown),
    }
    Ok(0)
}

fn shown(document: &Document<Dataset>) -> Shown<'_> {
    let about = &document.value;
    let file = |path: &str, bytes: u64, digest: &str| File {
        path: document.folder().join(path).display().to_string(),
        bytes,
        digest: digest.to_owned(),
    };
    let names: Vec<&str> = about.classes.iter().map(String::as_str).collect();
    let (classes, labels) = match about.has_labels() {
        true if names.is_empty() => (Vec::new(), about.columns.labels.labels().collect()),
        true => (Vec::new(), names),
        false => (names, Vec::new()),
    };
    let files = about.all_files();
    let genome = about.genome.as_ref();
    Shown {
        dataset: &about.dataset.value,
        summary: &about.summary,
        descriptor: document.path.display().to_string(),
        organism: &about.organism,
        assembly: &about.assembly,
        target: about.columns.target.as_ref().map(|it| it.value.as_str()),
        classes,
        labels,
        splits: ls::splits_of(document),
        fetched: ls::is_here(document),
        files: files
            .iter()
            .map(|it| file(&it.path.value, it.bytes, &it.digest.value))
            .collect(),
        genome: genome.map(|it| file(&it.path.value, it.bytes, &it.digest.value)),
        fetch: about
            .fetch
            .iter()
            .map(|entry| ToFetch {
                to: &entry.to.value,
                licence: &entry.licence,
                bytes: entry.bytes,
                from: entry.from(),
            })
            .collect(),
        licence: &about.licence,
        sources: about
            .sources
            .iter()
            .map(titer_run::plan::source_line)
            .collect(),
        changes: about.changes.as_deref(),
        caveats: &about.caveats,
    }
}

fn tell(shown: &Shown<'_>) {
    say(&format!("{}: {}", shown.dataset, shown.summary));
    say(&format!("descriptor: {}", shown.descriptor));
    say(&format!(
        "organism: {}, assembly {}",
        shown.organism, shown.assembly
    ));
    match shown.target {
        Some(target) => say(&format!("target: a number (column {target})")),
        None if !shown.labels.is_empty() => say(&format!("labels: {}", shown.labels.join(", "))),
        None => say(&format!("classes: {}", shown.classes.join(", "))),
    }
    for (split, count) in shown.splits.iter().flatten() {
        say(&format!("split {split}: {count} examples"));
    }
    let files = shown.files.iter().map(|file| ("file", file));
    for (what, file) in files.chain(shown.genome.iter().map(|file| ("genome", file))) {
        say(&format!(
            "{what}: {}, {}, {}",
            file.path,
            bytes(file.bytes),
            file.digest
        ));
    }
    for entry in &shown.fetch {
        say(&format!(
            "fetch: {}, {}, {} from {}",
            entry.to,
            entry.licence,
            bytes(entry.bytes),
            entry.from
        ));
    }
    if !shown.fetched {
        say(&format!("not fetched: titer data fetch {}", shown.dataset));
    }
    say_map("licence", shown.licence);
    for source in &shown.sources {
        say(&format!("source: {source}"));
    }
    if let Some(changes) = shown.changes {
        say(&format!("changes: {changes}"));
    }
    for caveat in shown.caveats {
        say(&format!("caveat: {caveat}"));
    }
}
