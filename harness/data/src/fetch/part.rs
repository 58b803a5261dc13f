//! A file that is on its way: `NAME.part`, locked by who writes it, and `NAME.part.of`, which says of which
//! version of the file its bytes are.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use titer_core::Digest;

use super::fault::Fault;

/// How often a file that another program writes is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// A part that this program alone writes, until it is dropped.
pub(super) struct Part {
    /// Where it lies.
    pub path: PathBuf,
    note: PathBuf,
    file: File,
    /// Whether bytes of an earlier time are among it.
    pub is_old: bool,
}

impl Part {
    /// Opens and locks the part of a file; waits while another program has it.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(super) fn open(target: &Path, waiting: &mut dyn FnMut()) -> Result<Self, Fault> {
        let (path, note) = (with(target, ".part"), with(target, ".part.of"));
        let failed = Fault::disk(&path);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).map_err(Fault::disk(folder))?;
        }
        let mut said = false;
        loop {
            let mut options = OpenOptions::new();
            let options = options.read(true).write(true).create(true).truncate(false);
            let file = options.open(&path).map_err(&failed)?;
            match file.try_lock() {
                // Who had it may have renamed it away meanwhile.
                Ok(()) if is_at(&file, &path) => {
                    let is_old = file.metadata().map_err(&failed)?.len() > 0;
                    return Ok(Self {
                        path,
                        note,
                        file,
                        is_old,
                    });
                }
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    if !said {
                        waiting();
                        said = true;
                    }
                    std::thread::sleep(LOOK);
                }
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
    }

    /// Bytes that are there.
    pub(super) fn length(&self) -> Result<u64, Fault> {
        let about = self.file.metadata().map_err(Fault::disk(&self.path))?;
        Ok(about.len())
    }

    /// What tells the version of the bytes that are there, if they are of the file of this digest.
    pub(super) fn validator(&self, digest: &Digest) -> Option<String> {
        let note = std::fs::read_to_string(&self.note).ok()?;
        let (of, validator) = note.trim_end().split_once('\n')?;
        (of == digest.to_string() && !validator.is_empty()).then(|| validator.to_owned())
    }

    /// Begins anew, with bytes of the version that the validator tells; without one they cannot be added to
    /// later.
    pub(super) fn restart(
        &mut self,
        digest: &Digest,
        validator: Option<&str>,
    ) -> Result<(), Fault> {
        self.file.set_len(0).map_err(Fault::disk(&self.path))?;
        self.file.rewind().map_err(Fault::disk(&self.path))?;
        self.is_old = false;
        let note = format!("{digest}\n{}\n", validator.unwrap_or_default());
        std::fs::write(&self.note, note).map_err(Fault::disk(&self.note))
    }

    /// Adds bytes at the end.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let failed = Fault::disk(&self.path);
        self.file.seek(SeekFrom::End(0)).map_err(&failed)?;
        self.file.write_all(bytes).map_err(failed)
    }

    /// The digest of what lies on the disk.
    pub(super) fn digest(&mut self) -> Result<Digest, Fault> {
        let failed = Fault::disk(&self.path);
        self.file.rewind().map_err(&failed)?;
        Digest::of_reader(&mut self.file).map_err(failed)
    }

    /// The first bytes.
    pub(super) fn start(&mut self) -> Result<Vec<u8>, Fault> {
        use std::io::Read;
        let failed = Fault::disk(&self.path);
        self.file.rewind().map_err(&failed)?;
        let mut start = Vec::new();
        let read = (&mut self.file).take(512).read_to_end(&mut start);
        read.map(|_| start).map_err(failed)
    }

    /// Removes it.
    pub(super) fn discard(self) {
        let _ = std::fs::remove_file(&self.path);
        let _ = std::fs::remove_file(&self.note);
    }

    /// Gives it its name.
    pub(super) fn finish(self, target: &Path) -> Result<(), Fault> {
        self.file.sync_all().map_err(Fault::disk(&self.path))?;
        std::fs::rename(&self.path, target).map_err(Fault::disk(target))?;
        let _ = std::fs::remove_file(&self.note);
        Ok(())
    }
}

fn with(target: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = target.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(ours), Ok(there)) => ours.dev() == there.dev() && ours.ino() == there.ino(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.is_file()
}
