//! Tables of separated values: TSV, CSV, BED.

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use titer_spec::Layout;

use crate::content::{MAX_COLUMNS, Part, Parts, content};
use crate::error::TableError;
use crate::records::{Records, flawed, unreadable};

/// A way of separating.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    delimiter: u8,
    quoting: bool,
    /// Intervals: comments are skipped, a header line is told by what it holds.
    is_bed: bool,
    said: &'static str,
    /// What it is taken for by mistake.
    other: Option<Other>,
}

/// Another layout, told by its separator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Other {
    /// Stands between its fields.
    pub separator: char,
    /// Several of them, in words.
    pub name: &'static str,
    /// What a descriptor calls the layout.
    pub layout: &'static str,
}

/// What files of a layout may be instead.
pub(crate) fn other(layout: &Layout) -> Option<Other> {
    match layout {
        Layout::Tsv => TSV.other,
        Layout::Csv => CSV.other,
        _ => None,
    }
}

/// Tabs, no quotes.
pub(crate) const TSV: Dialect = Dialect {
    delimiter: b'\t',
    quoting: false,
    is_bed: false,
    said: "write tab-separated values with a header line",
    other: Some(Other {
        separator: ',',
        name: "commas",
        layout: "csv",
    }),
};
/// Commas, quotes where needed.
pub(crate) const CSV: Dialect = Dialect {
    delimiter: b',',
    quoting: true,
    is_bed: false,
    said: "write comma-separated values with a header line",
    other: Some(Other {
        separator: '\t',
        name: "tabs",
        layout: "tsv",
    }),
};
/// Tabs, no quotes, comments.
pub(crate) const BED: Dialect = Dialect {
    delimiter: b'\t',
    quoting: false,
    is_bed: true,
    said: "write tab-separated intervals: chromosome, start, end, and more",
    other: None,
};

/// What BED's columns are called where no line says it.
const BED_COLUMNS: [&str; 6] = ["chromosome", "start", "end", "name", "score", "strand"];
/// What the first column is called in a comment that has the names of the columns.
const CHROMOSOME: [&str; 3] = ["chromosome", "chrom", "chr"];
/// What header lines call their columns: two of them in a file's first line are no example's values.
const WORDS: [&str; 16] = [
    "id",
    "name",
    "sequence",
    "seq",
    "label",
    "labels",
    "target",
    "class",
    "split",
    "chrom",
    "chromosome",
    "pos",
    "position",
    "start",
    "end",
    "strand",
];
/// From so many letters of DNA on a header's field is taken for a sequence.
const SEQUENCE: usize = 20;

/// A table that is being read.
pub(crate) struct Delimited {
    path: PathBuf,
    dialect: Dialect,
    reader: csv::Reader<Parts>,
    names: Vec<String>,
    /// Whether the names came from elsewhere than the file.
    positional: bool,
    /// Names in a comment before the first row, as in `#chromosome start end`.
    commented: Option<Vec<String>>,
    /// A line that was read to find out whether it is a header.
    ahead: Option<StringRecord>,
    /// The last record's line, as the parser counts, and the byte that it begins at or that ends of lines before it begin at.
    line: u64,
    start: u64,
    count: u64,
}

/// Opens a table and reads its header line, unless `header` has the names.
pub(crate) fn open(
    path: &Path,
    dialect: Dialect,
    header: &[String],
) -> Result<Delimited, TableError> {
    let content = Parts::open(path).map_err(|error| unreadable(path, 0, &error))?;
    let reader = csv::ReaderBuilder::new()
        .delimiter(dialect.delimiter)
        .quoting(dialect.quoting)
        .flexible(true)
        .has_headers(false)
        .from_reader(content);
    let mut table = Delimited {
        path: path.to_owned(),
        dialect,
        reader,
        names: header.to_vec(),
        positional: !header.is_empty(),
        commented: None,
        ahead: None,
        line: 0,
        start: 0,
        count: 0,
    };
    if !table.positional {
        table.find_names()?;
    }
    Ok(table)
}

