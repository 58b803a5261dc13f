//! Which example a row is of.

use titer_core::{Digest, ModelError, Query, RowDigest};
use titer_spec::Located;
use titer_spec::model::{PlaceOfRow, PredictionsOptions};

use super::Asked;
use super::reader::Reader;
use super::row::Cell;

/// Stands for an example: half of a SHA-256, so that no two examples share one.
pub(super) type Key = u128;

/// How examples are told apart.
#[derive(Clone, Debug)]
pub(super) enum Keys {
    /// By id, or by order and then by id.
    Id,
    /// By place.
    Place(PlaceOfRow),
}

impl Keys {
    /// As a variant's options say.
    pub(super) fn new(options: &PredictionsOptions) -> Self {
        match &options.place {
            Some(place) => Self::Place(place.clone()),
            None => Self::Id,
        }
    }

    /// The key of a query; `None` where it lacks what it would be found by.
    pub(super) fn of(&self, query: &Query<'_>) -> Option<Key> {
        match self {
            Self::Id => Some(of_id(query.id)),
            Self::Place(columns) => {
                let place = query.place?;
                Some(of_place(&Parts {
                    chromosome: place.chromosome.as_deref()?,
                    position: place.position?,
                    strand: wanted(columns.strand.as_ref(), place.strand.as_deref())?,
                    ref_allele: wanted(columns.ref_allele.as_ref(), place.ref_allele.as_deref())?,
                    alt_allele: wanted(columns.alt_allele.as_ref(), place.alt_allele.as_deref())?,
                }))
            }
        }
    }

    /// What a row would have to say.
    pub(super) fn in_words(&self, query: &Query<'_>) -> String {
        let (Self::Place(columns), Some(place)) = (self, query.place) else {
            return match self {
                Self::Id => format!("id {:?}", query.id),
                Self::Place(_) => "an example without a place".to_owned(),
            };
        };
        let shown = |value: Option<&str>| value.unwrap_or("(none)").to_owned();
        let counted = place.position.map(|at| at + u64::from(columns.one_based));
        let mut words = vec![
            format!("chromosome {}", shown(place.chromosome.as_deref())),
            format!(
                "position {}",
                shown(counted.map(|at| at.to_string()).as_deref())
            ),
        ];
        for (column, name, value) in [
            (&columns.strand, "strand", &place.strand),
            (&columns.ref_allele, "ref_allele", &place.ref_allele),
            (&columns.alt_allele, "alt_allele", &place.alt_allele),
        ] {
            if column.is_some() {
                words.push(format!("{name} {}", shown(value.as_deref())));
            }
        }
        words.join(", ")
    }

    /// What reads keys from rows.
    ///
    /// # Errors
    /// The options need a dataset, and there is none.
    pub(super) fn rows<'a>(
        &'a self,
        named: &Reader,
        options: &'a PredictionsOptions,
        asked: Option<Asked<'a>>,
    ) -> Result<Rows<'a>, ModelError> {
        let needs = options.dataset.is_some() || options.row_order.is_some();
        if needs && asked.is_none() {
            let reason = "its rows are matched with a dataset's: it can be read within a run alone";
            return Err(named.flaw(None, None, reason.to_owned()));
        }
        Ok(Rows {
            keys: self,
            options,
            asked,
            choices: choices(options, asked.as_ref()),
            kept: 0,
        })
    }
}

/// The value that a key holds of an optional column: nothing where there is no such column; `None` where
/// there is one and the example lacks its value.
fn wanted<'a>(column: Option<&String>, value: Option<&'a str>) -> Option<Option<&'a str>> {
    match column {
        None => Some(None),
        Some(_) => value.map(Some),
    }
}

struct Parts<'a> {
    chromosome: &'a str,
    position: u64,
    strand: Option<&'a str>,
    ref_allele: Option<&'a str>,
    alt_allele: Option<&'a str>,
}

fn of_id(id: &str) -> Key {
    half(&Digest::of(id.as_bytes()))
}

fn of_place(parts: &Parts<'_>) -> Key {
    let mut key = RowDigest::new("place");
    let bare = parts
        .chromosome
        .strip_prefix("chr")
        .unwrap_or(parts.chromosome);
    key.text(bare).whole(parts.position);
    for text in [parts.strand, parts.ref_allele, parts.alt_allele] {
        match text {
            // Soft-masked references write small letters.
            Some(text) => key.text(&text.to_ascii_uppercase()),
            None => key.absent(),
        };
    }
    half(&key.finish())
}

fn half(digest: &Digest) -> Key {
    let mut half = [0; 16];
    half.copy_from_slice(&digest.bytes()[..16]);
    Key::from_le_bytes(half)
}

/// Reads keys from rows.
pub(super) struct Rows<'a> {
    keys: &'a Keys,
    options: &'a PredictionsOptions,
    asked: Option<Asked<'a>>,
    choices: Vec<Choice<'a>>,
    kept: usize,
}

