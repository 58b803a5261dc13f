//! The JSON schema of `report.json`: of what lies around the tables by its types, of the tables by their columns.

use std::convert::Infallible;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use titer_core::Score;
use titer_core::Tables;
use titer_core::table::{Column, Holds, Row, Table};
use titer_core::tables::Visit;

use crate::json::{EPSILON, FORMAT, Report, is_reported};

/// The schema, pretty-printed.
#[must_use]
pub fn report() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<Report<'_>>();
    let mut tables = Properties(Map::new());
    let Ok(()) = Tables::default().each(&mut tables);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert("format".to_owned(), format());
        properties.append(&mut tables.0.clone());
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.extend(tables.0.keys().map(|table| table.as_str().into()));
    }
    schema.insert("title".to_owned(), "report.json".into());
    schema.insert("additionalProperties".to_owned(), false.into());
    let mut text = serde_json::to_string_pretty(schema.as_value()).unwrap_or_default();
    text.push('\n');
    text
}

fn format() -> Value {
    json!({
        "description": "The version of this file: another one where a field goes or changes what it means.",
        "const": FORMAT,
    })
}

/// Tables by name, as properties of an object.
struct Properties(Map<String, Value>);

impl Visit for Properties {
    type Error = Infallible;

    fn visit<T: Table>(&mut self, _: &[T]) -> Result<(), Infallible> {
        if is_reported(T::Row::TABLE) {
            let table = T::Row::TABLE;
            self.0.insert(table.to_owned(), rows::<T::Row>());
        }
        Ok(())
    }
}

/// Rows of a table, or null where the run was judged before there was one.
fn rows<R: Row>() -> Value {
    let columns = R::columns();
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let all = columns
        .iter()
        .map(|column| (column.name.clone(), field(column)));
    let mut properties: Map<String, Value> = all.collect();
    if R::TABLE == Score::TABLE {
        let about = "Where probabilities are clipped; absent of metrics that do not clip.";
        properties.insert(
            EPSILON.to_owned(),
            json!({"description": about, "type": "number"}),
        );
    }
    json!({
        "description": format!("{} Null: the run was judged before there was such a table.", words(R::ABOUT)),
        "type": ["array", "null"],
        "items": {
            "type": "object",
            "properties": properties,
            "required": names,
            "additionalProperties": false,
        },
    })
}

fn field(column: &Column) -> Value {
    let holds = match column.holds {
        Holds::Text => json!(["string", "null"]),
        Holds::Whole => json!(["integer", "null"]),
        Holds::Number => json!(["number", "null"]),
        Holds::Flag => json!("boolean"),
    };
    json!({"description": words(&column.about), "type": holds})
}

/// A table has null where Rust has `None`.
fn words(about: &str) -> String {
    about.trim().replace("`None`", "null")
}

#[cfg(test)]
mod tests;