/// The names of a table's columns where its first line is one of names and nothing else.
pub(crate) fn header_line(path: &Path, dialect: Dialect) -> Option<Vec<String>> {
    let table = open(path, dialect, &[]).ok()?;
    let is_first = table.ahead.is_none() && table.line == 1 && table.commented.is_none();
    is_first.then_some(table.names)
}

impl Delimited {
    fn find_names(&mut self) -> Result<(), TableError> {
        let mut first = StringRecord::new();
        if !self.read(&mut first, Part::Header)? {
            return Ok(());
        }
        if first.len() > MAX_COLUMNS {
            let message = format!("the header line names {} columns", first.len());
            let cure = format!(
                "write a line for each example, and {MAX_COLUMNS} columns at most: only those that `columns` names are used"
            );
            return Err(flawed(&self.path, self.line, message, &cure));
        }
        let is_number = |at: usize| {
            first
                .get(at)
                .is_some_and(|text| text.parse::<u64>().is_ok())
        };
        if self.dialect.is_bed && is_number(1) && is_number(2) {
            if let Some(said) = self
                .commented
                .take()
                .filter(|said| said.len() == first.len())
            {
                self.names = said;
                self.ahead = Some(first);
                return Ok(());
            }
            let known = BED_COLUMNS.iter().map(|name| (*name).to_owned());
            let beyond = (BED_COLUMNS.len()..first.len()).map(|at| format!("column {}", at + 1));
            self.names = known.chain(beyond).take(first.len()).collect();
            self.ahead = Some(first);
            return Ok(());
        }
        let is_letters = |field: &str| {
            field.len() >= SEQUENCE && field.bytes().all(|byte| b"ACGTNacgtn".contains(&byte))
        };
        if first.iter().any(is_letters) {
            return Err(flawed(
                &self.path,
                1,
                "the first line is no header: a sequence stands in it",
                "name the columns by `header: [...]` of the descriptor, or write a header line",
            ));
        }
        self.names = first.iter().map(str::to_owned).collect();
        // A byte order mark is no part of a name.
        if let Some(name) = self.names.first_mut() {
            *name = name.trim_start_matches('\u{feff}').to_owned();
        }
        Ok(())
    }

    fn read(&mut self, record: &mut StringRecord, part: Part) -> Result<bool, TableError> {
        loop {
            let next = self.reader.position().clone();
            self.reader.get_mut().begin(part);
            match self.reader.read_record(record) {
                Ok(false) => return Ok(false),
                Err(error) => return Err(self.broken(&next, &error)),
                Ok(true) => {}
            }
            let position = record.position().unwrap_or(&next);
            (self.line, self.start) = (position.line(), position.byte());
            let first = record.get(0).unwrap_or_default();
            let is_comment = first.starts_with('#')
                || first.split([' ', '\t']).next() == Some("track")
                || first.split([' ', '\t']).next() == Some("browser");
            if !(self.dialect.is_bed && is_comment) {
                return Ok(true);
            }
            if let Some(name) = first.strip_prefix('#').map(str::trim)
                && CHROMOSOME.iter().any(|it| it.eq_ignore_ascii_case(name))
            {
                let more = record.iter().skip(1).map(str::to_owned);
                self.commented = Some(std::iter::once(name.to_owned()).chain(more).collect());
            }
        }
    }

    /// Refuses a header line that would be read as an example: one that stands where there is said to be none, or that a file
    /// has in its middle after it was joined with another.
    fn no_header(&self, record: &StringRecord) -> Result<(), TableError> {
        let plain = |field: &str| field.trim_start_matches('\u{feff}').to_ascii_lowercase();
        let mut pairs = record.iter().zip(&self.names);
        if self.positional && self.count == 1 {
            let named = pairs.any(|(field, name)| plain(field) == plain(name));
            let words = record
                .iter()
                .filter(|field| WORDS.contains(&plain(field).as_str()));
            if named || words.count() > 1 {
                return Err(flawed(
                    &self.path,
                    self.line(),
                    "the file has a header line, which would be read as an example",
                    "take `header` out of the descriptor",
                ));
            }
            return Ok(());
        }
        let is_whole = record.len() == self.names.len();
        if is_whole && pairs.all(|(field, name)| field.trim_start_matches('\u{feff}') == name) {
            return Err(flawed(
                &self.path,
                self.line(),
                "the header line stands here again, and would be read as an example",
                "take the line out: files that are joined keep one header line; or name each by `files` of the descriptor",
            ));
        }
        Ok(())
    }

