//! The header line: which column stands where.

use std::path::Path;

use csv::StringRecord;
use titer_spec::{Dataset, suggest};

use crate::error::TableError;

/// A column: its name and its index.
#[derive(Clone, Debug)]
pub struct Column {
    /// As the header writes it.
    pub name: String,
    /// From 0.
    pub index: usize,
}

/// The columns that the descriptor names, found in the header.
#[derive(Clone, Debug)]
pub struct Header {
    /// How many columns the header has.
    pub width: usize,
    /// Unique id.
    pub id: Column,
    /// The sequence.
    pub sequence: Column,
    /// The class; windows only.
    pub label: Option<Column>,
    /// Class index and column of its offsets; per-position only.
    pub sites: Vec<(u8, Column)>,
    /// Ranges that are scored; per-position only.
    pub scored: Option<Column>,
    /// The split.
    pub split: Column,
    /// Strata.
    pub strata: Vec<Column>,
    /// Clusters.
    pub clusters: Vec<Column>,
    /// Chromosome, position, strand, gene, reference and alternative allele.
    pub place: [Option<Column>; 6],
}

impl Header {
    /// Finds the descriptor's columns.
    pub fn find(path: &Path, header: &StringRecord, dataset: &Dataset) -> Result<Self, TableError> {
        let names = Names {
            path,
            all: header.iter().collect(),
        };
        names.check()?;
        let columns = &dataset.columns;
        let class = |name: &str| dataset.classes.iter().position(|class| class == name);
        let mut sites = Vec::new();
        for (name, column) in columns.sites.iter().flatten() {
            let index = class(name).and_then(|index| u8::try_from(index).ok());
            sites.push((index.unwrap_or_default(), names.find(column)?));
        }
        let place = &columns.place;
        Ok(Self {
            width: names.all.len(),
            id: names.find(&columns.id.value)?,
            sequence: names.find(&columns.sequence.value)?,
            label: names.find_some(columns.label.as_ref().map(|label| &label.value))?,
            sites,
            scored: names.find_some(columns.scored.as_ref().map(|scored| &scored.value))?,
            split: names.find(&columns.split.value)?,
            strata: names.find_all(&columns.strata)?,
            clusters: names.find_all(&columns.clusters.columns)?,
            place: [
                names.find_some(place.chromosome.as_ref())?,
                names.find_some(place.position.as_ref())?,
                names.find_some(place.strand.as_ref())?,
                names.find_some(place.gene.as_ref())?,
                names.find_some(place.ref_allele.as_ref())?,
                names.find_some(place.alt_allele.as_ref())?,
            ],
        })
    }
}

struct Names<'a> {
    path: &'a Path,
    all: Vec<&'a str>,
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
        let mut names = self.all.iter().enumerate();
        match names.find(|(index, name)| self.all[..*index].contains(name)) {
            Some((_, twice)) => Err(self.error(
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
