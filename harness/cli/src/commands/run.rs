//! `titer run`: the straight path, from evaluation to report.

use std::path::{Path, PathBuf};

use titer_run::{Local, Request, execute};
use titer_store::RunFolder;

use crate::arguments::{ForCi, Overrides, Places, Talk};
use crate::commands::{Done, judged, plan};
use crate::error::CommandError;
use crate::finding;
use crate::progress::Progress;

pub(super) fn run(
    name: &str,
    overrides: &Overrides,
    output: Option<&Path>,
    ci: ForCi,
    places: &Places,
    talk: Talk,
) -> Result<Done, CommandError> {
    let progress = Progress::new(talk, "planning");
    let planned = plan::plan(name, overrides, places, &mut || {
        finding::onnxruntime(places, talk).map(Some)
    })?;
    let folder = output.map_or_else(
        || default_folder(&planned.plan.evaluation, overrides),
        Path::to_owned,
    );
    let request = Request {
        folder: std::path::absolute(&folder).unwrap_or_else(|_| folder.clone()),
        titer: env!("CARGO_PKG_VERSION").to_owned(),
        command: command_line(),
    };
    let program = std::env::current_exe()
        .map_err(|error| CommandError::Internal(format!("titer does not find itself: {error}")))?;
    let executor = Local { program };
    let _executed = execute(&planned, &request, &executor, &mut |event| {
        progress.show(&event);
    })?;
    judged::judge(&RunFolder::at(&folder), Some(&planned), ci, &progress)
}

/// A look or a run with another seed never takes the place of the whole run: what sets it apart stands in its folder's name.
fn default_folder(evaluation: &str, overrides: &Overrides) -> PathBuf {
    let only = overrides.part.only();
    let mut apart = vec![
        ("limit", overrides.limit.map(|limit| limit.to_string())),
        ("seed", overrides.seed.map(|seed| seed.to_string())),
    ];
    for (kind, names) in only.kinds() {
        apart.push((kind, (!names.is_empty()).then(|| names.join("+"))));
    }
    let mut name = evaluation.to_owned();
    for (what, value) in apart {
        if let Some(value) = value {
            name.push_str(&format!("-{what}-{}", plain(&value)));
        }
    }
    PathBuf::from("runs").join(name)
}

/// A name as a part of a folder's.
fn plain(name: &str) -> String {
    let letter = |one: char| match one.is_ascii_alphanumeric() || "-_.+".contains(one) {
        true => one,
        false => '_',
    };
    name.chars().map(letter).collect()
}

/// The command line without the program's place.
fn command_line() -> String {
    let rest = std::env::args().skip(1);
    std::iter::once("titer".to_owned())
        .chain(rest)
        .collect::<Vec<_>>()
        .join(" ")
}
