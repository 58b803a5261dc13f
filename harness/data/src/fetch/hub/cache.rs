//! One repository in a hub's cache: `blobs` by their ETag, `refs` that hold a commit, `snapshots` whose
//! entries point to blobs.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use titer_spec::fetch::{HubFile, HubKind};

use super::{Stated, is_commit, joined};
use crate::fetch::download::is_there;
use crate::fetch::fault::Fault;
use crate::fetch::temporary;

/// How often a lock is tried.
const LOOK: Duration = Duration::from_millis(100);

/// A repository's folder.
pub(super) struct Repository {
    cache: PathBuf,
    name: String,
    folder: PathBuf,
}

impl Repository {
    /// The folder of a file's repository.
    pub(super) fn new(cache: &Path, file: &HubFile) -> Self {
        let kind = match file.kind {
            HubKind::Dataset => "datasets",
            HubKind::Model => "models",
        };
        let name = format!("{kind}--{}", file.repo.value.replace('/', "--"));
        Self {
            cache: cache.to_owned(),
            folder: cache.join(&name),
            name,
        }
    }

    /// The file, if it is there with the stated size and digest: in the revision's snapshot, or as a blob
    /// of that digest.
    pub(super) fn find(&self, stated: &Stated) -> Option<PathBuf> {
        let revision = &stated.file.revision.value;
        let commit = match is_commit(revision) {
            true => Some(revision.clone()),
            false => std::fs::read_to_string(joined(&self.folder.join("refs"), revision)).ok(),
        };
        let commit = commit.map(|text| text.trim().to_owned());
        let snapshot = commit
            .filter(|commit| is_commit(commit))
            .map(|commit| joined(&self.snapshot(&commit), &stated.file.path.value));
        let places = snapshot
            .into_iter()
            .chain([self.blob(&stated.digest.hex())]);
        places
            .into_iter()
            .find(|place| is_there(place, stated.bytes, &stated.digest))
    }

    /// A blob's place.
    pub(super) fn blob(&self, etag: &str) -> PathBuf {
        self.folder.join("blobs").join(etag)
    }

    fn snapshot(&self, commit: &str) -> PathBuf {
        self.folder.join("snapshots").join(commit)
    }

    /// Holds the lock that the Python library takes, too.
    pub(super) fn lock(&self, etag: &str, waiting: &mut dyn FnMut()) -> Result<File, Fault> {
        let folder = self.cache.join(".locks").join(&self.name);
        std::fs::create_dir_all(&folder).map_err(Fault::disk(&folder))?;
        let path = folder.join(format!("{etag}.lock"));
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(Fault::disk(&path))?;
        let mut said = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(Fault::disk(&path)(error)),
                Err(TryLockError::WouldBlock) => {
                    if !said {
                        waiting();
                        said = true;
                    }
                    std::thread::sleep(LOOK);
                }
            }
        }
    }

    /// Notes which commit a branch or tag is.
    pub(super) fn note_revision(&self, revision: &str, commit: &str) -> Result<(), Fault> {
        if revision == commit {
            return Ok(());
        }
        let path = joined(&self.folder.join("refs"), revision);
        write_whole(&path, commit.as_bytes())
    }

    /// Lets a snapshot's entry point to a blob; its place.
    pub(super) fn point(&self, commit: &str, path: &str, etag: &str) -> Result<PathBuf, Fault> {
        let entry = joined(&self.snapshot(commit), path);
        if let Some(folder) = entry.parent() {
            std::fs::create_dir_all(folder).map_err(Fault::disk(folder))?;
        }
        // Out of `snapshots/COMMIT` and the folders of the path.
        let depth = path.split('/').count() + 1;
        let target = joined(Path::new(&"../".repeat(depth)), "blobs").join(etag);
        match std::fs::remove_file(&entry) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Fault::disk(&entry)(error));
            }
            _ => {}
        }
        link(&target, &entry)
            .or_else(|error| match entry.is_file() {
                // Another program was faster.
                true => Ok(()),
                // A file system without links holds a copy.
                false => std::fs::copy(self.blob(etag), &entry)
                    .map(|_| ())
                    .map_err(|_| error),
            })
            .map_err(Fault::disk(&entry))?;
        Ok(entry)
    }
}

#[cfg(unix)]
fn link(target: &Path, entry: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, entry)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::Error::from(std::io::ErrorKind::Unsupported))
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = temporary::file(folder)?;
    file.write_all(bytes).map_err(Fault::disk(path))?;
    temporary::keep(file, path)
}
