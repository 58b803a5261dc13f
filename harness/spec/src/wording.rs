//! The YAML parser's words, as a person would say them: which field, what is wrong, what to do.

use crate::suggest;

/// Points at the schema where nothing better can be said.
const SCHEMA: &str = "`titer schema KIND` shows every field and its type";

/// What each of the parser's own phrases means, and the cure.
const PHRASES: [(&str, &str, &str); 12] = [
    ("invalid u64", "this is no whole number of 0 or more", ""),
    (
        "invalid u32",
        "this is no whole number from 0 to 4294967295",
        "",
    ),
    ("invalid usize", "this is no whole number of 0 or more", ""),
    (
        "invalid floating point",
        "this is no number",
        "write it as in `0.05`",
    ),
    (
        "invalid boolean",
        "this is neither true nor false",
        "write `true` or `false`",
    ),
    (
        "expected sequence start",
        "a list is expected",
        "write a list, as in `[one, two]`",
    ),
    (
        "expected mapping start",
        "fields are expected",
        "write fields, as in `name: value`",
    ),
    (
        "expected string scalar",
        "one text is expected",
        "write one value, not a list and not fields",
    ),
    ("unexpected end of input", "the file is empty", ""),
    (
        "illegal placement of ':'",
        "a `:` stands where none can",
        "close the bracket or quote before it, or put the text in quotes",
    ),
    (
        "unclosed quote",
        "a quote is opened and never closed",
        "close the quote",
    ),
    (
        "tabs disallowed",
        "a tab stands where YAML takes spaces only",
        "indent with spaces",
    ),
];

/// The message and the cure for what the parser said of a line, at a 1-based column.
pub fn words(said: &str, line: &str, column: u64) -> (String, String) {
    let said = plain(said);
    let field = field_at(line, column);
    if let Some(name) = said.strip_prefix("duplicate mapping key: ") {
        let name = name.split(',').next().unwrap_or(name);
        return (format!("`{name}` stands twice"), "write it once".to_owned());
    }
    if let Some(name) = said.strip_prefix("missing field ") {
        // The place is where the fields begin or end: only a nested one says whose fields they are.
        let whose = field
            .filter(|_| column > 1)
            .map_or(String::new(), |field| format!("in `{field}`: "));
        let cure = format!("add {name}; {SCHEMA}");
        return (format!("{whose}the field {name} is missing"), cure);
    }
    let known = unknown_name(&said);
    let found = PHRASES.iter().find(|(phrase, ..)| said.starts_with(phrase));
    let (matter, cure) = match (known, found) {
        // The cure lists what is known; once is enough.
        (Some(cure), _) => {
            let matter = said.split(", expected ").next().unwrap_or(&said);
            // A variant is something else here.
            (matter.replace("unknown variant", "unknown name"), cure)
        }
        (None, Some((_, matter, ""))) => ((*matter).to_owned(), SCHEMA.to_owned()),
        (None, Some((_, matter, cure))) => ((*matter).to_owned(), (*cure).to_owned()),
        (None, None) if said.contains("untagged enum") => {
            ("this is not one of its forms".to_owned(), SCHEMA.to_owned())
        }
        (None, None) => (said, SCHEMA.to_owned()),
    };
    match field {
        Some(field) if !matter.contains(&format!("`{field}`")) => {
            (format!("in `{field}`: {matter}"), cure)
        }
        _ => (matter, cure),
    }
}

/// The parser's sentence without its own "at line ..., column ...".
fn plain(said: &str) -> String {
    let first = said.lines().next().unwrap_or_default();
    let end = first.find(" at line ").unwrap_or(first.len());
    first[..end]
        .trim_start_matches("error: ")
        .trim_end_matches([',', ':', ' '])
        .to_owned()
}

/// The key whose value begins at a column, or else the key that the line begins with.
fn field_at(line: &str, column: u64) -> Option<String> {
    let before: String = line
        .chars()
        .take(column.saturating_sub(1) as usize)
        .collect();
    let before = before.trim_end_matches([' ', '[', '{', '"', '\'']);
    let key = match before.strip_suffix(':') {
        Some(before) => before.rsplit([' ', '{', '[', ',']).next().unwrap_or(before),
        None => line
            .trim_start()
            .trim_start_matches("- ")
            .split_once(':')?
            .0
            .trim(),
    };
    let word = key
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    (word && !key.is_empty()).then(|| key.to_owned())
}

/// Reads "unknown field `x`, expected one of a, b" (names in backticks or not) and answers with a cure.
fn unknown_name(said: &str) -> Option<String> {
    if !said.contains("unknown") {
        return None;
    }
    let written = said.split('`').nth(1)?;
    let (_, known) = said.split_once("expected ")?;
    let known: Vec<&str> = known
        .trim_start_matches("one of ")
        .split([',', ' '])
        .map(|name| name.trim_matches('`'))
        .filter(|name| !name.is_empty() && *name != "or")
        .collect();
    (!known.is_empty()).then(|| suggest::cure(written, &known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_the_one_at_the_column() {
        assert_eq!(
            field_at("  window: {start: -1, end: 5}", 19).as_deref(),
            Some("start")
        );
        assert_eq!(field_at("threads: many", 10).as_deref(), Some("threads"));
        assert_eq!(field_at("sizes: [1, big]", 12).as_deref(), Some("sizes"));
        assert_eq!(field_at("just words", 1), None);
    }
}
