//! `dataset.yaml`: what a dataset is, where it came from, and how its table is laid out.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::bounds::MAX_EXACT;
use crate::fetch::Fetch;
use crate::file::FileEntry;
use crate::layout::{DataFile, Divide, Layout};
use crate::located::Located;
use crate::name;

mod labels;

pub use labels::LabelColumns;

/// Stands in a descriptor for what is still to be said.
pub const FILL_IN: &str = "FILL_IN";

/// A dataset's descriptor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// Its name: the folder's name.
    #[schemars(transform = name::name)]
    pub dataset: Located<String>,
    /// What the dataset holds, in one sentence.
    pub summary: String,
    /// One label per sequence, or one per base.
    pub kind: DatasetKind,
    /// The one file or folder that holds the examples.
    #[serde(default)]
    pub file: Option<FileEntry>,
    /// Or several, of one layout.
    #[serde(default)]
    pub files: Vec<DataFile>,
    /// How the files are laid out.
    #[serde(default)]
    pub layout: Layout,
    /// `tsv`, `csv` and `bed`: the names of the columns, where the files have no header line.
    #[serde(default)]
    pub header: Vec<String>,
    /// Which column holds what.
    #[serde(default)]
    pub columns: Columns,
    /// What a file writes for a class, and the class; what is not named stands for itself.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// How examples are divided into splits where neither a column nor a file says so.
    #[serde(default)]
    pub divide: Option<Divide>,
    /// The assembly's sequences, FASTA, where files hold places and no letters.
    #[serde(default)]
    pub genome: Option<FileEntry>,
    /// Bases of genome given for a genetic variant; its first base is the one at half of them (rounded down).
    #[serde(default)]
    #[schemars(range(min = 1, max = 10_000_000))]
    pub window: Option<usize>,
    /// Every class or label, in order; none where the target is a number, and those of `columns.labels` where left out. `titer data pin` finds them.
    #[serde(default)]
    #[schemars(transform = name::name)]
    pub classes: Vec<String>,
    /// `per_position` only: bases of context on each side of the scored stretch.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub context: usize,
    /// Examples in each split: `train`, `tuning` (never scored as a result), `test`. `titer data pin` counts them.
    #[serde(default)]
    #[schemars(extend("additionalProperties" = {"type": "integer", "minimum": 0, "maximum": MAX_EXACT}))]
    pub splits: BTreeMap<String, u64>,
    /// Species, as in "Homo sapiens".
    #[schemars(transform = name::line)]
    pub organism: String,
    /// The assembly, as in "GRCh37".
    #[schemars(transform = name::line)]
    pub assembly: String,
    /// Whether run folders may keep letters: those around the site of each notable example (worst error, largest change), which
    /// the report then shows. Where it is false, no letter of a sequence leaves the data.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub show_sequences: bool,
    /// Licences of sequence, annotation and package, apart.
    pub licence: BTreeMap<String, String>,
    /// Where it came from.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// What is downloaded before the dataset can be read.
    #[serde(default)]
    pub fetch: Vec<Fetch>,
    /// The script that made it, relative to the descriptor.
    #[serde(default)]
    pub made_by: Option<String>,
    /// What was changed from the sources.
    #[serde(default)]
    pub changes: Option<String>,
    /// Known defects, said plainly.
    #[serde(default)]
    pub caveats: Vec<String>,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatasetKind {
    /// One sequence with one label, with several, or with one number.
    Windows,
    /// One sequence with a truth per base of its middle stretch.
    PerPosition,
}

impl Dataset {
    /// Whether its classes are still to be found.
    #[must_use]
    pub fn has_open_classes(&self) -> bool {
        let is_open = self.classes.is_empty() || self.classes == [FILL_IN];
        is_open
            && self.columns.labels.is_empty()
            && self.columns.target.is_none()
            && self.kind == DatasetKind::Windows
    }

    /// Puts the labels that have columns of their own in the place of `classes` that are left out.
    pub fn name_labels(&mut self) {
        if self.classes.is_empty() {
            self.classes = self.columns.labels.labels().map(str::to_owned).collect();
        }
    }

    /// Whether an example may have several labels at once.
    #[must_use]
    pub fn has_labels(&self) -> bool {
        !self.columns.labels.is_empty() || self.columns.label_list.is_some()
    }

    /// Every file, whether written as `file` or as `files`.
    #[must_use]
    pub fn all_files(&self) -> Vec<DataFile> {
        let one = self.file.iter().map(|file| DataFile {
            path: file.path.clone(),
            digest: file.digest.clone(),
            bytes: file.bytes,
            split: None,
            label: None,
        });
        one.chain(self.files.iter().cloned()).collect()
    }
}

