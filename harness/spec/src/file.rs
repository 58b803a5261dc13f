//! A file that a descriptor names: path, digest, size.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Digest, RowDigest};

use crate::bounds::MAX_EXACT;
use crate::document::Document;
use crate::error::SpecError;
use crate::located::Located;

/// Stands for a digest that nobody has stated yet.
pub const UNPINNED: &str = "unpinned";

/// A file beside its descriptor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Path relative to the descriptor's folder; only a file of the process backend may lie outside of it.
    pub path: Located<String>,
    /// `sha256:` and 64 hexadecimal digits; left out, or `unpinned`, where nobody has stated it yet.
    #[serde(default = "unpinned")]
    pub digest: Located<String>,
    /// Size in bytes; left out, or 0, where nobody has stated it yet.
    #[serde(default)]
    #[schemars(range(min = 0, max = MAX_EXACT))]
    pub bytes: u64,
}

fn unpinned() -> Located<String> {
    Located::nowhere(UNPINNED.to_owned())
}

impl FileEntry {
    /// The file's place within the descriptor's folder, whether something is there or not.
    ///
    /// # Errors
    /// The path leaves the folder.
    pub fn place<T>(&self, document: &Document<T>) -> Result<PathBuf, SpecError> {
        let relative = Path::new(&self.path.value);
        if relative
            .components()
            .any(|part| !matches!(part, Component::Normal(_) | Component::CurDir))
        {
            return Err(document.error(
                &self.path,
                format!("path: {} leaves the descriptor's folder", self.path.value),
                "put the file beside the descriptor and name it by a relative path without `..`",
            ));
        }
        Ok(document.folder().join(relative))
    }

    /// The file's place on disk, checked to lie within the descriptor's folder and to exist with the
    /// stated size.
    ///
    /// # Errors
    /// The path leaves the folder, or the file is missing or of another size.
    pub fn locate<T>(&self, document: &Document<T>) -> Result<PathBuf, SpecError> {
        let path = self.place(document)?;
        self.check_size(document, &path)?;
        Ok(path)
    }

    fn check_size<T>(&self, document: &Document<T>, path: &Path) -> Result<(), SpecError> {
        if self.digest.value == UNPINNED {
            let is_dataset = document
                .text
                .lines()
                .any(|line| line.starts_with("dataset:"));
            let (what, command) = match is_dataset {
                true => ("data", "data"),
                false => ("file", "models"),
            };
            let at = if self.digest.line > 0 {
                &self.digest
            } else {
                &self.path
            };
            return Err(document.error(
                at,
                "digest: nobody has stated it yet",
                format!(
                    "look at the {what}, then let `titer {command} pin {}` write down what lies there",
                    document.path.display()
                ),
            ));
        }
        let size = bytes_of(path).map_err(|error| {
            document.error(
                &self.path,
                format!("path: {} cannot be read: {error}", path.display()),
                "put the file there, or correct the path",
            )
        })?;
        if size != self.bytes {
            return Err(document.error(
                &self.path,
                format!(
                    "bytes: {} has {} bytes, not {}",
                    path.display(),
                    size,
                    self.bytes
                ),
                "fetch the file anew, or correct `bytes` and `digest` if the change is meant",
            ));
        }
        Ok(())
    }

    /// The stated digest.
    ///
    /// # Errors
    /// The text is not a digest.
    pub fn stated<T>(&self, document: &Document<T>) -> Result<Digest, SpecError> {
        self.digest
            .value
            .parse()
            .map_err(|error: titer_core::digest::DigestError| {
                document.error(
                    &self.digest,
                    format!("digest: {error}"),
                    "take it with sha256sum",
                )
            })
    }

    /// Locates the file and checks its digest.
    ///
    /// # Errors
    /// As [`FileEntry::locate`], or the content is not what the digest says.
    pub fn verify<T>(&self, document: &Document<T>) -> Result<PathBuf, SpecError> {
        let path = self.locate(document)?;
        self.check_content(document, &path, digest_of)?;
        Ok(path)
    }

    /// As [`FileEntry::verify`], of a file that may lie outside of the descriptor's folder; `digest` takes the digest
    /// of what lies at a path.
    ///
    /// # Errors
    /// The file is missing, of another size, or its content is not what the digest says.
    pub fn verify_anywhere<T>(
        &self,
        document: &Document<T>,
        digest: impl FnOnce(&Path) -> std::io::Result<Digest>,
    ) -> Result<PathBuf, SpecError> {
        let path = document.folder().join(&self.path.value);
        self.check_size(document, &path)?;
        self.check_content(document, &path, digest)?;
        Ok(path)
    }

    fn check_content<T>(
        &self,
        document: &Document<T>,
        path: &Path,
        digest: impl FnOnce(&Path) -> std::io::Result<Digest>,
    ) -> Result<(), SpecError> {
        let stated = self.stated(document)?;
        let found = digest(path).map_err(|error| {
            document.error(
                &self.path,
                format!("path: {} cannot be read: {error}", path.display()),
                "check its permissions",
            )
        })?;
        if found != stated {
            return Err(document.error(
                &self.digest,
                format!("digest: {} is {found}", path.display()),
                "the file is not the one described: fetch it anew, or correct the digest if the change is meant",
            ));
        }
        Ok(())
    }
}

/// Whether a path can be read as files are: a pipe is waited for, a device may never end.
///
/// # Errors
/// Nothing is there, or a pipe, a socket or a device.
pub fn check_regular(path: &Path) -> std::io::Result<()> {
    let about = std::fs::metadata(path)?;
    match about.is_file() || about.is_dir() {
        true => Ok(()),
        false => Err(std::io::Error::other(
            "it is a pipe, a socket or a device, not a file",
        )),
    }
}

/// Bytes of a file, or of all files of a folder.
///
/// # Errors
/// Something cannot be read.
pub fn bytes_of(path: &Path) -> std::io::Result<u64> {
    check_regular(path)?;
    let about = std::fs::metadata(path)?;
    if !about.is_dir() {
        return Ok(about.len());
    }
    let mut sum = 0;
    for (_, file) in files_of(path)? {
        sum += std::fs::metadata(file)?.len();
    }
    Ok(sum)
}

/// The digest of a file's content; of a folder that of its files' names and contents, sorted by name. Files and folders
/// whose name begins with a dot do not count.
///
/// # Errors
/// Something cannot be read.
pub fn digest_of(path: &Path) -> std::io::Result<Digest> {
    let of_file = |path: &Path| {
        check_regular(path)?;
        std::fs::File::open(path).and_then(Digest::of_reader)
    };
    if !path.is_dir() {
        return of_file(path);
    }
    let mut digest = RowDigest::new("folder");
    for (name, file) in files_of(path)? {
        digest.text(&name).digest(&of_file(&file)?);
    }
    Ok(digest.finish())
}

/// Every file below a folder, with its path there, parts separated by `/`.
fn files_of(folder: &Path) -> std::io::Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    let mut left = vec![(String::new(), folder.to_owned())];
    while let Some((before, folder)) = left.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let name = format!("{before}{name}");
            match entry.file_type()?.is_dir() {
                true => left.push((format!("{name}/"), entry.path())),
                false => {
                    found.insert(name, entry.path());
                }
            }
        }
    }
    Ok(found)
}
