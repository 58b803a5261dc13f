//! `titer runs`: what lies in a folder of runs, and which of it goes.

mod clean;

use std::path::Path;
use std::time::SystemTime;

use serde::Serialize;
use titer_core::CellStatus;
use titer_spec::Plan;
use titer_store::{Manifest, RunFolder, RunStatus};

use crate::arguments::{Form, Format, RunsCommand, Talk};
use crate::console::{bytes, say, say_json, say_table, word};
use crate::error::CommandError;

pub(super) fn run(command: &RunsCommand, folder: &Path, talk: Talk) -> Result<u8, CommandError> {
    match command {
        RunsCommand::Ls { form } => list(folder, *form),
        RunsCommand::Clean { which, yes } => clean::run(folder, which, *yes, talk),
    }
}

/// A run, as a list shows it.
#[derive(Serialize)]
struct Run {
    run: String,
    evaluation: String,
    /// UTC, RFC 3339; `None`: it was stopped before it had begun, or cannot be read.
    started_at: Option<String>,
    /// What came of it, in a word or two.
    verdict: String,
    /// Cells that are finished, and all.
    done: usize,
    cells: usize,
    /// How much room it takes.
    bytes: u64,
    /// Whether it decides nothing: only a part of what the evaluation asks for was run.
    look: bool,
    #[serde(skip)]
    folder: RunFolder,
    /// When something was done in it last.
    #[serde(skip)]
    touched: Option<SystemTime>,
}

impl Run {
    fn of(folder: RunFolder) -> Self {
        let manifest = folder.read_manifest();
        let run = folder.path().display().to_string();
        let bytes = folder.bytes();
        match manifest {
            Ok(manifest) => Self {
                run,
                verdict: verdict(&folder, &manifest),
                done: done(&folder, &manifest.plan),
                cells: manifest.plan.all_cells().count(),
                look: manifest.plan.is_look(),
                touched: time(
                    manifest
                        .finished_at
                        .as_deref()
                        .unwrap_or(&manifest.started_at),
                ),
                evaluation: manifest.plan.evaluation,
                started_at: Some(manifest.started_at),
                bytes,
                folder,
            },
            Err(_) => Self {
                run,
                evaluation: "?".to_owned(),
                started_at: None,
                verdict: match (folder.exists(), folder.is_in_use()) {
                    (true, _) => "cannot be read",
                    (false, true) => "running",
                    (false, false) => "stopped",
                }
                .to_owned(),
                done: 0,
                cells: 0,
                bytes,
                look: false,
                touched: changed(folder.path()),
                folder,
            },
        }
    }
}

/// A time of a manifest.
fn time(written: &str) -> Option<SystemTime> {
    humantime::parse_rfc3339(written).ok()
}

/// When a folder was changed last.
fn changed(folder: &Path) -> Option<SystemTime> {
    let found = std::fs::metadata(folder);
    found.and_then(|found| found.modified()).ok()
}

fn verdict(folder: &RunFolder, manifest: &Manifest) -> String {
    let verdict = match manifest.status {
        RunStatus::Running if folder.is_in_use() => return "running".to_owned(),
        RunStatus::Running => return "stopped".to_owned(),
        RunStatus::Executed => folder.read_verdict(),
    };
    match verdict {
        Ok(_) if manifest.plan.gates.is_empty() => "no gates".to_owned(),
        Ok(verdict) => word(verdict.overall).to_owned(),
        Err(_) => "not scored".to_owned(),
    }
}

fn done(folder: &RunFolder, plan: &Plan) -> usize {
    let is_done = |key| {
        let record = folder.read_cell_record(key).ok().flatten();
        record.is_some_and(|record| record.status == CellStatus::Finished)
    };
    plan.all_cells().filter(|cell| is_done(&cell.key)).count()
}

#[derive(Serialize)]
struct List<'a> {
    runs: &'a [Run],
}

fn list(folder: &Path, form: Form) -> Result<u8, CommandError> {
    let runs = all(folder)?;
    match form.format {
        Format::Json => say_json(&List { runs: &runs })?,
        Format::Text if runs.is_empty() => say(&format!("{}: no runs", folder.display())),
        Format::Text => tell(&runs),
    }
    Ok(0)
}

/// The runs in a folder, the latest first. The usual folder may be missing yet.
fn all(folder: &Path) -> Result<Vec<Run>, CommandError> {
    if !folder.exists() && folder == Path::new("runs") {
        return Ok(Vec::new());
    }
    let mut runs: Vec<Run> = RunFolder::all_in(folder)
        .map_err(|error| CommandError::Argument(format!("--in: {error}")))?
        .into_iter()
        .map(Run::of)
        .collect();
    runs.sort_by(|a, b| b.started_at.cmp(&a.started_at));
    Ok(runs)
}

fn tell(runs: &[Run]) {
    let row = |run: &Run| {
        vec![
            run.run.clone(),
            run.evaluation.clone(),
            run.started_at.clone().unwrap_or_else(|| "?".to_owned()),
            run.verdict.clone(),
            format!("{} of {}", run.done, run.cells),
            bytes(run.bytes),
            if run.look { "a look" } else { "" }.to_owned(),
        ]
    };
    let heads = [
        "run",
        "evaluation",
        "started",
        "verdict",
        "cells",
        "size",
        "",
    ];
    let rows: Vec<Vec<String>> = runs.iter().map(row).collect();
    say_table(&heads, &rows);
}
