//! A tab-separated table with a header, gzip recognised by content, read row by row.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use titer_spec::suggest;

use crate::error::TableError;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// An open table.
pub struct Table {
    path: PathBuf,
    header: csv::StringRecord,
    reader: csv::Reader<Box<dyn Read>>,
}

/// A row with its line number.
pub struct Row {
    pub line: u64,
    pub fields: csv::StringRecord,
}

impl Table {
    pub fn open(path: &Path) -> Result<Self, TableError> {
        let failed = |error: &dyn std::fmt::Display| TableError {
            path: path.to_owned(),
            line: 0,
            column: String::new(),
            message: format!("cannot be read: {error}"),
            cure: "check that the file is a whole tab-separated table, plain or gzip".to_owned(),
        };
        let stream = plain(path).map_err(|error| failed(&error))?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b'\t')
            .quoting(false)
            .from_reader(stream);
        let header = reader.headers().map_err(|error| failed(&error))?.clone();
        Ok(Self {
            path: path.to_owned(),
            header,
            reader,
        })
    }

    /// The index of a column.
    pub fn column(&self, name: &str) -> Result<usize, TableError> {
        self.header
            .iter()
            .position(|column| column == name)
            .ok_or_else(|| {
                let known: Vec<&str> = self.header.iter().collect();
                self.error(
                    1,
                    name,
                    "the table has no such column",
                    &suggest::cure(name, &known),
                )
            })
    }

    /// The next row.
    pub fn next(&mut self) -> Option<Result<Row, TableError>> {
        let mut fields = csv::StringRecord::new();
        let read = self.reader.read_record(&mut fields);
        let line = fields
            .position()
            .map_or_else(|| self.reader.position().line(), csv::Position::line);
        match read {
            Ok(false) => None,
            Ok(true) => Some(Ok(Row { line, fields })),
            Err(error) => {
                let cure =
                    "check that the file is whole and every row has as many fields as the header";
                Some(Err(self.error(
                    line,
                    "",
                    &format!("cannot be read: {}", reason(&error)),
                    cure,
                )))
            }
        }
    }

    pub fn error(&self, line: u64, column: &str, message: &str, cure: &str) -> TableError {
        TableError {
            path: self.path.clone(),
            line,
            column: column.to_owned(),
            message: message.to_owned(),
            cure: cure.to_owned(),
        }
    }
}

/// csv's own sentence repeats the line that we already name.
fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("the row has {len} fields, the header {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "the row is not UTF-8 text".to_owned(),
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}

fn plain(path: &Path) -> std::io::Result<Box<dyn Read>> {
    let mut file = File::open(path)?;
    let mut start = Vec::with_capacity(2);
    (&mut file).take(2).read_to_end(&mut start)?;
    file.seek(SeekFrom::Start(0))?;
    if start == GZIP {
        Ok(Box::new(MultiGzDecoder::new(BufReader::new(file))))
    } else {
        Ok(Box::new(BufReader::new(file)))
    }
}
