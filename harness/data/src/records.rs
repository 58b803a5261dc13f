//! Files as records: fields under names, whatever the layout.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use titer_spec::dataset::PlaceColumns;
use titer_spec::layout::FastaLabel;
use titer_spec::{Dataset, Layout};

use crate::content::TooLong;
use crate::error::TableError;
use crate::layouts::{delimited, fasta, folders, genomic_benchmarks, parquet, vcf};

/// Records of a file or a folder, one after the other.
pub(crate) trait Records {
    /// The names of the fields.
    fn names(&self) -> &[String];

    /// Says which fields are looked at, by their places; the others may be left empty.
    ///
    /// # Errors
    /// One of them cannot be read.
    fn want(&mut self, _columns: &[usize]) -> Result<(), TableError> {
        Ok(())
    }

    /// Fills in the next record; `false` at the end.
    ///
    /// # Errors
    /// The file is damaged or is not of its layout.
    fn next(&mut self, record: &mut StringRecord) -> Result<bool, TableError>;

    /// Where the last record stands: the file, and its line (of Parquet its row), from 1; 0 where the whole file is
    /// the record.
    fn place(&self) -> (&Path, u64);
}

/// Opens a file or folder.
///
/// # Errors
/// It cannot be read, or is not of the layout.
pub(crate) fn open(
    path: &Path,
    layout: &Layout,
    header: &[String],
) -> Result<Box<dyn Records>, TableError> {
    Ok(match layout {
        Layout::Tsv => Box::new(delimited::open(path, delimited::TSV, header)?),
        Layout::Csv => Box::new(delimited::open(path, delimited::CSV, header)?),
        Layout::Bed => Box::new(delimited::open(path, delimited::BED, header)?),
        Layout::Parquet => Box::new(parquet::open(path)?),
        Layout::Fasta(of) => Box::new(fasta::open(path, of.label)?),
        Layout::Folders => Box::new(folders::open(path)?),
        Layout::GenomicBenchmarks => Box::new(genomic_benchmarks::open(path)?),
        Layout::Vcf => Box::new(vcf::open(path)?),
    })
}

/// The names of the fields that a layout always has and that are taken without being named; none where the file says
/// them. Where ids are made of the names of classes they are not taken: an example's name would give it away. Headers of
/// FASTA are not taken either: published files repeat them.
#[must_use]
pub(crate) fn own_names(layout: &Layout) -> &'static [&'static str] {
    match layout {
        Layout::Tsv | Layout::Csv | Layout::Bed | Layout::Parquet => &[],
        Layout::Fasta(of) if of.label == FastaLabel::None => &["sequence"],
        Layout::Fasta(_) => &["label", "sequence"],
        Layout::Folders => &["split", "label", "sequence"],
        Layout::GenomicBenchmarks => &["split", "label", "chromosome", "start", "end", "strand"],
        Layout::Vcf => &["id", "chromosome", "position", "ref", "alt"],
    }
}

/// What BED calls the columns of a place.
pub(crate) const BED_PLACE: [&str; 4] = ["chromosome", "start", "end", "strand"];

/// Whether rows lie where BED's own columns say: the descriptor names no others.
#[must_use]
pub(crate) fn has_own_place(dataset: &Dataset) -> bool {
    let place = &dataset.columns.place;
    let ends = [&place.chromosome, &place.start, &place.end, &place.strand];
    let is_named = ends
        .into_iter()
        .chain([&place.position])
        .any(Option::is_some);
    dataset.layout == Layout::Bed && !is_named
}

/// The columns that say where an example lies: the descriptor's, or BED's own.
#[must_use]
pub(crate) fn place(dataset: &Dataset) -> Cow<'_, PlaceColumns> {
    let named = &dataset.columns.place;
    if !has_own_place(dataset) {
        return Cow::Borrowed(named);
    }
    let [chromosome, start, end, strand] = BED_PLACE.map(|name| Some(name.to_owned()));
    Cow::Owned(PlaceColumns {
        chromosome,
        start,
        end,
        strand,
        ..named.clone()
    })
}

/// An error of reading, with its line (0: unknown).
pub(crate) fn unreadable(path: &Path, line: u64, error: &io::Error) -> TableError {
    if let Some(too_long) = TooLong::of(error) {
        return flawed(path, line, too_long.to_string(), too_long.cure());
    }
    let (message, cure) = match error.kind() {
        io::ErrorKind::UnexpectedEof => (
            "the file ends in the middle of compressed data".to_owned(),
            "it was cut short: fetch or make it anew",
        ),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => (
            format!("the compressed data are damaged: {error}"),
            "fetch or make the file anew",
        ),
        _ => (
            format!("cannot be read: {error}"),
            "check the path and its permissions",
        ),
    };
    flawed(path, line, message, cure)
}

/// An error at a line (0: of the whole file).
pub(crate) fn flawed(path: &Path, line: u64, message: impl Into<String>, cure: &str) -> TableError {
    TableError {
        path: path.to_owned(),
        line,
        column: None,
        message: message.into(),
        cure: cure.to_owned(),
    }
}

/// What lies in a folder, sorted by name.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, TableError> {
    let failed = |error: io::Error| unreadable(folder, 0, &error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        found.push(entry.map_err(failed)?.path());
    }
    found.sort();
    Ok(found)
}

/// A path's last part, for people and ids.
pub(crate) fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
