//! Every field and every word of the schemas stands on its page, found without the code that makes the pages.

use std::collections::BTreeSet;

use serde_json::Value;
use titer_spec::schema;

use super::section::elsewhere;
use super::{path, schema_of};

/// The words that must stand together: the fields of an object, or what may be chosen from.
fn groups(
    (kind, root): (&str, &Value),
    schema: &Value,
    seen: &mut BTreeSet<String>,
    found: &mut Vec<Vec<String>>,
) {
    match schema {
        Value::Object(parts) => {
            if let Some(Value::String(name)) = parts.get("$ref") {
                let last = name.rsplit('/').next().unwrap();
                if elsewhere(kind, last).is_none() && seen.insert(name.clone()) {
                    groups((kind, root), root.pointer(&name[1..]).unwrap(), seen, found);
                }
            }
            for key in ["properties", "enum", "oneOf"] {
                found.extend(parts.get(key).map(together));
            }
            for (key, part) in parts {
                let is_data = ["$defs", "default", "examples", "enum"].contains(&key.as_str());
                if !is_data {
                    groups((kind, root), part, seen, found);
                }
            }
        }
        Value::Array(parts) => parts
            .iter()
            .for_each(|part| groups((kind, root), part, seen, found)),
        _ => {}
    }
}

fn together(part: &Value) -> Vec<String> {
    let name = |form: &Value| {
        let word = form.as_str().or_else(|| form["const"].as_str());
        let field = form["properties"]
            .as_object()
            .and_then(|fields| fields.keys().next());
        word.map(str::to_owned).or_else(|| field.cloned())
    };
    match part {
        Value::Object(fields) => fields.keys().cloned().collect(),
        Value::Array(forms) => forms.iter().filter_map(name).collect(),
        _ => Vec::new(),
    }
}

/// Whether a word stands in a block as code: alone, or before its value.
fn holds(block: &str, word: &str) -> bool {
    block.contains(&format!("`{word}`"))
        || block.contains(&format!("`{word}: "))
        || block.contains(&format!("{{{word}: …"))
}

#[test]
fn every_field_and_every_word_stands_on_its_page() {
    for kind in schema::KINDS {
        let (root, page) = (
            schema_of(kind),
            std::fs::read_to_string(path(kind)).unwrap(),
        );
        let mut found = Vec::new();
        groups((kind, &root), &root, &mut BTreeSet::new(), &mut found);
        let fewest = if kind == "policy" { 2 } else { 21 };
        assert!(found.len() >= fewest, "{kind}: {}", found.len());
        let blocks: Vec<&str> = page.split("\n## ").collect();
        for group in found {
            let has_all = |block: &&str| group.iter().all(|word| holds(block, word));
            assert!(
                blocks.iter().any(has_all),
                "docs/reference/{kind}.md has no section with all of {group:?}"
            );
        }
    }
}

#[test]
fn every_link_within_a_page_leads_to_a_heading() {
    for kind in schema::KINDS {
        let page = std::fs::read_to_string(path(kind)).unwrap();
        let headings = page.lines().filter_map(|line| line.strip_prefix("## "));
        let mut anchors: Vec<String> = headings.map(super::section::slug).collect();
        let targets = page
            .split("](#")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap());
        for target in targets {
            assert!(
                anchors.iter().any(|anchor| anchor == target),
                "{kind}: #{target}"
            );
        }
        let all = anchors.len();
        anchors.sort();
        anchors.dedup();
        assert_eq!(anchors.len(), all, "{kind} has two headings of one anchor");
    }
}
