//! The folder of a whole archive: made beside its place, renamed, and known again by what it says of itself.

use std::fs::File;
use std::path::{Path, PathBuf};

use titer_core::{Digest, RowDigest};

use super::archive::Archive;
use super::fault::Fault;
use super::temporary;

/// The file in such a folder that says which archive it was and what came of it.
const MARK: &str = ".titer-unpacked";

/// Whether the folder holds what came of this archive, file by file.
pub(super) fn holds(folder: &Path, archive: &Digest) -> bool {
    mark_of(folder).is_some_and(|(of, files)| of == *archive && digest(folder).ok() == Some(files))
}

/// Unpacks an archive; its folder takes the place's name when it is whole. What is there gives way if it is
/// of another archive and nobody has changed it.
pub(super) fn unpack(archive: &Path, stated: &Digest, bytes: u64, to: &Path) -> Result<(), Fault> {
    let parent = to.parent().unwrap_or(Path::new("."));
    let folder = temporary::folder(parent)?;
    Archive::open(archive)?.unpack_folder(bytes, folder.path())?;
    let mark = folder.path().join(MARK);
    if mark.exists() {
        return Err(Fault::archive(format!("it has a file `{MARK}` of its own")));
    }
    let files = digest(folder.path())?;
    std::fs::write(&mark, format!("{stated}\n{files}\n")).map_err(Fault::disk(&mark))?;
    if holds(to, stated) {
        // Another program was faster.
        return Ok(());
    }
    let old = match to.exists() {
        true => Some(aside(to, parent)?),
        false => None,
    };
    match std::fs::rename(folder.path(), to) {
        Err(_) if holds(to, stated) => {}
        Err(error) => return Err(Fault::disk(to)(error)),
        Ok(()) => {
            // It is no temporary folder any more.
            let _ = folder.keep();
        }
    }
    drop(old);
    Ok(())
}

/// Moves away what an earlier fetch left, if it is as it left it.
fn aside(to: &Path, parent: &Path) -> Result<tempfile::TempDir, Fault> {
    let is_ours = mark_of(to).is_some_and(|(_, files)| digest(to).ok() == Some(files));
    if !is_ours {
        return Err(Fault::InTheWay {
            path: to.to_owned(),
        });
    }
    let away = temporary::folder(parent)?;
    std::fs::rename(to, away.path().join("old")).map_err(Fault::disk(to))?;
    Ok(away)
}

fn mark_of(folder: &Path) -> Option<(Digest, Digest)> {
    let text = std::fs::read_to_string(folder.join(MARK)).ok()?;
    let (archive, files) = text.trim_end().split_once('\n')?;
    Some((archive.parse().ok()?, files.parse().ok()?))
}

/// The digest of all files below a folder: paths and contents.
fn digest(folder: &Path) -> Result<Digest, Fault> {
    let mut paths = Vec::new();
    list(folder, &mut paths)?;
    let mut names: Vec<(String, PathBuf)> = Vec::new();
    for path in paths {
        let name = path.strip_prefix(folder).unwrap_or(&path);
        names.push((name.to_string_lossy().into_owned(), path));
    }
    names.sort();
    let mut digest = RowDigest::new("unpacked");
    for (name, path) in names.into_iter().filter(|(name, _)| name != MARK) {
        let content = File::open(&path).and_then(Digest::of_reader);
        digest
            .text(&name)
            .digest(&content.map_err(Fault::disk(&path))?);
    }
    Ok(digest.finish())
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Fault> {
    let failed = Fault::disk(folder);
    for entry in std::fs::read_dir(folder).map_err(&failed)? {
        let entry = entry.map_err(&failed)?;
        match entry.file_type().map_err(&failed)?.is_dir() {
            true => list(&entry.path(), paths)?,
            false => paths.push(entry.path()),
        }
    }
    Ok(())
}
