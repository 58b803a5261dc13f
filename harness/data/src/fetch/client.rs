//! Requests and redirects: what is sent to whom, and for how long an answer is waited for.

use std::fmt;
use std::io;
use std::time::Duration;

use titer_http::{Failure, header, is_loopback};
use ureq::http::Response;
use ureq::tls::RootCerts;
use ureq::{Agent, Body, Proxy};
use url::Url;

use super::fault::Fault;

/// How patient a download is. There is no limit on the whole of it.
#[derive(Clone, Debug)]
pub struct Limits {
    /// For a connection.
    pub connect: Duration,
    /// Without a byte.
    pub stall: Duration,
    /// Tries without progress.
    pub tries: u32,
    /// Before the second try; it doubles with each.
    pub backoff: Duration,
    /// At most between two tries, whatever the server asks for.
    pub longest_wait: Duration,
    /// Redirects of one request.
    pub redirects: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            stall: Duration::from_secs(60),
            tries: 6,
            backoff: Duration::from_secs(1),
            longest_wait: Duration::from_secs(60),
            redirects: 10,
        }
    }
}

/// A secret that is sent to one server. Never shown.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token fit for a header; `None` where it is empty or holds more than visible letters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_fit = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_fit.then(|| Self(text.to_owned()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token")
    }
}

/// Which redirects are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    /// All that are allowed.
    All,
    /// Those to the same server; the answer is the one that leads elsewhere.
    SameServer,
}

/// One request.
#[derive(Clone, Debug)]
pub(super) struct Ask<'a> {
    /// To whom.
    pub url: &'a Url,
    /// Sent to that server alone.
    pub token: Option<&'a Token>,
    /// The first byte that is wanted, if the file is still the one of this validator.
    pub range: Option<(u64, &'a str)>,
    /// The headers only.
    pub head: bool,
    /// Which redirects are followed.
    pub follow: Follow,
}

/// A client that asks a proxy where there is one, but for this machine.
pub(super) struct Client {
    direct: Agent,
    proxied: Agent,
    /// How patient it is.
    pub limits: Limits,
}

impl Client {
    /// A client.
    pub(super) fn new(proxy: Option<Proxy>, limits: Limits) -> Self {
        Self {
            direct: agent(None, &limits),
            proxied: agent(proxy, &limits),
            limits,
        }
    }

    /// Asks, and follows redirects.
    pub(super) fn ask(&self, ask: &Ask) -> Result<Response<Body>, Fault> {
        let mut url = ask.url.clone();
        let mut token = ask.token;
        for _ in 0..=self.limits.redirects {
            let response = self.once(&url, token, ask)?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            let next = redirected(&url, &response)?;
            if next.origin() != url.origin() {
                if ask.follow == Follow::SameServer {
                    return Ok(response);
                }
                // Once away, it is not sent again, even if the way leads back.
                token = None;
            }
            url = next;
        }
        Err(Fault::Redirects(self.limits.redirects))
    }

    fn once(&self, url: &Url, token: Option<&Token>, ask: &Ask) -> Result<Response<Body>, Fault> {
        let is_own = url.host_str().is_some_and(is_loopback);
        let agent = match is_own {
            true => &self.direct,
            false => &self.proxied,
        };
        let mut request = match ask.head {
            true => agent.head(url.as_str()),
            false => agent.get(url.as_str()),
        };
        request = request.header("accept-encoding", "identity");
        if let Some(token) = token {
            if url.scheme() != "https" && !is_own {
                return Err(Fault::PlainToken(shown(url)));
            }
            request = request.header("authorization", format!("Bearer {}", token.0));
        }
        if let Some((from, validator)) = ask.range {
            request = request
                .header("range", format!("bytes={from}-"))
                .header("if-range", validator);
        }
        request
            .call()
            .map_err(|error| self.failed(error.into(), url))
    }

