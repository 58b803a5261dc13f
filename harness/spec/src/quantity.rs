//! Quantities with units: `0.97`, `200 MiB`, `5 ms`.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::suggest;

/// A number without a unit at most, and below zero at least.
pub const MAX_PLAIN: f64 = 1e15;

/// A number with an optional unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// The number in base units: bytes, nanoseconds, or as it is.
    pub base: f64,
    /// What it is a quantity of.
    pub dimension: Dimension,
}

/// What a quantity is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// No unit.
    Plain,
    /// Bytes.
    Bytes,
    /// Nanoseconds.
    Time,
}

const UNITS: [(&str, f64, Dimension); 11] = [
    ("B", 1.0, Dimension::Bytes),
    ("kB", 1e3, Dimension::Bytes),
    ("MB", 1e6, Dimension::Bytes),
    ("GB", 1e9, Dimension::Bytes),
    ("KiB", 1024.0, Dimension::Bytes),
    ("MiB", 1_048_576.0, Dimension::Bytes),
    ("GiB", 1_073_741_824.0, Dimension::Bytes),
    ("ns", 1.0, Dimension::Time),
    ("us", 1e3, Dimension::Time),
    ("ms", 1e6, Dimension::Time),
    ("s", 1e9, Dimension::Time),
];

impl Quantity {
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let split = text
            .find(|c: char| c.is_ascii_alphabetic() && c != 'e')
            .unwrap_or(text.len());
        let (number, unit) = (text[..split].trim(), text[split..].trim());
        let number: f64 = number.parse().map_err(|_| {
            format!("`{text}` is no quantity; write a number, with a unit where it has one, as in `200 MiB` or `5 ms`")
        })?;
        let (factor, dimension) = if unit.is_empty() {
            (1.0, Dimension::Plain)
        } else {
            unit_of(unit)?
        };
        let base = number * factor;
        if !base.is_finite() || (dimension == Dimension::Plain && base.abs() > MAX_PLAIN) {
            return Err(format!("`{text}` is too large; write a smaller number"));
        }
        if dimension != Dimension::Plain && base < 0.0 {
            return Err(format!(
                "`{text}` is below zero; write a size or a time of 0 or more"
            ));
        }
        Ok(Self { base, dimension })
    }
}

fn unit_of(unit: &str) -> Result<(f64, Dimension), String> {
    match UNITS.iter().find(|(name, ..)| *name == unit) {
        Some((_, factor, dimension)) => Ok((*factor, *dimension)),
        None => {
            let known: Vec<&str> = UNITS.iter().map(|(name, ..)| *name).collect();
            let cure = suggest::cure(unit, &known);
            Err(format!("unknown unit `{unit}`; {cure}"))
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.dimension {
            Dimension::Plain => write!(f, "{}", self.base),
            Dimension::Bytes => write!(f, "{} MiB", self.base / 1_048_576.0),
            Dimension::Time => write!(f, "{} ms", self.base / 1e6),
        }
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyNumber;
        impl Visitor<'_> for AnyNumber {
            type Value = Quantity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a number with a unit such as `200 MiB` or `5 ms`")
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Quantity, E> {
                Quantity::parse(&value.to_string()).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Quantity, E> {
                self.visit_f64(value as f64)
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Quantity, E> {
                self.visit_f64(value as f64)
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Quantity, E> {
                Quantity::parse(value).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(AnyNumber)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.dimension {
            Dimension::Plain => serializer.serialize_f64(self.base),
            Dimension::Bytes => serializer.serialize_str(&format!("{} B", self.base)),
            Dimension::Time => serializer.serialize_str(&format!("{} ns", self.base)),
        }
    }
}

impl JsonSchema for Quantity {
    fn schema_name() -> Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number, or a number with a unit such as `200 MiB` or `5 ms`.",
            "anyOf": [{"type": "number", "minimum": -MAX_PLAIN, "maximum": MAX_PLAIN}, {"type": "string"}]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read() {
        let mib = Quantity::parse("200 MiB").unwrap();
        assert_eq!((mib.base, mib.dimension), (209_715_200.0, Dimension::Bytes));
        assert_eq!(Quantity::parse("5ms").unwrap().base, 5e6);
        assert_eq!(Quantity::parse("1e-3").unwrap().dimension, Dimension::Plain);
        assert!(Quantity::parse("5 lightyears").is_err());
        assert!(Quantity::parse("many").is_err());
    }

    #[test]
    fn what_no_machine_has_is_refused() {
        assert!(
            Quantity::parse("-5 MiB")
                .unwrap_err()
                .contains("below zero")
        );
        assert!(
            Quantity::parse("1e308 GiB")
                .unwrap_err()
                .contains("too large")
        );
        // Differences and limits without a unit may be negative.
        assert_eq!(Quantity::parse("-0.5").unwrap().base, -0.5);
    }

    #[test]
    fn yaml_and_json_round_trip() {
        for text in ["0.005", "200 MiB", "3 ms"] {
            let quantity: Quantity = serde_saphyr::from_str(text).unwrap();
            let json = serde_json::to_string(&quantity).unwrap();
            assert_eq!(serde_json::from_str::<Quantity>(&json).unwrap(), quantity);
        }
    }
}
