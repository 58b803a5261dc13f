//! The proxy that the environment names. ureq finds it, but passes over a malformed variable without a word, and asks
//! servers directly.

use ureq::{Proxy, ProxyProtocol};

/// In the order of ureq: the first that is set is asked for every address, of http or https.
const VARIABLES: [&str; 6] = [
    "ALL_PROXY",
    "all_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
];

/// A variable that holds no proxy's address. Its value, which may hold a password, is not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the variable {variable} is not the address of an http or https proxy")]
pub struct BadProxy {
    /// The variable.
    pub variable: &'static str,
}

impl BadProxy {
    /// What to do.
    pub const CURE: &str = "write it as in http://proxy.example.org:3128, or unset it";
}

/// The proxy of the environment, with what `NO_PROXY` leaves out; none where no variable names one.
///
/// # Errors
/// A variable is set to something else than a proxy's address.
pub fn of_environment() -> Result<Option<Proxy>, BadProxy> {
    check(&|name| std::env::var(name).ok())?;
    Ok(Proxy::try_from_env())
}

fn check(get: &dyn Fn(&str) -> Option<String>) -> Result<(), BadProxy> {
    let is_bad = |name: &str| get(name).is_some_and(|text| !text.is_empty() && !is_proxy(&text));
    match VARIABLES.into_iter().find(|name| is_bad(name)) {
        Some(variable) => Err(BadProxy { variable }),
        None => Ok(()),
    }
}

/// Whether a text is the address of a proxy that can be asked.
fn is_proxy(text: &str) -> bool {
    Proxy::new(text)
        .is_ok_and(|proxy| matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_named_and_its_value_is_not() {
        let with = |name: &'static str, value: &'static str| {
            check(&|asked| (asked == name).then(|| value.to_owned()))
        };
        for name in VARIABLES {
            assert_eq!(with(name, "http://p:3128"), Ok(()));
            assert_eq!(with(name, "p.example.org:3128"), Ok(()));
            assert_eq!(with(name, ""), Ok(()));
            let error = with(name, "socks5://me:sesame@p").unwrap_err();
            assert_eq!(error.variable, name);
            assert!(!error.to_string().contains("sesame"), "{error}");
        }
        assert_eq!(with("NO_PROXY", "example.org"), Ok(()));
    }
}
