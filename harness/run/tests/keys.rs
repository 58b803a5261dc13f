//! Keys hold: words, comments, the order of keys and quoting change none, and every field of every YAML type either changes
//! the keys that it should or is listed here with the reason why it changes none.

mod fields;
pub(crate) mod world;

use std::collections::{BTreeMap, BTreeSet};

use fields::{FIELDS, Field, NOT_TRIED};
use world::{FILES, World, keys};

/// A file with comments and empty lines wherever YAML allows them.
fn with_comments(text: &str) -> String {
    let line = |line: &str| format!("# a comment\n\n{line}   # and one more\n");
    text.lines().map(line).collect()
}

/// A file as JSON, which YAML is too: every text quoted, other places for everything, keys in falling order.
fn turned(text: &str) -> String {
    fn write(value: &serde_json::Value) -> String {
        match value {
            serde_json::Value::Object(map) => {
                let sorted: BTreeMap<&String, &serde_json::Value> = map.iter().collect();
                let fields = sorted.iter().rev();
                let fields: Vec<String> = fields
                    .map(|(name, value)| format!("\"{name}\": {}", write(value)))
                    .collect();
                format!("{{{}}}", fields.join(",\n  "))
            }
            serde_json::Value::Array(items) => {
                let items: Vec<String> = items.iter().map(write).collect();
                format!("[{}]", items.join(", "))
            }
            other => other.to_string(),
        }
    }
    write(&serde_saphyr::from_str::<serde_json::Value>(text).unwrap())
}

#[test]
fn comments_order_and_quoting_change_no_key() {
    let before = keys(&World::new()).unwrap();
    assert!(before.values().all(|keys| !keys.is_empty()), "{before:?}");
    let rewordings: [fn(&str) -> String; 2] = [with_comments, turned];
    for file in FILES {
        for reworded in rewordings {
            let world = World::new();
            let text = reworded(&world.read(file));
            world.write(file, &text);
            assert_eq!(keys(&world).unwrap(), before, "{file}:\n{text}");
        }
    }
}

/// The groups of keys that a field's change changes.
fn changed(field: &Field, before: &BTreeMap<&'static str, Vec<String>>) -> Vec<&'static str> {
    let world = World::new();
    for (old, new) in field.change {
        let text = world.read(field.file);
        assert!(
            text.contains(old),
            "{}.{}: {old:?}\n{text}",
            field.of,
            field.name
        );
        world.write(field.file, &text.replace(old, new));
    }
    let now = keys(&world);
    let now = now.unwrap_or_else(|error| panic!("{}.{}: {error}", field.of, field.name));
    let groups = before.iter().filter(|(group, keys)| now[**group] != **keys);
    groups.map(|(group, _)| *group).collect()
}

#[test]
fn every_field_changes_the_keys_that_it_should_and_no_other() {
    let before = keys(&World::new()).unwrap();
    let mut wrong = Vec::new();
    for field in FIELDS {
        let mut expected = field.changes.to_vec();
        expected.sort_unstable();
        let found = changed(field, &before);
        if found != expected {
            wrong.push(format!(
                "{}.{}: {found:?}, not {expected:?}",
                field.of, field.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The types whose fields are listed one by one; those of all others count as a whole where they count.
const LISTED: [&str; 9] = [
    "Columns",
    "PlaceColumns",
    "DataFile",
    "VariantSpec",
    "DatasetEntry",
    "Latency",
    "Measure",
    "ModelEntry",
    "Search",
];

#[test]
fn no_field_is_forgotten() {
    let mut known = BTreeSet::new();
    for kind in titer_spec::schema::KINDS {
        let schema = titer_spec::schema::of(kind).unwrap();
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        let mut add = |of: &str, fields: &serde_json::Value| {
            let fields = fields["properties"].as_object().unwrap().keys();
            known.extend(fields.map(|field| format!("{of}.{field}")));
        };
        add(kind, &schema);
        for of in LISTED {
            if let Some(definition) = schema["$defs"].get(of) {
                add(of, definition);
            }
        }
    }
    let tried = FIELDS.iter().map(|field| (field.of, field.name));
    let not_tried = NOT_TRIED.iter().map(|(of, name, why)| {
        assert!(!why.is_empty());
        (*of, *name)
    });
    let listed: BTreeSet<String> = tried
        .chain(not_tried)
        .map(|(of, name)| format!("{of}.{name}"))
        .collect();
    let missing: Vec<&String> = known.difference(&listed).collect();
    let gone: Vec<&String> = listed.difference(&known).collect();
    assert!(
        missing.is_empty(),
        "say in keys/fields.rs what these change: {missing:?}"
    );
    assert!(gone.is_empty(), "no such fields: {gone:?}");
}
