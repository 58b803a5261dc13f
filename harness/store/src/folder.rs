//! The folder: where everything lies, records, and what moves away when an evaluation changes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::Serialize;
use serde::de::DeserializeOwned;
use titer_core::{Digest, Tables, Verdict};

use crate::atomic;
use crate::error::StoreError;
use crate::manifest::{FIRST_FORMAT, FORMAT, Manifest};

pub(crate) const MANIFEST: &str = "manifest.json";
const BENCH: &str = "bench.json";
const VERDICT: &str = "verdict.json";
const CELLS: &str = "cells";
const MEASUREMENTS: &str = "measurements";
const PREVIOUS: &str = "previous";
pub(crate) const JOBS: &str = "jobs";
pub(crate) const EXAMPLES: &str = "examples";
const REPORT: &str = "report.html";
const ERRORS: &str = "stderr.txt";

/// What follows from the tables.
const FOLLOWING: [&str; 7] = [
    VERDICT,
    REPORT,
    "report.json",
    "csv",
    "sheet.html",
    "summary.md",
    "junit.xml",
];

/// What follows from the cells: moved away when the evaluation changes.
fn following() -> impl Iterator<Item = String> {
    let tables = Tables::NAMES.iter().map(|name| format!("{name}.parquet"));
    tables.chain(FOLLOWING.map(str::to_owned))
}

/// A run folder, there or to be.
#[derive(Clone, Debug)]
pub struct RunFolder {
    path: PathBuf,
    /// Examples that were read and held to their digest: what was looked at once need not be again.
    sound: Arc<Mutex<BTreeSet<Digest>>>,
}

impl RunFolder {
    /// The run folder at a path. Nothing is touched.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            sound: Arc::default(),
        }
    }

    /// Whether examples of a digest were found sound before.
    pub(crate) fn is_sound(&self, digest: &Digest) -> bool {
        self.sound.lock().is_ok_and(|sound| sound.contains(digest))
    }

    pub(crate) fn remember_sound(&self, digest: &Digest) {
        if let Ok(mut sound) = self.sound.lock() {
            sound.insert(*digest);
        }
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it holds a run.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.path.join(MANIFEST).is_file()
    }

    /// Whether it holds a bench: jobs and measurements of no run.
    pub(crate) fn holds_bench(&self) -> bool {
        self.path.join(BENCH).is_file()
    }

    /// Writes what a bench came to; before its first job, what it is of.
    ///
    /// # Errors
    /// The folder holds a run, or cannot be written.
    pub fn write_bench<T: Serialize>(&self, bench: &T) -> Result<(), StoreError> {
        if self.exists() {
            return Err(StoreError::Damaged {
                path: self.path.clone(),
                reason: "it holds a run, which a bench would be mistaken for".to_owned(),
                cure: "name another folder with `--output`",
            });
        }
        write_json(&self.path.join(BENCH), bench)
    }

    /// Writes what ran.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_manifest(&self, manifest: &Manifest) -> Result<(), StoreError> {
        write_json(&self.path.join(MANIFEST), manifest)
    }

    /// Reads what ran.
    ///
    /// # Errors
    /// The folder holds no run, or one of a newer Titer.
    pub fn read_manifest(&self) -> Result<Manifest, StoreError> {
        let path = self.path.join(MANIFEST);
        if !path.is_file() {
            let cure = "name a folder that `titer run` made";
            return Err(StoreError::Missing { path, cure });
        }
        let Format { format, titer } = read_json(&path)?;
        if !(FIRST_FORMAT..=FORMAT).contains(&format) {
            let reason = format!(
                "it has layout {format} of titer {}, and this titer reads layouts {FIRST_FORMAT} to {FORMAT}",
                titer.as_deref().unwrap_or("of an unknown version")
            );
            let cure =
                "use the titer that made the run, or run the evaluation again in another folder";
            return Err(StoreError::Damaged { path, reason, cure });
        }
        read_json(&path)
    }

    /// Writes the judgement.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_verdict(&self, verdict: &Verdict) -> Result<(), StoreError> {
        write_json(&self.path.join(VERDICT), verdict)
    }

    /// Reads the judgement.
    ///
    /// # Errors
    /// The run has not been judged, or the file is damaged.
    pub fn read_verdict(&self) -> Result<Verdict, StoreError> {
        read_json(&self.path.join(VERDICT))
    }

    /// Writes a file of the run folder's top: a report, a summary.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_file(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        atomic::write(&self.path.join(name), bytes)
    }

    /// Reads a file of the run folder's top.
    ///
    /// # Errors
    /// There is no such file, or it cannot be read.
    pub fn read_file(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let path = self.path.join(name);
        fs::read(&path).map_err(|error| StoreError::reading(&path, error))
    }

    /// Removes a file of the run folder's top, if it is there.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn remove_file(&self, name: &str) -> Result<(), StoreError> {
        atomic::remove(&self.path.join(name))
    }

    /// Removes parts of a report (`report-2.html` and so on) but these, which an earlier rendering left.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn remove_parts_but(&self, keep: &BTreeSet<&str>) -> Result<(), StoreError> {
        for name in parts(&self.path) {
            if !keep.contains(name.as_str()) {
                self.remove_file(&name)?;
            }
        }
        Ok(())
    }

    /// Moves scores, verdict and reports to `previous/`, over what lies there.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn rotate_previous(&self) -> Result<(), StoreError> {
        let previous = self.path.join(PREVIOUS);
        if self.path.join(REPORT).is_file() {
            for name in parts(&previous) {
                atomic::remove(&previous.join(name))?;
            }
        }
        for name in following().chain(parts(&self.path)) {
            let path = self.path.join(&name);
            if path.is_file() {
                atomic::replace(&path, &previous.join(name))?;
            }
        }
        Ok(())
    }

    /// Moves cells and measurements whose keys are not among these to `previous/`.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub fn retire_cells(&self, keep: &BTreeSet<Digest>) -> Result<(), StoreError> {
        let keep: BTreeSet<String> = keep.iter().map(Digest::short).collect();
        for kind in [CELLS, MEASUREMENTS] {
            let folder = self.path.join(kind);
            let Ok(entries) = fs::read_dir(&folder) else {
                continue;
            };
            for entry in entries {
                let entry = entry.map_err(|error| StoreError::reading(&folder, error))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if !keep.contains(&name) {
                    atomic::replace(
                        &entry.path(),
                        &self.path.join(PREVIOUS).join(kind).join(name),
                    )?;
                }
            }
        }
        Ok(())
    }

    /// Where a cell keeps what the process of its variant wrote to its standard error.
    #[must_use]
    pub fn cell_errors(&self, key: &Digest) -> PathBuf {
        self.cell(key).join(ERRORS)
    }

    /// Where a measurement keeps what the process of its variant wrote to its standard error.
    #[must_use]
    pub fn measurement_errors(&self, key: &Digest) -> PathBuf {
        self.measurement(key).join(ERRORS)
    }

    pub(crate) fn cell(&self, key: &Digest) -> PathBuf {
        self.path.join(CELLS).join(key.short())
    }

    pub(crate) fn measurement(&self, key: &Digest) -> PathBuf {
        self.path.join(MEASUREMENTS).join(key.short())
    }

    pub(crate) fn table(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.parquet"))
    }
}

