//! Names become files: relative to the naming file, then `--path`, then `TITER_PATH`, then what ships.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cache;
use crate::document::{Document, text_of};
use crate::error::SpecError;
use crate::located::Located;
use crate::shipped;
use crate::suggest;

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An evaluation.
    Evaluation,
    /// A suite.
    Suite,
    /// A dataset.
    Dataset,
    /// A model.
    Model,
    /// A policy.
    Policy,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Evaluation,
        Self::Suite,
        Self::Dataset,
        Self::Model,
        Self::Policy,
    ];

    /// The word in messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Evaluation => "evaluation",
            Self::Suite => "suite",
            Self::Dataset => "dataset",
            Self::Model => "model",
            Self::Policy => "policy",
        }
    }

    /// The folder that holds its kind.
    #[must_use]
    pub fn folder_name(self) -> &'static str {
        match self {
            Self::Evaluation => "evaluations",
            Self::Suite => "suites",
            Self::Dataset => "datasets",
            Self::Model => "models",
            Self::Policy => "policies",
        }
    }

    /// The descriptor's file name where a name is a folder; `None` where a name is a file.
    #[must_use]
    pub fn file_name(self) -> Option<&'static str> {
        match self {
            Self::Evaluation | Self::Suite | Self::Policy => None,
            Self::Dataset => Some("dataset.yaml"),
            Self::Model => Some("model.yaml"),
        }
    }
}

/// Where names are looked for.
#[derive(Clone, Debug, Default)]
pub struct Resolver {
    /// Folders given by `--path`, then those of `TITER_PATH`.
    pub folders: Vec<PathBuf>,
}

impl Resolver {
    /// A resolver over `--path` folders and the environment's `TITER_PATH`.
    #[must_use]
    pub fn new(given: &[PathBuf]) -> Self {
        let mut folders = given.to_vec();
        if let Some(paths) = std::env::var_os("TITER_PATH") {
            folders
                .extend(std::env::split_paths(&paths).filter(|path| !path.as_os_str().is_empty()));
        }
        Self { folders }
    }

    /// The file that a name written in a document stands for.
    ///
    /// # Errors
    /// Nothing of that name is found; the message lists where it was looked for and the nearest name.
    pub fn resolve<T>(
        &self,
        kind: Kind,
        name: &Located<String>,
        document: &Document<T>,
    ) -> Result<PathBuf, SpecError> {
        self.find(kind, &name.value, document.folder())
            .map_err(|(message, cure)| document.error(name, message, cure))
    }

    /// The file that a name stands for, looked for from a folder.
    ///
    /// # Errors
    /// A message and a cure.
    pub fn find(&self, kind: Kind, name: &str, from: &Path) -> Result<PathBuf, (String, String)> {
        let mut candidates = vec![from.join(name), from.join(kind.folder_name()).join(name)];
        for folder in &self.folders {
            candidates.push(folder.join(name));
            candidates.push(folder.join(kind.folder_name()).join(name));
        }
        for candidate in &candidates {
            if let Some(found) = as_descriptor(kind, candidate) {
                return Ok(found);
            }
        }
        match shipped::lay_out(kind, name) {
            Ok(Some(path)) => Ok(path),
            // Last: a copy under another folder's name never stands in for what ships.
            Ok(None) => self
                .by_own_name(kind, name, from)
                .ok_or_else(|| self.not_found(kind, name, from, &candidates)),
            Err(error) => Err((
                format!(
                    "the cache {} cannot be written: {error}",
                    cache::folder().display()
                ),
                "set TITER_CACHE to a folder that can be written".to_owned(),
            )),
        }
    }

