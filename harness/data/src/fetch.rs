//! Fetching what a descriptor names: downloaded or taken from a cache, checked, unpacked, put in its place.
//!
//! In scope: addresses of http and https, hubs that answer as Hugging Face's does, archives. Not aware of: what
//! the files hold. Nothing lies under its final name before its size and digest were checked.

mod archive;
mod client;
mod download;
mod fault;
mod hub;
mod part;
mod place;
mod temporary;
mod unpinned;

use std::path::{Path, PathBuf};
use std::time::Duration;

use titer_core::Digest;
use titer_http::proxy::{self, BadProxy};
use titer_spec::fetch::{Fetch, Unpack, check};
use titer_spec::{Document, Located, SpecError};
use ureq::Proxy;
use url::Url;

pub use client::{Limits, Token};

use archive::Archive;
use client::Client;
use download::{Wanted, download, is_there};
use fault::Fault;

/// What the environment says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The hub's address.
    pub endpoint: String,
    /// Sent to the hub, and to nobody else.
    pub token: Option<Token>,
    /// The hub's cache.
    pub hub_cache: PathBuf,
    /// Where archives are kept.
    pub cache: PathBuf,
    /// Whether no network is allowed.
    pub is_offline: bool,
    /// Who is asked in place of every server but this machine.
    pub proxy: Option<Proxy>,
    /// How patient a download is.
    pub limits: Limits,
}

impl Settings {
    /// Reads the environment through `get`: `HF_ENDPOINT`, `HF_TOKEN`, `HF_HUB_CACHE`, `HF_HOME` and
    /// `HF_HUB_OFFLINE`. The proxy is that of the
    /// environment.
    ///
    /// # Errors
    /// A variable cannot be used, in words with the cure.
    pub fn read(get: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let set = |name: &str| get(name).filter(|text| !text.trim().is_empty());
        let token = match set("HF_TOKEN").or_else(|| set("HUGGING_FACE_HUB_TOKEN")) {
            None => None,
            Some(text) => Some(Token::new(&text).ok_or(
                "the variable HF_TOKEN holds more than visible letters\n  help: copy the token anew",
            )?),
        };
        let yes =
            |text: String| matches!(text.to_uppercase().as_str(), "1" | "ON" | "YES" | "TRUE");
        let proxy = proxy::of_environment()
            .map_err(|error| format!("{error}\n  help: {}", BadProxy::CURE))?;
        Ok(Self {
            endpoint: set("HF_ENDPOINT").unwrap_or_else(|| "https://huggingface.co".to_owned()),
            token,
            hub_cache: hub::cache_folder(get),
            cache: titer_spec::cache::folder().join("fetched"),
            is_offline: set("HF_HUB_OFFLINE").is_some_and(yes),
            proxy,
            limits: Limits::default(),
        })
    }
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// An entry is in its place already.
    Present(String),
    /// An entry is fetched now.
    Source {
        /// Where it goes.
        to: String,
        /// Where it comes from.
        from: String,
        /// Its licence.
        licence: String,
        /// Its size.
        bytes: u64,
    },
    /// Bytes came.
    Progress {
        /// Bytes that are there.
        done: u64,
        /// Bytes of the whole.
        of: u64,
    },
    /// Another program fetches it, and is waited for.
    Waiting,
    /// It is tried again.
    Again {
        /// What went wrong.
        reason: String,
        /// When.
        wait: Duration,
    },
    /// It is unpacked.
    Unpacking,
}

/// Why something is not there.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct FetchError {
    /// What, where it is written, and the cure.
    pub error: SpecError,
    /// Whether the descriptor or what it names is at fault, rather than network or disk.
    pub is_input: bool,
}

impl From<SpecError> for FetchError {
    fn from(error: SpecError) -> Self {
        Self {
            error,
            is_input: true,
        }
    }
}

/// How many entries were where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// In their place already.
    pub present: usize,
    /// Put there now.
    pub fetched: usize,
    /// Of those, without a digest that they were held to.
    pub unpinned: usize,
}