impl<'a> Rows<'a> {
    /// The columns that it reads: of the key first, of what rows are chosen by afterwards.
    pub(super) fn columns(&self) -> Vec<&'a str> {
        let mut columns: Vec<&str> = Vec::new();
        columns.extend(self.options.id.as_deref());
        if let Some(place) = &self.options.place {
            columns.extend([place.chromosome.as_str(), place.position.as_str()]);
            columns.extend(place.strand.as_deref());
            columns.extend(place.ref_allele.as_deref());
            columns.extend(place.alt_allele.as_deref());
        }
        columns.extend(self.choices.iter().map(|choice| choice.column));
        columns
    }

    /// The key of a row; `None` where the row is not wanted.
    ///
    /// # Errors
    /// The row says no id or no place, or there are more rows than examples.
    pub(super) fn key(
        &mut self,
        named: &Reader,
        line: u64,
        cells: &[Cell<'_>],
    ) -> Result<Option<Key>, ModelError> {
        if !self.is_wanted(cells) {
            return Ok(None);
        }
        self.kept += 1;
        let mut row = Row {
            named,
            line,
            cells: cells.iter(),
        };
        if let Some(column) = &self.options.id {
            return Ok(Some(of_id(&row.text(column)?)));
        }
        if let Keys::Place(columns) = self.keys {
            return row.place(columns).map(Some);
        }
        let ids = self.asked.map_or(&[][..], |asked| asked.ids);
        match ids.get(self.kept - 1) {
            Some(id) => Ok(Some(of_id(id))),
            None => Err(named.flaw(Some(line), None, self.count_differs(ids.len()))),
        }
    }

    /// Whether a row is of the dataset that is asked for, and of what the options choose.
    pub(super) fn is_wanted(&self, cells: &[Cell<'_>]) -> bool {
        let before = cells.len().saturating_sub(self.choices.len());
        let mut chosen = cells.iter().skip(before).zip(&self.choices);
        chosen.all(|(cell, choice)| choice.takes(*cell))
    }

    /// Said of a table that follows a dataset's order and has another number of rows.
    fn count_differs(&self, examples: usize) -> String {
        let order = self.options.row_order.as_ref();
        let (dataset, split) = order.map_or(("", ""), |order| (&order.dataset, &order.split));
        format!(
            "the table has {} rows, split {split} of dataset {dataset} has {examples}: rows that follow a \
             dataset's order must be as many; match them by `id` or `place`, or choose rows by `where`",
            if self.kept > examples {
                "more".to_owned()
            } else {
                self.kept.to_string()
            }
        )
    }

    /// Whether all examples have been named, where rows follow their order.
    ///
    /// # Errors
    /// There are fewer rows than examples.
    pub(super) fn finish(&self, named: &Reader) -> Result<(), ModelError> {
        let examples = self.asked.map_or(0, |asked| asked.ids.len());
        if self.options.row_order.is_some() && self.kept != examples {
            return Err(named.flaw(None, None, self.count_differs(examples)));
        }
        Ok(())
    }
}

/// A column that rows are chosen by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice<'a> {
    /// Its name.
    pub column: &'a str,
    /// What it must hold.
    pub text: &'a str,
    /// Where the descriptor says so.
    pub said: &'a Located<String>,
}

/// The columns that rows are chosen by, in the order in which they are read.
pub(super) fn choices<'a>(
    options: &'a PredictionsOptions,
    asked: Option<&Asked<'a>>,
) -> Vec<Choice<'a>> {
    let of_dataset = options.dataset.iter().map(|said| Choice {
        column: &said.value,
        text: asked.map_or("", |asked| asked.dataset),
        said,
    });
    let only = options.only.iter().map(|(column, said)| Choice {
        column,
        text: &said.value,
        said,
    });
    of_dataset.chain(only).collect()
}

impl Choice<'_> {
    /// Whether it takes a row with this value.
    pub(super) fn takes(&self, cell: Cell<'_>) -> bool {
        match cell {
            Cell::Text(found) => found == self.text,
            Cell::Whole(found) => self.text.parse() == Ok(found),
            Cell::Number(found) => self.text.parse() == Ok(found),
            Cell::Null => self.text.is_empty(),
        }
    }
}

/// The values of a row's key, one after the other.
struct Row<'a> {
    named: &'a Reader,
    line: u64,
    cells: std::slice::Iter<'a, Cell<'a>>,
}

impl Row<'_> {
    fn text(&mut self, column: &str) -> Result<String, ModelError> {
        match self.cells.next().copied().unwrap_or(Cell::Null) {
            Cell::Text(text) if !text.is_empty() => Ok(text.to_owned()),
            Cell::Whole(number) => Ok(number.to_string()),
            Cell::Number(number) => Err(self.flaw(
                column,
                &format!("{number} is a number with a fraction, no name: write ids as text"),
            )),
            Cell::Text(_) | Cell::Null => Err(self.flaw(
                column,
                "it is empty: say in every row which example it is of, or take the row out",
            )),
        }
    }

    fn place(&mut self, columns: &PlaceOfRow) -> Result<Key, ModelError> {
        let chromosome = self.text(&columns.chromosome)?;
        let position = self.position(columns)?;
        let mut maybe = |column: &Option<String>| column.as_ref().map(|column| self.text(column));
        let strand = maybe(&columns.strand).transpose()?;
        let ref_allele = maybe(&columns.ref_allele).transpose()?;
        let alt_allele = maybe(&columns.alt_allele).transpose()?;
        Ok(of_place(&Parts {
            chromosome: &chromosome,
            position,
            strand: strand.as_deref(),
            ref_allele: ref_allele.as_deref(),
            alt_allele: alt_allele.as_deref(),
        }))
    }

    fn position(&mut self, columns: &PlaceOfRow) -> Result<u64, ModelError> {
        let text = self.text(&columns.position)?;
        let first = u64::from(columns.one_based);
        let position: Option<u64> = text.parse().ok();
        let position = position.and_then(|position| position.checked_sub(first));
        position.ok_or_else(|| {
            self.flaw(
                &columns.position,
                &format!("{text:?} is no position: write a whole number of {first} or more"),
            )
        })
    }

    fn flaw(&self, column: &str, reason: &str) -> ModelError {
        self.named
            .flaw(Some(self.line), Some(column), reason.to_owned())
    }
}
