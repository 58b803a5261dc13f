//! Which requests go through a proxy: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, in capitals or not.

use std::fmt;

use ureq::Proxy;
use url::{Host, Url};

use super::fault::Fault;

/// The proxies of an environment.
#[derive(Clone, Default)]
pub struct Proxies {
    pub(super) https: Option<Proxy>,
    pub(super) http: Option<Proxy>,
    none: Vec<String>,
}

impl fmt::Debug for Proxies {
    // An address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = |proxy: &Option<Proxy>| if proxy.is_some() { "set" } else { "unset" };
        write!(f, "https {}, http {}", set(&self.https), set(&self.http))
    }
}

impl Proxies {
    /// Reads the environment through `get`.
    ///
    /// # Errors
    /// A variable does not hold a proxy's address.
    pub fn read(get: &dyn Fn(&str) -> Option<String>) -> Result<Self, Fault> {
        let either = |name: &str| get(name).or_else(|| get(&name.to_lowercase()));
        let proxy = |names: [&str; 2]| -> Result<Option<Proxy>, Fault> {
            for name in names {
                match either(name).filter(|text| !text.trim().is_empty()) {
                    None => {}
                    Some(text) => return parsed(name, text.trim()).map(Some),
                }
            }
            Ok(None)
        };
        let none = either("NO_PROXY").unwrap_or_default();
        Ok(Self {
            https: proxy(["HTTPS_PROXY", "ALL_PROXY"])?,
            http: proxy(["HTTP_PROXY", "ALL_PROXY"])?,
            none: none
                .split(',')
                .map(|entry| entry.trim().to_lowercase())
                .filter(|entry| !entry.is_empty())
                .collect(),
        })
    }

    /// Whether a request goes straight to its host: this machine always does.
    pub fn is_direct(&self, url: &Url) -> bool {
        is_loopback(url) || self.none.iter().any(|entry| matches(entry, url))
    }
}

/// Whether an address is this machine's own.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

fn parsed(name: &str, text: &str) -> Result<Proxy, Fault> {
    let wrong = || Fault::Proxy {
        name: name.to_owned(),
    };
    let has_scheme = text.contains("://");
    let text = match has_scheme {
        true => text.to_owned(),
        false => format!("http://{text}"),
    };
    match text.starts_with("http://") || text.starts_with("https://") {
        true => Proxy::new(&text).map_err(|_| wrong()),
        false => Err(wrong()),
    }
}

/// `*`, a host with all below it, with or without a dot before or a port after it.
fn matches(entry: &str, url: &Url) -> bool {
    if entry == "*" {
        return true;
    }
    let host = url.host_str().unwrap_or_default();
    let (name, port) = match entry.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') => (name, port.parse::<u16>().ok()),
        _ => (entry, None),
    };
    let name = name.trim_start_matches('*').trim_start_matches('.');
    let is_host = host == name
        || host
            .strip_suffix(name)
            .is_some_and(|below| below.ends_with('.'));
    is_host && port.is_none_or(|port| url.port_or_known_default() == Some(port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Proxies, Fault> {
        Proxies::read(&|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn variables_name_proxies() {
        let both = read(&[
            ("https_proxy", "proxy:3128"),
            ("HTTP_PROXY", "http://a:b@p"),
        ])
        .unwrap();
        assert_eq!(both.https.unwrap().port(), 3128);
        assert_eq!(both.http.unwrap().password(), Some("b"));
        let all = read(&[("ALL_PROXY", "http://p:1"), ("HTTP_PROXY", "")]).unwrap();
        assert!(all.http.is_some() && all.https.is_some());
        let wrong = read(&[("HTTPS_PROXY", "socks5://user:secret@p")]).unwrap_err();
        assert!(wrong.to_string().contains("HTTPS_PROXY"));
        assert!(!wrong.to_string().contains("secret"));
    }

    #[test]
    fn some_hosts_are_reached_directly() {
        let proxies = read(&[("NO_PROXY", "example.org, .example.net,other.org:8080")]).unwrap();
        for (url, direct) in [
            ("https://example.org/a", true),
            ("https://data.example.org/a", true),
            ("https://badexample.org/a", false),
            ("https://data.example.net/a", true),
            ("https://other.org/a", false),
            ("http://other.org:8080/a", true),
            ("http://127.0.0.1:9/a", true),
            ("http://[::1]:9/a", true),
            ("http://localhost/a", true),
        ] {
            assert_eq!(
                proxies.is_direct(&Url::parse(url).unwrap()),
                direct,
                "{url}"
            );
        }
        assert!(
            read(&[("NO_PROXY", "*")])
                .unwrap()
                .is_direct(&Url::parse("https://x.y").unwrap())
        );
    }
}
