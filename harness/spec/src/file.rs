//! A file that a descriptor names: path, digest, size.

use std::path::{Component, Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::Digest;

use crate::document::Document;
use crate::error::SpecError;
use crate::located::Located;

/// A file beside its descriptor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Path relative to the descriptor's folder; it cannot leave that folder.
    pub path: Located<String>,
    /// `sha256:` and 64 hexadecimal digits.
    pub digest: Located<String>,
    /// Size in bytes.
    pub bytes: u64,
}

impl FileEntry {
    /// The file's place on disk, checked to lie within the descriptor's folder and to exist with the
    /// stated size.
    ///
    /// # Errors
    /// The path leaves the folder, or the file is missing or of another size.
    pub fn locate<T>(&self, document: &Document<T>) -> Result<PathBuf, SpecError> {
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
        let path = document.folder().join(relative);
        let size = std::fs::metadata(&path).map_err(|error| {
            document.error(
                &self.path,
                format!("path: {} cannot be read: {error}", path.display()),
                "put the file there, or correct the path",
            )
        })?;
        if size.len() != self.bytes {
            return Err(document.error(
                &self.path,
                format!(
                    "bytes: {} has {} bytes, not {}",
                    path.display(),
                    size.len(),
                    self.bytes
                ),
                "fetch the file anew, or correct `bytes` and `digest` if the change is meant",
            ));
        }
        Ok(path)
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
        let stated = self.stated(document)?;
        let found = std::fs::File::open(&path)
            .and_then(Digest::of_reader)
            .map_err(|error| {
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
        Ok(path)
    }
}
