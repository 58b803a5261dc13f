//! CSV and TSV, plain or within gzip.

use std::cell::Cell as Counter;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use csv::{ByteRecord, Reader, ReaderBuilder};
use flate2::read::MultiGzDecoder;
use titer_core::ModelError;

use super::row::{Cell, Each, refused};

/// How long a header may be, bytes: what goes on longer is no table.
const LONGEST_HEADER: u64 = 1 << 20;
/// How long a row may be, bytes: a quote left open takes in all that follows, and gzip makes much of little.
const LONGEST_ROW: usize = 1 << 24;

/// Said of bytes that are no UTF-8.
const NO_UTF8: &str = "the line holds bytes that are no UTF-8: convert the file, as in `iconv -f WINDOWS-1252 -t UTF-8 old > new`, \
    from the encoding that it was written in (spreadsheets write UTF-16, too)";

/// What is wrong with text that is no UTF-8: the first such line; `None` where it is no text at all.
pub(super) fn no_utf8(path: &Path) -> Option<ModelError> {
    let file = File::open(path).ok()?;
    let mut file = BufReader::with_capacity(1 << 12, file.take(LONGEST_ROW as u64));
    let head = file.fill_buf().ok()?;
    let is_utf16 = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    if !is_utf16 && head.iter().any(is_control) {
        return None;
    }
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        if file.read_until(b'\n', &mut bytes).ok()? == 0 {
            break;
        }
        if std::str::from_utf8(&bytes).is_err() {
            return Some(at(path, line, NO_UTF8));
        }
    }
    None
}

/// The header and what separates its names: tabs where it has one, else commas.
pub(super) fn columns(path: &Path) -> Result<(Vec<String>, u8), ModelError> {
    let mut first = Vec::new();
    BufReader::new(content(path)?)
        .take(LONGEST_HEADER)
        .read_until(b'\n', &mut first)
        .map_err(|error| unreadable(path, &error))?;
    let delimiter = if first.contains(&b'\t') { b'\t' } else { b',' };
    let mut reader = reader(path, delimiter, &Rc::default())?;
    let header = reader
        .headers()
        .map_err(|error| broken(path, &error))?
        .clone();
    Ok((header.iter().map(str::to_owned).collect(), delimiter))
}

/// Goes over the rows.
pub(super) fn scan(
    path: &Path,
    delimiter: u8,
    places: &[usize],
    each: Each<'_>,
) -> Result<(), ModelError> {
    let taken = Rc::default();
    let mut reader = reader(path, delimiter, &taken)?;
    let mut record = ByteRecord::new();
    loop {
        taken.set(0);
        let next = reader.position().line();
        let read = reader.read_byte_record(&mut record);
        if taken.get() > LONGEST_ROW {
            let reason = "the row that begins here is longer than 16 MiB: is a quote left open?";
            return Err(at(path, next, reason));
        }
        if !read.map_err(|error| broken(path, &error))? {
            return Ok(());
        }
        let line = record.position().map_or(0, csv::Position::line);
        let mut cells = Vec::with_capacity(places.len());
        for &place in places {
            let bytes = record.get(place).unwrap_or_default();
            let text = std::str::from_utf8(bytes).map_err(|_| at(path, line, NO_UTF8))?;
            cells.push(Cell::Text(text));
        }
        each(line, &cells)?;
    }
}

/// Ends with an error where more is taken for one row than a row may have.
struct Bounded {
    content: Box<dyn Read>,
    taken: Rc<Counter<usize>>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken.get() > LONGEST_ROW {
            return Err(io::Error::other("a row is longer than 16 MiB"));
        }
        let read = self.content.read(buffer)?;
        self.taken.set(self.taken.get() + read);
        Ok(read)
    }
}

fn reader(
    path: &Path,
    delimiter: u8,
    taken: &Rc<Counter<usize>>,
) -> Result<Reader<Bounded>, ModelError> {
    let bounded = Bounded {
        content: content(path)?,
        taken: Rc::clone(taken),
    };
    Ok(ReaderBuilder::new()
        .delimiter(delimiter)
        .buffer_capacity(1 << 16)
        .from_reader(bounded))
}

/// The bytes, inflated where they are gzip of one or several members.
fn content(path: &Path) -> Result<Box<dyn Read>, ModelError> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut file = BufReader::with_capacity(1 << 16, file);
    let head = file.fill_buf().map_err(|error| unreadable(path, &error))?;
    if head.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(MultiGzDecoder::new(file)));
    }
    if head.contains(&0) {
        return Err(refused(
            path,
            "is no text: predictions are CSV or TSV (plain or gzip), or Parquet",
        ));
    }
    Ok(Box::new(file))
}

fn broken(path: &Path, error: &csv::Error) -> ModelError {
    match error.kind() {
        csv::ErrorKind::Io(error) => unreadable(path, error),
        csv::ErrorKind::Utf8 { .. } => at(path, 1, NO_UTF8),
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => at(
            path,
            pos.as_ref().map_or(0, csv::Position::line),
            &format!(
                "the row has {len} columns, the header {expected_len}: put text that holds the separator in quotes"
            ),
        ),
        _ => refused(
            path,
            &format!("{error}: write CSV or TSV with a header line"),
        ),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> ModelError {
    refused(
        path,
        &match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                "ends in the middle of compressed data: fetch it anew".to_owned()
            }
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                format!("is damaged, or compressed by something other than gzip: {error}")
            }
            _ => format!("cannot be read: {error}"),
        },
    )
}

fn at(path: &Path, line: u64, reason: &str) -> ModelError {
    ModelError::File {
        path: format!("{}:{line}", path.display()),
        reason: reason.to_owned(),
    }
}
