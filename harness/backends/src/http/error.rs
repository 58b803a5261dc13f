//! What goes wrong with a server.

use crate::open_inference::BodyError;

/// Why a server gave no answer. The words fit behind the variant's name.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error(
        "the server at {place} cannot be reached: {reason}; is it up, and is `http.url` right?"
    )]
    NotReached { place: String, reason: String },
    #[error("the connection to the server at {place} was lost: {reason}")]
    Lost { place: String, reason: String },
    #[error(
        "what came from the server at {place} is not HTTP: {reason}; is `http.url` that of the model server?"
    )]
    NotHttp { place: String, reason: String },
    #[error("the server did not answer within {limit_s} s; `http.request_s` gives it longer")]
    Late { limit_s: u32 },
    #[error("there was no connection within {limit_s} s; `http.connect_s` gives it longer")]
    NotConnected { limit_s: u32 },
    #[error(
        "the connection is not safe: {0}; a certificate that this machine does not know can be named by `http.ca_file`"
    )]
    Tls(String),
    #[error("the server is too busy ({status}{words})")]
    Busy {
        status: u16,
        words: String,
        wait_s: Option<u64>,
    },
    #[error("the server answered {status}{words}")]
    Status { status: u16, words: String },
    #[error(
        "the server wants a permission that the request does not bring ({status}{words}): `http.headers` takes one from the environment"
    )]
    NotAllowed { status: u16, words: String },
    #[error("the server redirects to {to}: name that place in `http.url`, if it is to be trusted")]
    Redirected { to: String },
    #[error("the server is not ready{0}")]
    NotReady(String),
    #[error("the server has no model `{model}`{words}: correct `http.model` or `http.version`")]
    NoModel { model: String, words: String },
    #[error("the server answered with more than {most} bytes")]
    TooLong { most: u64 },
    #[error("the server {0}")]
    Body(#[from] BodyError),
    #[error("{tries} tries: {last}")]
    GivenUp { tries: u32, last: Box<HttpError> },
    #[error("the system failed: {0}")]
    System(std::io::Error),
    #[error("{0}")]
    Client(String),
}

impl HttpError {
    /// Whether the same request may succeed a moment later: the server was too busy for it, or never got it
    /// whole. A time-out is neither: the server may still be at it.
    pub(super) fn passes(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Lost { .. })
    }
}
