//! Shares as metrics take them: numbers between 0 and 1, in thousandths.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A share strictly between 0 and 1, in whole thousandths, so that it can be compared and be part of a
/// name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u32);

impl Share {
    /// So many thousandths; kept between 1 and 999.
    #[must_use]
    pub const fn from_thousandths(thousandths: u32) -> Self {
        Self(match thousandths {
            0 => 1,
            1..=999 => thousandths,
            _ => 999,
        })
    }

    /// In thousandths.
    #[must_use]
    pub fn thousandths(self) -> u32 {
        self.0
    }

    /// From 0 to 1.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    fn read(value: f64) -> Result<Self, String> {
        let thousandths = (value * 1000.0).round();
        let whole = (value * 1000.0 - thousandths).abs() < 1e-9;
        if whole && (1.0..=999.0).contains(&thousandths) {
            return Ok(Self(thousandths as u32));
        }
        Err(format!(
            "`{value}` is no share in thousandths; write a number from 0.001 to 0.999 with at most three decimals"
        ))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", f64::from(self.0) / 1000.0)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Share;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a share from 0.001 to 0.999")
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Share, E> {
                Share::read(value).map_err(E::custom)
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Share, E> {
                self.visit_f64(value as f64)
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Share, E> {
                self.visit_f64(value as f64)
            }
        }
        deserializer.deserialize_any(Number)
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 1000.0)
    }
}

impl JsonSchema for Share {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Share".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A share between 0 and 1, with at most three decimals.",
            "type": "number", "minimum": 0.001, "maximum": 0.999, "$comment": "three decimals at most"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_thousandths() {
        assert_eq!(Share::read(0.95), Ok(Share(950)));
        assert_eq!(Share::read(0.001), Ok(Share(1)));
        for bad in [0.0, 1.0, -0.5, 0.0005, 0.9999, f64::NAN] {
            assert!(Share::read(bad).is_err(), "{bad}");
        }
        assert_eq!(Share(950).to_string(), "0.95");
    }
}
