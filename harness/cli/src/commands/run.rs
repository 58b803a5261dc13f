//! `titer run`: the straight path, from evaluation to report.

use std::path::{Path, PathBuf};

use titer_run::{Local, Request, execute};
use titer_store::RunFolder;

use crate::arguments::{Overrides, Places, Talk};
use crate::commands::{judged, plan};
use crate::error::CommandError;
use crate::finding;
use crate::progress::Progress;

pub(super) fn run(
    name: &str,
    overrides: &Overrides,
    output: Option<&Path>,
    places: &Places,
    talk: Talk,
) -> Result<u8, CommandError> {
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
    judged::judge(&RunFolder::at(&folder), &progress)
}

/// A look with `--limit` or another seed never takes the place of the whole run.
fn default_folder(evaluation: &str, overrides: &Overrides) -> PathBuf {
    let mut name = evaluation.to_owned();
    for (what, value) in [
        ("limit", overrides.limit.map(|limit| limit.to_string())),
        ("seed", overrides.seed.map(|seed| seed.to_string())),
    ] {
        if let Some(value) = value {
            name.push_str(&format!("-{what}-{value}"));
        }
    }
    PathBuf::from("runs").join(name)
}

/// The command line without the program's place.
fn command_line() -> String {
    let rest = std::env::args().skip(1);
    std::iter::once("titer".to_owned())
        .chain(rest)
        .collect::<Vec<_>>()
        .join(" ")
}
