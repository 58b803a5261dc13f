//! A folder of runs: which there are, how much room one takes, and removing one.

use std::fs;
use std::path::Path;

use crate::atomic;
use crate::error::StoreError;
use crate::folder::{self, MANIFEST, RunFolder};
use crate::lock::{self, RunLock};

/// What was removed of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// How much room it took, bytes.
    pub bytes: u64,
    /// What lay in the folder and no Titer wrote, by name: it is left, and the folder with it.
    pub kept: Vec<String>,
}

impl RunFolder {
    /// The runs that lie in a folder, by their folders' names. Links are passed over: what they lead to lies elsewhere.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn all_in(folder: &Path) -> Result<Vec<Self>, StoreError> {
        let entries = fs::read_dir(folder).map_err(|error| StoreError::reading(folder, error))?;
        let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
        let mut paths: Vec<_> = entries
            .flatten()
            .filter(is_folder)
            .map(|entry| entry.path())
            .collect();
        paths.sort();
        let runs = paths.iter().map(|path| Self::at(path));
        Ok(runs.filter(Self::is_run).collect())
    }

    /// Whether a process works in the folder now.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        let lock = fs::File::open(self.path().join(lock::NAME));
        // Shared, and given back at once: it only meets one who works there alone.
        lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(fs::TryLockError::WouldBlock)))
    }

    /// How much room all takes that lies in the folder, bytes; links count as themselves.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        bytes_of(self.path())
    }

    /// Removes what Titer wrote into the folder, and the folder if nothing else lies there.
    ///
    /// # Errors
    /// The folder holds no run, another process works there, or it cannot be written.
    pub fn remove(&self) -> Result<Removed, StoreError> {
        let not_a_run = || StoreError::Missing {
            path: self.path().join(MANIFEST),
            cure: "name a folder that `titer run` made",
        };
        if !self.is_run() {
            return Err(not_a_run());
        }
        let lock = self.lock()?;
        // Another process may have removed it meanwhile, and the lock is a new one.
        if !self.is_run() {
            return Err(not_a_run());
        }
        let before = self.bytes();
        let kept = self.remove_contents(&lock)?;
        let removed = Removed {
            bytes: before.saturating_sub(self.bytes()),
            kept,
        };
        if removed.kept.is_empty() {
            fs::remove_dir(self.path()).map_err(|error| StoreError::writing(self.path(), error))?;
        }
        Ok(removed)
    }

    /// The names of what stays. The manifest goes last but for the lock: a folder that was only begun to be removed is still a
    /// run's.
    fn remove_contents(&self, _lock: &RunLock) -> Result<Vec<String>, StoreError> {
        let unread = |error| StoreError::reading(self.path(), error);
        let mut kept = Vec::new();
        for entry in fs::read_dir(self.path()).map_err(unread)? {
            let entry = entry.map_err(unread)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == MANIFEST || name == lock::NAME {
                continue;
            }
            if folder::is_of_a_run(&name) || atomic::is_temporary(&name) {
                atomic::remove_whole(&entry.path())?;
            } else {
                kept.push(name);
            }
        }
        for name in [MANIFEST, lock::NAME] {
            atomic::remove(&self.path().join(name))?;
        }
        kept.sort();
        Ok(kept)
    }
}

fn bytes_of(path: &Path) -> u64 {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => {
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            entries.map(|entry| bytes_of(&entry.path())).sum()
        }
        Ok(found) => found.len(),
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of runs with one in it, as a process leaves one that it was stopped in at once.
    fn begun() -> (tempfile::TempDir, RunFolder) {
        let folder = tempfile::tempdir().unwrap();
        let run = RunFolder::at(&folder.path().join("one"));
        drop(run.lock().unwrap());
        (folder, run)
    }

    #[test]
    fn a_run_goes_with_all_that_titer_wrote() {
        let (folder, run) = begun();
        for name in [
            "cells/x/cell.json",
            "previous/report.html",
            "report-2.html",
            "scores.parquet",
        ] {
            atomic::write(&run.path().join(name), b"12345").unwrap();
        }
        let manifest = br#"{"format": 2, "titer": "0", "evaluation_digest": "x", "plan": {}}"#;
        atomic::write(&run.path().join(MANIFEST), manifest).unwrap();
        assert_eq!(RunFolder::all_in(folder.path()).unwrap().len(), 1);
        assert!(run.bytes() >= 20 + manifest.len() as u64);
        let before = run.bytes();
        let removed = run.remove().unwrap();
        assert_eq!((removed.bytes, removed.kept), (before, Vec::new()));
        assert!(!run.path().exists());
        assert!(RunFolder::all_in(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn what_others_wrote_stays_where_it_lies() {
        let (_folder, run) = begun();
        let manifest = br#"{"format": 2, "titer": "0", "evaluation_digest": "x", "plan": {}}"#;
        atomic::write(&run.path().join(MANIFEST), manifest).unwrap();
        atomic::write(&run.path().join("notes.txt"), b"mine").unwrap();
        assert_eq!(run.remove().unwrap().kept, ["notes.txt"]);
        assert_eq!(fs::read(run.path().join("notes.txt")).unwrap(), b"mine");
        assert!(!run.is_run());
        // It is no run any more: nothing is touched.
        assert!(matches!(run.remove(), Err(StoreError::Missing { .. })));
        assert!(run.path().join("notes.txt").is_file());
    }

    #[test]
    fn nobody_loses_a_run_that_he_works_in() {
        let (_folder, run) = begun();
        assert!(!run.is_in_use());
        let lock = run.lock().unwrap();
        assert!(run.is_in_use());
        assert!(matches!(run.remove(), Err(StoreError::Locked { .. })));
        assert!(run.path().is_dir());
        drop(lock);
        assert!(run.remove().is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let (folder, run) = begun();
        let elsewhere = tempfile::tempdir().unwrap();
        let other = elsewhere.path().join("cell.json");
        fs::write(&other, "not ours").unwrap();
        let manifest = br#"{"format": 2, "titer": "0", "evaluation_digest": "x", "plan": {}}"#;
        atomic::write(&run.path().join(MANIFEST), manifest).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), run.path().join("cells")).unwrap();
        std::os::unix::fs::symlink(run.path(), folder.path().join("link")).unwrap();
        assert_eq!(RunFolder::all_in(folder.path()).unwrap().len(), 1);
        assert!(run.bytes() < 4096);
        run.remove().unwrap();
        assert!(!run.path().exists());
        assert_eq!(fs::read(other).unwrap(), b"not ours");
    }
}
