//! Files of a hub that answers as Hugging Face's does, and its cache on this machine, laid out as the
//! Python library `huggingface_hub` lays it out.

use std::path::{Path, PathBuf};

use titer_core::Digest;
use titer_http::header;
use titer_spec::fetch::{HubFile, HubKind};
use url::Url;

use super::client::{Ask, Client, Follow, Token};
use super::download::{Wanted, download, patiently, refused};
use super::fault::Fault;
use super::{Event, Settings};

mod cache;

use cache::Repository;

/// A file of a hub, with what is stated of it.
pub(super) struct Stated<'a> {
    pub file: &'a HubFile,
    pub digest: Digest,
    pub bytes: u64,
}

/// What a hub says of a file.
struct Answer {
    commit: String,
    etag: String,
}

/// The file's place in the cache; it is brought there where it is not yet.
pub(super) fn fetch(
    client: &Client,
    settings: &Settings,
    stated: &Stated,
    observe: &mut dyn FnMut(Event),
) -> Result<PathBuf, Fault> {
    let repository = Repository::new(&settings.hub_cache, stated.file);
    if let Some(path) = repository.find(stated) {
        return Ok(path);
    }
    if settings.is_offline {
        return Err(Fault::Offline);
    }
    let endpoint = endpoint(&settings.endpoint)?;
    let token = settings.token.as_ref();
    let url = address(&endpoint, stated.file, &stated.file.revision.value)?;
    let answer = patiently(client, observe, |_| ask(client, &url, token, stated))?;
    repository.note_revision(&stated.file.revision.value, &answer.commit)?;
    let blob = repository.blob(&answer.etag);
    {
        let _lock = repository.lock(&answer.etag, &mut || observe(Event::Waiting))?;
        let wanted = Wanted {
            // The commit, so that what is sent is what was asked about.
            url: &address(&endpoint, stated.file, &answer.commit)?,
            token,
            digest: stated.digest,
            bytes: stated.bytes,
            to: &blob,
        };
        if !wanted.is_there() {
            download(client, &wanted, observe)?;
        }
    }
    repository.point(&answer.commit, &stated.file.path.value, &answer.etag)
}

/// The address of a file at its revision.
pub(super) fn plain_address(hub: &str, file: &HubFile) -> Result<Url, Fault> {
    address(&endpoint(hub)?, file, &file.revision.value)
}

/// The address of the hub.
fn endpoint(text: &str) -> Result<Url, Fault> {
    let wrong = |reason: &str| Fault::Address {
        text: "HF_ENDPOINT".to_owned(),
        reason: reason.to_owned(),
    };
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    match url.scheme() {
        "http" | "https" if url.username().is_empty() && url.password().is_none() => Ok(url),
        "http" | "https" => Err(wrong("holds a user or password; the token is HF_TOKEN")),
        _ => Err(wrong("is not of http or https")),
    }
}

/// `ENDPOINT/datasets/REPO/resolve/REVISION/PATH`; models have no `datasets/`.
fn address(endpoint: &Url, file: &HubFile, revision: &str) -> Result<Url, Fault> {
    let mut url = endpoint.clone();
    url.set_query(None);
    url.set_fragment(None);
    let mut segments = url.path_segments_mut().map_err(|()| Fault::Address {
        text: "HF_ENDPOINT".to_owned(),
        reason: "no path can follow it".to_owned(),
    })?;
    segments.pop_if_empty();
    if file.kind == HubKind::Dataset {
        segments.push("datasets");
    }
    segments.extend(file.repo.value.split('/')).push("resolve");
    // A slash in a branch's name is part of one segment.
    segments.push(revision).extend(file.path.value.split('/'));
    drop(segments);
    Ok(url)
}

