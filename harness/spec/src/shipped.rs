//! What ships inside the binary: evaluations, suites, datasets, models, policies.
//!
//! A shipped folder is laid out in the cache when it is first asked for, so that everything after
//! reads plain files.

use std::io;
use std::path::{Path, PathBuf};

use include_dir::{Dir, DirEntry, include_dir};
use titer_core::RowDigest;

use crate::cache;
use crate::resolve::Kind;

static EVALUATIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../evaluations");
static SUITES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../suites");
static DATASETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../datasets");
static MODELS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../models");
static POLICIES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../policies");

fn folder(kind: Kind) -> &'static Dir<'static> {
    match kind {
        Kind::Evaluation => &EVALUATIONS,
        Kind::Suite => &SUITES,
        Kind::Dataset => &DATASETS,
        Kind::Model => &MODELS,
        Kind::Policy => &POLICIES,
    }
}

/// The names of what ships, sorted.
#[must_use]
pub fn names(kind: Kind) -> Vec<String> {
    let mut names: Vec<String> = folder(kind)
        .entries()
        .iter()
        .filter_map(|entry| match entry {
            DirEntry::Dir(dir) if dir.get_file(dir.path().join(kind.file_name()?)).is_some() => {
                dir.path().file_name()
            }
            DirEntry::File(file) if kind.file_name().is_none() && is_yaml(file.path()) => {
                file.path().file_stem()
            }
            _ => None,
        })
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Lays out what ships under a name in the cache; `None` where nothing of that name ships.
///
/// # Errors
/// The cache cannot be written.
pub fn lay_out(kind: Kind, name: &str) -> io::Result<Option<PathBuf>> {
    let root = folder(kind);
    match kind.file_name() {
        Some(file_name) => {
            let Some(dir) = root.get_dir(name) else {
                return Ok(None);
            };
            if dir.get_file(dir.path().join(file_name)).is_none() {
                return Ok(None);
            }
            let files: Vec<_> = dir.files().collect();
            let place = write_all(kind, name, &files)?;
            Ok(Some(place.join(file_name)))
        }
        None => {
            let Some(file) = root.get_file(format!("{name}.yaml")) else {
                return Ok(None);
            };
            let place = write_all(kind, name, &[file])?;
            Ok(Some(place.join(format!("{name}.yaml"))))
        }
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "yaml")
}

fn write_all(kind: Kind, name: &str, files: &[&include_dir::File<'_>]) -> io::Result<PathBuf> {
    let mut digest = RowDigest::new("shipped");
    for file in files {
        digest
            .text(&file.path().to_string_lossy())
            .bytes(file.contents());
    }
    let parent = cache::folder()
        .join("shipped")
        .join(digest.finish().short())
        .join(kind.folder_name());
    let place = parent.join(name);
    if place.is_dir() {
        return Ok(place);
    }
    std::fs::create_dir_all(&parent)?;
    let temporary = parent.join(format!(".{name}.{}.tmp", std::process::id()));
    std::fs::create_dir_all(&temporary)?;
    for file in files {
        if let Some(file_name) = file.path().file_name() {
            std::fs::write(temporary.join(file_name), file.contents())?;
        }
    }
    match std::fs::rename(&temporary, &place) {
        // Another Titer was faster; what it wrote has the same digest.
        Err(_) if place.is_dir() => std::fs::remove_dir_all(&temporary)?,
        other => other?,
    }
    Ok(place)
}