/// Which column holds what.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// Unique id; without it an example is known by its split and its number there, from 0.
    #[serde(default)]
    pub id: Option<Located<String>>,
    /// The sequence; without it `genome` gives the letters.
    #[serde(default)]
    pub sequence: Option<Located<String>>,
    /// A second sequence of the same example: of the alternate allele, or of what the first is paired with.
    #[serde(default)]
    pub second: Option<Located<String>>,
    /// `windows`: the class.
    #[serde(default)]
    pub label: Option<Located<String>>,
    /// `windows`: the number that is true, in place of a class.
    #[serde(default)]
    pub target: Option<Located<String>>,
    /// `windows`, in place of a class: several labels, any of which may be true, each with a column of 1 (true), 0 (not)
    /// and nothing (not known: counted for no metric of the label).
    #[serde(default, skip_serializing_if = "LabelColumns::is_empty")]
    pub labels: LabelColumns,
    /// The same in one column, which lists the labels that are true: `ctcf;dnase`. Those that it does not list are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_list: Option<Located<String>>,
    /// What stands between the labels of `label_list`: `;` where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_separator: Option<String>,
    /// `per_position`: for each class, the column with comma-separated 0-based offsets of its sites
    /// inside the scored stretch.
    #[serde(default)]
    #[schemars(transform = name::keys)]
    pub sites: Option<BTreeMap<String, String>>,
    /// `per_position`: the class of every other position.
    #[serde(default)]
    #[schemars(transform = name::name)]
    pub background: Option<Located<String>>,
    /// `per_position`: the column with comma-separated half-open ranges that are scored.
    #[serde(default)]
    pub scored: Option<Located<String>>,
    /// The split, where a column holds it.
    #[serde(default)]
    pub split: Option<Located<String>>,
    /// Columns that scores may be broken down by.
    #[serde(default)]
    #[schemars(transform = name::name)]
    pub strata: Vec<String>,
    /// Columns within which examples are not independent; the first is the one that intervals are
    /// clustered by. `none` declares that examples are independent.
    #[serde(default)]
    pub clusters: Clusters,
    /// Where an example lies.
    #[serde(default)]
    pub place: PlaceColumns,
}

/// How examples depend on each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    /// Columns within which examples are not independent.
    pub columns: Vec<String>,
    /// Whether examples were declared independent: `clusters: none`.
    pub independent: bool,
}

impl<'de> Deserialize<'de> for Clusters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NoneOrColumns;
        impl<'de> Visitor<'de> for NoneOrColumns {
            type Value = Clusters;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of columns, or `none` where examples are independent")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Clusters, E> {
                if word == "none" {
                    return Ok(Clusters {
                        columns: Vec::new(),
                        independent: true,
                    });
                }
                Err(E::custom(format!(
                    "`{word}` is no list; write `[{word}]`, or `none` where examples are independent"
                )))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut columns: A) -> Result<Clusters, A::Error> {
                let mut clusters = Clusters::default();
                while let Some(column) = columns.next_element()? {
                    clusters.columns.push(column);
                }
                Ok(clusters)
            }
        }
        deserializer.deserialize_any(NoneOrColumns)
    }
}

impl Serialize for Clusters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.independent {
            serializer.serialize_str("none")
        } else {
            self.columns.serialize(serializer)
        }
    }
}

impl JsonSchema for Clusters {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Clusters".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Columns within which examples are not independent, or `none`.",
            "anyOf": [{"type": "array", "items": {"type": "string", "format": name::NAME}}, {"const": "none"}]
        })
    }
}

/// Columns that say where an example lies on its assembly.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceColumns {
    /// Chromosome.
    #[serde(default)]
    pub chromosome: Option<String>,
    /// Position on the plus strand, counted from `counted_from`.
    #[serde(default)]
    pub position: Option<String>,
    /// What the first base of a chromosome is called in `position`, `start` and `end`: 0 (the end of an interval is one past
    /// its last base), or 1 (both ends belong to it).
    #[serde(default)]
    #[schemars(range(min = 0, max = 1))]
    pub counted_from: u8,
    /// The first base of an interval, in place of `position`, counted from `counted_from`.
    #[serde(default)]
    pub start: Option<String>,
    /// One past its last base; the last base where `counted_from` is 1.
    #[serde(default)]
    pub end: Option<String>,
    /// `+` or `-`; `.` or nothing where it is not said, and the plus strand is read.
    #[serde(default)]
    pub strand: Option<String>,
    /// Gene.
    #[serde(default)]
    pub gene: Option<String>,
    /// The reference's bases, of a genetic variant.
    #[serde(default)]
    pub ref_allele: Option<String>,
    /// The bases in their place.
    #[serde(default)]
    pub alt_allele: Option<String>,
}

/// A source of data or weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Package or site.
    pub name: String,
    /// Version.
    #[serde(default)]
    pub version: Option<String>,
    /// File within it.
    #[serde(default)]
    pub file: Option<String>,
    /// The file's digest.
    #[serde(default)]
    pub digest: Option<String>,
    /// Its licence.
    #[serde(default)]
    pub licence: Option<String>,
    /// What was taken from it.
    #[serde(default)]
    pub used_for: Option<String>,
}