    /// The names of what ships and of what lies in the resolver's folders, sorted.
    #[must_use]
    pub fn names(&self, kind: Kind) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = shipped::names(kind).into_iter().collect();
        for folder in &self.folders {
            for folder in [folder.clone(), folder.join(kind.folder_name())] {
                let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
                names.extend(entries.filter_map(|entry| name_of(kind, &entry.path())));
            }
        }
        names
    }

    /// The descriptor that gives itself this name, in a folder of another one.
    fn by_own_name(&self, kind: Kind, name: &str, from: &Path) -> Option<PathBuf> {
        let folders = std::iter::once(from).chain(self.folders.iter().map(PathBuf::as_path));
        let places =
            folders.flat_map(|folder| [folder.to_owned(), folder.join(kind.folder_name())]);
        let descriptors = places.flat_map(|place| {
            let entries = std::fs::read_dir(&place).into_iter().flatten().flatten();
            let mut found: Vec<PathBuf> = entries
                .map(|entry| entry.path())
                .filter(|path| name_of(kind, path).is_some())
                .filter_map(|path| as_descriptor(kind, &path))
                .collect();
            found.sort();
            found
        });
        let mut descriptors =
            descriptors.filter(|path| own_name(kind, path).is_some_and(|own| own == name));
        descriptors.next()
    }

    fn not_found(
        &self,
        kind: Kind,
        name: &str,
        from: &Path,
        candidates: &[PathBuf],
    ) -> (String, String) {
        let mut folders = vec![from.to_owned()];
        folders.extend_from_slice(&self.folders);
        let places: Vec<String> = candidates
            .iter()
            .map(|path| match kind.file_name() {
                Some(file) => format!("{0}/{file}, {0}.yaml", path.display()),
                None => format!("{0}, {0}.yaml", path.display()),
            })
            .collect();
        let known = Self { folders }.names(kind);
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let message = format!(
            "{} `{name}` is not found: there is no {}, and none of that name ships",
            kind.word(),
            places.join(", ")
        );
        (message, suggest::cure(name, &known))
    }
}

/// The name that a folder or file of a kind goes by.
fn name_of(kind: Kind, path: &Path) -> Option<String> {
    let inside = kind.file_name().map(|name| path.join(name));
    let name = if inside.is_some_and(|inside| inside.is_file()) {
        path.file_name()
    } else if path
        .extension()
        .is_some_and(|extension| extension == "yaml")
        && is_of(kind, path)
    {
        path.file_stem()
    } else {
        None
    };
    name.map(|name| name.to_string_lossy().into_owned())
}

/// A path as the descriptor that it means: the file itself, the descriptor in the folder, or the name
/// with `.yaml`.
fn as_descriptor(kind: Kind, path: &Path) -> Option<PathBuf> {
    if path.is_file() {
        return Some(path.to_owned());
    }
    if let Some(file_name) = kind.file_name() {
        let inside = path.join(file_name);
        if inside.is_file() {
            return Some(inside);
        }
    }
    let with_extension = PathBuf::from(format!("{}.yaml", path.display()));
    is_of(kind, &with_extension).then_some(with_extension)
}

/// The name that a descriptor gives itself: what stands behind `model:` or `dataset:`.
fn own_name(kind: Kind, path: &Path) -> Option<String> {
    let key = format!("{}:", kind.word());
    let text = std::fs::read_to_string(path).ok()?;
    if kind_of(&text) != Some(kind) {
        return None;
    }
    let own = text.lines().find_map(|line| line.strip_prefix(&key))?;
    let own = own.split(" #").next().unwrap_or_default().trim();
    Some(own.trim_matches(['"', '\'']).to_owned())
}

/// Whether a file is a descriptor of a kind: `own.yaml` may be the evaluation that names a model
/// `own`.
fn is_of(kind: Kind, path: &Path) -> bool {
    path.is_file() && text_of(path).is_ok_and(|text| kind_of(&text) == Some(kind))
}

/// What a text describes: the first kind whose word is one of its fields. An evaluation has a field `policy`, too.
fn kind_of(text: &str) -> Option<Kind> {
    let has = |kind: &Kind| {
        let key = format!("{}:", kind.word());
        text.lines().any(|line| line.starts_with(&key))
    };
    Kind::ALL.into_iter().find(has)
}
