//! Ladders: datasets, or groups of one dataset, in the order in which they move away from home.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::located::Located;
use crate::name;

/// The largest distance that a step may state, in the ladder's unit.
pub const MAX_DISTANCE: f64 = 1e9;

/// The fewest steps that make a ladder, home among them: two make a fall.
pub const FEWEST_STEPS: usize = 3;

/// The most quantiles that a ladder cuts a dataset into.
pub const MAX_QUANTILES: u32 = 20;

/// What changes from the data that a model was made for to other data.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// Another species.
    Species,
    /// Other chromosomes of the same species.
    Chromosome,
    /// Another GC content.
    Gc,
    /// Other lengths of sequence.
    Length,
    /// Another place of what is asked about within the sequence, or in the genome.
    Position,
    /// Another assay, protocol or laboratory.
    Assay,
    /// Data of another time.
    Time,
    /// Another share of positives.
    Prevalence,
}

impl Shift {
    /// The name in YAML and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Species => "species",
            Self::Chromosome => "chromosome",
            Self::Gc => "gc",
            Self::Length => "length",
            Self::Position => "position",
            Self::Assay => "assay",
            Self::Time => "time",
            Self::Prevalence => "prevalence",
        }
    }

    /// The shift that a derived stratum makes; `None` of a column that a dataset declares.
    #[must_use]
    pub fn of_stratum(stratum: &str) -> Option<Self> {
        match stratum {
            "chromosome" => Some(Self::Chromosome),
            "gc" => Some(Self::Gc),
            "length" => Some(Self::Length),
            _ => None,
        }
    }
}

/// Steps away from home: datasets of the suite (`steps`), or groups of one of them (`dataset` and `by`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// Its name, by which gates and reports call it.
    #[schemars(transform = name::name)]
    pub ladder: Located<String>,
    /// What changes along it. May be left out where `by` says it: `gc`, `length`, `chromosome`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<Located<Shift>>,
    /// Datasets of the suite in order, home first, at least three.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Located<Step>>,
    /// The unit of the steps' distances, as in `Myr`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(transform = name::line)]
    pub unit: Option<Located<String>>,
    /// Instead of `steps`: the dataset whose groups are the steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(transform = name::line)]
    pub dataset: Option<Located<String>>,
    /// The stratum of that dataset whose groups are the steps, in their order: `gc`, `length`, `chromosome`, `strand`, or one
    /// that the dataset declares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(transform = name::name)]
    pub by: Option<Located<String>>,
    /// Of groups that have names: which ones are the steps, in this order, home first. All of them in the order of their names where
    /// left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(transform = name::line)]
    pub groups: Vec<Located<String>>,
    /// Of `gc` and `length`: that many groups of equally many examples; where left out, the ranges that `strata` has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 3, max = MAX_QUANTILES))]
    pub strata: Option<Located<u32>>,
}

/// A step of a ladder: a dataset's name, or `{dataset: .., distance: ..}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// A dataset of the suite, by its name or as the suite names it.
    pub dataset: String,
    /// How far from home, in the ladder's unit.
    pub distance: Option<f64>,
}

/// A step with its distance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepAt {
    /// A dataset of the suite, by its name or as the suite names it.
    #[schemars(transform = name::line)]
    pub dataset: String,
    /// How far from home, in the ladder's unit; each further than the one before.
    #[schemars(range(min = 0, max = MAX_DISTANCE))]
    pub distance: f64,
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrAt;
        impl<'de> Visitor<'de> for NameOrAt {
            type Value = Step;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a dataset's name, or `{dataset: .., distance: ..}`")
            }

            fn visit_str<E>(self, name: &str) -> Result<Step, E> {
                Ok(Step {
                    dataset: name.to_owned(),
                    distance: None,
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Step, A::Error> {
                let at = StepAt::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Step {
                    dataset: at.dataset,
                    distance: Some(at.distance),
                })
            }
        }
        deserializer.deserialize_any(NameOrAt)
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.distance {
            None => serializer.serialize_str(&self.dataset),
            Some(distance) => StepAt {
                dataset: self.dataset.clone(),
                distance,
            }
            .serialize(serializer),
        }
    }
}

impl JsonSchema for Step {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Step".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let at = generator.subschema_for::<StepAt>();
        schemars::json_schema!({
            "description": "A dataset of the suite, or one with its distance from home.",
            "anyOf": [{"type": "string"}, at]
        })
    }
}
