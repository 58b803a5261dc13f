//! One Titer in a run folder at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::PathBuf;

use crate::atomic;
use crate::error::StoreError;
use crate::folder::RunFolder;

/// The file that is locked; it says which process holds it.
pub(crate) const NAME: &str = ".lock";

/// Held while a run folder is worked in. The system gives it back when the process ends, however it
/// ends: no lock outlives its holder.
#[derive(Debug)]
pub struct RunLock {
    folder: PathBuf,
    _file: File,
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // What a process still wrote when this one began, and then left.
        atomic::sweep(&self.folder);
    }
}

impl RunFolder {
    /// Locks the folder, made where it is missing, and removes half-written files that a killed run
    /// left; once more when the lock goes.
    ///
    /// # Errors
    /// Another process holds it, or the folder cannot be written.
    pub fn lock(&self) -> Result<RunLock, StoreError> {
        std::fs::create_dir_all(self.path())
            .map_err(|error| StoreError::writing(self.path(), error))?;
        let path = self.path().join(NAME);
        let opened = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let mut file = opened.map_err(|error| StoreError::writing(&path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let holder = if holder.is_empty() {
                    "just started".to_owned()
                } else {
                    holder
                };
                return Err(StoreError::Locked {
                    path: self.path().to_owned(),
                    holder,
                });
            }
            Err(TryLockError::Error(error)) => return Err(StoreError::writing(&path, error)),
        }
        // Who holds it is for people to read; the lock holds without.
        let _ = file.set_len(0).and_then(|()| file.rewind());
        let _ = write!(file, "{}", std::process::id()).and_then(|()| file.flush());
        atomic::sweep(self.path());
        Ok(RunLock {
            folder: self.path().to_owned(),
            _file: file,
        })
    }

    /// Locks a folder that holds a run.
    ///
    /// # Errors
    /// It holds none, or another process holds it.
    pub fn lock_existing(&self) -> Result<RunLock, StoreError> {
        self.read_manifest()?;
        self.lock()
    }
}
