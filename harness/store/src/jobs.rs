//! `jobs/<key>.json`: what a worker process was, or is, to do for a cell; of a measurement each round has its own,
//! `jobs/<key>.<round>.json`.
//!
//! A job stays when it is done: it says how its cell came about, and can be done again by hand. It does not name the run
//! folder that it lies in, so that a run can be moved, or be found elsewhere on another machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use titer_core::Digest;

use crate::atomic;
use crate::error::StoreError;
use crate::folder::{JOBS, RunFolder, read_json, write_json};

const ENDING: &str = ".json";

impl RunFolder {
    /// Writes a job, over the one of the same name; the file.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_job<T: Serialize>(
        &self,
        key: &Digest,
        round: Option<u32>,
        job: &T,
    ) -> Result<PathBuf, StoreError> {
        let name = match round {
            None => format!("{}{ENDING}", key.short()),
            Some(round) => format!("{}.{round}{ENDING}", key.short()),
        };
        let path = self.path().join(JOBS).join(name);
        write_json(&path, job)?;
        Ok(path)
    }

    /// Reads a job, with the run folder that it lies in.
    ///
    /// # Errors
    /// The file is absent or damaged, or lies in no run folder.
    pub fn read_job<T: DeserializeOwned>(path: &Path) -> Result<(Self, T), StoreError> {
        if !path.is_file() {
            return Err(StoreError::Missing {
                path: path.to_owned(),
                cure: "name a file in `jobs` of a run folder; running the evaluation again writes its jobs",
            });
        }
        let jobs = std::path::absolute(path).ok();
        let jobs = jobs.as_deref().and_then(Path::parent);
        let folder = jobs.filter(|jobs| jobs.ends_with(JOBS));
        let folder = folder.and_then(Path::parent).map(Self::at);
        match folder.filter(|it| it.exists() || it.holds_bench()) {
            Some(folder) => Ok((folder, read_json(path)?)),
            None => Err(StoreError::Damaged {
                path: path.to_owned(),
                reason:
                    "it does not lie in `jobs` of a run folder, which is where its cell belongs"
                        .to_owned(),
                cure: "leave jobs where `titer run` writes them, and name them there",
            }),
        }
    }

    /// Removes jobs of cells and measurements whose keys are not among these.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn remove_jobs_but(&self, keep: &BTreeSet<Digest>) -> Result<(), StoreError> {
        let keep: BTreeSet<String> = keep.iter().map(Digest::short).collect();
        let entries = std::fs::read_dir(self.path().join(JOBS));
        for entry in entries.into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let key = name.split('.').next().unwrap_or_default();
            if name.ends_with(ENDING) && !keep.contains(key) {
                atomic::remove(&entry.path())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(of: &[u8]) -> Digest {
        Digest::of(of)
    }

    /// A folder that counts as a run's.
    fn run_folder() -> (tempfile::TempDir, RunFolder) {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join(crate::folder::MANIFEST), "{}").unwrap();
        let folder = RunFolder::at(place.path());
        (place, folder)
    }

    #[test]
    fn a_job_is_found_with_its_folder_wherever_that_lies() {
        let (place, folder) = run_folder();
        let path = folder.write_job(&key(b"a"), None, &7).unwrap();
        let (found, job) = RunFolder::read_job::<u32>(&path).unwrap();
        assert_eq!((found.path(), job), (place.path(), 7));
        let elsewhere = tempfile::tempdir().unwrap();
        let moved = elsewhere.path().join("moved");
        std::fs::rename(place.path(), &moved).unwrap();
        let path = moved.join(JOBS).join(path.file_name().unwrap());
        assert_eq!(RunFolder::read_job::<u32>(&path).unwrap().0.path(), moved);
    }

    #[test]
    fn what_is_no_job_is_refused_with_the_file() {
        let (place, folder) = run_folder();
        let path = folder.write_job(&key(b"a"), None, &7).unwrap();
        let loose = place.path().join("loose.json");
        std::fs::copy(&path, &loose).unwrap();
        std::fs::write(&path, "").unwrap();
        for (path, said) in [
            (place.path().join("jobs/b.json"), "there is no such file"),
            (loose, "does not lie in `jobs`"),
            (path, "EOF"),
        ] {
            let error = RunFolder::read_job::<u32>(&path).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
            assert!(error.contains(&path.display().to_string()), "{error}");
            assert!(error.contains("help: "), "{error}");
        }
    }

    #[test]
    fn jobs_of_other_cells_go() {
        let (place, folder) = run_folder();
        for round in [None, Some(0), Some(1)] {
            for of in [b"a", b"b"] {
                folder.write_job(&key(of), round, &7).unwrap();
            }
        }
        folder
            .remove_jobs_but(&BTreeSet::from([key(b"a")]))
            .unwrap();
        let left = std::fs::read_dir(place.path().join(JOBS)).unwrap();
        let own = |entry: std::fs::DirEntry| {
            let name = entry.file_name().into_string().unwrap();
            name.starts_with(&key(b"a").short())
        };
        assert!(left.flatten().all(own));
        assert_eq!(
            std::fs::read_dir(place.path().join(JOBS)).unwrap().count(),
            3
        );
    }
}
