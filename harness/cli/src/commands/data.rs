//! `titer data`: what ships, what a descriptor says, whether every row is sound, what is downloaded.

use std::collections::BTreeMap;

use titer_data::{LoadedDataset, SplitSummary, Summary};
use titer_spec::{Dataset, Document, Kind};

use crate::arguments::{DataCommand, Form, Look, Places, Talk};
use crate::commands::ls;
use crate::console::say;
use crate::error::CommandError;
use crate::finding;

mod describing;
pub(super) use describing::replace;
mod fetch;
mod showing;

pub(super) fn run(command: &DataCommand, places: &Places, talk: Talk) -> Result<u8, CommandError> {
    match command {
        DataCommand::Look(Look::Ls) => ls::datasets(Form::default(), places, talk),
        DataCommand::Look(Look::Show { name, form }) => {
            showing::show(&describe(name, places)?, *form)
        }
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

/// Says a map of words.
pub(super) fn say_map(what: &str, map: &BTreeMap<String, String>) {
    for (name, value) in map {
        say(&format!("{what}, {name}: {value}"));
    }
}

fn check(dataset: LoadedDataset) -> Result<u8, CommandError> {
    checked(dataset)?;
    Ok(0)
}

/// Reads every row, says what was found and gives it back.
pub(super) fn checked(mut dataset: LoadedDataset) -> Result<Summary, CommandError> {
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
    Ok(summary)
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
