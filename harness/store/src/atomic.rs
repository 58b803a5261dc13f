//! Files that are whole or absent.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::StoreError;

/// Tells apart two writers of one process.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Writes a file under a temporary name in its folder, which is made where it is missing, syncs it and
/// renames it.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| StoreError::writing(folder, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let temporary = folder.join(format!(".{name}.{}.{number}.tmp", std::process::id()));
    let written = File::create(&temporary)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        // What could not be renamed is of no use to anyone.
        let _ = fs::remove_file(&temporary);
        StoreError::writing(path, error)
    })
}

/// Moves a file or folder, over what is there.
pub fn replace(from: &Path, to: &Path) -> Result<(), StoreError> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(|error| StoreError::writing(folder, error))?;
    }
    if to.is_dir() {
        fs::remove_dir_all(to).map_err(|error| StoreError::writing(to, error))?;
    }
    fs::rename(from, to).map_err(|error| StoreError::writing(to, error))
}

/// Removes a file; nothing is done where there is none.
pub fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::writing(path, error))
        }
        _ => Ok(()),
    }
}

/// Removes what writers that were killed left behind, in a folder and below it. A writer that dies at
/// this moment loses nothing that was ever whole.
pub fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        // Not through links: they lead out of the run.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            sweep(&path);
        } else if name.starts_with('.') && name.ends_with(".tmp") {
            let _ = fs::remove_file(&path);
        }
    }
}