/// Whether a name of a run folder's top is one that Titer gives, manifest and lock aside.
pub(crate) fn is_of_a_run(name: &str) -> bool {
    let folders = [CELLS, MEASUREMENTS, PREVIOUS, JOBS, EXAMPLES];
    folders.contains(&name) || is_part(name) || following().any(|it| it == name)
}

fn is_part(name: &str) -> bool {
    let number = name.strip_prefix("report-");
    number
        .and_then(|rest| rest.strip_suffix(".html"))
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|one| one.is_ascii_digit()))
}

/// The parts of a report in a folder; none where it cannot be read.
fn parts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut parts: Vec<String> = names.filter(|name| is_part(name)).collect();
    parts.sort_unstable();
    parts
}

#[derive(serde::Deserialize)]
struct Format {
    format: u32,
    titer: Option<String>,
}

/// Writes a value as JSON that people can read.
pub(crate) fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), StoreError> {
    let mut text = serde_json::to_vec_pretty(value).map_err(|error| {
        StoreError::damaged(path, format!("it cannot be put into JSON: {error}"))
    })?;
    text.push(b'\n');
    atomic::write(path, &text)
}

/// Reads a value from JSON.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, StoreError> {
    let bytes = fs::read(path).map_err(|error| StoreError::reading(path, error))?;
    serde_json::from_slice(&bytes).map_err(|error| StoreError::damaged(path, error.to_string()))
}

/// Reads a value from JSON; `None` where there is no file.
pub(crate) fn read_json_if_there<T: DeserializeOwned>(
    path: &Path,
) -> Result<Option<T>, StoreError> {
    match read_json(path) {
        Err(StoreError::Missing { .. }) => Ok(None),
        other => other.map(Some),
    }
}
