//! Which column is what.

mod groups;
mod label;
mod sequence;
mod split;

use std::collections::BTreeMap;

use titer_data::profile::{Column, Profile};
use titer_spec::suggest;

use super::Notes;
use crate::error::InitError;
use crate::wishes::{Field, Wishes};

pub(super) use sequence::bases;

/// What each column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The sequence.
    pub sequence: String,
    /// The class.
    pub label: String,
    /// The split.
    pub split: Split,
    /// The id.
    pub id: Option<String>,
    /// What rows depend on each other by.
    pub cluster: Option<String>,
    /// Whether rows were said to be independent.
    pub independent: bool,
}

/// How rows are divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Split {
    /// By a column, with the rows of each split.
    Column(String, BTreeMap<String, u64>),
    /// Every row is of the split `test`.
    AllTest(u64),
}

impl Split {
    /// The rows of each split.
    #[must_use]
    pub fn sizes(&self) -> BTreeMap<String, u64> {
        match self {
            Self::Column(_, sizes) => sizes.clone(),
            Self::AllTest(rows) => [("test".to_owned(), *rows)].into(),
        }
    }
}

/// The columns, where all of them can be told; else `notes` ask.
pub(super) fn find(
    table: &Profile,
    wishes: &Wishes,
    notes: &mut Notes,
) -> Result<Option<Columns>, InitError> {
    let sequence = sequence::find(table, wishes, notes)?;
    let split = split::find(table, wishes, notes)?;
    let taken = |name: &str| {
        let is_split = matches!(&split, Some(Split::Column(column, _)) if column == name);
        is_split || sequence.as_deref() == Some(name)
    };
    let id = groups::id(table, wishes, &taken, notes)?;
    let cluster = groups::cluster(table, wishes, &taken, notes)?;
    let others = [id.as_deref(), cluster.as_deref()];
    let taken = |name: &str| taken(name) || others.contains(&Some(name));
    let label = label::find(table, wishes, &taken, notes)?;
    let (Some(sequence), Some(label), Some(split)) = (sequence, label, split) else {
        return Ok(None);
    };
    Ok(Some(Columns {
        sequence,
        label,
        split,
        id,
        cluster,
        independent: wishes.has(Field::Independent),
    }))
}

/// The column that a flag names.
pub(super) fn named<'a>(
    table: &'a Profile,
    flag: &str,
    name: &str,
) -> Result<&'a Column, InitError> {
    table.column(name).ok_or_else(|| {
        InitError::of_file(
            &table.path,
            &format!("has no column `{name}`, which {flag} names"),
            suggest::cure(name, &table.names()),
        )
    })
}

/// Its first values, as in `0, 1`.
pub(super) fn shown(column: &Column) -> String {
    let short = |text: &String| match text.char_indices().nth(24) {
        None => text.clone(),
        Some((at, _)) => format!("{}...", &text[..at]),
    };
    let values: Vec<String> = column.first.iter().map(short).collect();
    values.join(", ")
}

fn choice(column: &Column) -> String {
    format!("{}: {}", column.name, shown(column))
}

pub(super) fn quoted(value: &str) -> String {
    match value.char_indices().nth(40) {
        None => format!("{value:?}"),
        Some((at, _)) => format!("{:?}...", &value[..at]),
    }
}