    fn failed(&self, failure: Failure, url: &Url) -> Fault {
        let host = url.host_str().unwrap_or_default().to_owned();
        match failure {
            Failure::NotConnected => Fault::NotReached {
                host,
                reason: format!(
                    "no connection within {} s",
                    self.limits.connect.as_secs_f64()
                ),
            },
            Failure::Refused | Failure::NotReached(_) => Fault::NotReached {
                host,
                reason: failure.to_string(),
            },
            Failure::Untrusted(reason) => Fault::Tls { host, reason },
            Failure::Late => self.stalled(),
            Failure::NotHttp(reason) => Fault::NotHttp(reason),
            Failure::Lost(reason) | Failure::Other(reason) => Fault::Lost(reason),
        }
    }

    /// What a failure amid an answer is: whatever it was, there was a connection.
    pub(super) fn broken(&self, error: io::Error) -> Fault {
        match Failure::from(error) {
            Failure::Late => self.stalled(),
            failure => Fault::Lost(failure.to_string()),
        }
    }

    fn stalled(&self) -> Fault {
        Fault::Stalled {
            seconds: self.limits.stall.as_secs_f64(),
        }
    }
}

fn agent(proxy: Option<Proxy>, limits: &Limits) -> Agent {
    titer_http::config(limits.connect, RootCerts::PlatformVerifier, proxy)
        .timeout_per_read(Some(limits.stall))
        .timeout_per_write(Some(limits.stall))
        // Headers that trickle in are no answer.
        .timeout_recv_response(Some(limits.stall * 2))
        .max_idle_connections(0)
        .build()
        .new_agent()
}

fn redirected(from: &Url, response: &Response<Body>) -> Result<Url, Fault> {
    let to = header(response.headers(), "location").ok_or(Fault::Status {
        status: response.status().as_u16(),
    })?;
    let mut next = from.join(to).map_err(|error| Fault::Address {
        text: to.escape_debug().to_string(),
        reason: error.to_string(),
    })?;
    next.set_fragment(None);
    let is_web = matches!(next.scheme(), "http" | "https") && next.host().is_some();
    let has_user = !next.username().is_empty() || next.password().is_some();
    if !is_web || has_user {
        return Err(Fault::NotWeb(shown(&next)));
    }
    match from.scheme() == "https" && next.scheme() == "http" {
        true => Err(Fault::Downgrade(shown(&next))),
        false => Ok(next),
    }
}

/// An address without its query, which may hold a signature, and without a user.
pub(super) fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}"));
    format!(
        "{}://{host}{}{}",
        url.scheme(),
        port.unwrap_or_default(),
        url.path()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(from: &str, location: &str) -> Result<String, String> {
        let answer = Response::builder()
            .status(302)
            .header("location", location)
            .body(Body::builder().data(""))
            .unwrap();
        let next = redirected(&Url::parse(from).unwrap(), &answer);
        next.map(|url| url.to_string())
            .map_err(|fault| fault.to_string())
    }

    #[test]
    fn redirects_keep_encryption_and_stay_on_the_web() {
        let from = "https://a.org/x/y";
        assert_eq!(to(from, "z#part").unwrap(), "https://a.org/x/z");
        assert_eq!(to(from, "//b.org/z?q=1").unwrap(), "https://b.org/z?q=1");
        assert_eq!(
            to("http://a.org", "https://b.org/").unwrap(),
            "https://b.org/"
        );
        assert!(
            to(from, "http://a.org/z?q=secret")
                .unwrap_err()
                .contains("http://a.org/z,")
        );
        for odd in [
            "file:///etc/passwd",
            "ftp://a.org/",
            "https://me:secret@a.org/",
            "data:,x",
        ] {
            let said = to(from, odd).unwrap_err();
            assert!(!said.contains("secret"), "{said}");
        }
    }

    #[test]
    fn tokens_are_not_shown_and_fit_a_header() {
        assert!(Token::new("hf_a\r\nx: y").is_none());
        assert!(Token::new(" ").is_none());
        assert_eq!(format!("{:?}", Token::new("hf_a\n")), "Some(a token)");
    }

    #[test]
    fn a_token_is_not_sent_in_the_clear() {
        let client = Client::new(None, Limits::default());
        let asked = client.ask(&Ask {
            url: &Url::parse("http://hub.invalid/x").unwrap(),
            token: Token::new("hf_a").as_ref(),
            range: None,
            head: true,
            follow: Follow::All,
        });
        assert!(matches!(asked, Err(Fault::PlainToken(_))));
    }
}
