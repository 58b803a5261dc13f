//! What a table that nobody has described holds, column by column: enough to tell what each is.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::BufRead;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use titer_core::Sequence;
use titer_spec::Layout;

use crate::content::content;
use crate::error::TableError;
use crate::records::{self, flawed, unreadable};
use crate::spaced;

/// Different values of a column that are counted, at most.
pub const MAX_VALUES: usize = 256;
/// Bytes of a value that is counted, at most.
const MAX_VALUE: usize = 200;

/// A table, read whole.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Where it lies.
    pub path: PathBuf,
    /// How it is laid out, by its content: `tsv`, `csv` or `parquet`.
    pub layout: Layout,
    /// Its rows without the header line.
    pub rows: u64,
    /// Its columns, in its order.
    pub columns: Vec<Column>,
}

/// What a column holds.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The first values that differ, three at most.
    pub first: Vec<String>,
    /// Rows that leave it empty.
    pub empty: u64,
    /// The line of the first of them, from 1; in Parquet the row.
    pub first_empty: Option<u64>,
    /// How many rows have each value; `None`: more than [`MAX_VALUES`] different ones, or longer ones.
    pub values: Option<BTreeMap<String, u64>>,
    /// A value that stands in two rows, with the line of the second; `None`: no value does.
    pub repeated: Option<(String, u64)>,
    /// Rows that hold a nucleotide sequence.
    pub sequences: u64,
    /// The fewest bases of a sequence.
    pub shortest: usize,
    /// The most.
    pub longest: usize,
    /// The first value that is no sequence, with its line.
    pub other: Option<(String, u64)>,
    /// Rows that hold a finite number.
    pub numbers: u64,
    /// The smallest and the largest number.
    pub range: Option<(f64, f64)>,
}

impl Profile {
    /// A column by its name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The names of all columns.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let columns = self.columns.iter();
        columns.map(|column| column.name.as_str()).collect()
    }
}

/// Reads a table and says what its columns hold.
///
/// # Errors
/// It cannot be read, is no CSV, TSV or Parquet with a header line, or a row has more or fewer fields than the header.
pub fn profile(path: &Path) -> Result<Profile, TableError> {
    let layout = layout_of(path)?;
    let mut records = records::open(path, &layout, &[])?;
    let names = records.names().to_vec();
    let mut columns: Vec<Tally> = names.iter().map(|name| Tally::new(name)).collect();
    if let Some(twice) = twice(&names) {
        let message = format!("the header names `{twice}` twice");
        return Err(flawed(path, 1, message, "give each column its own name"));
    }
    let all: Vec<usize> = (0..names.len()).collect();
    records.want(&all)?;
    let mut record = StringRecord::new();
    let mut rows = 0;
    while records.next(&mut record)? {
        rows += 1;
        for (tally, text) in columns.iter_mut().zip(&record) {
            tally.add(text, &|| records.place().1);
        }
    }
    if rows == 0 {
        let message = "the table has a header and no row";
        return Err(flawed(path, 0, message, "write a line for each example"));
    }
    Ok(Profile {
        path: path.to_owned(),
        layout,
        rows,
        columns: columns.into_iter().map(|tally| tally.column).collect(),
    })
}

fn twice(names: &[String]) -> Option<&String> {
    let mut seen = HashSet::new();
    names.iter().find(|name| !seen.insert(*name))
}

/// How a table is laid out, by its first bytes.
fn layout_of(path: &Path) -> Result<Layout, TableError> {
    if path.is_dir() {
        let cure =
            "name the table in it; folders of files are described by hand, as docs/data.md says";
        return Err(flawed(path, 0, "is a folder, and a table is wanted", cure));
    }
    let failed = |error: std::io::Error| unreadable(path, 0, &error);
    let mut content = content(path).map_err(failed)?;
    let head = content.fill_buf().map_err(failed)?;
    if head.is_empty() {
        let cure = "write a header line and a line for each example";
        return Err(flawed(path, 0, "the table is empty", cure));
    }
    if head.starts_with(b"PAR1") {
        return Ok(Layout::Parquet);
    }
    let by_hand = "write a CSV or TSV with a header line (or Parquet), or describe it by hand, as docs/data.md says";
    let is = |what: &str| {
        flawed(
            path,
            0,
            format!("is {what}, and a table is wanted"),
            by_hand,
        )
    };
    match head {
        [b'>', ..] => return Err(is("FASTA")),
        _ if head.starts_with(b"##fileformat=VCF") => return Err(is("VCF")),
        _ if head.starts_with(b"\x89HDF") => return Err(is("HDF5")),
        _ if head.starts_with(b"PK\x03\x04") => {
            return Err(is("a zip archive (a workbook, or arrays of NumPy)"));
        }
        _ => {}
    }
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |letter: u8| line.iter().filter(|byte| **byte == letter).count();
    match (count(b'\t'), count(b',')) {
        (0, 0) if count(b';') > 0 => Err(flawed(
            path,
            1,
            "the header line is separated by semicolons",
            "write it with commas or tabs",
        )),
        (0, 0) => Err(flawed(
            path,
            1,
            "the first line has neither tabs nor commas: one column is too few",
            by_hand,
        )),
        (tabs, commas) if tabs >= commas => Ok(Layout::Tsv),
        _ => Ok(Layout::Csv),
    }
}

