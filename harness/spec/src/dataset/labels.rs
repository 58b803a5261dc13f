//! Columns of labels: for each label one of 0 and 1.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::name;

/// For each label the column that says whether it is true, in the order in which they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelColumns(pub Vec<(String, String)>);

impl LabelColumns {
    /// Whether none is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The labels.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(label, _)| label.as_str())
    }
}

impl<'de> Deserialize<'de> for LabelColumns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListOrMapping;
        impl<'de> Visitor<'de> for ListOrMapping {
            type Value = LabelColumns;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of columns that are called as their labels, or each label with its column, as in `{ctcf: CTCF_K562}`")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<LabelColumns, E> {
                Err(E::custom(format!(
                    "`{word}` is no list; write `[{word}]`, or `label_list: {word}` where one column lists the labels that are true"
                )))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<LabelColumns, A::Error> {
                let mut columns = Vec::new();
                while let Some(column) = list.next_element::<String>()? {
                    columns.push((column.clone(), column));
                }
                Ok(LabelColumns(columns))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LabelColumns, A::Error> {
                let mut columns = Vec::new();
                while let Some(column) = map.next_entry()? {
                    columns.push(column);
                }
                Ok(LabelColumns(columns))
            }
        }
        deserializer.deserialize_any(ListOrMapping)
    }
}

impl Serialize for LabelColumns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (label, column) in &self.0 {
            map.serialize_entry(label, column)?;
        }
        map.end()
    }
}

impl JsonSchema for LabelColumns {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LabelColumns".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "For each label its column, or a list of columns that are called as their labels.",
            "anyOf": [
                {"type": "array", "items": {"type": "string", "format": name::NAME}},
                {"type": "object", "propertyNames": {"format": name::NAME}, "additionalProperties": {"type": "string"}}
            ]
        })
    }
}
