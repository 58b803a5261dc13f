//! Data as others lay it out, read as it is.

pub(crate) mod delimited;
pub(crate) mod fasta;
pub(crate) mod folders;
pub mod genomic_benchmarks;
pub(crate) mod parquet;
pub(crate) mod vcf;

/// A row that says where it lies, of which class it is, and no letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedRow {
    /// As its table writes it.
    pub id: String,
    /// `train` or `test`.
    pub split: String,
    /// Its class.
    pub class: String,
    /// As its table writes it.
    pub chromosome: String,
    /// The first base, 0-based.
    pub start: u64,
    /// One past the last base.
    pub end: u64,
    /// Whether the minus strand is read: the reverse complement of these bases.
    pub minus: bool,
}
