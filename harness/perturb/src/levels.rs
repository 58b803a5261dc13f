//! Strengths from 1 to 5, for who does not know a kind's own unit.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use titer_core::Perturbation;

/// The key that lists strengths.
const KEY: &str = "severities";

/// A kind with five strengths.
pub trait Levels: Perturbation + Sized {
    /// From the mildest, 1, to the strongest, 5.
    const LEVELS: [Self; 5];
    /// Where they come from.
    const BASIS: &'static str;
}

/// What a suite asks of a kind: its own fields, or strengths from 1 to 5.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Strength<T> {
    /// In its own unit.
    Own(T),
    /// Of the five.
    Severities {
        /// Each from 1 to 5.
        severities: Vec<u8>,
    },
}

impl<T: Levels> Strength<T> {
    /// One of the kind for each strength.
    #[must_use]
    pub fn each(&self) -> Vec<T>
    where
        T: Clone,
    {
        match self {
            Self::Own(own) => vec![own.clone()],
            Self::Severities { severities } => {
                let of = |level: &u8| T::LEVELS.get(usize::from(*level).checked_sub(1)?).cloned();
                severities.iter().filter_map(of).collect()
            }
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Strength<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = Strength<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "its fields, or `{KEY}` from 1 to 5")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let first: Option<String> = map.next_key()?;
        if first.as_deref() != Some(KEY) {
            let map = Peeked { first, map };
            return T::deserialize(MapAccessDeserializer::new(map)).map(Strength::Own);
        }
        let severities: Vec<u8> = map.next_value()?;
        if let Some(other) = map.next_key::<String>()? {
            return Err(A::Error::custom(format!(
                "`{other}` stands beside `{KEY}`, which says how strong already"
            )));
        }
        let known = |level: &u8| (1..=5).contains(level);
        if severities.is_empty() || !severities.iter().all(known) {
            return Err(A::Error::custom(format!("`{KEY}` are from 1 to 5")));
        }
        Ok(Strength::Severities { severities })
    }
}

/// A mapping whose first key was looked at.
struct Peeked<A> {
    first: Option<String>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Peeked<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(first) => {
                let first: StringDeserializer<A::Error> = first.into_deserializer();
                seed.deserialize(first).map(Some)
            }
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// The kind's own fields and `severities` beside them, none of which must be there.
impl<T: JsonSchema + Levels> JsonSchema for Strength<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let titles: Vec<String> = T::LEVELS.iter().map(Perturbation::title).collect();
        let about = format!(
            "How strong, instead of the other fields: several of 1 to 5, each a perturbation of its own. They are {} ({}).",
            titles.join("; "),
            T::BASIS
        );
        let severities = json_schema!({
            "description": about,
            "type": "array",
            "items": {"type": "integer", "minimum": 1, "maximum": 5}
        });
        let mut schema = T::json_schema(generator);
        schema.remove("required");
        if let Some(Value::Object(fields)) = schema.get_mut("properties") {
            fields.insert(KEY.to_owned(), severities.into());
        }
        schema
    }
}
