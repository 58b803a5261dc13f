//! Secrets: read from the environment, sent, and kept out of every word.

use titer_core::ModelError;
use titer_spec::model::HttpOptions;

/// A header whose value is nobody's business.
pub(super) struct Header {
    pub name: String,
    pub value: String,
    /// The part of the value that is the secret.
    secret: String,
    variable: String,
}

/// The headers of every request.
pub(super) fn headers(options: &HttpOptions) -> Result<Vec<Header>, ModelError> {
    let one = |(name, told): (&String, &titer_spec::Located<titer_spec::model::Secret>)| {
        let variable = &told.value.env;
        let absent = |what: &str| {
            ModelError::Runtime(format!(
                "the environment's variable {variable} {what}: `http.headers` takes the header {name} from it"
            ))
        };
        let secret = match std::env::var(variable) {
            Ok(secret) if !secret.is_empty() => secret,
            Ok(_) => return Err(absent("is empty")),
            Err(std::env::VarError::NotPresent) => return Err(absent("is not set")),
            Err(std::env::VarError::NotUnicode(_)) => return Err(absent("is no text")),
        };
        if secret.chars().any(char::is_control) {
            return Err(absent("holds a line break or another control character"));
        }
        Ok(Header {
            name: name.clone(),
            value: format!("{}{secret}", told.value.prefix),
            secret,
            variable: variable.clone(),
        })
    };
    options.headers.iter().map(one).collect()
}

/// The words without any secret: a server may repeat what it was sent.
pub(super) fn without(headers: &[Header], words: &str) -> String {
    let mut words = words.to_owned();
    for header in headers {
        words = words.replace(&header.secret, &format!("[{}]", header.variable));
    }
    words
}
