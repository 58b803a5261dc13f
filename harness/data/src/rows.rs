//! The table as a stream of checked rows.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use csv::StringRecord;
use flate2::bufread::MultiGzDecoder;
use titer_core::{Example, Place, Sequence, Target};
use titer_spec::{Dataset, suggest};

use crate::LoadedDataset;
use crate::descriptor::SPLITS;
use crate::error::{Flaw, TableError};
use crate::header::{Column, Header};
use crate::positions;

/// A checked row.
pub struct Row {
    /// The example.
    pub example: Example,
    /// Its split.
    pub split: String,
}

/// A table that is being read.
pub struct Rows<'a> {
    loaded: &'a LoadedDataset,
    header: Header,
    reader: csv::Reader<Box<dyn Read>>,
    record: StringRecord,
    ids: HashSet<String>,
}

impl<'a> Rows<'a> {
    /// Opens the table and reads its header.
    pub fn open(loaded: &'a LoadedDataset) -> Result<Self, TableError> {
        let source = content(loaded).map_err(|error| unreadable(loaded, 0, &error))?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b'\t')
            .quoting(false)
            .flexible(true)
            .from_reader(source);
        let header = match reader.headers() {
            Ok(header) => Header::find(&loaded.path, header, &loaded.document.value)?,
            Err(error) => return Err(broken(loaded, 1, &error)),
        };
        Ok(Self {
            loaded,
            header,
            reader,
            record: StringRecord::new(),
            ids: HashSet::new(),
        })
    }

    /// The next row, `None` at the end.
    pub fn next(&mut self) -> Result<Option<Row>, TableError> {
        let next = self.reader.position().line();
        match self.reader.read_record(&mut self.record) {
            Ok(true) => self.row().map(Some),
            Ok(false) => Ok(None),
            Err(error) => Err(broken(self.loaded, next, &error)),
        }
    }

    fn row(&mut self) -> Result<Row, TableError> {
        let width = self.header.width;
        if self.record.len() != width {
            let flaw = Flaw::new(
                format!(
                    "the row has {} fields, the header {width}",
                    self.record.len()
                ),
                "separate fields by single tabs; empty fields count",
            );
            return Err(self.flawed(None, flaw));
        }
        let id = self.id()?;
        let split = self.split()?;
        let sequence = self.sequence()?;
        let target = match &self.header.label {
            Some(label) => self.label(label)?,
            None => self.truth(sequence.len())?,
        };
        let example = Example {
            id,
            sequence,
            target,
            strata: self.groups(&self.header.strata),
            clusters: self.clusters()?,
            place: self.place()?,
        };
        Ok(Row { example, split })
    }

    fn id(&mut self) -> Result<String, TableError> {
        let column = &self.header.id;
        let id = self.text(column).to_owned();
        if id.is_empty() {
            let flaw = Flaw::new("the id is empty", "give each example an id of its own");
            return Err(self.flawed(Some(column), flaw));
        }
        if self.ids.contains(&id) {
            let flaw = Flaw::new(
                format!("id {id:?} stands on an earlier line too"),
                "give each example an id of its own",
            );
            return Err(self.flawed(Some(column), flaw));
        }
        self.ids.insert(id.clone());
        Ok(id)
    }

    fn split(&self) -> Result<String, TableError> {
        let split = self.text(&self.header.split);
        let stated = &self.dataset().splits;
        if stated.contains_key(split) {
            return Ok(split.to_owned());
        }
        let flaw = if SPLITS.contains(&split) {
            Flaw::new(
                format!("split {split:?} is not one that the descriptor counts"),
                "add it to `splits` of the descriptor, or correct the row",
            )
        } else {
            let known: Vec<&str> = stated.keys().map(String::as_str).collect();
            let message = format!("{split:?} is not a split");
            Flaw::new(message, suggest::cure(split, &known))
        };
        Err(self.flawed(Some(&self.header.split), flaw))
    }

    fn sequence(&self) -> Result<Sequence, TableError> {
        let column = &self.header.sequence;
        let cure = "use the letters of IUPAC nucleotide code: ACGT, N where unknown";
        let flaw = match Sequence::new(self.text(column)) {
            Ok(sequence) if !sequence.is_empty() => return Ok(sequence),
            Ok(_) => Flaw::new("the sequence is empty", cure),
            Err(error) => Flaw::new(error.to_string(), cure),
        };
        Err(self.flawed(Some(column), flaw))
    }

    fn label(&self, column: &Column) -> Result<Target, TableError> {
        let label = self.text(column);
        let classes = &self.dataset().classes;
        match classes.iter().position(|class| class == label) {
            Some(class) => Ok(Target::Class(class)),
            None => {
                let known: Vec<&str> = classes.iter().map(String::as_str).collect();
                let message = format!("label {label:?} is not one of the classes");
                let flaw = Flaw::new(message, suggest::cure(label, &known));
                Err(self.flawed(Some(column), flaw))
            }
        }
    }

    fn truth(&self, bases: usize) -> Result<Target, TableError> {
        let context = self.dataset().context;
        let length = bases.saturating_sub(2 * context);
        if length == 0 {
            let flaw = Flaw::new(
                format!("the sequence has {bases} bases, context alone takes 2 x {context}"),
                "write context, stretch and context, or correct `context` of the descriptor",
            );
            return Err(self.flawed(Some(&self.header.sequence), flaw));
        }
        let background = self.background();
        let mut truth = vec![background; length];
        for (class, column) in &self.header.sites {
            let text = self.text(column);
            positions::mark(
                &mut truth,
                background,
                *class,
                text,
                &self.dataset().classes,
            )
            .map_err(|flaw| self.flawed(Some(column), flaw))?;
        }
        let scored = match &self.header.scored {
            Some(column) => positions::ranges(self.text(column), length)
                .map_err(|flaw| self.flawed(Some(column), flaw))?,
            None => std::iter::once(0..length).collect(),
        };
        Ok(Target::Positions { truth, scored })
    }

    fn background(&self) -> u8 {
        let named = self.dataset().columns.background.as_ref();
        let mut classes = self.dataset().classes.iter();
        let index = classes.position(|class| named.is_some_and(|name| name.value == *class));
        index
            .and_then(|index| u8::try_from(index).ok())
            .unwrap_or_default()
    }

    fn groups(&self, columns: &[Column]) -> BTreeMap<String, String> {
        let group = |column: &Column| (column.name.clone(), self.text(column).to_owned());
        columns.iter().map(group).collect()
    }

    fn clusters(&self) -> Result<BTreeMap<String, String>, TableError> {
        let columns = &self.header.clusters;
        match columns.iter().find(|column| self.text(column).is_empty()) {
            None => Ok(self.groups(columns)),
            Some(column) => {
                let cure = "name the group within which it is not independent; its own id if there is none";
                Err(self.flawed(Some(column), Flaw::new("the cluster is empty", cure)))
            }
        }
    }

    fn place(&self) -> Result<Place, TableError> {
        let [chromosome, position, strand, gene, ref_allele, alt_allele] = &self.header.place;
        Ok(Place {
            chromosome: self.filled(chromosome.as_ref()),
            position: self.coordinate(position.as_ref())?,
            strand: self.strand(strand.as_ref())?,
            gene: self.filled(gene.as_ref()),
            ref_allele: self.filled(ref_allele.as_ref()),
            alt_allele: self.filled(alt_allele.as_ref()),
        })
    }

    fn coordinate(&self, column: Option<&Column>) -> Result<Option<u64>, TableError> {
        let parsed = self
            .filled(column)
            .map(|text| text.parse().map_err(|_| text));
        parsed.transpose().map_err(|text: String| {
            let flaw = Flaw::new(
                format!("{text:?} is not a position"),
                "write the 0-based coordinate on the plus strand as a whole number",
            );
            self.flawed(column, flaw)
        })
    }

    fn strand(&self, column: Option<&Column>) -> Result<Option<String>, TableError> {
        match self.filled(column) {
            Some(strand) if strand != "+" && strand != "-" => {
                let flaw = Flaw::new(
                    format!("{strand:?} is not a strand"),
                    "write + or -, or leave it empty",
                );
                Err(self.flawed(column, flaw))
            }
            strand => Ok(strand),
        }
    }

    fn filled(&self, column: Option<&Column>) -> Option<String> {
        let text = self.text(column?);
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn text(&self, column: &Column) -> &str {
        self.record.get(column.index).unwrap_or_default()
    }

    fn dataset(&self) -> &Dataset {
        &self.loaded.document.value
    }

    fn flawed(&self, column: Option<&Column>, flaw: Flaw) -> TableError {
        TableError {
            path: self.loaded.path.clone(),
            line: self.record.position().map_or(0, csv::Position::line),
            column: column.map(|column| column.name.clone()),
            message: flaw.message,
            cure: flaw.cure,
        }
    }
}

/// The table's bytes, inflated where they are gzip (RFC 1952, of one or several members).
fn content(loaded: &LoadedDataset) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(&loaded.path)?);
    Ok(if file.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    })
}

fn broken(loaded: &LoadedDataset, line: u64, error: &csv::Error) -> TableError {
    match error.kind() {
        csv::ErrorKind::Io(error) => unreadable(loaded, line, error),
        csv::ErrorKind::Utf8 { pos, .. } => TableError {
            path: loaded.path.clone(),
            line: pos.as_ref().map_or(line, csv::Position::line),
            column: None,
            message: "the row is not UTF-8 text".to_owned(),
            cure: "save the table as UTF-8".to_owned(),
        },
        _ => TableError {
            path: loaded.path.clone(),
            line,
            column: None,
            message: error.to_string(),
            cure: "write tab-separated values with a header line".to_owned(),
        },
    }
}

fn unreadable(loaded: &LoadedDataset, line: u64, error: &io::Error) -> TableError {
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
    TableError {
        path: loaded.path.clone(),
        line,
        column: None,
        message,
        cure: cure.to_owned(),
    }
}
