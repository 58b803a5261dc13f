//! What a dataset has to fetch: from where, how large, of which digest and licence, and to which place.

use std::path::{Component, Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::Digest;

use crate::bounds::MAX_EXACT;
use crate::document::Document;
use crate::error::SpecError;
use crate::file::UNPINNED;
use crate::located::Located;

/// One thing to fetch: of a `url` or a `hub`, stored as it comes or unpacked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    /// Where it goes, relative to the descriptor's folder: a file, or the folder of a whole archive.
    pub to: Located<String>,
    /// An address of http or https.
    #[serde(default)]
    pub url: Option<Located<String>>,
    /// A file on a hub that answers as Hugging Face's does.
    #[serde(default)]
    pub hub: Option<HubFile>,
    /// Digest of what is sent: `sha256:` and 64 hexadecimal digits; `unpinned` where nobody has stated it yet.
    pub digest: Located<String>,
    /// Size in bytes of what is sent; 0 where it is unpinned.
    #[schemars(range(min = 0, max = MAX_EXACT))]
    pub bytes: u64,
    /// Its licence, shown before it is fetched.
    pub licence: String,
    /// What is sent is an archive or is compressed: zip, tar, gzip, known by their content.
    #[serde(default)]
    pub unpack: Option<Unpack>,
}

/// A file on a hub.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HubFile {
    /// The repository, as in `organisation/name`.
    pub repo: Located<String>,
    /// A commit's 40 hexadecimal digits; a branch or tag moves, and what moved does not have the digest.
    pub revision: Located<String>,
    /// The file's path in the repository.
    pub path: Located<String>,
    /// What the repository holds.
    #[serde(default)]
    pub kind: HubKind,
}

/// What a repository holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HubKind {
    /// Data.
    #[default]
    Dataset,
    /// A model.
    Model,
}

/// How something is unpacked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unpack {
    /// The one file that is taken from an archive; without it all of them, into a folder.
    #[serde(default)]
    pub member: Option<Located<String>>,
    /// Digest of the one file; not of a folder.
    #[serde(default)]
    pub digest: Option<Located<String>>,
    /// Size in bytes after unpacking: of the one file, or of all files together.
    #[schemars(range(min = 0, max = MAX_EXACT))]
    pub bytes: u64,
}

impl Fetch {
    /// What is fetched, for people: the address, or repository, path and revision.
    #[must_use]
    pub fn from(&self) -> String {
        match (&self.url, &self.hub) {
            (Some(url), _) => url.value.clone(),
            (None, Some(hub)) => {
                let (repo, path) = (&hub.repo.value, &hub.path.value);
                format!("{path} of {repo} at {}", hub.revision.value)
            }
            (None, None) => "nowhere".to_owned(),
        }
    }

    /// Whether nobody has stated its digest yet.
    #[must_use]
    pub fn is_unpinned(&self) -> bool {
        self.digest.value == UNPINNED
    }

    /// Its place below a folder.
    #[must_use]
    pub fn place(&self, folder: &Path) -> PathBuf {
        folder.join(&self.to.value)
    }

    /// The stated digest of what is sent.
    ///
    /// # Errors
    /// The text is not a digest.
    pub fn stated<T>(&self, document: &Document<T>) -> Result<Digest, SpecError> {
        parsed(document, "digest", &self.digest)
    }

    fn check<T>(&self, document: &Document<T>) -> Result<(), SpecError> {
        if !is_inside(&self.to.value) {
            return Err(document.error(
                &self.to,
                format!(
                    "fetch.to: `{}` is no place below the descriptor",
                    self.to.value.escape_debug()
                ),
                "name a relative path without `..`, as in `data/train.csv`",
            ));
        }
        if self.is_unpinned() {
            if let Some(unpack) = &self.unpack {
                let at = unpack.member.as_ref().unwrap_or(&self.digest);
                return Err(document.error(
                    at,
                    "fetch.unpack: an archive is not opened unless its digest is stated",
                    "fetch it by hand and state `digest` and `bytes`",
                ));
            }
        } else {
            parsed(document, "fetch.digest", &self.digest)?;
        }
        if self.bytes == 0 && !self.is_unpinned() {
            return Err(document.error(
                &self.to,
                "fetch.bytes: nothing would be fetched",
                "state the size in bytes of what is sent",
            ));
        }
        if self.licence.trim().is_empty() || self.licence.contains(char::is_control) {
            return Err(document.error(
                &self.to,
                "fetch.licence: it is empty or of several lines",
                "write the licence's name, or `unknown`",
            ));
        }
        match (&self.url, &self.hub) {
            (Some(url), None) => check_url(document, url)?,
            (None, Some(hub)) => hub.check(document)?,
            _ => {
                return Err(document.error(
                    &self.to,
                    "fetch: one source is needed, `url` or `hub`",
                    "write `url: https://...`, or `hub: {repo: ..., revision: ..., path: ...}`",
                ));
            }
        }
        match &self.unpack {
            Some(unpack) => unpack.check(document, &self.to),
            None => Ok(()),
        }
    }
}

