//! FASTA whose headers may hold the label: Nucleotide Transformer's `.fna` and others.

use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use noodles_fasta::io::Reader;
use noodles_fasta::record::Definition;
use titer_spec::error::cut;
use titer_spec::layout::FastaLabel;

use crate::content::{Part, Parts};
use crate::error::{SHOWN, TableError};
use crate::records::{Records, flawed, unreadable};

/// A FASTA file that is being read.
pub(crate) struct Fasta {
    path: PathBuf,
    reader: Reader<Lines>,
    label: FastaLabel,
    names: Vec<String>,
    definition: Definition,
    letters: Vec<u8>,
    /// Sequences so far.
    count: u64,
    /// The line of the last header, from 1.
    line: u64,
}

/// A file's content, its lines counted as they are taken.
struct Lines {
    content: Parts,
    count: u64,
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        self.count += ends(&buffer[..read]);
        Ok(read)
    }
}

impl BufRead for Lines {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.content.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is taken was there already: nothing is read.
        if let Ok(held) = self.content.fill_buf() {
            self.count += ends(&held[..amount.min(held.len())]);
        }
        self.content.consume(amount);
    }
}

/// Ends of lines among bytes.
fn ends(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// Opens a FASTA file.
pub(crate) fn open(path: &Path, label: FastaLabel) -> Result<Fasta, TableError> {
    let mut content = Parts::open(path).map_err(|error| unreadable(path, 0, &error))?;
    let first = content
        .fill_buf()
        .map_err(|error| unreadable(path, 0, &error))?;
    if first.first().is_some_and(|byte| *byte != b'>') {
        return Err(flawed(
            path,
            1,
            "is no FASTA: it does not begin with `>`",
            "name a FASTA file, or another `layout`",
        ));
    }
    Ok(Fasta {
        path: path.to_owned(),
        reader: Reader::new(Lines { content, count: 0 }),
        label,
        names: ["id", "description", "label", "sequence"]
            .map(str::to_owned)
            .to_vec(),
        definition: Definition::new("", None),
        letters: Vec::new(),
        count: 0,
        line: 0,
    })
}

impl Fasta {
    /// The label, and the id without it.
    fn label(&self, header: &str) -> Result<(String, String), TableError> {
        let wrong = |message: String| {
            Err(flawed(
                &self.path,
                self.line,
                format!("sequence {}: {message}", self.count),
                "say by `layout: {fasta: {label: ...}}` where the label stands",
            ))
        };
        let id = header.split_whitespace().next().unwrap_or_default();
        match self.label {
            FastaLabel::None => Ok((String::new(), id.to_owned())),
            FastaLabel::LastField => match header.rsplit_once('|') {
                Some((before, label)) if !label.trim().is_empty() => {
                    let id = before.split_whitespace().next().unwrap_or_default();
                    Ok((label.trim().to_owned(), id.to_owned()))
                }
                _ => wrong(format!(
                    "no label follows a `|` in `{}`",
                    cut(header, SHOWN)
                )),
            },
            FastaLabel::LastCharacter => match header.trim_end().chars().next_back() {
                Some(last) => Ok((last.to_string(), id.to_owned())),
                None => wrong("the header is empty".to_owned()),
            },
        }
    }
}

impl Records for Fasta {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn next(&mut self, record: &mut StringRecord) -> Result<bool, TableError> {
        self.letters.clear();
        self.reader.get_mut().content.begin(Part::Record);
        let path = self.path.clone();
        let line = self.reader.get_ref().count + 1;
        let failed = |error: io::Error| unreadable(&path, line, &error);
        let read = self.reader.read_definition(&mut self.definition);
        self.line = line;
        if read.map_err(failed)? == 0 {
            return Ok(false);
        }
        self.reader
            .read_sequence(&mut self.letters)
            .map_err(failed)?;
        self.count += 1;
        let header = match self.definition.description() {
            Some(more) => format!("{} {more}", self.definition.name()),
            None => self.definition.name().to_string(),
        };
        let (label, id) = self.label(&header)?;
        let letters = std::str::from_utf8(&self.letters).map_err(|_| {
            flawed(
                &path,
                line,
                format!("sequence {}: it holds what is no letter", self.count),
                "save the file as text",
            )
        })?;
        record.clear();
        for field in [&id, &header, &label, letters] {
            record.push_field(field);
        }
        Ok(true)
    }

    fn place(&self) -> (&Path, u64) {
        (&self.path, self.line)
    }
}