/// Asks for the headers only: a large file's own say where else it lies, before that place is asked.
fn ask(
    client: &Client,
    url: &Url,
    token: Option<&Token>,
    stated: &Stated,
) -> Result<Answer, Fault> {
    let response = client.ask(&Ask {
        url,
        token,
        range: None,
        head: true,
        follow: Follow::SameServer,
    })?;
    let headers = response.headers();
    let status = response.status().as_u16();
    if !(200..400).contains(&status) {
        return Err(refused(status, headers, token.is_some()));
    }
    let missing = |name: &str| Fault::NotAHub(format!("it sends no {name}"));
    let commit = header(headers, "x-repo-commit").ok_or_else(|| missing("X-Repo-Commit"))?;
    if !is_commit(commit) {
        return Err(Fault::NotAHub("X-Repo-Commit is no commit".to_owned()));
    }
    let pinned = &stated.file.revision.value;
    if is_commit(pinned) && pinned != commit {
        return Err(Fault::HubDiffers(format!("the commit is {commit}")));
    }
    let etag = header(headers, "x-linked-etag").or_else(|| header(headers, "etag"));
    let etag = plain_etag(etag.ok_or_else(|| missing("ETag"))?)
        .ok_or_else(|| Fault::NotAHub("its ETag is no name of a file".to_owned()))?;
    let size = match header(headers, "x-linked-size") {
        Some(size) => Some(size),
        None if status < 300 => header(headers, "content-length"),
        None => None,
    };
    let size: Option<u64> = size.and_then(|text| text.trim().parse().ok());
    if let Some(size) = size.filter(|size| *size != stated.bytes) {
        return Err(Fault::HubDiffers(format!(
            "the file has {size} bytes, {} are stated",
            stated.bytes
        )));
    }
    // Of a large file it is the digest.
    if etag.len() == 64 && is_hex(&etag) && etag != stated.digest.hex() {
        return Err(Fault::HubDiffers(format!(
            "the digest is sha256:{etag}, {} is stated",
            stated.digest
        )));
    }
    Ok(Answer {
        commit: commit.to_owned(),
        etag,
    })
}

/// Without `W/` and quotes; `None` where no file could have that name.
fn plain_etag(text: &str) -> Option<String> {
    let etag = text.trim().trim_start_matches("W/").trim_matches('"');
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let is_fit = (1..=128).contains(&etag.len()) && etag.chars().all(is_letter);
    is_fit.then(|| etag.to_owned())
}

fn is_commit(text: &str) -> bool {
    text.len() == 40 && is_hex(text)
}

fn is_hex(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The cache folder that the environment names, as the Python library finds it.
pub(super) fn cache_folder(get: &dyn Fn(&str) -> Option<String>) -> PathBuf {
    let set = |name: &str| get(name).filter(|text| !text.is_empty());
    let home = || set("HOME").map_or_else(std::env::temp_dir, PathBuf::from);
    let place = |text: String| match text.strip_prefix("~/") {
        Some(rest) => home().join(rest),
        None => PathBuf::from(text),
    };
    let cache = set("HF_HUB_CACHE").or_else(|| set("HUGGINGFACE_HUB_CACHE"));
    if let Some(cache) = cache {
        return place(cache);
    }
    let xdg = || set("XDG_CACHE_HOME").map_or_else(|| home().join(".cache"), place);
    let hub_home = set("HF_HOME").map_or_else(|| xdg().join("huggingface"), place);
    hub_home.join("hub")
}

/// A path as its parts.
fn joined(folder: &Path, relative: &str) -> PathBuf {
    relative
        .split('/')
        .fold(folder.to_owned(), |path, part| path.join(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_etags_are_names_of_files() {
        assert_eq!(plain_etag("W/\"ab-1\""), Some("ab-1".to_owned()));
        for odd in ["", "\"../x\"", "\"a/b\"", "\".\"", "a b"] {
            assert_eq!(plain_etag(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_cache_is_where_python_has_it() {
        let of = |variables: &[(&str, &str)]| {
            cache_folder(&|name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(
            of(&[("HF_HUB_CACHE", "/a"), ("HF_HOME", "/b")]),
            Path::new("/a")
        );
        assert_eq!(
            of(&[("HF_HOME", "~/b"), ("HOME", "/h")]),
            Path::new("/h/b/hub")
        );
        assert_eq!(
            of(&[("XDG_CACHE_HOME", "/x")]),
            Path::new("/x/huggingface/hub")
        );
        assert_eq!(
            of(&[("HOME", "/h")]),
            Path::new("/h/.cache/huggingface/hub")
        );
    }
}
