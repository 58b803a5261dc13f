//! HTTP as every request of Titer goes by: who is trusted, which proxy is asked, what a failure means.
//!
//! In scope: what holds for a download and for a question to a model server alike. Not aware of: what is sent and read, how
//! long that may take, what is tried again, and how its failures are worded for people.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod failure;
pub mod proxy;

use std::net::IpAddr;
use std::time::Duration;

use ureq::Proxy;
use ureq::config::{Config, ConfigBuilder};
use ureq::http::HeaderMap;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::typestate::AgentScope;

pub use failure::Failure;

/// The configuration of a client, still without limits but that of a connection. A status of any kind is an answer, and so is a
/// redirect: whoever asks decides whether it is followed, since what is sent is meant for one server.
#[must_use]
pub fn config(
    connect: Duration,
    roots: RootCerts,
    proxy: Option<Proxy>,
) -> ConfigBuilder<AgentScope> {
    Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(connect))
        .user_agent(concat!("titer/", env!("CARGO_PKG_VERSION")))
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        // Said even where there is none: ureq would take one from the environment.
        .proxy(proxy)
}

/// Whether a host, as it stands in an address, is this machine. It is asked without a proxy, and may be sent a secret unencrypted.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let inner = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let name = host.to_ascii_lowercase();
    // Below `localhost` nobody else can have a name (RFC 6761).
    name == "localhost"
        || name.ends_with(".localhost")
        || inner
            .unwrap_or(host)
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// A header's text.
#[must_use]
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The seconds that a busy server asks to be left alone. A date is not read.
#[must_use]
pub fn retry_after(headers: &HeaderMap) -> Option<u64> {
    header(headers, "retry-after").and_then(|text| text.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_names() {
        for host in [
            "localhost",
            "LocalHost",
            "hub.localhost",
            "127.0.0.1",
            "127.8.0.1",
            "[::1]",
            "::1",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "localhost.example.org",
            "notlocalhost",
            "10.0.0.1",
            "[::2]",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
