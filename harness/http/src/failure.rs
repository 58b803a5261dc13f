//! What the HTTP client's errors mean.

use std::io::{self, ErrorKind};

use ureq::{Error, Timeout};

/// Why a request brought no answer, or not the whole of one.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No connection in the time for it.
    #[error("there was no connection in time")]
    NotConnected,
    /// No answer, or no more of one, in the time for it.
    #[error("there was no answer in time")]
    Late,
    /// The port is closed.
    #[error("nobody listens there")]
    Refused,
    /// No connection for another reason.
    #[error("{0}")]
    NotReached(String),
    /// There was a connection.
    #[error("{0}")]
    Lost(String),
    /// The server is not the one whose name it has, or encryption failed.
    #[error("{0}")]
    Untrusted(String),
    /// What came is not HTTP.
    #[error("{0}")]
    NotHttp(String),
    /// Anything else, in the client's words.
    #[error("{0}")]
    Other(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Timeout(Timeout::Connect | Timeout::Resolve) => Self::NotConnected,
            Error::Timeout(_) => Self::Late,
            Error::HostNotFound => Self::NotReached("no host of that name".to_owned()),
            Error::ConnectProxyFailed(words) => {
                Self::NotReached(format!("the proxy says: {words}"))
            }
            Error::Rustls(error) => Self::Untrusted(error.to_string()),
            Error::Tls(words) => Self::Untrusted(words.to_owned()),
            Error::Protocol(error) => Self::NotHttp(error.to_string()),
            Error::Io(error) => Self::of_io(&error),
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<io::Error> for Failure {
    /// What reading a body failed with: the client wraps its own errors in those of the system.
    fn from(error: io::Error) -> Self {
        Self::from(Error::from(error))
    }
}

impl Failure {
    fn of_io(error: &io::Error) -> Self {
        let words = error.to_string();
        match error.kind() {
            // The handshake is part of reading and writing, and its errors come without a kind of their own.
            _ if words.contains("certificate") => Self::Untrusted(words),
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::Late,
            ErrorKind::ConnectionRefused => Self::Refused,
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof
            | ErrorKind::NotConnected => Self::Lost(words),
            _ => Self::NotReached(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_and_those_within_them_are_told_apart() {
        let of = |kind: ErrorKind| Failure::from(io::Error::new(kind, "words"));
        assert!(matches!(of(ErrorKind::TimedOut), Failure::Late));
        assert!(matches!(of(ErrorKind::WouldBlock), Failure::Late));
        assert!(matches!(of(ErrorKind::ConnectionRefused), Failure::Refused));
        assert!(matches!(of(ErrorKind::ConnectionReset), Failure::Lost(_)));
        let unreachable = of(ErrorKind::NetworkUnreachable);
        assert!(matches!(unreachable, Failure::NotReached(_)));
        let wrapped = io::Error::other(Error::Timeout(Timeout::PerRead));
        assert!(matches!(Failure::from(wrapped), Failure::Late));
        let certificate = io::Error::other("invalid peer certificate: UnknownIssuer");
        assert!(matches!(Failure::from(certificate), Failure::Untrusted(_)));
    }
}
