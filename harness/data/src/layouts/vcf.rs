//! Genetic variants as VCF has them, one example for each alternate allele.

use std::collections::VecDeque;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use noodles_vcf::Record;
use noodles_vcf::header::record::value::Map;
use noodles_vcf::header::record::value::map::info::Number;
use noodles_vcf::io::Reader;

use crate::content::{Part, Parts, TooLong, content};
use crate::error::TableError;
use crate::records::{Records, flawed, unreadable};

/// The fields before those of INFO.
const FIXED: [&str; 5] = ["id", "chromosome", "position", "ref", "alt"];

/// A VCF that is being read.
pub(crate) struct Vcf {
    path: PathBuf,
    reader: Reader<Parts>,
    names: Vec<String>,
    /// How many values each field of INFO has.
    numbers: Vec<Number>,
    record: Record,
    /// Examples of the line that was read last.
    ready: VecDeque<StringRecord>,
    line: u64,
}

/// Opens a VCF and reads its header.
pub(crate) fn open(path: &Path) -> Result<Vcf, TableError> {
    let failed = |error: std::io::Error| unreadable(path, 0, &error);
    let mut content = Parts::open(path).map_err(failed)?;
    let first = content.fill_buf().map_err(failed)?;
    if !first.starts_with(b"##fileformat=VCF") {
        return Err(flawed(
            path,
            1,
            "is no VCF: it does not begin with ##fileformat=VCF",
            "name a VCF, plain, gzip or bgzip; or another `layout`",
        ));
    }
    let mut reader = Reader::new(content);
    let header = reader
        .read_header()
        .map_err(|error| match TooLong::of(&error) {
            Some(_) => unreadable(path, 0, &error),
            None => flawed(
                path,
                0,
                format!("its header cannot be read: {error}"),
                "mend it, as by `bcftools view`",
            ),
        })?;
    let info = header.infos().keys().map(ToString::to_string);
    let fixed = FIXED.iter().map(|name| (*name).to_owned());
    // Lines of the header: what it holds, and the line of column names.
    let lines = header_lines(path).map_err(failed)?;
    Ok(Vcf {
        path: path.to_owned(),
        reader,
        names: fixed.chain(info).collect(),
        numbers: header.infos().values().map(Map::number).collect(),
        record: Record::default(),
        ready: VecDeque::new(),
        line: lines,
    })
}

fn header_lines(path: &Path) -> std::io::Result<u64> {
    let mut count = 0;
    for line in content(path)?.split(b'\n') {
        match line?.starts_with(b"#") {
            true => count += 1,
            false => break,
        }
    }
    Ok(count)
}

impl Vcf {
    /// The examples of the line that was read.
    fn split(&mut self) -> Result<(), TableError> {
        let record = &self.record;
        let wrong = |message: String, cure: &str| flawed(&self.path, self.line, message, cure);
        let position = match record.variant_start() {
            Some(Ok(position)) => usize::from(position),
            Some(Err(_)) | None => {
                return Err(wrong(
                    "POS is no position".to_owned(),
                    "write a whole number from 1",
                ));
            }
        };
        let (chromosome, bases) = (record.reference_sequence_name(), record.reference_bases());
        let alternates = record.alternate_bases();
        let alternates: &str = alternates.as_ref();
        if matches!(alternates, "." | "") {
            return Err(wrong(
                "it has no alternate allele".to_owned(),
                "leave out places without a variant",
            ));
        }
        let ids = record.ids();
        let known: &str = ids.as_ref();
        let (info, several) = (record.info(), alternates.contains(','));
        let info: &str = info.as_ref();
        let alleles = alternates.split(',').count();
        for (allele, alternate) in alternates.split(',').enumerate() {
            let id = match known {
                "." | "" => format!("{chromosome}:{position}:{bases}:{alternate}"),
                known if several => format!("{known}:{alternate}"),
                known => known.to_owned(),
            };
            let mut one = StringRecord::new();
            for field in [&id, chromosome, &position.to_string(), bases, alternate] {
                one.push_field(field);
            }
            for (name, number) in self.names[FIXED.len()..].iter().zip(&self.numbers) {
                let whole = value(info, name);
                let own = own_value(whole, *number, allele, alleles).ok_or_else(|| {
                    wrong(
                        format!("{name} of INFO is {whole}, and there are {alleles} alternate alleles"),
                        "write a value for each allele, as the header's Number says, or correct Number",
                    )
                })?;
                one.push_field(own);
            }
            self.ready.push_back(one);
        }
        Ok(())
    }
}

/// The value of an INFO field: a flag that stands is `true`, what is missing is empty.
fn value<'a>(info: &'a str, name: &str) -> &'a str {
    let mut fields = info.split(';').map(|field| match field.split_once('=') {
        Some((key, value)) => (key, value),
        None => (field, "true"),
    });
    match fields.find(|(key, _)| *key == name) {
        Some((_, ".")) | None => "",
        Some((_, value)) => value,
    }
}

/// The value of one of so many alternate alleles, where a field has one for each (`Number=A`; of `R` the first is the
/// reference's); else the whole. None where there are more or fewer.
fn own_value(whole: &str, number: Number, allele: usize, alleles: usize) -> Option<&str> {
    let before = match number {
        _ if whole.is_empty() => return Some(""),
        Number::AlternateBases => 0,
        Number::ReferenceAlternateBases => 1,
        Number::Count(_) | Number::Samples | Number::Unknown => return Some(whole),
    };
    let values: Vec<&str> = whole.split(',').collect();
    let own = values.get(before + allele)?;
    let is_whole = values.len() == before + alleles;
    is_whole.then_some(if *own == "." { "" } else { own })
}

impl Records for Vcf {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn next(&mut self, record: &mut StringRecord) -> Result<bool, TableError> {
        while self.ready.is_empty() {
            self.line += 1;
            self.reader.get_mut().begin(Part::Record);
            let read = self.reader.read_record(&mut self.record);
            let read = read.map_err(|error| match TooLong::of(&error) {
                Some(_) => unreadable(&self.path, self.line, &error),
                None => flawed(
                    &self.path,
                    self.line,
                    format!("cannot be read: {error}"),
                    "mend or leave out the line",
                ),
            })?;
            if read == 0 {
                return Ok(false);
            }
            self.split()?;
        }
        if let Some(ready) = self.ready.pop_front() {
            *record = ready;
        }
        Ok(true)
    }

    fn place(&self) -> (&Path, u64) {
        (&self.path, self.line)
    }
}
