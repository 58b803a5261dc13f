//! The files that a command of the user's may read: all of its descriptor's folder, and those that it declares.
//!
//! Their digests are part of the keys of its cells, and are taken again before and after a worker has predicted:
//! what changes while a run goes on fails the cell. The descriptor itself and the evaluation's own files do not
//! count: what they say that can change a prediction is in the key by itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use titer_core::{Digest, RowDigest};
use titer_spec::model::ProcessOptions;
use titer_spec::{Document, Located, ModelSpec, SpecError};

use crate::models::LoadedVariant;

pub mod ignore;
mod memo;
mod walk;

use ignore::Ignored;
pub use memo::Memo;
use walk::{Limit, Trouble};

/// Files with their digests when a run was planned.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ModelFolder {
    root: PathBuf,
    ignore: Vec<String>,
    /// Files of Titer's own that do not count.
    skipped: Vec<PathBuf>,
    /// The folder's files, by name.
    files: BTreeMap<String, Digest>,
    /// The files that the descriptor declares, wherever they lie.
    declared: BTreeMap<PathBuf, Digest>,
}

/// A folder as it was found.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its files.
    pub folder: ModelFolder,
    /// What the user may want to know, in a line each.
    pub notes: Vec<String>,
}

/// The folder of a variant; `None` where its backend reads the declared files and no other. `skipped` are files of
/// Titer's own that may lie there.
///
/// # Errors
/// The folder holds more than the limit, or cannot be read.
pub fn of(
    document: &Document<ModelSpec>,
    variant: &LoadedVariant,
    skipped: &[&Path],
) -> Result<Option<Listed>, SpecError> {
    let mut memo = Memo::of(&root(document));
    let listed = within(document, variant, skipped, Limit::default(), &mut memo);
    memo.save();
    listed
}

fn within(
    document: &Document<ModelSpec>,
    variant: &LoadedVariant,
    skipped: &[&Path],
    limit: Limit,
    memo: &mut Memo,
) -> Result<Option<Listed>, SpecError> {
    let Some(options) = &variant.spec.process else {
        return Ok(None);
    };
    let root = root(document);
    let own = std::iter::once(document.path.as_path());
    let mut folder = ModelFolder {
        ignore: options.ignore.iter().map(|it| it.value.clone()).collect(),
        skipped: own
            .chain(skipped.iter().copied())
            .filter_map(place)
            .collect(),
        files: BTreeMap::new(),
        declared: BTreeMap::new(),
        root,
    };
    for (role, path) in &variant.files {
        if let Some(digest) = variant.digests.get(role) {
            let path = place(path).unwrap_or_else(|| path.clone());
            folder.declared.insert(path, *digest);
        }
    }
    let mut ignored = folder.ignored();
    let found = walk::digests(&folder.root, &mut ignored, &folder.skipped, limit, memo);
    folder.files = found.map_err(|trouble| refused(document, options, trouble, limit))?;
    let unused = ignored.unused().into_iter();
    let unused = unused.filter_map(|index| options.ignore.get(index));
    let note = |pattern: &Located<String>| {
        format!(
            "{}:{}: ignore: `{}` matches nothing in the model's folder",
            document.path.display(),
            pattern.line,
            pattern.value
        )
    };
    let notes = unused.map(note).collect();
    Ok(Some(Listed { folder, notes }))
}

/// The folder that a descriptor lies in, without links.
pub fn root(document: &Document<ModelSpec>) -> PathBuf {
    let folder = document.folder();
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

/// A file as it is met below a folder without links.
pub fn place(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
    Some(folder.join(path.file_name()?))
}

fn refused(
    document: &Document<ModelSpec>,
    options: &ProcessOptions,
    trouble: Trouble,
    limit: Limit,
) -> SpecError {
    match trouble {
        Trouble::Large { is_bytes, largest } => {
            let most = match is_bytes {
                true => format!("{:.1} GiB", limit.bytes as f64 / (1_u64 << 30) as f64),
                false => format!("{} files", limit.files),
            };
            let message = format!(
                "process: the model's folder holds more than {most}, the most of it in `{largest}`, and each of its files counts in the keys of cells"
            );
            let cure = format!(
                "name what predictions do not depend on, as in `ignore: [{largest}]`, or move the model to a folder of its own"
            );
            document.error(&options.command, message, cure)
        }
        Trouble::System { path, error } => {
            let message = format!(
                "process: {} cannot be read: {error}; each file of the model's folder counts in the keys of cells",
                path.display()
            );
            let cure =
                "make it readable, or name it under `ignore` where predictions do not depend on it";
            document.error(&options.command, message, cure)
        }
    }
}

impl ModelFolder {
    /// The digest of the folder's files: their names and contents.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut digest = RowDigest::new("model folder");
        for (name, file) in &self.files {
            digest.text(name).digest(file);
        }
        digest.finish()
    }

    /// What is no longer as it was when the run was planned, in words; `None`: nothing.
    #[must_use]
    pub fn change(&self) -> Option<String> {
        let mut memo = Memo::of(&self.root);
        let change = self.change_seen(&mut memo);
        memo.save();
        change
    }

    fn change_seen(&self, memo: &mut Memo) -> Option<String> {
        for (path, before) in &self.declared {
            match memo.digest_of(path) {
                Ok(now) if now == *before => {}
                Ok(_) => return Some(format!("{} is another one", path.display())),
                Err(error) => return Some(format!("{} cannot be read: {error}", path.display())),
            }
        }
        let skipped = &self.skipped;
        let now = walk::digests(
            &self.root,
            &mut self.ignored(),
            skipped,
            Limit::default(),
            memo,
        );
        let now = match now {
            Ok(now) => now,
            Err(Trouble::Large { largest, .. }) => return Some(format!("`{largest}` has grown")),
            Err(Trouble::System { path, error }) => {
                return Some(format!("{} cannot be read: {error}", path.display()));
            }
        };
        let gone = self.files.keys().find(|name| !now.contains_key(*name));
        let gone = gone.map(|name| format!("`{name}` is gone"));
        let other = now
            .iter()
            .find_map(|(name, digest)| match self.files.get(name) {
                None => Some(format!("`{name}` is new")),
                Some(before) if before != digest => Some(format!("`{name}` is another one")),
                Some(_) => None,
            });
        other.or(gone)
    }

    fn ignored(&self) -> Ignored {
        Ignored::new(self.ignore.iter().map(String::as_str))
    }
}

#[cfg(all(test, unix))]
mod tests;
