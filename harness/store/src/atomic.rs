//! Files that are whole or absent.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::error::StoreError;
use crate::writer::Writer;

/// Ends the name of a file that is not yet whole.
const TEMPORARY: &str = ".tmp";
/// Nobody writes at one file for so long: what a writer leaves whose end cannot be seen goes after it.
const LONGEST: Duration = Duration::from_hours(24);

/// Tells apart two writers of one process.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Writes a file under a temporary name in its folder, which is made where it is missing, syncs it and
/// renames it.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = Temporary::new(path)?;
    let written = file.write_all(bytes);
    written.map_err(|error| StoreError::writing(path, error))?;
    file.keep()
}

/// A file being written under a temporary name in its folder. What is not kept goes.
pub(crate) struct Temporary {
    path: PathBuf,
    temporary: PathBuf,
    file: File,
}

impl Temporary {
    /// Begins a file; its folder is made where it is missing.
    pub(crate) fn new(path: &Path) -> Result<Self, StoreError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|error| StoreError::writing(folder, error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let writer = Writer::this();
        let temporary = folder.join(format!(".{name}.{writer}.{number}{TEMPORARY}"));
        let file = File::create(&temporary);
        Ok(Self {
            file: file.map_err(|error| StoreError::writing(path, error))?,
            path: path.to_owned(),
            temporary,
        })
    }

    /// Where it lies until it is kept.
    pub(crate) fn place(&self) -> &Path {
        &self.temporary
    }

    /// Gives the file its name.
    pub(crate) fn keep(self) -> Result<(), StoreError> {
        let kept = self.file.sync_all();
        let kept = kept.and_then(|()| fs::rename(&self.temporary, &self.path));
        kept.map_err(|error| StoreError::writing(&self.path, error))
    }
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What has its name by now is not there any more under this one; what has none is of no use to anyone.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Moves a file or folder, over what is there.
pub(crate) fn replace(from: &Path, to: &Path) -> Result<(), StoreError> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(|error| StoreError::writing(folder, error))?;
    }
    if to.is_dir() {
        fs::remove_dir_all(to).map_err(|error| StoreError::writing(to, error))?;
    }
    fs::rename(from, to).map_err(|error| StoreError::writing(to, error))
}

/// Removes a file; nothing is done where there is none.
pub(crate) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::writing(path, error))
        }
        _ => Ok(()),
    }
}

/// Removes a file, a link, or a folder with all that lies in it; nothing is done where there is none.
pub(crate) fn remove_whole(path: &Path) -> Result<(), StoreError> {
    let is_folder = fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    if !is_folder {
        return remove(path);
    }
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::writing(path, error))
        }
        _ => Ok(()),
    }
}

/// Removes what writers that were killed left behind, in a folder and below it. What one that may live still writes, here or
/// on another machine, stays.
pub(crate) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        // Not through links: they lead out of the run.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            sweep(&path);
        } else if is_temporary(&name) && !is_being_written(&name, &entry) {
            let _ = fs::remove_file(&path);
        }
    }
}

pub(crate) fn is_temporary(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(TEMPORARY)
}

fn is_being_written(name: &str, entry: &fs::DirEntry) -> bool {
    let mut parts = name.trim_end_matches(TEMPORARY).rsplit('.');
    // The number, then who writes.
    let Some(writer) = parts.nth(1).and_then(Writer::parse) else {
        return false;
    };
    let age = entry.metadata().and_then(|it| it.modified());
    let age = age.ok().and_then(|then| then.elapsed().ok());
    writer
        .is_alive()
        .unwrap_or_else(|| age.is_none_or(|age| age < LONGEST))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// What is left of these files, by name.
    fn swept(names: &[String]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::create_dir_all(folder.path().join("cells")).unwrap();
            fs::write(folder.path().join("cells").join(name), "{").unwrap();
        }
        sweep(folder.path());
        let left = fs::read_dir(folder.path().join("cells")).unwrap().flatten();
        left.map(|entry| entry.file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn what_a_live_process_writes_stays() {
        let named = |writer: &Writer| format!(".cell.json.{writer}.0.tmp");
        let own = Writer::this();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let dead = Writer {
            process: child.id(),
            ..own.clone()
        };
        child.wait().unwrap();
        let elsewhere = Writer {
            machine: "0123456789abcdef".to_owned(),
            ..dead.clone()
        };
        let old = ".cell.json.7.0.tmp".to_owned();
        let (own, dead, elsewhere) = (named(&own), named(&dead), named(&elsewhere));
        let mut left = swept(&[
            own.clone(),
            dead,
            elsewhere.clone(),
            old,
            "cell.json".to_owned(),
        ]);
        left.sort();
        let mut expected = vec![own, elsewhere, "cell.json".to_owned()];
        expected.sort();
        assert_eq!(left, expected);
    }

    #[test]
    fn what_nobody_finishes_for_a_day_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".cell.json.0123456789abcdef-7.0.tmp");
        let file = File::create(&path).unwrap();
        sweep(folder.path());
        assert!(path.exists());
        file.set_modified(std::time::SystemTime::now() - LONGEST * 2)
            .unwrap();
        sweep(folder.path());
        assert!(!path.exists());
    }
}
