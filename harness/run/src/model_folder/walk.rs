//! Every file below a folder, up to a limit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use titer_core::Digest;
use titer_store::RunFolder;

use super::ignore::Ignored;
use super::memo::Memo;

/// Names that never count: what git and Python keep for themselves.
const NEVER: [&str; 2] = [".git", "__pycache__"];

/// How much a folder may hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    /// Bytes of its files together.
    pub bytes: u64,
    /// How many files.
    pub files: usize,
}

impl Default for Limit {
    /// What is read in half a minute, and a list that is still passed on to a worker.
    fn default() -> Self {
        Self {
            bytes: 4 << 30,
            files: 100_000,
        }
    }
}

/// Why a folder's files cannot be listed.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It holds more than the limit, of bytes or else of files; what of it holds the most.
    Large { is_bytes: bool, largest: String },
    /// The system said no.
    System {
        path: PathBuf,
        error: std::io::Error,
    },
}

impl Trouble {
    fn of(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::System { path, error }
    }
}

/// What a name of the folder stands for.
enum Found {
    File,
    /// A link that is not followed, with what it says.
    Link(PathBuf),
}

/// The digests of a folder's files by name, parts separated by `/`. A link to a file counts as the file; any other
/// link by where it leads.
pub(super) fn digests(
    root: &Path,
    ignored: &mut Ignored,
    skipped: &[PathBuf],
    limit: Limit,
    memo: &mut Memo,
) -> Result<BTreeMap<String, Digest>, Trouble> {
    // Sizes first: what is too large is not read.
    let found = list(root, ignored, skipped, limit)?;
    let mut digests = BTreeMap::new();
    for (relative, found) in found {
        let path = root.join(&relative);
        let digest = match found {
            Found::Link(to) => Digest::of(to.as_os_str().as_encoded_bytes()),
            Found::File => match memo.digest_of(&path) {
                // Somebody's temporary file.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                digest => digest.map_err(Trouble::of(&path))?,
            },
        };
        digests.insert(name(&relative), digest);
    }
    Ok(digests)
}

/// A path that no other path is written as.
fn name(relative: &Path) -> String {
    let parts = relative.iter().map(|part| match part.to_str() {
        Some(part) => part.to_owned(),
        // No name has a `/`.
        None => format!("/{part:?}"),
    });
    parts.collect::<Vec<_>>().join("/")
}

fn list(
    root: &Path,
    ignored: &mut Ignored,
    skipped: &[PathBuf],
    limit: Limit,
) -> Result<Vec<(PathBuf, Found)>, Trouble> {
    let cache = titer_spec::cache::folder().canonicalize().ok();
    let mut found = Vec::new();
    let mut sizes = Sizes::default();
    let mut left = vec![PathBuf::new()];
    while let Some(below) = left.pop() {
        let folder = root.join(&below);
        for entry in std::fs::read_dir(&folder).map_err(Trouble::of(&folder))? {
            let entry = entry.map_err(Trouble::of(&folder))?;
            let (path, relative) = (entry.path(), below.join(entry.file_name()));
            let never = NEVER.iter().any(|name| entry.file_name() == *name);
            if never || skipped.contains(&path) || ignored.holds(&relative) {
                continue;
            }
            let kind = entry.file_type().map_err(Trouble::of(&path))?;
            if kind.is_dir() {
                if Some(&path) != cache.as_ref() && !RunFolder::at(&path).is_run() {
                    left.push(relative);
                }
                continue;
            }
            let about = std::fs::metadata(&path);
            let size = match about {
                Ok(about) if about.is_file() => {
                    found.push((relative.clone(), Found::File));
                    about.len()
                }
                _ if kind.is_symlink() => {
                    let to = std::fs::read_link(&path).map_err(Trouble::of(&path))?;
                    found.push((relative.clone(), Found::Link(to)));
                    0
                }
                // Pipes and sockets hold nothing.
                _ => continue,
            };
            sizes.add(&relative, size);
            if sizes.bytes > limit.bytes || found.len() > limit.files {
                return Err(sizes.large(limit));
            }
        }
    }
    Ok(found)
}

/// Bytes and files by the first part of their path.
#[derive(Default)]
struct Sizes {
    bytes: u64,
    by_first: BTreeMap<PathBuf, (u64, u64)>,
}

impl Sizes {
    fn add(&mut self, relative: &Path, bytes: u64) {
        self.bytes += bytes;
        let first = relative.iter().next().map(PathBuf::from);
        let of_first = self.by_first.entry(first.unwrap_or_default()).or_default();
        of_first.0 += bytes;
        of_first.1 += 1;
    }

    fn large(self, limit: Limit) -> Trouble {
        let is_bytes = self.bytes > limit.bytes;
        let size = |of: &(u64, u64)| if is_bytes { of.0 } else { of.1 };
        let largest = self.by_first.iter().max_by_key(|(_, of)| size(of));
        let largest = largest.map_or(String::new(), |(first, _)| name(first));
        Trouble::Large { is_bytes, largest }
    }
}
