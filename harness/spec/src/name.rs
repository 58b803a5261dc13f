//! What a name may hold: it is shown in tables, pages and terminals, and found again by its letters.

use schemars::Schema;

/// The `format` of names in schemas.
pub(crate) const NAME: &str = "name";
/// The `format` of texts of one line, which may be paths.
pub(crate) const LINE: &str = "line";

/// Characters of a name at most.
const MAX_NAME: usize = 200;
/// Characters of a line at most.
const MAX_LINE: usize = 4096;

/// Says in a schema that a text, or each text of a list, is a name.
pub(crate) fn name(schema: &mut Schema) {
    mark(schema, NAME);
}

/// Says in a schema that a text, or each text of a list, is one line: a path, or words that are shown.
pub(crate) fn line(schema: &mut Schema) {
    mark(schema, LINE);
}

/// Says in a schema that the keys of a mapping are names.
pub(crate) fn keys(schema: &mut Schema) {
    schema.insert(
        "propertyNames".to_owned(),
        serde_json::json!({"format": NAME}),
    );
}

fn mark(schema: &mut Schema, format: &str) {
    let items = schema.get_mut("items");
    match items.and_then(serde_json::Value::as_object_mut) {
        Some(items) => {
            items.insert("format".to_owned(), format.into());
        }
        None => {
            schema.insert("format".to_owned(), format.into());
        }
    }
}

/// What is wrong with a text of a `format`, and the cure.
pub(crate) fn fault(text: &str, format: &str) -> Option<(String, String)> {
    let limit = match format {
        NAME => MAX_NAME,
        LINE => MAX_LINE,
        _ => return None,
    };
    if text.trim().is_empty() {
        return Some(("it is blank".to_owned(), "write a name".to_owned()));
    }
    if let Some((c, what)) = text.chars().find_map(|c| Some((c, invisible(c)?))) {
        let message = format!("it holds {what}, U+{:04X}", u32::from(c));
        return Some((message, "take the character out".to_owned()));
    }
    let length = text.chars().count();
    if length > limit {
        let message = format!("it has {length} characters, at most {limit} are allowed");
        return Some((message, "shorten it".to_owned()));
    }
    if text.trim() != text {
        let message = "it begins or ends with a space".to_owned();
        return Some((message, format!("write `{}`", text.trim())));
    }
    if format == NAME && (text.contains(['/', '\\']) || text == "." || text == "..") {
        let message = "it is a path, and a name is expected".to_owned();
        return Some((message, "write it without `/` and `\\`".to_owned()));
    }
    None
}

/// What a character is that nobody sees, or that changes how others are seen.
fn invisible(c: char) -> Option<&'static str> {
    let is_none = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    match c {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some("a line break"),
        _ if c.is_control() => Some("a control character"),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some("a character that changes the direction of text")
        }
        '\u{200b}' | '\u{2060}' | '\u{feff}' => Some("a character that cannot be seen"),
        _ if is_none => Some("a code that is no character"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_any_script_and_spaces_inside_are_a_name() {
        for good in [
            "fp32",
            "int8-static",
            "α",
            "é",
            "中",
            "Homo sapiens",
            "a.b",
            "8",
            "a\u{200d}b",
            "👩‍🔬",
        ] {
            assert_eq!(fault(good, NAME), None, "{good:?}");
        }
        assert_eq!(fault(&"n".repeat(MAX_NAME), NAME), None);
        assert_eq!(fault("../models/own", LINE), None);
        // Other formats are none of ours.
        assert_eq!(fault("", "uri"), None);
    }

    #[test]
    fn what_cannot_be_seen_or_leads_elsewhere_is_no_name() {
        let long = "n".repeat(MAX_NAME + 1);
        for (bad, what) in [
            ("", "blank"),
            (" \u{a0}", "blank"),
            ("a\u{1b}[31m", "a control character, U+001B"),
            ("a\tb", "a control character, U+0009"),
            ("a\nb", "a line break, U+000A"),
            ("a\u{2028}b", "a line break"),
            ("\u{fffe}", "no character, U+FFFE"),
            ("\u{ffff}", "no character, U+FFFF"),
            ("\u{1fffe}", "no character, U+1FFFE"),
            ("\u{fdd0}", "no character"),
            ("a\u{202e}b", "direction of text, U+202E"),
            ("a\u{200b}", "cannot be seen"),
            (&long, "201 characters"),
            (" a", "begins or ends"),
            ("a ", "begins or ends"),
        ] {
            for format in [NAME, LINE] {
                let found = fault(bad, format);
                if format == LINE && bad == long {
                    assert_eq!(found, None);
                    continue;
                }
                let (message, cure) = found.unwrap_or_else(|| panic!("{bad:?}"));
                assert!(message.contains(what), "{bad:?}: {message}");
                let shown = |text: &str| text.chars().all(|c| invisible(c).is_none());
                assert!(shown(&message) && shown(&cure), "{bad:?}");
            }
        }
        for path in ["../own", "a/b", "a\\b", ".", ".."] {
            let (message, _) = fault(path, NAME).unwrap();
            assert!(message.contains("path"), "{path}: {message}");
            assert_eq!(fault(path, LINE), None);
        }
    }
}