/// A column that is being read.
struct Tally {
    column: Column,
    /// What was met, until a value stands there twice.
    seen: HashSet<u64>,
}

impl Tally {
    fn new(name: &str) -> Self {
        Self {
            column: Column {
                name: name.to_owned(),
                values: Some(BTreeMap::new()),
                shortest: usize::MAX,
                ..Column::default()
            },
            seen: HashSet::new(),
        }
    }

    fn add(&mut self, text: &str, line: &dyn Fn() -> u64) {
        let column = &mut self.column;
        if text.is_empty() {
            column.empty += 1;
            if column.first_empty.is_none() {
                column.first_empty = Some(line());
            }
            return;
        }
        if column.first.len() < 3 && !column.first.iter().any(|known| known == text) {
            column.first.push(text.to_owned());
        }
        match bases(text) {
            Some(bases) => {
                column.sequences += 1;
                column.shortest = column.shortest.min(bases);
                column.longest = column.longest.max(bases);
            }
            None if column.other.is_none() => column.other = Some((text.to_owned(), line())),
            None => {}
        }
        if let Some(number) = text.parse::<f64>().ok().filter(|it| it.is_finite()) {
            column.numbers += 1;
            let (low, high) = column.range.unwrap_or((number, number));
            column.range = Some((low.min(number), high.max(number)));
        }
        self.count(text);
        self.repeat(text, line);
    }

    fn count(&mut self, text: &str) {
        let Some(values) = &mut self.column.values else {
            return;
        };
        let is_full = values.len() >= MAX_VALUES;
        match values.get_mut(text) {
            Some(count) => *count += 1,
            None if !is_full && text.len() <= MAX_VALUE => {
                values.insert(text.to_owned(), 1);
            }
            None => self.column.values = None,
        }
    }

    fn repeat(&mut self, text: &str, line: &dyn Fn() -> u64) {
        if self.column.repeated.is_some() {
            return;
        }
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        if !self.seen.insert(hasher.finish()) {
            self.column.repeated = Some((text.to_owned(), line()));
            self.seen = HashSet::new();
        }
    }
}

/// The bases of a text that is a nucleotide sequence.
fn bases(text: &str) -> Option<usize> {
    let letters = spaced::letters(text).ok()?;
    let sequence = Sequence::new(&letters).ok()?;
    (!sequence.is_empty()).then(|| sequence.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Profile, TableError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        std::fs::write(&path, text).unwrap();
        profile(&path)
    }

    #[test]
    fn columns_are_told_by_what_they_hold() {
        let table = of("id,seq,label,p\na,ACGTN,1,0.5\nb,acg-t,0,\nc,ACG,1,-2\n").unwrap();
        assert_eq!((table.rows, &table.layout), (3, &Layout::Csv));
        let sequence = table.column("seq").unwrap();
        assert_eq!(
            (sequence.sequences, sequence.shortest, sequence.longest),
            (2, 3, 5)
        );
        assert_eq!(sequence.other, Some(("acg-t".to_owned(), 3)));
        let label = table.column("label").unwrap();
        let counts = [("0".to_owned(), 1), ("1".to_owned(), 2)].into();
        assert_eq!(label.values, Some(counts));
        assert_eq!(label.repeated, Some(("1".to_owned(), 4)));
        let score = table.column("p").unwrap();
        assert_eq!((score.numbers, score.range), (2, Some((-2.0, 0.5))));
        assert_eq!((score.empty, score.first_empty), (1, Some(3)));
        assert_eq!(table.column("id").unwrap().repeated, None);
    }

    #[test]
    fn what_is_no_table_is_named() {
        for (text, what) in [
            ("", "empty"),
            (">a\nACGT\n", "FASTA"),
            ("ACGT\nACGT\n", "neither tabs nor commas"),
            ("seq;label\nACGT;1\n", "semicolons"),
            ("seq,label\n", "no row"),
            ("seq,seq\nACGT,1\n", "twice"),
            ("seq,label\nACGT\n", "the row has 1 fields"),
            ("ACGTACGTACGTACGTACGTACGT,1\nACGT,0\n", "no header"),
        ] {
            let error = of(text).unwrap_err().to_string();
            assert!(error.contains(what), "{text:?}: {error}");
        }
        assert_eq!(of("seq\tlabel\nACGT\t1\n").unwrap().layout, Layout::Tsv);
    }
}
