//! Where a server has a model.

use titer_spec::model::HttpOptions;

/// The place of a model on its server.
pub(super) fn place(options: &HttpOptions) -> String {
    let model = format!("/v2/models/{}", part(&options.model));
    match &options.version {
        Some(version) => format!("{model}/versions/{}", part(version)),
        None => model,
    }
}

/// A name as a part of a path.
fn part(name: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_parts_of_a_path() {
        assert_eq!(part("a-b_c.1~"), "a-b_c.1~");
        assert_eq!(part("a/b ?ü"), "a%2Fb%20%3F%C3%BC");
    }
}
