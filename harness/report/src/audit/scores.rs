//! Scores of controls, and of models without what leaked, in tables.

use serde::Serialize;
use titer_audit::Audit;
use titer_audit::score::Score;
use titer_audit::shortcuts::{self, Shortcut};

use super::prose::{Prose, prose};
use crate::number::{count, fixed};

/// A control and its scores.
#[derive(Serialize)]
pub(super) struct ControlRow<'a> {
    name: &'a str,
    looks_at: String,
    cells: Vec<Cell>,
}

/// A variant's scores by what leaked.
#[derive(Serialize)]
pub(super) struct ModelTable {
    heading: String,
    note: String,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    name: String,
    rows: String,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    value: String,
    range: String,
}

/// The metrics of the first control that has scores.
pub(super) fn metrics(audit: &Audit) -> Vec<String> {
    let mut all = audit
        .shortcuts
        .iter()
        .filter_map(|one| one.scores.as_ref().ok());
    let first = all.next().map(Vec::as_slice).unwrap_or_default();
    first
        .iter()
        .map(|score| crate::words::label(score.metric))
        .collect()
}

fn cell(score: &Score) -> Cell {
    Cell {
        value: match &score.value {
            Ok(value) => fixed(*value, 3),
            Err(_) => "undefined".to_owned(),
        },
        range: match &score.interval {
            Ok((lower, upper)) => format!("{} to {}", fixed(*lower, 3), fixed(*upper, 3)),
            Err(_) => String::new(),
        },
    }
}

/// The metrics of models, those of the first part of the one that has most.
pub(super) fn model_metrics(audit: &Audit) -> Vec<String> {
    let parts = audit.models.iter().filter_map(|model| model.parts.first());
    let longest = parts.max_by_key(|part| part.scores.len());
    let scores = longest.map_or(&[][..], |part| &part.scores);
    scores
        .iter()
        .map(|score| crate::words::label(score.metric))
        .collect()
}

/// What leaks do to each variant.
pub(super) fn models(audit: &Audit) -> Vec<ModelTable> {
    let metrics = model_metrics(audit);
    let one = |model: &titer_audit::rescored::Rescored| ModelTable {
        heading: format!("{} {}", model.model, model.variant),
        note: match model.unanswered {
            0 => format!("Suite {}.", model.suite),
            rows => format!(
                "Suite {}. {} rows have no usable answer and are in no score here.",
                model.suite,
                count(rows as u64)
            ),
        },
        parts: model
            .parts
            .iter()
            .map(|part| Part {
                name: part.name.clone(),
                rows: format!(
                    "{} in {} clusters",
                    count(part.rows as u64),
                    count(part.clusters as u64)
                ),
                cells: metrics
                    .iter()
                    .map(|name| {
                        let mut scores = part.scores.iter();
                        let found = scores.find(|it| crate::words::label(it.metric) == *name);
                        found.map_or_else(
                            || Cell {
                                value: "–".to_owned(),
                                range: String::new(),
                            },
                            cell,
                        )
                    })
                    .collect(),
            })
            .collect(),
    };
    audit.models.iter().map(one).collect()
}

/// Controls that could be fitted.
pub(super) fn controls(audit: &Audit) -> Vec<ControlRow<'_>> {
    let row = |shortcut: &'_ Shortcut| {
        let scores = shortcut.scores.as_ref().ok()?;
        Some((looks_at(audit, shortcut), scores.iter().map(cell).collect()))
    };
    let all = audit.shortcuts.iter();
    all.filter_map(|shortcut| {
        let (looks_at, cells) = row(shortcut)?;
        Some(ControlRow {
            name: &shortcut.name,
            looks_at,
            cells,
        })
    })
    .collect()
}

/// Controls that could not be fitted, a line for each reason.
pub(super) fn not_run(audit: &Audit) -> Vec<Prose> {
    let groups = shortcuts::not_run(&audit.shortcuts).into_iter();
    let line = |group: shortcuts::NotRun<'_>| {
        let names: Vec<String> = group.names.iter().map(|it| format!("`{it}`")).collect();
        prose(&format!(
            "Not run: {}. Reason: {}.",
            names.join(", "),
            group.reason
        ))
    };
    groups.map(line).collect()
}

/// As in "words of 4 bases; fitted on 50,000 of 1,000,000 training rows".
fn looks_at(audit: &Audit, shortcut: &Shortcut) -> String {
    let (own, all) = (shortcut.fitted_on, audit.train);
    if own == all {
        return shortcut.looks_at.to_owned();
    }
    format!(
        "{}; fitted on {} of {} training rows",
        shortcut.looks_at,
        count(own as u64),
        count(all as u64)
    )
}
