//! `titer runs clean`: runs removed, after asking.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::time::SystemTime;

use titer_spec::suggest;
use titer_store::StoreError;

use super::{Run, all, tell};
use crate::arguments::{Talk, Which};
use crate::console::{bytes, complain, say};
use crate::error::CommandError;

/// Exit code: nothing was selected, or nobody wanted it gone.
const NOTHING: u8 = 4;
/// Exit code: a folder cannot be written.
const NOT_REMOVED: u8 = 2;

pub(super) fn run(
    folder: &Path,
    which: &Which,
    is_sure: bool,
    talk: Talk,
) -> Result<u8, CommandError> {
    let runs = chosen(all(folder)?, folder, which)?;
    if runs.is_empty() {
        say(&format!("{}: no such runs", folder.display()));
        return Ok(NOTHING);
    }
    if !is_sure {
        tell(&runs);
        if !asked(&runs)? {
            return Ok(NOTHING);
        }
    }
    Ok(remove(&runs, talk))
}

/// The runs that are meant. A name that no run has is an error: nothing is removed then.
fn chosen(runs: Vec<Run>, folder: &Path, which: &Which) -> Result<Vec<Run>, CommandError> {
    let wanted: Vec<String> = which.names.iter().map(|name| bare(name, folder)).collect();
    let known: Vec<String> = runs.iter().map(|run| name(run.folder.path())).collect();
    if let Some(unknown) = wanted.iter().find(|wanted| !known.contains(wanted)) {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        return Err(CommandError::Argument(format!(
            "{}: there is no run `{unknown}`\n  help: {}",
            folder.display(),
            suggest::cure(unknown, &known)
        )));
    }
    let now = SystemTime::now();
    let is_old = |run: &Run| match (which.older_than, run.touched) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(age), Some(touched)) => now.duration_since(touched).is_ok_and(|past| past > age),
    };
    let is_meant = |run: &Run| {
        (wanted.is_empty() || wanted.contains(&name(run.folder.path())))
            && (run.look || !which.looks)
            && is_old(run)
    };
    Ok(runs.into_iter().filter(is_meant).collect())
}

/// A run's name, given as such or as `titer runs ls` and a shell's completion write it: with the folder before it.
fn bare(given: &str, folder: &Path) -> String {
    let path = Path::new(given);
    match path.parent() {
        Some(parent) if parent == folder => name(path),
        _ => given.to_owned(),
    }
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Whether somebody at the terminal wants them gone.
fn asked(runs: &[Run]) -> Result<bool, CommandError> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(CommandError::Argument(
            "nobody is there to be asked\n  help: `--yes` removes without asking".to_owned(),
        ));
    }
    let size = bytes(runs.iter().map(|run| run.bytes).sum());
    let mut stderr = std::io::stderr().lock();
    let _ = write!(stderr, "Remove {} ({size})? [y/N] ", counted(runs.len()));
    let _ = stderr.flush();
    let mut answer = String::new();
    let read = stdin.lock().read_line(&mut answer);
    let answer = answer.trim().to_lowercase();
    Ok(read.is_ok() && ["y", "yes"].contains(&answer.as_str()))
}

fn remove(runs: &[Run], talk: Talk) -> u8 {
    let (mut removed, mut freed, mut code) = (0, 0, 0);
    for run in runs {
        match run.folder.remove() {
            Ok(found) => {
                removed += 1;
                freed += found.bytes;
                if !found.kept.is_empty() {
                    complain(&format!(
                        "note: {}: left are {}, which titer did not write",
                        run.run,
                        found.kept.join(", ")
                    ));
                }
                if talk.verbose {
                    say(&format!("removed: {}, {}", run.run, bytes(found.bytes)));
                }
            }
            Err(error @ StoreError::Locked { .. }) => complain(&format!("kept: {error}")),
            Err(error) => {
                complain(&format!("error: {error}"));
                code = NOT_REMOVED;
            }
        }
    }
    if !talk.quiet {
        say(&format!(
            "{} removed, {} freed",
            counted(removed),
            bytes(freed)
        ));
    }
    code
}

fn counted(runs: usize) -> String {
    match runs {
        1 => "1 run".to_owned(),
        many => format!("{many} runs"),
    }
}
