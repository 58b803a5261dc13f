//! The fields that a name needs, with an example, read off the schema.

use serde_json::{Map, Value};

/// What is said of a name without its fields, and the cure: the name with an example of them.
pub(super) fn needed(name: &str, schema: &Value) -> (String, String) {
    let body = variant(schema, name).map(|body| target(schema, body));
    let names = body.map(field_names).unwrap_or_default();
    let message = match names.is_empty() {
        true => format!("`{name}` needs a value"),
        false => format!("`{name}` needs its fields: {}", names.join(", ")),
    };
    let example = body
        .and_then(example)
        .unwrap_or_else(|| match names.is_empty() {
            true => "...".to_owned(),
            false => format!("{{{}: ...}}", names.join(": ..., ")),
        });
    (message, format!("write it as in `{name}: {example}`"))
}

/// What a name takes, wherever a list of alternatives has it.
fn variant<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    match schema {
        Value::Object(fields) => {
            let of_this = alternatives(fields).find_map(|form| only_field(form, name));
            of_this.or_else(|| fields.values().find_map(|value| variant(value, name)))
        }
        Value::Array(values) => values.iter().find_map(|value| variant(value, name)),
        _ => None,
    }
}

fn alternatives(fields: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let several = fields.get("oneOf").and_then(Value::as_array);
    several.into_iter().flatten()
}

/// The one field of an alternative that has no other.
fn only_field<'a>(form: &'a Value, name: &str) -> Option<&'a Value> {
    let fields = form.get("properties")?.as_object()?;
    fields.get(name).filter(|_| fields.len() == 1)
}

fn target<'a>(schema: &'a Value, body: &'a Value) -> &'a Value {
    let path = body.get("$ref").and_then(Value::as_str);
    let target = path.and_then(|path| schema.pointer(path.trim_start_matches('#')));
    target.unwrap_or(body)
}

/// The fields that must be there; where none must, all.
fn field_names(body: &Value) -> Vec<&str> {
    let required = body.get("required").and_then(Value::as_array);
    let required = required.into_iter().flatten().filter_map(Value::as_str);
    let required: Vec<&str> = required.collect();
    let all = body.get("properties").and_then(Value::as_object);
    match required.is_empty() {
        true => all
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect(),
        false => required,
    }
}

/// The schema's own example, as YAML on one line.
fn example(body: &Value) -> Option<String> {
    let example = body.get("examples")?.as_array()?.first()?;
    let Some(fields) = example.as_object() else {
        return Some(flow(example));
    };
    // As they are declared: the schema sorts an example's own by the alphabet.
    let order = field_names(body);
    let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
    fields.sort_by_key(|(name, _)| order.iter().position(|known| known == name));
    Some(flow_of(fields.into_iter()))
}

fn flow_of<'a>(fields: impl Iterator<Item = (&'a String, &'a Value)>) -> String {
    let fields = fields.map(|(name, value)| format!("{name}: {}", flow(value)));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
}

fn flow(value: &Value) -> String {
    match value {
        Value::Object(fields) => flow_of(fields.iter()),
        Value::Array(values) => {
            format!(
                "[{}]",
                values.iter().map(flow).collect::<Vec<_>>().join(", ")
            )
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::value;
    use crate::{Dataset, Document, Evaluation, MetricSpec, ModelSpec, Suite};

    fn names(schema: &Value, found: &mut Vec<String>) {
        match schema {
            Value::Object(fields) => {
                for form in alternatives(fields) {
                    let only = form.get("properties").and_then(Value::as_object);
                    let only = only.filter(|only| only.len() == 1);
                    found.extend(only.into_iter().flatten().map(|(name, _)| name.clone()));
                }
                fields.values().for_each(|value| names(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| names(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_name_that_needs_fields_has_one_meaning_and_an_example() {
        let schemas = [
            value::<Dataset>(),
            value::<Evaluation>(),
            value::<ModelSpec>(),
            value::<Suite>(),
        ];
        for schema in schemas {
            let mut found = Vec::new();
            names(schema, &mut found);
            assert!(!found.is_empty());
            found.sort();
            let all = found.len();
            found.dedup();
            assert_eq!(found.len(), all, "{found:?}");
            for name in found {
                let (message, cure) = needed(&name, schema);
                assert!(message.contains("needs"), "{message}");
                assert!(
                    cure.starts_with(&format!("write it as in `{name}: ")),
                    "{cure}"
                );
                // Tokens' units are of the model's schema.
                let has_none = ["each"];
                if !has_none.contains(&name.as_str()) {
                    assert!(!cure.contains("..."), "{cure}");
                }
            }
        }
    }

    #[test]
    fn examples_of_metrics_are_taken_as_they_are_written() {
        let schema = value::<Suite>();
        let suite = |metric: &str| {
            let text = format!(
                "suite: s\nsummary: s\ntask: t\nquestion: {{values: {{of: x}}}}\nin_distribution: []\nmetrics:\n  - {metric}\n"
            );
            Document::<Suite>::parse(std::path::Path::new("s.yaml"), text)
        };
        let mut tried = 0;
        for &metric in MetricSpec::ALL {
            if suite(metric.name()).is_ok() {
                continue;
            }
            let (_, cure) = needed(metric.name(), schema);
            let written = cure.split('`').nth(1).unwrap();
            suite(written).unwrap_or_else(|error| panic!("{error}"));
            tried += 1;
        }
        assert!(tried > 10, "{tried}");
    }
}
