//! What can go wrong between a server and the disk.

use std::io;
use std::path::{Path, PathBuf};

use titer_core::Digest;

/// What went wrong. Words follow "fetch: ".
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("no network is allowed, and it is not in the cache")]
    Offline,
    #[error("`{text}` is no address: {reason}")]
    Address { text: String, reason: String },
    #[error("{host} is not reached: {reason}")]
    NotReached { host: String, reason: String },
    #[error("{host} is not trusted: {reason}")]
    Tls { host: String, reason: String },
    #[error("the connection was lost: {0}")]
    Lost(String),
    #[error("nothing came for {seconds} s")]
    Stalled { seconds: f64 },
    #[error("the server answers {status}")]
    Status { status: u16 },
    #[error("the server answers {status}: it does not have the file")]
    NotFound { status: u16 },
    #[error("the server answers {status}: it does not give the file to {}", if *.had_token { "this token" } else { "everybody" })]
    NotAllowed { status: u16, had_token: bool },
    #[error("the server answers {status}: it is busy")]
    Busy { status: u16, wait_s: Option<u64> },
    #[error("given up after {tries} tries without progress: {last}")]
    GivenUp { tries: u32, last: Box<Fault> },
    #[error("redirected more than {0} times")]
    Redirects(u32),
    #[error("redirected from https to {0}, which is not encrypted")]
    Downgrade(String),
    #[error("redirected to {0}, which is no address that is followed")]
    NotWeb(String),
    #[error("the server does not speak HTTP: {0}")]
    NotHttp(String),
    #[error("the token would be sent to {0} without encryption")]
    PlainToken(String),
    #[error("the server sends more than the stated {stated} bytes: cut off")]
    Larger { stated: u64 },
    #[error("the server announces {announced} bytes, {stated} are stated")]
    Announced { announced: u64, stated: u64 },
    #[error("the server sent {sent} bytes and said that is all, {stated} are stated")]
    Smaller { sent: u64, stated: u64 },
    #[error("a web page came in place of the file")]
    Page,
    #[error("the digest is {found}, not {stated}: nothing was kept")]
    Digest { stated: Digest, found: Digest },
    #[error("the server sends another part than was asked for ({0})")]
    Range(String),
    #[error("the server sends it compressed ({0}), though that was not asked for")]
    Encoded(String),
    #[error("the endpoint does not answer as a hub: {0}")]
    NotAHub(String),
    #[error("the hub says that {0}")]
    HubDiffers(String),
    #[error("the archive is refused: {0}")]
    Archive(String),
    #[error("{path} is in the way")]
    InTheWay { path: PathBuf },
    #[error("{path}: {error}")]
    Disk { path: PathBuf, error: io::Error },
}

impl Fault {
    /// A fault of the disk.
    pub(super) fn disk(path: &Path) -> impl Fn(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |error| Self::Disk {
            path: path.clone(),
            error,
        }
    }

    /// An archive that is refused.
    pub(super) fn archive(reason: impl Into<String>) -> Self {
        Self::Archive(reason.into())
    }

    /// Whether a moment may help.
    pub(super) fn passes(&self) -> bool {
        matches!(
            self,
            Self::NotReached { .. } | Self::Lost(_) | Self::Stalled { .. } | Self::Busy { .. }
        )
    }

    /// Whether the descriptor, or what it names, is at fault, rather than network or disk.
    pub(super) fn is_input(&self) -> bool {
        match self {
            Self::GivenUp { .. } | Self::Disk { .. } | Self::Tls { .. } => false,
            other => !other.passes(),
        }
    }

    /// What to do.
    pub(super) fn cure(&self) -> &'static str {
        match self {
            Self::Offline => {
                "run again without --offline and HF_HUB_OFFLINE, or put the file there by hand"
            }
            Self::Address { .. } => "correct the address",
            Self::Tls { .. } => {
                "add the certificate of your network's authority to the system's (SSL_CERT_FILE names a file of them)"
            }
            Self::NotReached { .. } | Self::Lost(_) | Self::Stalled { .. } | Self::Busy { .. } => {
                "run it again: it goes on where it stopped"
            }
            Self::GivenUp { .. } => {
                "run it again later: it goes on where it stopped; HTTPS_PROXY names a proxy"
            }
            Self::Status { .. } | Self::NotFound { .. } | Self::NotHttp(_) => {
                "look whether the address still holds, or whether the data has moved"
            }
            Self::NotAllowed {
                had_token: false, ..
            } => {
                "of a hub: accept its terms on its page and set HF_TOKEN to your token; elsewhere fetch it by hand"
            }
            Self::NotAllowed {
                had_token: true, ..
            } => "accept the terms on its page, or set HF_TOKEN to a token that may read it",
            Self::Redirects(_) | Self::Downgrade(_) | Self::NotWeb(_) => {
                "look up where the data is now, and correct the address"
            }
            Self::PlainToken(_) => "give HF_ENDPOINT as https, or unset HF_TOKEN",
            Self::Larger { .. }
            | Self::Announced { .. }
            | Self::Smaller { .. }
            | Self::Digest { .. } => {
                "what is there is not what was described: look what changed, and correct `bytes` and `digest` if that is meant; of a hub, name a commit"
            }
            Self::Page => "open the address: it may ask for a login, or have moved",
            Self::Range(_) | Self::Encoded(_) => "the server is broken: name another source",
            Self::NotAHub(_) => "correct HF_ENDPOINT, or the repository's name",
            Self::HubDiffers(_) => {
                "name the commit that the digest was taken at, or correct `bytes` and `digest`"
            }
            Self::Archive(_) => {
                "unpack nothing of it unless you know where it comes from; correct `unpack` if that is wrong"
            }
            Self::InTheWay { .. } => "move it away, and run it again",
            Self::Disk { .. } => "look at free space and permissions, and run it again",
        }
    }
}
