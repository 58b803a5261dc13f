//! Genomic Benchmarks (Grešová et al. 2023, doi:10.1186/s12863-023-01123-8): a folder with `metadata.yaml` (or without:
//! then all classes lie on one genome), and `<split>/<class>.csv.gz` with `id,region,start,end,strand`, 0-based and half open; the minus strand is
//! the reverse complement, what is said of no strand (`.`) the plus strand.

mod assemblies;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use rayon::prelude::*;

pub use assemblies::Assemblies;

use super::PlacedRow;
use crate::content::{Part, Parts};
use crate::error::{TableError, quoted};
use crate::records::{Records, unreadable};

/// The file that says which genome each class lies on.
pub const METADATA: &str = "metadata.yaml";
const COLUMNS: [&str; 5] = ["id", "region", "start", "end", "strand"];
const SPLITS: [&str; 2] = ["train", "test"];

/// Whether a folder is laid out so.
#[must_use]
pub fn recognised(folder: &Path) -> bool {
    let has_tables = || tables(&folder.join(SPLITS[0])).is_ok();
    SPLITS.iter().all(|split| folder.join(split).is_dir())
        && (folder.join(METADATA).is_file() || has_tables())
}

/// Every row of both splits: by split, then by class, in the tables' order. Where classes lie on several genomes,
/// chromosomes are named with theirs.
///
/// # Errors
/// A table is missing, damaged or has another layout; a row is flawed; the splits have other classes.
pub fn read(folder: &Path) -> Result<Vec<PlacedRow>, TableError> {
    let mut all = Vec::new();
    let assemblies = Assemblies::read(folder)?;
    let mut before: Option<BTreeSet<String>> = None;
    for split in SPLITS {
        let tables = tables(&folder.join(split))?;
        let classes: BTreeSet<String> = tables.iter().map(|(class, _)| class.clone()).collect();
        if let Some(before) = before.replace(classes.clone())
            && before != classes
        {
            let missing: Vec<&str> = before
                .symmetric_difference(&classes)
                .map(String::as_str)
                .collect();
            return Err(of_file(
                &folder.join(split),
                format!(
                    "the splits have other classes: {} is not in both",
                    missing.join(", ")
                ),
                "put a table of every class into both folders",
            ));
        }
        all.extend(tables.into_iter().map(|table| (split, table)));
    }
    let read: Vec<Result<Vec<PlacedRow>, TableError>> = all
        .par_iter()
        .map(|(split, (class, path))| {
            let mut rows = Table::open(path)?.rows(split, class)?;
            for row in &mut rows {
                row.chromosome = assemblies.name(class, &row.chromosome);
            }
            Ok(rows)
        })
        .collect();
    let mut rows = Vec::new();
    for of_table in read {
        rows.extend(of_table?);
    }
    Ok(rows)
}

/// A folder that is being read.
pub struct GenomicBenchmarks {
    root: PathBuf,
    names: Vec<String>,
    rows: std::vec::IntoIter<PlacedRow>,
    now: (PathBuf, u64),
}

/// Reads a folder's intervals.
///
/// # Errors
/// As [`read`].
pub fn open(folder: &Path) -> Result<GenomicBenchmarks, TableError> {
    let names = [
        "id",
        "split",
        "label",
        "chromosome",
        "start",
        "end",
        "strand",
    ];
    Ok(GenomicBenchmarks {
        root: folder.to_owned(),
        names: names.map(str::to_owned).to_vec(),
        rows: read(folder)?.into_iter(),
        now: (folder.to_owned(), 0),
    })
}

impl Records for GenomicBenchmarks {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn next(&mut self, record: &mut StringRecord) -> Result<bool, TableError> {
        let Some(row) = self.rows.next() else {
            return Ok(false);
        };
        let table = self.root.join(&row.split).join(&row.class);
        // The line in its table: the header is the first.
        let line = if self.now.0 == table {
            self.now.1 + 1
        } else {
            2
        };
        self.now = (table, line);
        // Tables number their rows each for itself.
        let id = format!("{}/{}/{}", row.split, row.class, row.id);
        let (start, end) = (row.start.to_string(), row.end.to_string());
        let strand = if row.minus { "-" } else { "+" };
        record.clear();
        for field in [
            &id,
            &row.split,
            &row.class,
            &row.chromosome,
            &start,
            &end,
            strand,
        ] {
            record.push_field(field);
        }
        Ok(true)
    }

    fn place(&self) -> (&Path, u64) {
        (&self.now.0, self.now.1)
    }
}

