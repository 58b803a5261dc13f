//! Where a server is.

use titer_http::is_loopback;

/// A server's address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Without a slash at its end.
    pub base: String,
    /// Whether the connection is encrypted.
    pub is_safe: bool,
    /// Whether it is this machine.
    pub is_loopback: bool,
}

/// Why a text is no address of a server: what is wrong, and the cure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// What is wrong.
    pub message: &'static str,
    /// What to do.
    pub cure: &'static str,
}

const EXAMPLE: &str = "write what stands before /v2, as in https://models.example.org";

impl Address {
    /// Takes a text apart.
    ///
    /// # Errors
    /// It is of another scheme, has no host, or holds what does not belong into a file (a user, a query).
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let unfit = |message, cure| Err(Unfit { message, cure });
        let (is_safe, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return unfit("is no address of http or https", EXAMPLE),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return unfit(
                "holds a user or password, and files are read by many",
                "take it out and name the environment's variable under `headers`, as in `{Authorization: {env: MODELS_TOKEN, prefix: \"Bearer \"}}`",
            );
        }
        if rest.contains(['?', '#']) {
            return unfit(
                "has a query, which may hold a secret",
                "take out what follows the path; secrets come from the environment under `headers`",
            );
        }
        if rest.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            return unfit("has a blank in it", EXAMPLE);
        }
        let host = host(authority);
        if host.is_empty() {
            return unfit("names no host", EXAMPLE);
        }
        let base = text.trim_end_matches('/');
        let base = base.strip_suffix("/v2").unwrap_or(base);
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            is_safe,
            is_loopback: is_loopback(host),
        })
    }
}

/// The host without its port.
fn host(authority: &str) -> &str {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    authority.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let address = Address::parse("http://127.0.0.1:8080/").unwrap();
        assert_eq!(address.base, "http://127.0.0.1:8080");
        assert!(address.is_loopback && !address.is_safe);
        let address = Address::parse("https://Models.example.org/team/v2").unwrap();
        assert_eq!(address.base, "https://Models.example.org/team");
        assert!(address.is_safe && !address.is_loopback);
        assert!(Address::parse("http://[::1]:80").unwrap().is_loopback);
        assert!(
            !Address::parse("http://localhost.example.org")
                .unwrap()
                .is_loopback
        );
        for (text, said) in [
            ("ftp://x", "no address"),
            ("models", "no address"),
            ("https://", "names no host"),
            ("https://:80/", "names no host"),
            ("https://me:secret@x", "password"),
            ("https://x/?token=1", "query"),
            ("https://x y", "blank"),
        ] {
            let unfit = Address::parse(text).unwrap_err();
            assert!(unfit.message.contains(said), "{text}: {unfit:?}");
        }
    }
}