/// Brings all entries to their places below a folder.
///
/// # Errors
/// An entry is wrong, or cannot be had as it is described. Entries before it stay.
pub fn fetch<T>(
    document: &Document<T>,
    entries: &[Fetch],
    folder: &Path,
    settings: &Settings,
    observe: &mut dyn FnMut(Event),
) -> Result<Fetched, FetchError> {
    check(document, entries)?;
    let client = Client::new(settings.proxy.clone(), settings.limits.clone());
    let mut count = Fetched::default();
    for entry in entries {
        if entry.is_unpinned() {
            let to = entry.place(folder);
            if to.exists() {
                observe(Event::Present(entry.to.value.clone()));
                count.present += 1;
            } else {
                bring_unpinned(&client, settings, entry, &to, observe)
                    .map_err(|fault| told(document, entry, &fault))?;
                count.fetched += 1;
                count.unpinned += 1;
            }
            continue;
        }
        let one = One {
            client: &client,
            settings,
            entry,
            digest: entry.stated(document)?,
            to: entry.place(folder),
        };
        if one.is_there(document)? {
            observe(Event::Present(entry.to.value.clone()));
            count.present += 1;
            continue;
        }
        one.bring(document, observe)
            .map_err(|fault| told(document, entry, &fault))?;
        count.fetched += 1;
    }
    Ok(count)
}

/// Brings a file that nobody has stated the digest of.
fn bring_unpinned(
    client: &Client,
    settings: &Settings,
    entry: &Fetch,
    to: &Path,
    observe: &mut dyn FnMut(Event),
) -> Result<(), Fault> {
    if settings.is_offline {
        return Err(Fault::Offline);
    }
    let (url, token) = match (&entry.hub, &entry.url) {
        (Some(file), _) => (
            hub::plain_address(&settings.endpoint, file)?,
            settings.token.as_ref(),
        ),
        (None, url) => {
            let text = url.as_ref().map_or("", |url| url.value.as_str());
            let parsed = Url::parse(text).map_err(|error| Fault::Address {
                text: text.escape_debug().to_string(),
                reason: error.to_string(),
            })?;
            (parsed, None)
        }
    };
    observe(Event::Source {
        to: entry.to.value.clone(),
        from: entry.from(),
        licence: entry.licence.clone(),
        bytes: 0,
    });
    unpinned::bring(client, &url, token, to, observe)
}

/// One entry on its way.
struct One<'a> {
    client: &'a Client,
    settings: &'a Settings,
    entry: &'a Fetch,
    digest: Digest,
    to: PathBuf,
}

