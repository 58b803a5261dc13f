//! What must hold of a variant of the http backend before its server is asked.

use titer_backends::http::Address;
use titer_spec::{Document, ModelSpec, SpecError, VariantSpec};

/// Headers that the backend sets itself.
const TAKEN: [&str; 7] = [
    "accept",
    "connection",
    "content-length",
    "content-type",
    "host",
    "inference-header-content-length",
    "transfer-encoding",
];

/// Checks `http` of a variant: it names a server without a secret, and leaves time.
///
/// # Errors
/// Otherwise.
pub(super) fn check(
    document: &Document<ModelSpec>,
    variant: &VariantSpec,
) -> Result<(), SpecError> {
    let Some(options) = &variant.http else {
        return Ok(());
    };
    let url = &options.url;
    let at_url = |message: String, cure: &str| Err(document.error(url, message, cure));
    let address = match Address::parse(&url.value) {
        Ok(address) => address,
        // What is shown must not be what is refused for holding a secret.
        Err(unfit) => {
            let mut error = document.error(url, format!("url: it {}", unfit.message), unfit.cure);
            if unfit.message.contains("secret") || unfit.message.contains("password") {
                error = error.without_its_line();
            }
            return Err(error);
        }
    };
    if options.model.is_empty() {
        return at_url(
            "model: it is empty".to_owned(),
            "name the model as the server knows it",
        );
    }
    for (name, secret) in &options.headers {
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !is_name || TAKEN.contains(&name.to_ascii_lowercase().as_str()) {
            let message = format!("headers: `{name}` is none that can be set");
            return Err(document.error(secret, message, "name a header such as Authorization"));
        }
        let variable = &secret.value.env;
        let is_variable = !variable.is_empty()
            && variable
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_variable {
            let error = document.error(
                secret,
                format!("headers: `env` of {name} is no name of a variable"),
                "name the environment's variable that holds the value, and keep the value out of files",
            );
            return Err(error.without_its_line());
        }
        // A word such as Bearer; what is longer is a value.
        let word = secret.value.prefix.trim_end_matches([' ', '=', ':']);
        if word.len() > 16
            || !word
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        {
            let error = document.error(
                secret,
                format!("headers: `prefix` of {name} is no word that names a kind of secret"),
                "write a word as in `prefix: \"Bearer \"`, and keep the value itself in the environment",
            );
            return Err(error.without_its_line());
        }
    }
    if !options.headers.is_empty() && !address.is_safe && !address.is_loopback {
        return at_url(
            "url: it is not of https, and `headers` hold a secret that would be sent in the open"
                .to_owned(),
            "use https",
        );
    }
    Ok(())
}
