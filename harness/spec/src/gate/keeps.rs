//! A margin relative to the reference's own value.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::suggest;

/// A share of the reference's value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Keeps(pub f64);

/// MLPerf Inference: an optimized model must keep 99 % or 99.9 % of full precision.
const PRESETS: [(&str, f64); 2] = [("mlperf_99", 0.99), ("mlperf_99_9", 0.999)];

impl<'de> Deserialize<'de> for Keeps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Share;
        impl Visitor<'_> for Share {
            type Value = Keeps;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a share between 0 and 1, `mlperf_99` or `mlperf_99_9`")
            }

            fn visit_f64<E: de::Error>(self, share: f64) -> Result<Keeps, E> {
                if share > 0.0 && share < 1.0 {
                    return Ok(Keeps(share));
                }
                Err(E::custom(format!(
                    "{share} is no share; write a number between 0 and 1, as in `keeps: 0.99`"
                )))
            }

            fn visit_u64<E: de::Error>(self, share: u64) -> Result<Keeps, E> {
                self.visit_f64(share as f64)
            }

            fn visit_i64<E: de::Error>(self, share: i64) -> Result<Keeps, E> {
                self.visit_f64(share as f64)
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Keeps, E> {
                let preset = PRESETS.iter().find(|(known, _)| *known == name);
                preset.map(|&(_, share)| Keeps(share)).ok_or_else(|| {
                    let known = PRESETS.map(|(known, _)| known);
                    E::custom(format!(
                        "`{name}` is no preset; {}",
                        suggest::cure(name, &known)
                    ))
                })
            }
        }
        deserializer.deserialize_any(Share)
    }
}

impl JsonSchema for Keeps {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Keeps".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A share of the reference's value, or a preset.",
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1, "$comment": "0.99 keeps 99 % of it"},
                {"enum": PRESETS.map(|(name, _)| name)}
            ]
        })
    }
}
