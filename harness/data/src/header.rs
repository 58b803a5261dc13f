//! The header line: which column stands where.

use std::collections::HashSet;
use std::path::Path;

use titer_spec::dataset::PlaceColumns;
use titer_spec::layout::DataFile;
use titer_spec::{Dataset, suggest};

use crate::division;
use crate::error::TableError;
use crate::records::{self, own_names};

/// A column: its name and its index.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// As the header writes it.
    pub name: String,
    /// From 0.
    pub index: usize,
}

/// The columns that the descriptor names, found in the header.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    /// Unique id.
    pub id: Option<Column>,
    /// The sequence; none where the genome has the letters.
    pub sequence: Option<Column>,
    /// A second sequence.
    pub second: Option<Column>,
    /// The class; windows only.
    pub label: Option<Column>,
    /// The number; windows only.
    pub target: Option<Column>,
    /// The column of each of the dataset's labels, in their order; windows only.
    pub labels: Vec<Column>,
    /// The column that lists the labels that are true; windows only.
    pub label_list: Option<Column>,
    /// Class index and column of its offsets; per-position only.
    pub sites: Vec<(u8, Column)>,
    /// Ranges that are scored; per-position only.
    pub scored: Option<Column>,
    /// The split.
    pub split: Option<Column>,
    /// What a rule divides by.
    pub divide: Option<Column>,
    /// Strata.
    pub strata: Vec<Column>,
    /// Clusters.
    pub clusters: Vec<Column>,
    /// Chromosome, position, strand, gene, reference and alternative allele.
    pub place: [Option<Column>; 6],
    /// The ends of an interval.
    pub interval: [Option<Column>; 2],
    /// What the first base of a chromosome is called in the column of positions.
    pub counted_from: u64,
}

impl Header {
    /// Finds the descriptor's columns.
    pub(crate) fn find(
        path: &Path,
        names: &[String],
        dataset: &Dataset,
        file: &DataFile,
    ) -> Result<Self, TableError> {
        let names = Names {
            path,
            all: names.iter().map(String::as_str).collect(),
            own: own_names(&dataset.layout),
        };
        names.check()?;
        let columns = &dataset.columns;
        let located = |column: &Option<titer_spec::Located<String>>| {
            column.as_ref().map(|column| column.value.clone())
        };
        let place = names.place(dataset)?;
        let is_vcf = dataset.layout == titer_spec::Layout::Vcf;
        let class = |name: &str| dataset.classes.iter().position(|class| class == name);
        let mut sites = Vec::new();
        for (name, column) in columns.sites.iter().flatten() {
            let index = class(name).and_then(|index| u8::try_from(index).ok());
            sites.push((index.unwrap_or_default(), names.find(column)?));
        }
        let mut labels = Vec::new();
        for label in dataset
            .classes
            .iter()
            .filter(|_| !columns.labels.is_empty())
        {
            let mut named = columns.labels.0.iter();
            let column = named.find(|(known, _)| known == label);
            let column = column.map(|(_, column)| names.find(column));
            labels.extend(column.transpose()?);
        }
        // What the file says of its examples is said by no column.
        let label = match (&columns.label, &file.label, &columns.target) {
            (None, Some(_), _) | (None, _, Some(_)) => None,
            (None, ..) if dataset.has_labels() => None,
            _ => names.own(located(&columns.label).as_ref(), "label")?,
        };
        let split = match (&columns.split, &file.split, &dataset.divide) {
            (None, Some(_), _) | (None, _, Some(_)) => None,
            _ => names.own(located(&columns.split).as_ref(), "split")?,
        };
        let has_sites = columns.sites.is_some();
        Ok(Self {
            id: names.own(located(&columns.id).as_ref(), "id")?,
            sequence: names.own(located(&columns.sequence).as_ref(), "sequence")?,
            second: names.find_some(located(&columns.second).as_ref())?,
            label: label.filter(|_| !has_sites),
            target: names.find_some(columns.target.as_ref().map(|target| &target.value))?,
            labels,
            label_list: names.find_some(columns.label_list.as_ref().map(|list| &list.value))?,
            sites,
            scored: names.find_some(columns.scored.as_ref().map(|scored| &scored.value))?,
            split,
            divide: names.find_some(dataset.divide.as_ref().and_then(division::column))?,
            strata: names.find_all(&columns.strata)?,
            clusters: names.find_all(&columns.clusters.columns)?,
            place: [
                names.own(place.chromosome.as_ref(), "chromosome")?,
                names.own(place.position.as_ref(), "position")?,
                names.own(place.strand.as_ref(), "strand")?,
                names.find_some(place.gene.as_ref())?,
                names.own(place.ref_allele.as_ref(), "ref")?,
                names.own(place.alt_allele.as_ref(), "alt")?,
            ],
            interval: [
                names.own(place.start.as_ref(), "start")?,
                names.own(place.end.as_ref(), "end")?,
            ],
            counted_from: u64::from(is_vcf || place.counted_from == 1),
        })
    }

