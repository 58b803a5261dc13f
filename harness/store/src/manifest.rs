//! `manifest.json`: what ran, on what.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use titer_core::Digest;
use titer_spec::Plan;

/// The version of the run folder's layout that is written. Since 2 (titer 0.2) keys and digests are of canonical forms, and a
/// cell's record says what machine predicted it.
pub const FORMAT: u32 = 2;
/// The earliest version that is still read: judged again and reported, not added to.
pub const FIRST_FORMAT: u32 = 1;

/// What ran, on what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The layout's version: [`FORMAT`].
    pub format: u32,
    /// Titer's version.
    pub titer: String,
    /// The evaluation as it was written.
    pub evaluation_text: String,
    /// The digest of that text.
    pub evaluation_digest: Digest,
    /// The resolved evaluation.
    pub plan: Plan,
    /// Facts about the machine by name (processor, cores, memory, operating system, ...).
    pub machine: BTreeMap<String, String>,
    /// The command line that started it, without the program's path.
    pub command: String,
    /// When it was started, UTC, as in 2026-11-23T12:00:00Z.
    pub started_at: String,
    /// When it was finished; `None` while it runs or after it was killed.
    pub finished_at: Option<String>,
    /// How far it got.
    pub status: RunStatus,
}

/// How far a run got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Cells are missing.
    Running,
    /// Every cell and measurement was tried.
    Executed,
}