    /// Refuses a row of more or fewer fields than the header has.
    fn whole(&self, record: &StringRecord) -> Result<(), TableError> {
        let (found, width) = (record.len(), self.names.len());
        if found == width {
            return Ok(());
        }
        let separator = if self.dialect.delimiter == b',' {
            "commas"
        } else {
            "single tabs"
        };
        let field = record.get(0).unwrap_or_default();
        let other = self.dialect.other;
        let other = other.filter(|other| found == 1 && field.contains(other.separator));
        let (message, cure) = match other {
            Some(other) => (
                format!(
                    "the row is one field that holds {}, the header has {width}",
                    other.name
                ),
                format!("say `layout: {}` in the descriptor", other.layout),
            ),
            None => (
                format!("the row has {found} fields, the header {width}"),
                format!("separate fields by {separator}; empty fields count"),
            ),
        };
        Err(flawed(&self.path, self.line(), message, &cure))
    }

    /// The line of the last record.
    fn line(&self) -> u64 {
        self.line_at(self.start, self.line)
    }

    /// The line of a record, counted anew where it is asked for: the parser has passed neither the second half of a CRLF nor
    /// empty lines when it says where the record after them begins. Where the file cannot be read again, as it counts.
    fn line_at(&self, start: u64, counted: u64) -> u64 {
        let content = content(&self.path);
        content
            .and_then(|content| line_at(content, start))
            .unwrap_or(counted)
    }

    fn broken(&self, next: &csv::Position, error: &csv::Error) -> TableError {
        let line = self.line_at(next.byte(), next.line());
        match error.kind() {
            csv::ErrorKind::Io(error) => unreadable(&self.path, line, error),
            csv::ErrorKind::Utf8 { pos, .. } => flawed(
                &self.path,
                pos.as_ref()
                    .map_or(line, |at| self.line_at(at.byte(), at.line())),
                "the line holds bytes that are no UTF-8",
                "convert the file, as in `iconv -f WINDOWS-1252 -t UTF-8 old > new`, from the encoding that it was written in \
                 (spreadsheets write UTF-16, too)",
            ),
            _ => flawed(&self.path, line, error.to_string(), self.dialect.said),
        }
    }
}

/// The line, from 1, of the first byte from `start` on that ends no line.
fn line_at(content: impl BufRead, start: u64) -> io::Result<u64> {
    let (mut line, mut before) = (1, 0);
    for (at, byte) in (0..).zip(content.bytes()) {
        let byte = byte?;
        if at >= start && !matches!(byte, b'\r' | b'\n') {
            break;
        }
        line += u64::from(byte == b'\r' || (byte == b'\n' && before != b'\r'));
        before = byte;
    }
    Ok(line)
}

impl Records for Delimited {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn next(&mut self, record: &mut StringRecord) -> Result<bool, TableError> {
        if let Some(ahead) = self.ahead.take() {
            *record = ahead;
        } else if !self.read(record, Part::Record)? {
            return Ok(false);
        }
        self.count += 1;
        self.no_header(record)?;
        self.whole(record)?;
        Ok(true)
    }

    fn place(&self) -> (&Path, u64) {
        (&self.path, self.line())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        for (text, expected) in [
            ("id,label\na,1\nb,2,3\n", 3),
            ("id,label\r\na,1\r\nb,2,3\r\n", 3),
            ("id,label\n\n\na,1\n\nb,2,3\n", 6),
            ("id,label\r\n\r\na,1\r\n\r\nb,2,3\r\n", 5),
            ("id,label\n\"a\nb\",1\nb,2,3\n", 4),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("rows.csv");
            std::fs::write(&path, text).unwrap();
            let mut table = open(&path, CSV, &[]).unwrap();
            let mut record = StringRecord::new();
            assert!(table.next(&mut record).unwrap());
            let error = table.next(&mut record).unwrap_err();
            assert_eq!(error.line, expected, "{text:?}");
        }
    }
}
