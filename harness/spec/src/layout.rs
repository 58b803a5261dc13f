//! How a dataset's files are laid out, and how its examples are divided where no column says so.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bounds::MAX_EXACT;
use crate::file::FileEntry;
use crate::located::Located;
use crate::name;
use titer_core::tagged;

/// How files are laid out. All but `parquet` may be gzip or bgzip, known by their content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Layout {
    /// Tab-separated values without quotes, with a header line (or `header`).
    #[default]
    Tsv,
    /// Comma-separated values, quoted where needed (RFC 4180), with a header line (or `header`).
    Csv,
    /// Tab-separated intervals, 0-based and half open, with or without a header line; lines that begin with `#`, `track` or
    /// `browser` are skipped, but for one before the rows that names the columns, as in `#chromosome`, `start`, `end`. Without
    /// a header the columns are `chromosome`, `start`, `end`, `name`, `score`, `strand`. Where no `place` is named it is
    /// `chromosome`, `start`, `end` and, where there is one, `strand`.
    Bed,
    /// Parquet.
    Parquet,
    /// FASTA; the columns are `id` (taken only where it is named), `description`, `label`, `sequence`.
    Fasta(Fasta),
    /// A folder with a folder for each class, of a file with one sequence (letters alone or FASTA) for each example;
    /// where there are folders `train` and `test` they hold the folders of the classes. The columns are `id`, `split`,
    /// `label`, `sequence`.
    Folders,
    /// A folder as Genomic Benchmarks has it: `<split>/<class>.csv.gz` with intervals. The columns are `id`, `split`,
    /// `label`, `chromosome`, `start`, `end`, `strand`.
    GenomicBenchmarks,
    /// VCF; the columns are `id`, `chromosome`, `position` (from 1), `ref`, `alt`, and the INFO fields by their names. A line
    /// of several alternate alleles is as many examples, each with its own values of INFO fields that have one for each allele.
    Vcf,
}

tagged!(Layout);

/// Where a FASTA header has the label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"label": "last_field"}]))]
pub struct Fasta {
    /// Which part of the header it is.
    pub label: FastaLabel,
}

/// The part of a FASTA header that is the label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FastaLabel {
    /// What follows the last `|`.
    LastField,
    /// The last character.
    LastCharacter,
    /// There is none.
    None,
}

/// One of several files: its examples are of a split, or of a class, that no column says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataFile {
    /// Path relative to the descriptor's folder; it cannot leave that folder.
    pub path: Located<String>,
    /// `sha256:` and 64 hexadecimal digits.
    pub digest: Located<String>,
    /// Size in bytes.
    #[schemars(range(min = 0, max = MAX_EXACT))]
    pub bytes: u64,
    /// The split of all its examples.
    #[serde(default)]
    pub split: Option<String>,
    /// The class of all its examples.
    #[serde(default)]
    #[schemars(transform = name::name)]
    pub label: Option<String>,
}

impl DataFile {
    /// Path, digest and size.
    #[must_use]
    pub fn entry(&self) -> FileEntry {
        FileEntry {
            path: self.path.clone(),
            digest: self.digest.clone(),
            bytes: self.bytes,
        }
    }
}

/// How examples are divided into splits where neither a column nor a file says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Divide {
    /// By what a column holds, as chromosomes that are held out.
    HeldOut(HeldOut),
    /// Every value of a column is left out once (leave one chromosome out). In a run every example is of the split
    /// `test`; an audit takes one fold.
    Folds(Folds),
    /// Seeded shares of the groups.
    Shares(Shares),
}

tagged!(Divide);

/// What is held out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"column": "chromosome", "test": ["chr8"]}]))]
pub struct HeldOut {
    /// The column.
    pub column: Located<String>,
    /// Its values in `test`; all others are `train`. A value that no row has is an error. Of the column of chromosomes `chr8`
    /// and `8` are one value.
    pub test: Vec<String>,
    /// Its values in `tuning`.
    #[serde(default)]
    pub tuning: Vec<String>,
}

/// Folds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"column": "chromosome"}]))]
pub struct Folds {
    /// The column.
    pub column: Located<String>,
}

/// Seeded shares: which split a group is of follows from the seed and the group's name alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"group": "gene", "test": 0.2}]))]
pub struct Shares {
    /// The column whose values are never torn apart (a gene, a locus). Where none is named every example is drawn by itself:
    /// by its id, else by its letters (on either strand the same), else by its place.
    #[serde(default)]
    pub group: Option<Located<String>>,
    /// The share of the groups in `test`, 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    pub test: f64,
    /// The share of the groups in `tuning`.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1))]
    pub tuning: f64,
    /// The seed.
    #[serde(default)]
    #[schemars(range(min = 0, max = MAX_EXACT))]
    pub seed: u64,
}
