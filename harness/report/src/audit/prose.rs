//! Words with code among them: what stands between backticks.

use serde::Serialize;

/// Words in parts.
pub(super) type Prose = Vec<Part>;

/// A part of words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Part {
    /// Whether it is code: a control, a column, a file.
    pub code: bool,
    /// The text, without backticks.
    pub text: String,
}

/// Takes words apart at their backticks. One that none closes is a letter like any other.
pub(super) fn prose(words: &str) -> Prose {
    let mut parts = Vec::new();
    let mut rest = words;
    let mut add = |code: bool, text: &str| {
        if !text.is_empty() {
            parts.push(Part {
                code,
                text: text.to_owned(),
            });
        }
    };
    while let Some((before, after)) = rest.split_once('`')
        && let Some((code, after)) = after.split_once('`')
    {
        add(false, before);
        add(true, code);
        rest = after;
    }
    add(false, rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_backticks() {
        let of = |words: &str| -> Vec<(bool, String)> {
            let parts = prose(words).into_iter();
            parts.map(|part| (part.code, part.text)).collect()
        };
        let part = |code, text: &str| (code, text.to_owned());
        assert_eq!(
            of("the control `gc` has"),
            [
                part(false, "the control "),
                part(true, "gc"),
                part(false, " has")
            ]
        );
        assert_eq!(of("`a``b`"), [part(true, "a"), part(true, "b")]);
        assert_eq!(of("a class `x"), [part(false, "a class `x")]);
        assert_eq!(of(""), []);
    }
}
