//! Cells of tables: what a field takes, what stands where it is left out, what it means.

use serde_json::Value;

use super::form::{bare, list, ordered, resolved, target, text, words};
use super::section::Sections;

/// A description on one line of a table: without line breaks, with `|` escaped, without links between items of code.
pub(super) fn cell(text: &str) -> String {
    let text = text.replace('\n', " ").replace('|', "\\|");
    text.replace("[`", "`").replace("`]", "`")
}

/// What a field means, with the words that it may be.
pub(super) fn meaning(root: &Value, field: &Value) -> String {
    let own = text(field, "description");
    let about = own.or_else(|| text(resolved(root, field), "description"));
    let mut cells = vec![cell(about.unwrap_or_default())];
    for schema in within(root, field) {
        if !super::form::has_section(schema) {
            for (word, meaning) in words(schema).unwrap_or_default() {
                cells.push(word_with(word, meaning));
            }
            let listed: Vec<String> = bare(schema).map(|word| format!("`{word}`")).collect();
            if !listed.is_empty() {
                cells.push(listed.join(", "));
            }
        }
    }
    cells.retain(|cell| !cell.is_empty());
    cells.join("<br>")
}

/// A word with its meaning.
fn word_with(word: &str, meaning: &str) -> String {
    format!("`{word}`: {}", cell(meaning))
}

/// The schemas that a value or an item of a field may be of.
fn within<'a>(root: &'a Value, field: &'a Value) -> Vec<&'a Value> {
    let field = resolved(root, field);
    let mut found = vec![field];
    for inner in ["items", "additionalProperties"] {
        found.extend(
            field
                .get(inner)
                .filter(|it| it.is_object())
                .map(|it| resolved(root, it)),
        );
    }
    found.extend(list(field, "anyOf").iter().map(|it| resolved(root, it)));
    found
}

/// What stands where a field is left out.
pub(super) fn default(field: &Value, required: bool) -> String {
    if required {
        return "**required**".to_owned();
    }
    match field.get("default") {
        Some(Value::Number(number)) => format!("`{}`", shown(number.as_f64().unwrap_or_default())),
        Some(Value::Bool(flag)) => format!("`{flag}`"),
        Some(Value::String(word)) if !word.is_empty() => format!("`{word}`"),
        _ => "–".to_owned(),
    }
}

/// What a field takes: the kind of value with its range, or a link to its fields.
pub(super) fn takes(root: &Value, field: &Value, sections: &Sections) -> String {
    if let Some((name, schema)) = target(root, field) {
        return sections
            .link(name)
            .unwrap_or_else(|| takes(root, schema, sections));
    }
    let several = list(field, "anyOf")
        .iter()
        .filter(|form| text(form, "type") != Some("null"));
    let several: Vec<String> = several.map(|form| takes(root, form, sections)).collect();
    if !several.is_empty() {
        return several.join(", or ");
    }
    if words(field).is_some() || bare(field).next().is_some() {
        return "word".to_owned();
    }
    let constant = text(field, "const").map(|word| format!("`{word}`"));
    constant.unwrap_or_else(|| value(root, field, sections))
}

fn value(root: &Value, field: &Value, sections: &Sections) -> String {
    let kinds = match &field["type"] {
        Value::Array(kinds) => kinds.first().and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kinds {
        Some("string") if text(field, "format") == Some("name") => "name".to_owned(),
        Some("string") => "text".to_owned(),
        Some("boolean") => "`true` or `false`".to_owned(),
        Some("integer") => format!("whole number{}", range(field)),
        Some("number") => format!("number{}", range(field)),
        Some("array") => format!(
            "list of {}",
            plural(&takes(root, &field["items"], sections))
        ),
        Some("object") => {
            let inner = takes(root, &field["additionalProperties"], sections);
            format!("mapping of names to {}", plural(&inner))
        }
        // What a descriptor may hold anywhere.
        None => "value".to_owned(),
        other => panic!("what is {other:?}? {field}"),
    }
}

fn plural(one: &str) -> String {
    if one.starts_with('[') {
        return one
            .replace("mapping]", "mappings]")
            .replace("word ", "words ");
    }
    if let Some((first, second)) = one.split_once(", or ") {
        return format!("{}, or {}", plural(first), plural(second));
    }
    match one.split_once(',') {
        Some((kind, range)) => format!("{kind}s, each{range}"),
        None => format!("{one}s"),
    }
}

fn range(field: &Value) -> String {
    let bound = |name: &str| field.get(name).and_then(Value::as_f64);
    // Beyond 9e15 stands what numbers of a type can hold at all.
    let is_meant = |bound: &f64| bound.abs() < 9e15;
    let least = bound("minimum")
        .filter(is_meant)
        .map(|least| (least, "from"));
    let least = least.or_else(|| bound("exclusiveMinimum").map(|least| (least, "above")));
    let most = bound("maximum").filter(is_meant).map(|most| (most, "to"));
    let most = most.or_else(|| bound("exclusiveMaximum").map(|most| (most, "below")));
    let ends = [least, most].into_iter().flatten();
    let ends: Vec<String> = ends
        .map(|(end, word)| format!("{word} {}", shown(end)))
        .collect();
    match ends.is_empty() {
        true => String::new(),
        false => format!(", {}", ends.join(" ").replace(" below", ", below")),
    }
}

/// A number as people write it.
fn shown(number: f64) -> String {
    let (size, plain) = (number.abs(), number.to_string());
    let is_round = size >= 1e9 && size % 1e6 == 0.0;
    if is_round || (size > 0.0 && size < 1e-4) {
        return format!("{number:e}");
    }
    match size >= 10_000.0 && number.fract() == 0.0 {
        true if number < 0.0 => format!("-{}", by_thousands(&size.to_string())),
        true => by_thousands(&plain),
        false => plain,
    }
}

fn by_thousands(digits: &str) -> String {
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// The fields of a form, each on a line of its cell.
pub(super) fn lines(root: &Value, body: &Value, sections: &Sections) -> String {
    let rows = ordered(body).into_iter().map(|(name, field, required)| {
        let default = match default(field, required).as_str() {
            "**required**" | "–" => String::new(),
            default => format!("; default {default}"),
        };
        let takes = takes(root, field, sections);
        format!("<br>`{name}` ({takes}{default}): {}", meaning(root, field))
    });
    rows.collect()
}
