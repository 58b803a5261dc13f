//! JSON schemas, made from the types.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

use crate::{Dataset, Evaluation, ModelSpec, Policy, Suite};

/// The kinds of file that have a schema.
pub const KINDS: [&str; 5] = ["evaluation", "suite", "dataset", "model", "policy"];

/// The JSON schema of a kind of file, pretty-printed; `None` for an unknown kind.
#[must_use]
pub fn of(kind: &str) -> Option<String> {
    match kind {
        "evaluation" => Some(pretty::<Evaluation>()),
        "suite" => Some(pretty::<Suite>()),
        "dataset" => Some(pretty::<Dataset>()),
        "model" => Some(pretty::<ModelSpec>()),
        "policy" => Some(pretty::<Policy>()),
        _ => None,
    }
}

/// The schema of a type, made once for the life of the program.
pub(crate) fn value<T: JsonSchema>() -> &'static Value {
    static MADE: Mutex<BTreeMap<String, &'static Value>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let make = || -> &'static Value { Box::leak(Box::new(schema::<T>().to_value())) };
    made.entry(T::schema_id().into_owned()).or_insert_with(make)
}

fn schema<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with_transform(Summaries);
    SchemaGenerator::from(settings).into_root_schema_for::<T>()
}

/// Descriptions without the sections that follow in the documentation of a type, such as a metric's range and source.
#[derive(Clone, Debug)]
struct Summaries;

impl Transform for Summaries {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::String(text)) = schema.get_mut("description")
            && let Some(end) = text.find("\n\n# ")
        {
            text.truncate(end);
        }
        transform_subschemas(self, schema);
    }
}

fn pretty<T: JsonSchema>() -> String {
    let mut text = serde_json::to_string_pretty(schema::<T>().as_value()).unwrap_or_default();
    text.push('\n');
    text
}