impl HubFile {
    fn check<T>(&self, document: &Document<T>) -> Result<(), SpecError> {
        let repo = &self.repo.value;
        let parts: Vec<&str> = repo.split('/').collect();
        if parts.len() > 2 || !parts.iter().all(|part| is_name(part)) || repo.contains("--") {
            return Err(document.error(
                &self.repo,
                format!("fetch.hub.repo: `{repo}` is no repository"),
                "write it as in `organisation/name`",
            ));
        }
        for (field, text) in [("revision", &self.revision), ("path", &self.path)] {
            let odd = |c: char| c.is_control() || "\\:?#%".contains(c);
            if !is_inside(&text.value) || text.value.contains(odd) {
                return Err(document.error(
                    text,
                    format!("fetch.hub.{field}: `{}` is none", text.value.escape_debug()),
                    "copy it from the repository's page of files, without a leading slash",
                ));
            }
        }
        Ok(())
    }
}

impl Unpack {
    fn check<T>(&self, document: &Document<T>, to: &Located<String>) -> Result<(), SpecError> {
        if let Some(digest) = &self.digest {
            parsed(document, "fetch.unpack.digest", digest)?;
        }
        if let Some(member) = self.member.as_ref().filter(|m| !is_inside(&m.value)) {
            return Err(document.error(
                member,
                format!(
                    "fetch.unpack.member: `{}` is no file of an archive",
                    member.value.escape_debug()
                ),
                "write its path as the archive lists it, without `..`",
            ));
        }
        if self.bytes == 0 {
            return Err(document.error(
                to,
                "fetch.unpack.bytes: nothing would be unpacked",
                "state the size in bytes after unpacking",
            ));
        }
        Ok(())
    }
}

/// Checks all that can be checked without a network.
///
/// # Errors
/// A field is wrong, or two entries go to one place.
pub fn check<T>(document: &Document<T>, entries: &[Fetch]) -> Result<(), SpecError> {
    for (index, entry) in entries.iter().enumerate() {
        entry.check(document)?;
        let place = Path::new(&entry.to.value);
        let clash = entries[..index].iter().find(|other| {
            let other = Path::new(&other.to.value);
            place.starts_with(other) || other.starts_with(place)
        });
        if let Some(clash) = clash {
            return Err(document.error(
                &entry.to,
                format!(
                    "fetch.to: `{}` and `{}` lie in each other",
                    entry.to.value, clash.to.value
                ),
                "give each its own place",
            ));
        }
    }
    Ok(())
}

/// An error where something that is fetched is not there, with the command that brings it.
///
/// # Errors
/// A place is empty.
pub fn check_present<T>(
    document: &Document<T>,
    name: &str,
    entries: &[Fetch],
) -> Result<(), SpecError> {
    let missing = entries
        .iter()
        .find(|entry| !entry.place(document.folder()).exists());
    match missing {
        None => Ok(()),
        Some(entry) => Err(document.error(
            &entry.to,
            format!(
                "fetch: {} has not been fetched",
                entry.place(document.folder()).display()
            ),
            format!("run `titer data fetch {name}`"),
        )),
    }
}

fn parsed<T>(
    document: &Document<T>,
    field: &str,
    digest: &Located<String>,
) -> Result<Digest, SpecError> {
    let wrong = |error: titer_core::digest::DigestError| {
        document.error(
            digest,
            format!("{field}: {error}"),
            "take it with sha256sum",
        )
    };
    digest.value.parse().map_err(wrong)
}

fn check_url<T>(document: &Document<T>, url: &Located<String>) -> Result<(), SpecError> {
    let wrong =
        |what: &str, cure: &str| Err(document.error(url, format!("fetch.url {what}"), cure));
    let text = url.value.as_str();
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else {
        return wrong(
            "is no address of http or https",
            "write it as in https://...",
        );
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return wrong(
            "holds a user or password, and descriptors are read by many",
            "take it out; a hub's token comes from the environment (HF_TOKEN)",
        );
    }
    if authority.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return wrong("names no host, or has a blank in it", "correct it");
    }
    Ok(())
}

/// A relative path that stays below where it starts.
fn is_inside(text: &str) -> bool {
    let mut parts = Path::new(text).components().peekable();
    parts.peek().is_some()
        && parts.all(|part| matches!(part, Component::Normal(_)))
        && !text.contains('\\')
        && !text.contains(char::is_control)
}

fn is_name(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !text.is_empty() && text.chars().all(letter) && !text.starts_with('.') && !text.contains("..")
}
