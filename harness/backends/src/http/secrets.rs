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
    let mut headers: Vec<Header> = options.headers.iter().map(one).collect::<Result<_, _>>()?;
    // Taken out in this order: one secret may be a part of another.
    headers.sort_by_key(|header| std::cmp::Reverse(header.secret.len()));
    Ok(headers)
}

/// The words without any secret: a server may repeat what it was sent.
pub(super) fn without(headers: &[Header], words: &str) -> String {
    let mut words = words.to_owned();
    for header in headers {
        words = words.replace(&header.secret, &format!("[{}]", header.variable));
    }
    words
}

/// A body without any secret, before anything of it is cut or parsed.
pub(super) fn cut(headers: &[Header], body: Vec<u8>) -> Vec<u8> {
    headers.iter().fold(body, |body, header| {
        let secret = header.secret.as_bytes();
        let mut clean = Vec::new();
        let mut rest = body.as_slice();
        while let Some(at) = find(rest, secret) {
            let (head, tail) = rest.split_at(at);
            clean.extend_from_slice(head);
            clean.extend_from_slice(format!("[{}]", header.variable).as_bytes());
            rest = tail.get(secret.len()..).unwrap_or_default();
        }
        if clean.is_empty() && rest.len() == body.len() {
            return body;
        }
        clean.extend_from_slice(rest);
        clean
    })
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len().max(1))
        .position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(variable: &str, secret: &str) -> Header {
        Header {
            name: "x-key".to_owned(),
            value: secret.to_owned(),
            secret: secret.to_owned(),
            variable: variable.to_owned(),
        }
    }

    #[test]
    fn secrets_are_taken_out_of_bodies() {
        let headers = [header("LONG", "sesame-street"), header("SHORT", "sesame")];
        for (body, clean) in [
            ("", ""),
            ("open", "open"),
            ("sesame", "[SHORT]"),
            (
                "sesame-street, sesame-st, sesame-street",
                "[LONG], [SHORT]-st, [LONG]",
            ),
        ] {
            assert_eq!(cut(&headers, body.into()), clean.as_bytes(), "{body}");
            assert_eq!(without(&headers, body), clean, "{body}");
        }
    }
}