impl One<'_> {
    fn is_there<T>(&self, document: &Document<T>) -> Result<bool, SpecError> {
        Ok(match &self.entry.unpack {
            None => is_there(&self.to, self.entry.bytes, &self.digest),
            Some(unpack) => match unpacked_digest(document, unpack)? {
                Some(digest) => is_there(&self.to, unpack.bytes, &digest),
                None => place::holds(&self.to, &self.digest),
            },
        })
    }

    fn bring<T>(
        &self,
        document: &Document<T>,
        observe: &mut dyn FnMut(Event),
    ) -> Result<(), Fault> {
        if self.entry.unpack.is_none() && self.to.is_dir() {
            return Err(Fault::InTheWay {
                path: self.to.clone(),
            });
        }
        let sent = self.sent(observe)?;
        match &self.entry.unpack {
            None if sent == self.to => Ok(()),
            None => self.put(&sent),
            Some(unpack) => {
                observe(Event::Unpacking);
                let stated = unpacked_digest(document, unpack).ok().flatten();
                self.unpack(&sent, unpack, stated)
            }
        }
    }

    /// Where what is sent lies now: in its place, or in a cache.
    fn sent(&self, observe: &mut dyn FnMut(Event)) -> Result<PathBuf, Fault> {
        let source = Event::Source {
            to: self.entry.to.value.clone(),
            from: self.entry.from(),
            licence: self.entry.licence.clone(),
            bytes: self.entry.bytes,
        };
        if let Some(file) = &self.entry.hub {
            let stated = hub::Stated {
                file,
                digest: self.digest,
                bytes: self.entry.bytes,
            };
            observe(source);
            return hub::fetch(self.client, self.settings, &stated, observe);
        }
        let to = match self.entry.unpack {
            None => self.to.clone(),
            Some(_) => self.settings.cache.join(self.digest.hex()),
        };
        let text = self.entry.url.as_ref().map_or("", |url| url.value.as_str());
        let url = Url::parse(text).map_err(|error| Fault::Address {
            text: text.escape_debug().to_string(),
            reason: error.to_string(),
        })?;
        let wanted = Wanted {
            url: &url,
            token: None,
            digest: self.digest,
            bytes: self.entry.bytes,
            to: &to,
        };
        if wanted.is_there() {
            return Ok(to);
        }
        if self.settings.is_offline {
            return Err(Fault::Offline);
        }
        observe(source);
        download(self.client, &wanted, observe)?;
        Ok(to)
    }

    /// Puts a copy in its place: a cache's file is not to change with it.
    fn put(&self, cached: &Path) -> Result<(), Fault> {
        let file = temporary::file(self.to.parent().unwrap_or(Path::new(".")))?;
        let mut from = std::fs::File::open(cached).map_err(Fault::disk(cached))?;
        std::io::copy(&mut from, &mut file.as_file()).map_err(Fault::disk(&self.to))?;
        temporary::keep(file, &self.to)
    }

    fn unpack(&self, sent: &Path, unpack: &Unpack, stated: Option<Digest>) -> Result<(), Fault> {
        let Some(stated) = stated else {
            return place::unpack(sent, &self.digest, unpack.bytes, &self.to);
        };
        if self.to.is_dir() {
            return Err(Fault::InTheWay {
                path: self.to.clone(),
            });
        }
        let mut file = temporary::file(self.to.parent().unwrap_or(Path::new(".")))?;
        let member = unpack.member.as_ref().map(|member| member.value.as_str());
        Archive::open(sent)?.unpack_file(member, unpack.bytes, file.as_file_mut())?;
        let found = std::fs::File::open(file.path()).and_then(Digest::of_reader);
        let found = found.map_err(Fault::disk(file.path()))?;
        if found != stated {
            return Err(Fault::Digest { stated, found });
        }
        temporary::keep(file, &self.to)
    }
}

/// The digest of the one file that is unpacked; none of a folder.
fn unpacked_digest<T>(
    document: &Document<T>,
    unpack: &Unpack,
) -> Result<Option<Digest>, SpecError> {
    let parse = |text: &Located<String>| {
        text.value
            .parse()
            .map_err(|error: titer_core::digest::DigestError| {
                document.error(
                    text,
                    format!("fetch.unpack.digest: {error}"),
                    "take it with sha256sum",
                )
            })
    };
    match (&unpack.digest, &unpack.member) {
        (Some(digest), _) => parse(digest).map(Some),
        (None, None) => Ok(None),
        (None, Some(member)) => Err(document.error(
            member,
            "fetch.unpack: one file is taken, and its digest is not stated",
            "add `digest: \"sha256:...\"` of the file after unpacking",
        )),
    }
}

/// The error with its place in the descriptor.
fn told<T>(document: &Document<T>, entry: &Fetch, fault: &Fault) -> FetchError {
    let at = match fault {
        Fault::Digest { .. } => &entry.digest,
        _ => match (&entry.url, &entry.hub) {
            (Some(url), _) => url,
            (None, Some(hub)) => &hub.repo,
            (None, None) => &entry.to,
        },
    };
    FetchError {
        error: document.error(
            at,
            format!("fetch: {}: {fault}", entry.to.value),
            fault.cure(),
        ),
        is_input: fault.is_input(),
    }
}
