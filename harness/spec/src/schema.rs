//! JSON schemas, made from the types.

use schemars::{JsonSchema, schema_for};

use crate::{Dataset, Evaluation, ModelSpec, Suite};

/// The kinds of file that have a schema.
pub const KINDS: [&str; 4] = ["evaluation", "suite", "dataset", "model"];

/// The JSON schema of a kind of file, pretty-printed; `None` for an unknown kind.
#[must_use]
pub fn of(kind: &str) -> Option<String> {
    match kind {
        "evaluation" => Some(pretty::<Evaluation>()),
        "suite" => Some(pretty::<Suite>()),
        "dataset" => Some(pretty::<Dataset>()),
        "model" => Some(pretty::<ModelSpec>()),
        _ => None,
    }
}

fn pretty<T: JsonSchema>() -> String {
    let schema = schema_for!(T);
    let mut text = serde_json::to_string_pretty(schema.as_value()).unwrap_or_default();
    text.push('\n');
    text
}
