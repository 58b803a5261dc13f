//! A page: what is written by hand, the contents, the fields of the file, and a section for each type within it.

use std::fmt::Write;

use serde_json::Value;

use super::form::{fields, fits_in_a_cell, list, named, ordered, resolved, text, words};
use super::frame::Frame;
use super::section::{Section, Sections, slug};
use super::words::{cell, default, lines, meaning, takes};

const NOTES: &str = "What must be there comes first; a dash means that a field may be left out. A *name* is one line of up to 200 characters \
                     that is not blank.\n\n";

pub(super) fn of<'a>(kind: &'a str, root: &'a Value, frame: &Frame) -> String {
    let sections = Sections::of(kind, root);
    let paths: Vec<String> = sections
        .0
        .iter()
        .map(|section| section.paths[0].clone())
        .collect();
    frame.assert_only(&paths);
    let mut page = format!(
        "{}\n\n## Contents\n\n- [Fields of the file](#fields-of-the-file)\n",
        frame.beginning
    );
    for section in &sections.0 {
        let (indent, heading) = ("  ".repeat(section.depth()), section.heading());
        writeln!(page, "{indent}- [{heading}](#{})", slug(&heading)).unwrap();
    }
    page.push_str("\n## Fields of the file\n\n");
    page.push_str(NOTES);
    page.push_str(&table(root, root, &sections));
    for section in &sections.0 {
        page.push_str(&one(root, section, &sections, frame));
    }
    let end = "Made from the types that read the file: `TITER_WRITE_DOCS=1 cargo test -p titer-spec the_fields_are_documented` \
               writes this page anew.";
    write!(
        page,
        "\n---\n\n{end} The same as a JSON schema, for editors: `titer schema {kind}`.\n"
    )
    .unwrap();
    page
}

fn one(root: &Value, section: &Section<'_>, sections: &Sections<'_>, frame: &Frame) -> String {
    let about = text(section.schema, "description").unwrap_or_default();
    let body = match fields(section.schema) {
        Some(_) => table(root, section.schema, sections),
        None => forms(root, section.schema, sections),
    };
    let by_hand = frame.section(&section.paths[0]);
    let about = about.replace('\n', " ");
    format!(
        "\n## {}\n\n{about}\n\n{by_hand}\n\n{body}",
        section.heading()
    )
}

fn table(root: &Value, schema: &Value, sections: &Sections<'_>) -> String {
    let mut table = "| field | takes | default | meaning |\n| --- | --- | --- | --- |\n".to_owned();
    for (name, field, required) in ordered(schema) {
        let takes = takes(root, field, sections);
        let default = default(field, required);
        let meaning = meaning(root, field);
        writeln!(table, "| `{name}` | {takes} | {default} | {meaning} |").unwrap();
    }
    table
}

/// What may be written, one of several.
fn forms(root: &Value, schema: &Value, sections: &Sections<'_>) -> String {
    let mut table = "| write | meaning |\n| --- | --- |\n".to_owned();
    for (word, meaning) in words(schema).unwrap_or_default() {
        writeln!(table, "| `{word}` | {} |", cell(meaning)).unwrap();
    }
    if words(schema).is_some() {
        return table;
    }
    for form in list(schema, "oneOf") {
        let about = cell(text(form, "description").unwrap_or_default());
        match (text(form, "const"), named(form)) {
            (Some(word), _) => writeln!(table, "| `{word}` | {about} |").unwrap(),
            (None, Some((name, body))) => {
                let (form, more) = with_body(root, body, sections);
                writeln!(table, "| `{name}: {form}` | {about}{more} |").unwrap();
            }
            _ => panic!("a form without a name: {form}"),
        }
    }
    table
}

/// The body of a form in short, and what its fields are or where that stands.
fn with_body(root: &Value, body: &Value, sections: &Sections<'_>) -> (String, String) {
    let target = resolved(root, body);
    if fields(target).is_none() {
        return (
            "…".to_owned(),
            format!("<br>Takes: {}", takes(root, body, sections)),
        );
    }
    let required = list(target, "required").iter().filter_map(Value::as_str);
    let mut names: Vec<&str> = required.collect();
    if names.is_empty() {
        names = ordered(target)
            .into_iter()
            .map(|(name, _, _)| name)
            .collect();
    }
    let short: Vec<String> = names.iter().map(|name| format!("{name}: …")).collect();
    let more = match fits_in_a_cell(root, body) {
        true => lines(root, target, sections),
        false => format!(
            "<br>Its fields: {}",
            takes(root, body, sections).replace("[mapping]", "[below]")
        ),
    };
    (format!("{{{}}}", short.join(", ")), more)
}
