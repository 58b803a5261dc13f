//! The YAML parser's words, as a person would say them: which field, what is wrong, what to do.

use serde_json::Value;

use crate::suggest;
use titer_core::tagged;

mod fields;
mod place;

pub(crate) use place::line_of;
use place::{field_at, key_at, owner};

/// Points at the schema where nothing better can be said.
pub(crate) const SCHEMA: &str = "`titer schema KIND` shows every field and its type";

const WHOLE: &str = "write a whole number, as in `2`";
const LIST: &str = "write a list, as in `[one, two]`";
const QUOTES: &str = "put the text in quotes";
const FEWER: &str = "say where data lie, in files of their own, and write only what is needed";
const NO_ALIASES: &str = "write out what they repeat, and only what is needed";
const NO_TEXT: &str = "take it out; is this a text file?";

/// What each of the parser's own phrases means, and the cure.
const PHRASES: [(&str, &str, &str); 31] = [
    ("invalid u64", "this is no whole number of 0 or more", WHOLE),
    (
        "invalid u32",
        "this is no whole number from 0 to 4294967295",
        WHOLE,
    ),
    (
        "invalid usize",
        "this is no whole number of 0 or more",
        WHOLE,
    ),
    (
        "invalid floating point",
        "this is no number",
        "write it as in `0.05`",
    ),
    (
        "non-finite float",
        "this number is not finite",
        "write it as in `0.05`",
    ),
    (
        "invalid boolean",
        "this is neither true nor false",
        "write `true` or `false`",
    ),
    (
        "cannot deserialize null",
        "there is no value",
        "write one after the `:`",
    ),
    ("expected sequence start", "a list is expected", LIST),
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
    (tagged::FIELDS, tagged::FIELDS, "write the name alone"),
    (
        tagged::SECOND,
        tagged::SECOND,
        "write each as an item of its own, or keep one",
    ),
    ("unexpected end of input", "the file is empty", ""),
    (
        "multiple YAML documents",
        "a second document begins here",
        "keep one: take out `---` or `...` and what follows",
    ),
    (
        "illegal placement of ':'",
        "a `:` stands where none can",
        "close the bracket or quote before it, or put the text in quotes",
    ),
    (
        "mapping values are not allowed",
        "a `:` stands where none can",
        "put a text that holds `: ` in quotes, and indent the fields of one level alike",
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
    (
        "unexpected character",
        "this character cannot stand here",
        QUOTES,
    ),
    (
        "control character",
        "this character cannot stand here",
        NO_TEXT,
    ),
    (
        "alias references unknown anchor",
        "a text that begins with `*` refers to an anchor, and there is none of this name",
        QUOTES,
    ),
    (
        "unsupported YAML",
        "this version of YAML is not supported",
        "take the line out",
    ),
    (
        "recursion limit exceeded",
        "lists or fields are nested too deeply",
        "",
    ),
    (
        "budget breached: Nodes",
        "the file has more than 250000 values",
        FEWER,
    ),
    (
        "budget breached: Events",
        "the file has, with what its aliases repeat, more than 1000000 values",
        FEWER,
    ),
    (
        "budget breached: ScalarBytes",
        "the file has more than 64 MiB of text",
        FEWER,
    ),
    (
        "budget breached: Depth",
        "lists or fields are nested too deeply",
        "",
    ),
    (
        "budget breached: Documents",
        "the file has too many documents",
        "keep one: take out `---` or `...` and what follows",
    ),
    (
        "budget breached: Anchors",
        "the file has more than 50000 anchors, as in `&name`",
        NO_ALIASES,
    ),
    (
        "budget breached",
        "aliases, as in `*name`, repeat too much",
        NO_ALIASES,
    ),
    (
        "alias ",
        "aliases, as in `*name`, repeat too much",
        NO_ALIASES,
    ),
];

/// The message and the cure for what the parser said of a text of a schema, at a 1-based line and column.
pub(crate) fn words(
    said: &str,
    text: &str,
    (line, column): (u64, u64),
    schema: &Value,
) -> (String, String) {
    let said = plain(said);
    if let Some(name) = said.strip_prefix("duplicate mapping key: ") {
        let name = name.split(',').next().unwrap_or(name);
        return (format!("`{name}` stands twice"), "write it once".to_owned());
    }
    let owner = owner(text, line, column);
    let (matter, cure, field) = match said.strip_prefix("missing field ") {
        Some(name) => (
            format!("the field {name} is missing"),
            format!("add {name}; {SCHEMA}"),
            owner,
        ),
        None => {
            let (matter, mut cure) = matter(&said, schema);
            let written = line_of(text, line);
            // Quotes do not help what is no text.
            if cure == QUOTES && is_control(written, column) {
                NO_TEXT.clone_into(&mut cure);
            }
            // Where the key at the place is unknown, or fields stand in place of something else, the
            // field at fault is the one that holds them.
            let holder = said.starts_with("unknown field")
                || (said.starts_with("expected ") && key_at(written, column).is_some());
            let field = if holder {
                owner
            } else {
                field_at(written, column).or(owner)
            };
            (matter, cure, field)
        }
    };
    match field {
        Some(field) if !matter.contains(&format!("`{field}`")) => {
            (format!("in `{field}`: {matter}"), cure)
        }
        _ => (matter, cure),
    }
}

/// Whether a control character stands at the 1-based column.
fn is_control(line: &str, column: u64) -> bool {
    let before = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    line.chars().nth(before).is_some_and(char::is_control)
}

/// What is wrong and the cure, without the field.
fn matter(said: &str, schema: &Value) -> (String, String) {
    if let Some(name) = said.strip_prefix(tagged::NO_FIELDS) {
        return fields::needed(name.trim_start_matches([':', ' ']), schema);
    }
    if let Some(cure) = unknown_name(said) {
        // The cure lists what is known; once is enough.
        let matter = said.split(", expected ").next().unwrap_or(said);
        // A variant is something else here.
        return (matter.replace("unknown variant", "unknown name"), cure);
    }
    let or_schema = |cure: &str| if cure.is_empty() { SCHEMA } else { cure }.to_owned();
    if let Some((_, matter, cure)) = PHRASES.iter().find(|(phrase, ..)| said.starts_with(phrase)) {
        return ((*matter).to_owned(), or_schema(cure));
    }
    if let Some((found, expected)) = said
        .strip_prefix("invalid type: ")
        .and_then(|said| said.split_once(", expected "))
    {
        return (
            format!("{} stands here", found_words(found)),
            format!("write {expected}"),
        );
    }
    if said.contains("untagged enum") {
        return ("this is not one of its forms".to_owned(), or_schema(""));
    }
    // The types' own errors hold their cure.
    match said.split_once("; ") {
        Some((matter, cure)) => (matter.to_owned(), cure.to_owned()),
        None => (said.to_owned(), or_schema("")),
    }
}

/// What serde calls a value, as a person would.
fn found_words(found: &str) -> &str {
    match found {
        "sequence" => "a list",
        "map" => "a set of fields",
        "unit value" => "nothing",
        other => other.split_once(' ').map_or(other, |(_, value)| value),
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
