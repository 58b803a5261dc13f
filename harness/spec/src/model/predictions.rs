//! How a table of predictions is read.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Activation;
use super::backend::{Computes, Facts};
use crate::located::Located;
use crate::name;

/// The role of the table that holds the numbers.
pub const SCORES: &str = "scores";
/// The role of a table beside it, row for row, that says which example each row is of.
pub const ROWS: &str = "rows";

/// What is known of the backend.
pub(super) const FACTS: Facts = Facts {
    computes: Computes::Nobody,
    roles: &[SCORES],
    takes_further_files: true,
    weights: None,
    precisions: None,
    needs_runtime: false,
    names_tensors: false,
    batch_limit: None,
    has_options: |variant| variant.predictions.is_some(),
    options_missing: Some([
        "they are missing",
        "say how the table is read, as in `predictions: {id: id, score: score}`",
    ]),
};

/// How a table of predictions is read: CSV or TSV with a header line (plain or gzip), or Parquet, told
/// apart by content. Exactly one of `id`, `place` and `row_order` says which example a row is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PredictionsOptions {
    /// The column that holds the example's id, letter for letter.
    #[serde(default)]
    pub id: Option<String>,
    /// The columns that say where the example lies.
    #[serde(default)]
    pub place: Option<PlaceOfRow>,
    /// The rows are the examples of a dataset's split, all of them and in the dataset's order.
    #[serde(default)]
    pub row_order: Option<RowOrder>,
    /// The column of the numbers; for the kind classes, each class's column.
    pub score: ScoreColumns,
    /// What turns the numbers into probabilities. The table holds what is left of the model, so
    /// `output.activation` is not applied to it.
    #[serde(default = "nothing")]
    pub activation: Activation,
    /// 1: a larger number speaks for the positive class. -1: a smaller one does; numbers are negated before
    /// `activation`, and where they are probabilities they become 1 minus themselves.
    #[serde(default)]
    pub direction: Direction,
    /// The column that holds the dataset's name, where a table holds several datasets.
    #[serde(default)]
    pub dataset: Option<Located<String>>,
    /// Rows are read where each of these columns holds this text, as in `{split: test}`.
    #[serde(default, rename = "where")]
    pub only: BTreeMap<String, Located<String>>,
    /// The datasets that the table is about; cells on others are left out. Every dataset that the model is
    /// paired with where left out.
    #[serde(default)]
    #[schemars(transform = name::name)]
    pub datasets: Vec<String>,
}

/// The columns that say where a row's example lies. Chromosomes may be written with or without `chr`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceOfRow {
    /// Chromosome.
    pub chromosome: String,
    /// Position on the plus strand.
    pub position: String,
    /// `+` or `-`.
    #[serde(default)]
    pub strand: Option<String>,
    /// The reference's bases.
    #[serde(default)]
    pub ref_allele: Option<String>,
    /// The bases in their place.
    #[serde(default)]
    pub alt_allele: Option<String>,
    /// Whether the table counts positions from 1, as VCF does; datasets count from 0.
    pub one_based: bool,
}

/// The dataset whose rows a table follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowOrder {
    /// Its name.
    #[schemars(transform = name::name)]
    pub dataset: String,
    /// The split.
    #[serde(default = "test")]
    pub split: String,
}

/// One column of numbers, or one for each class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ScoreColumns {
    /// Of the positive class.
    One(String),
    /// By class.
    ByClass(BTreeMap<String, String>),
}

impl<'de> Deserialize<'de> for ScoreColumns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = ScoreColumns;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a column, or each class's, as in `{donor: p_donor, decoy: p_decoy}`")
            }

            fn visit_str<E: de::Error>(self, column: &str) -> Result<ScoreColumns, E> {
                Ok(ScoreColumns::One(column.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ScoreColumns, A::Error> {
                let mut by_class = BTreeMap::new();
                while let Some((class, column)) = map.next_entry()? {
                    by_class.insert(class, column);
                }
                Ok(ScoreColumns::ByClass(by_class))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}

/// Which way a number points: 1 or -1, as ProteinGym's directionality.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(into = "i64")]
#[schemars(with = "i64", extend("minimum" = -1, "maximum" = 1))]
pub enum Direction {
    /// 1.
    #[default]
    Rising,
    /// -1.
    Falling,
}

impl<'de> Deserialize<'de> for Direction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMinusOne;
        impl Visitor<'_> for OneOrMinusOne {
            type Value = Direction;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("1 where a larger number speaks for the positive class, -1 where a smaller one does")
            }

            fn visit_i64<E: de::Error>(self, written: i64) -> Result<Direction, E> {
                match written {
                    1 => Ok(Direction::Rising),
                    -1 => Ok(Direction::Falling),
                    _ => Err(E::invalid_type(de::Unexpected::Signed(written), &self)),
                }
            }

            fn visit_u64<E: de::Error>(self, written: u64) -> Result<Direction, E> {
                self.visit_i64(i64::try_from(written).unwrap_or(i64::MAX))
            }
        }
        deserializer.deserialize_any(OneOrMinusOne)
    }
}

impl From<Direction> for i64 {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Rising => 1,
            Direction::Falling => -1,
        }
    }
}

impl PredictionsOptions {
    /// Whether the table is about a split of a dataset.
    #[must_use]
    pub fn is_about(&self, dataset: &str, split: &str) -> bool {
        let listed = self.datasets.is_empty() || self.datasets.iter().any(|name| name == dataset);
        let ordered = self.row_order.as_ref();
        listed && ordered.is_none_or(|order| order.dataset == dataset && order.split == split)
    }
}

fn nothing() -> Activation {
    Activation::None
}

fn test() -> String {
    "test".to_owned()
}