/// Every file that [`read`] reads.
///
/// # Errors
/// A split has no table.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, TableError> {
    let metadata = folder.join(METADATA);
    let mut files: Vec<PathBuf> = metadata.exists().then_some(metadata).into_iter().collect();
    for split in SPLITS {
        let tables = tables(&folder.join(split))?;
        files.extend(tables.into_iter().map(|(_, path)| path));
    }
    Ok(files)
}

/// The tables of a split, by class.
fn tables(folder: &Path) -> Result<Vec<(String, PathBuf)>, TableError> {
    let unreadable = |error: std::io::Error| {
        of_file(
            folder,
            format!("cannot be read: {error}"),
            "the layout has folders `train` and `test`",
        )
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let class = name
            .strip_suffix(".csv.gz")
            .or_else(|| name.strip_suffix(".csv"));
        if let Some(class) = class {
            found.push((class.to_owned(), path.clone()));
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(of_file(
            folder,
            "holds no `<class>.csv.gz`".to_owned(),
            "fetch the data set anew, with its tables",
        ));
    }
    Ok(found)
}

struct Table {
    path: PathBuf,
    reader: csv::Reader<Parts>,
    /// Where `COLUMNS` stand.
    columns: [usize; 5],
}

impl Table {
    fn open(path: &Path) -> Result<Self, TableError> {
        let content = Parts::open(path).map_err(|error| unreadable(path, 0, &error))?;
        let mut reader = csv::ReaderBuilder::new()
            .flexible(false)
            .from_reader(content);
        reader.get_mut().begin(Part::Header);
        let header = reader.headers().map_err(|error| damaged(path, 1, &error))?;
        let mut columns = [0; 5];
        for (place, name) in columns.iter_mut().zip(COLUMNS) {
            *place = header
                .iter()
                .position(|column| column == name)
                .ok_or_else(|| TableError {
                    path: path.to_owned(),
                    line: 1,
                    column: Some(name.to_owned()),
                    message: format!("the header has no such column: {}", shown(header)),
                    cure: format!("the layout has {}", COLUMNS.join(",")),
                })?;
        }
        Ok(Self {
            path: path.to_owned(),
            reader,
            columns,
        })
    }

    fn rows(mut self, split: &str, class: &str) -> Result<Vec<PlacedRow>, TableError> {
        let mut rows = Vec::new();
        let mut record = StringRecord::new();
        loop {
            let line = self.reader.position().line();
            self.reader.get_mut().begin(Part::Record);
            let more = self.reader.read_record(&mut record);
            if !more.map_err(|error| damaged(&self.path, line, &error))? {
                return Ok(rows);
            }
            rows.push(self.row(&record, split, class)?);
        }
    }

    fn row(
        &self,
        record: &StringRecord,
        split: &str,
        class: &str,
    ) -> Result<PlacedRow, TableError> {
        let text = |column: usize| record.get(self.columns[column]).unwrap_or_default();
        let flawed = |column: usize, message: String, cure: &str| TableError {
            path: self.path.clone(),
            line: record.position().map_or(0, csv::Position::line),
            column: Some(COLUMNS[column].to_owned()),
            message,
            cure: cure.to_owned(),
        };
        let number = |column: usize| {
            text(column).parse::<u64>().map_err(|_| {
                let message = format!("{} is not a coordinate", quoted(text(column)));
                flawed(column, message, "write a whole number, 0-based")
            })
        };
        let (start, end) = (number(2)?, number(3)?);
        if start >= end {
            let message = format!("the interval from {start} to {end} holds no base");
            return Err(flawed(3, message, "`end` is one past the last base"));
        }
        if text(1).is_empty() {
            return Err(flawed(
                1,
                "the region is empty".to_owned(),
                "name the chromosome",
            ));
        }
        let minus = match text(4) {
            "-" => true,
            // What is said of no strand is read as it stands.
            "+" | "." | "" => false,
            other => {
                let message = format!("{} is not a strand", quoted(other));
                return Err(flawed(4, message, "write +, - or ."));
            }
        };
        Ok(PlacedRow {
            id: text(0).to_owned(),
            split: split.to_owned(),
            class: class.to_owned(),
            chromosome: text(1).to_owned(),
            start,
            end,
            minus,
        })
    }
}

fn shown(header: &StringRecord) -> String {
    let text: String = header.iter().collect::<Vec<&str>>().join(",");
    text.chars().take(80).collect()
}

fn damaged(path: &Path, line: u64, error: &csv::Error) -> TableError {
    let reason = match error.kind() {
        csv::ErrorKind::Io(error) => return unreadable(path, line, error),
        _ => error.to_string(),
    };
    TableError {
        path: path.to_owned(),
        line,
        column: None,
        message: format!("cannot be read: {reason}"),
        cure: "fetch or make the table anew".to_owned(),
    }
}

fn of_file(path: &Path, message: String, cure: &str) -> TableError {
    TableError {
        path: path.to_owned(),
        line: 0,
        column: None,
        message,
        cure: cure.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(tables: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(METADATA), "version: 0\n").unwrap();
        for (name, text) in tables {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    const HEADER: &str = "id,region,start,end,strand\n";

    fn four(changed: &str) -> tempfile::TempDir {
        let own = format!("{HEADER}{changed}\n");
        let plain = format!("{HEADER}1,chr1,10,20,+\n");
        folder(&[
            ("train/no.csv", &plain),
            ("train/yes.csv.gz", &plain),
            ("test/no.csv", &plain),
            ("test/yes.csv", &own),
        ])
    }

    #[test]
    fn rows_come_by_split_and_class() {
        let folder = four("7,chrX,5,9,-");
        assert!(recognised(folder.path()));
        let rows = read(folder.path()).unwrap();
        assert_eq!(rows.len(), 4);
        let expected = PlacedRow {
            id: "7".to_owned(),
            split: "test".to_owned(),
            class: "yes".to_owned(),
            chromosome: "chrX".to_owned(),
            start: 5,
            end: 9,
            minus: true,
        };
        assert_eq!(rows[3], expected);
    }

    #[test]
    fn classes_of_two_genomes_share_no_chromosome() {
        let folder = four("7,chr1,10,20,.");
        let said = "classes:\n  no: {url: 'http://x/A.fa.gz'}\n  yes: {url: 'http://x/B.fa.gz'}\n";
        std::fs::write(folder.path().join(METADATA), said).unwrap();
        let rows = read(folder.path()).unwrap();
        let names: Vec<&str> = rows.iter().map(|row| row.chromosome.as_str()).collect();
        assert_eq!(names, ["chr1 of A", "chr1 of B", "chr1 of A", "chr1 of B"]);
        assert!(!rows[3].minus);
    }

    #[test]
    fn flaws_are_told_with_their_place() {
        for (row, column, said) in [
            ("7,chrX,9,9,-", "end", "holds no base"),
            ("7,chrX,x,9,-", "start", "not a coordinate"),
            ("7,chrX,-1,9,-", "start", "not a coordinate"),
            ("7,chrX,5,9,x", "strand", "not a strand"),
            ("7,,5,9,+", "region", "is empty"),
        ] {
            let error = read(four(row).path()).unwrap_err();
            assert_eq!((error.line, error.column.as_deref()), (2, Some(column)));
            assert!(error.message.contains(said), "{error}");
        }
        let error = read(four("7,chrX,5").path()).unwrap_err();
        assert!(error.to_string().contains("test/yes.csv:2"), "{error}");
    }

    #[test]
    fn folders_are_held_to_the_layout() {
        let plain = format!("{HEADER}1,chr1,10,20,+\n");
        let other = folder(&[("train/no.csv", &plain), ("test/yes.csv", &plain)]);
        assert!(
            read(other.path())
                .unwrap_err()
                .message
                .contains("no, yes is not in both")
        );
        let header = folder(&[("train/no.csv", "id,start\n1,2\n"), ("test/no.csv", &plain)]);
        assert_eq!(
            read(header.path()).unwrap_err().column.as_deref(),
            Some("region")
        );
        let empty = folder(&[("train/readme.txt", "")]);
        assert!(!recognised(empty.path()));
        let bare = four("1,chr1,10,20,+");
        std::fs::remove_file(bare.path().join(METADATA)).unwrap();
        assert!(recognised(bare.path()));
        assert_eq!(read(bare.path()).unwrap().len(), 4);
        assert!(read(empty.path()).unwrap_err().message.contains("holds no"));
        let cut = folder(&[("train/no.csv.gz", ""), ("test/no.csv", &plain)]);
        std::fs::write(cut.path().join("train/no.csv.gz"), [0x1f, 0x8b, 8, 0, 0]).unwrap();
        assert!(
            read(cut.path())
                .unwrap_err()
                .message
                .contains("ends in the middle of compressed data")
        );
    }
}