    /// The places of all these columns, in no order.
    pub(crate) fn places(&self) -> Vec<usize> {
        let one = [
            &self.id,
            &self.sequence,
            &self.second,
            &self.label,
            &self.target,
            &self.label_list,
            &self.scored,
            &self.split,
            &self.divide,
        ];
        one.into_iter()
            .chain(&self.place)
            .chain(&self.interval)
            .flatten()
            .chain(self.sites.iter().map(|(_, column)| column))
            .chain(&self.labels)
            .chain(&self.strata)
            .chain(&self.clusters)
            .map(|column| column.index)
            .collect()
    }
}

struct Names<'a> {
    path: &'a Path,
    all: Vec<&'a str>,
    /// Those that the layout always has.
    own: &'static [&'static str],
}

impl Names<'_> {
    fn check(&self) -> Result<(), TableError> {
        if self.all.is_empty() {
            return Err(TableError {
                path: self.path.to_owned(),
                line: 0,
                column: None,
                message: "the table is empty: it has no header line".to_owned(),
                cure: "write a header line and a line for each example".to_owned(),
            });
        }
        let mut seen = HashSet::new();
        match self.all.iter().find(|name| !seen.insert(**name)) {
            Some(twice) => Err(self.error(
                twice,
                "the header names it twice".to_owned(),
                "give each column its own name".to_owned(),
            )),
            None => Ok(()),
        }
    }

    fn find(&self, name: &str) -> Result<Column, TableError> {
        match self.all.iter().position(|known| *known == name) {
            Some(index) => Ok(Column {
                name: name.to_owned(),
                index,
            }),
            None => Err(self.error(
                name,
                "the header has no such column, and the descriptor names it".to_owned(),
                suggest::cure(name, &self.all),
            )),
        }
    }

    /// The column that is named, or the one that the layout always has.
    fn own(&self, name: Option<&String>, own: &str) -> Result<Option<Column>, TableError> {
        match name {
            Some(name) => self.find(name).map(Some),
            None if self.own.contains(&own) => self.find(own).map(Some),
            None => Ok(None),
        }
    }

    /// The columns of a place. Of BED's own the strand may be missing, and all of them where letters are written.
    fn place(&self, dataset: &Dataset) -> Result<PlaceColumns, TableError> {
        let mut place = records::place(dataset).into_owned();
        if !records::has_own_place(dataset) {
            return Ok(place);
        }
        place.strand = place.strand.filter(|it| self.all.contains(&it.as_str()));
        let ends = &records::BED_PLACE[..3];
        match ends.iter().find(|name| !self.all.contains(name)) {
            None => Ok(place),
            Some(_) if dataset.columns.sequence.is_some() => Ok(dataset.columns.place.clone()),
            Some(missing) => Err(self.error(
                missing,
                format!("the header has no such column, it has {}", self.all.join(", ")),
                "name the columns by `place: {chromosome: ..., start: ..., end: ...}` of the descriptor"
                    .to_owned(),
            )),
        }
    }

    fn find_some(&self, name: Option<&String>) -> Result<Option<Column>, TableError> {
        name.map(|name| self.find(name)).transpose()
    }

    fn find_all(&self, names: &[String]) -> Result<Vec<Column>, TableError> {
        names.iter().map(|name| self.find(name)).collect()
    }

    fn error(&self, column: &str, message: String, cure: String) -> TableError {
        TableError {
            path: self.path.to_owned(),
            line: 1,
            column: Some(column.to_owned()),
            message,
            cure,
        }
    }
}
