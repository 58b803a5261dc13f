//! One row of a table becomes one example.

use std::collections::BTreeMap;

use titer_core::{Example, Place, Sequence, Target};
use titer_spec::{Dataset, DatasetKind, suggest};

use crate::error::TableError;
use crate::positions;
use crate::table::{Row, Table};

/// Where each field of an example is found.
pub struct Layout {
    id: (usize, String),
    sequence: (usize, String),
    label: Option<(usize, String)>,
    /// Class index, column index, column name.
    sites: Vec<(usize, usize, String)>,
    background: usize,
    scored: Option<(usize, String)>,
    pub split: (usize, String),
    strata: Vec<(usize, String)>,
    clusters: Vec<(usize, String)>,
    place: [Option<(usize, String)>; 4],
    kind: DatasetKind,
    classes: Vec<String>,
    context: usize,
}

type Field = (usize, String);

impl Layout {
    pub fn new(table: &Table, about: &Dataset) -> Result<Self, TableError> {
        let columns = &about.columns;
        let find = |name: &str| Ok::<Field, TableError>((table.column(name)?, name.to_owned()));
        let maybe = |name: Option<&String>| name.map(|name| find(name)).transpose();
        let class = |name: &str| {
            about
                .classes
                .iter()
                .position(|class| class == name)
                .unwrap_or(0)
        };
        let mut sites = Vec::new();
        for (name, column) in columns.sites.iter().flatten() {
            sites.push((class(name), table.column(column)?, column.clone()));
        }
        let place = &columns.place;
        Ok(Self {
            id: find(&columns.id.value)?,
            sequence: find(&columns.sequence.value)?,
            label: maybe(columns.label.as_ref().map(|label| &label.value))?,
            sites,
            background: columns
                .background
                .as_ref()
                .map_or(0, |name| class(&name.value)),
            scored: maybe(columns.scored.as_ref().map(|scored| &scored.value))?,
            split: find(&columns.split.value)?,
            strata: columns
                .strata
                .iter()
                .map(|name| find(name))
                .collect::<Result<_, _>>()?,
            clusters: columns
                .clusters
                .iter()
                .map(|name| find(name))
                .collect::<Result<_, _>>()?,
            place: [
                maybe(place.chromosome.as_ref())?,
                maybe(place.position.as_ref())?,
                maybe(place.strand.as_ref())?,
                maybe(place.gene.as_ref())?,
            ],
            kind: about.kind,
            classes: about.classes.clone(),
            context: about.context,
        })
    }

    /// The class index of a row; `None` for per-position rows.
    pub fn label(&self, table: &Table, row: &Row) -> Result<Option<usize>, TableError> {
        let Some(field) = &self.label else {
            return Ok(None);
        };
        let label = text(row, field);
        let index = self
            .classes
            .iter()
            .position(|class| class == label)
            .ok_or_else(|| {
                let known: Vec<&str> = self.classes.iter().map(String::as_str).collect();
                table.error(
                    row.line,
                    &field.1,
                    &format!("label `{label}` is not among the classes"),
                    &suggest::cure(label, &known),
                )
            })?;
        Ok(Some(index))
    }

    pub fn split<'a>(&self, row: &'a Row) -> &'a str {
        text(row, &self.split)
    }

    pub fn example(
        &self,
        table: &Table,
        row: &Row,
        label: Option<usize>,
    ) -> Result<Example, TableError> {
        let id = text(row, &self.id);
        if id.is_empty() {
            return Err(table.error(
                row.line,
                &self.id.1,
                "the id is empty",
                "give every example a unique id",
            ));
        }
        let sequence = Sequence::new(text(row, &self.sequence)).map_err(|error| {
            table.error(
                row.line,
                &self.sequence.1,
                &error.to_string(),
                "use A, C, G, T, N or another IUPAC letter",
            )
        })?;
        let target = match self.kind {
            DatasetKind::Windows => Target::Class(label.unwrap_or(0)),
            DatasetKind::PerPosition => self.positions(table, row, &sequence)?,
        };
        let named = |fields: &[Field]| -> BTreeMap<String, String> {
            fields
                .iter()
                .map(|field| (field.1.clone(), text(row, field).to_owned()))
                .collect()
        };
        Ok(Example {
            id: id.to_owned(),
            sequence,
            target,
            strata: named(&self.strata),
            clusters: named(&self.clusters),
            place: self.place(table, row)?,
        })
    }

    fn positions(
        &self,
        table: &Table,
        row: &Row,
        sequence: &Sequence,
    ) -> Result<Target, TableError> {
        let length = sequence.len().saturating_sub(2 * self.context);
        if length == 0 {
            let message = format!(
                "{} bases hold no stretch between {} bases of context on each side",
                sequence.len(),
                self.context
            );
            return Err(table.error(
                row.line,
                &self.sequence.1,
                &message,
                "correct `context`, or the sequence",
            ));
        }
        let cure = "offsets are 0-based within the scored stretch";
        let mut truth = vec![self.background as u8; length];
        for (class, column, name) in &self.sites {
            let offsets = positions::offsets(row.fields.get(*column).unwrap_or_default(), length)
                .map_err(|message| table.error(row.line, name, &message, cure))?;
            for offset in offsets {
                truth[offset] = *class as u8;
            }
        }
        let scored = match &self.scored {
            Some(field) => positions::ranges(text(row, field), length)
                .map_err(|message| table.error(row.line, &field.1, &message, cure))?,
            None => std::iter::once(0..length).collect(),
        };
        Ok(Target::Positions { truth, scored })
    }

    fn place(&self, table: &Table, row: &Row) -> Result<Place, TableError> {
        let [chromosome, position, strand, gene] = &self.place;
        let own = |field: &Option<Field>| field.as_ref().map(|field| text(row, field).to_owned());
        let position = position
            .as_ref()
            .map(|field| {
                text(row, field).parse::<u64>().map_err(|_| {
                    let message = format!("`{}` is not a position", text(row, field));
                    table.error(row.line, &field.1, &message, "write a 0-based whole number")
                })
            })
            .transpose()?;
        Ok(Place {
            chromosome: own(chromosome),
            position,
            strand: own(strand),
            gene: own(gene),
        })
    }
}

fn text<'a>(row: &'a Row, field: &Field) -> &'a str {
    row.fields.get(field.0).unwrap_or_default()
}
