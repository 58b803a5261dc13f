//! `titer data`: what ships, what a descriptor says, whether every row is sound, what is downloaded.

use std::collections::BTreeMap;

use titer_data::{LoadedDataset, SplitSummary};
use titer_spec::{Dataset, Document, Fetch, Kind, Resolver};

use crate::arguments::{DataCommand, Look, Places, Talk};
use crate::console::{bytes, say, say_table};
use crate::error::CommandError;
use crate::finding;

mod describing;
pub(super) use describing::replace;
mod fetch;

pub(super) fn run(command: &DataCommand, places: &Places, talk: Talk) -> Result<u8, CommandError> {
    match command {
        DataCommand::Look(Look::Ls) => list(places),
        DataCommand::Look(Look::Show { name }) => show(&describe(name, places)?),
        DataCommand::Look(Look::Check { name }) => check(open(name, places)?),
        DataCommand::Croissant { name, to } => describing::croissant(name, to.as_deref(), places),
        DataCommand::Pin { name } => describing::pin(name, places),
        DataCommand::Import { file, to } => describing::import(file, to.as_deref()),
        DataCommand::Sheet { name, to } => describing::sheet(name, to.as_deref(), places),
        DataCommand::Fetch { name, to } => fetch::run(name, to.as_deref(), places, talk),
    }
}

fn open(name: &str, places: &Places) -> Result<LoadedDataset, CommandError> {
    Ok(titer_data::open(&finding::find(
        Kind::Dataset,
        name,
        places,
    )?)?)
}

/// The descriptor alone: its data may not have been fetched.
fn describe(name: &str, places: &Places) -> Result<Document<Dataset>, CommandError> {
    Ok(Document::read(&finding::find(
        Kind::Dataset,
        name,
        places,
    )?)?)
}

fn where_it_is(document: &Document<Dataset>) -> &'static str {
    let is_here = |entry: &Fetch| entry.place(document.folder()).exists();
    match document.value.fetch.iter().all(is_here) {
        true => "here",
        false => "to fetch",
    }
}

/// Says a map of words.
pub(super) fn say_map(what: &str, map: &BTreeMap<String, String>) {
    for (name, value) in map {
        say(&format!("{what}, {name}: {value}"));
    }
}

fn list(places: &Places) -> Result<u8, CommandError> {
    let mut rows = Vec::new();
    for name in Resolver::new(&places.path).names(Kind::Dataset) {
        let document = describe(&name, places)?;
        let about = &document.value;
        let splits: Vec<String> = about
            .splits
            .iter()
            .map(|(split, count)| format!("{split} {count}"))
            .collect();
        rows.push(vec![
            name,
            about.organism.clone(),
            about.assembly.clone(),
            splits.join(", "),
            where_it_is(&document).to_owned(),
            about.summary.clone(),
        ]);
    }
    say_table(
        &[
            "dataset", "organism", "assembly", "examples", "data", "summary",
        ],
        &rows,
    );
    Ok(0)
}

fn show(document: &Document<Dataset>) -> Result<u8, CommandError> {
    let about = &document.value;
    say(&format!("{}: {}", about.dataset.value, about.summary));
    say(&format!("descriptor: {}", document.path.display()));
    say(&format!(
        "organism: {}, assembly {}",
        about.organism, about.assembly
    ));
    match &about.columns.target {
        Some(target) => say(&format!("target: a number (column {})", target.value)),
        None if about.has_labels() => {
            let labels: Vec<&str> = match about.classes.is_empty() {
                true => about.columns.labels.labels().collect(),
                false => about.classes.iter().map(String::as_str).collect(),
            };
            say(&format!("labels: {}", labels.join(", ")));
        }
        None => say(&format!("classes: {}", about.classes.join(", "))),
    }
    for (split, count) in &about.splits {
        say(&format!("split {split}: {count} examples"));
    }
    for file in about.all_files() {
        say(&format!(
            "file: {}, {}, {}",
            document.folder().join(&file.path.value).display(),
            bytes(file.bytes),
            file.digest.value
        ));
    }
    if let Some(genome) = &about.genome {
        say(&format!(
            "genome: {}, {}, {}",
            document.folder().join(&genome.path.value).display(),
            bytes(genome.bytes),
            genome.digest.value
        ));
    }
    for entry in &about.fetch {
        say(&format!(
            "fetch: {}, {}, {} from {}",
            entry.to.value,
            entry.licence,
            bytes(entry.bytes),
            entry.from()
        ));
    }
    if where_it_is(document) != "here" {
        say(&format!(
            "not here yet: titer data fetch {}",
            about.dataset.value
        ));
    }
    say_map("licence", &about.licence);
    for source in &about.sources {
        say(&format!("source: {}", titer_run::plan::source_line(source)));
    }
    if let Some(changes) = &about.changes {
        say(&format!("changes: {changes}"));
    }
    for caveat in &about.caveats {
        say(&format!("caveat: {caveat}"));
    }
    Ok(0)
}

fn check(mut dataset: LoadedDataset) -> Result<u8, CommandError> {
    dataset.without_letters = !dataset.has_letters();
    let summary = titer_data::check(&dataset)?;
    for (name, split) in &summary.splits {
        say(&format!("split {name}: {}", words(split)));
    }
    if dataset.without_letters {
        say("places and no letters: enough for an audit of places; a run needs `genome`");
    }
    for remark in summary.remarks() {
        say(&remark);
    }
    say("sound");
    Ok(0)
}

fn words(split: &SplitSummary) -> String {
    let all = split.classes.iter().map(|(_, count)| count).sum();
    let class = |(place, (class, count)): (usize, &(String, u64))| match split.known.get(place) {
        // Of labels each has examples of its own.
        Some(known) => format!("{class} {count} of {known} ({})", share(*count, *known)),
        None => format!("{class} {count} ({})", share(*count, all)),
    };
    let mut targets: Vec<String> = split.classes.iter().enumerate().map(class).collect();
    let values = split.values.iter();
    targets.extend(values.map(|(lowest, highest)| format!("targets from {lowest} to {highest}")));
    let clusters: Vec<String> = split
        .clusters
        .iter()
        .map(|(name, count)| format!("{count} of {name}"))
        .collect();
    let length = if split.longest == 0 {
        "no letters".to_owned()
    } else if split.shortest == split.longest {
        format!("{} bases", split.longest)
    } else {
        format!(
            "{} to {} bases (half up to {})",
            split.shortest, split.longest, split.middle
        )
    };
    let clusters = if clusters.is_empty() {
        "none".to_owned()
    } else {
        clusters.join(", ")
    };
    format!(
        "{} examples of {length}; {}; clusters: {clusters}",
        split.examples,
        targets.join(", ")
    )
}

/// A count's share of a whole; empty classes are told as such.
fn share(count: u64, whole: u64) -> String {
    match (count, whole) {
        (0, _) => "none".to_owned(),
        _ => format!("{:.1} %", 100.0 * count as f64 / whole as f64),
    }
}
