//! The column of classes.

use std::collections::BTreeMap;

use titer_data::profile::{Column, Profile};

use super::sequence::is_sequence;
use super::{choice, named, quoted, shown};
use crate::error::InitError;
use crate::understand::{Notes, Question, SAID};
use crate::wishes::{Field, Wishes};

const LABELS: [&str; 7] = [
    "label",
    "labels",
    "class",
    "target",
    "y",
    "category",
    "is_positive",
];
/// More different values than this are no classes.
const MAX_CLASSES: usize = 64;

fn may_be_label(column: &Column, rows: u64) -> bool {
    let values = column.values.as_ref().map_or(0, BTreeMap::len);
    let is_class = (2..=MAX_CLASSES).contains(&values) && (values as u64) < rows;
    is_class && column.empty == 0 && column.repeated.is_some()
}

pub(super) fn find(
    table: &Profile,
    wishes: &Wishes,
    taken: &dyn Fn(&str) -> bool,
    notes: &mut Notes,
) -> Result<Option<String>, InitError> {
    let may_be = |column: &&Column| may_be_label(column, table.rows) && !taken(&column.name);
    let found: Vec<&Column> = table.columns.iter().filter(may_be).collect();
    if let Some(name) = wishes.get(Field::Label) {
        let column = named(table, "--label", name)?;
        if let Some(flaw) = no_classes(column, table.rows) {
            let names: Vec<String> = found.iter().map(|column| choice(column)).collect();
            let cure = match names.is_empty() {
                true => "name a column that says of each row which class it is".to_owned(),
                false => format!("columns of classes: {}", names.join("; ")),
            };
            return Err(InitError::of_file(&table.path, &flaw, cure));
        }
        notes.line("label", counted(column), SAID);
        return Ok(Some(name.to_owned()));
    }
    let named_so = |column: &&&Column| LABELS.contains(&column.name.to_lowercase().as_str());
    let by_name: Vec<&&Column> = found.iter().filter(named_so).collect();
    match (by_name.as_slice(), found.as_slice()) {
        ([column], _) => {
            notes.line(
                "label",
                counted(column),
                "its name, and that few values stand in many rows",
            );
            Ok(Some(column.name.clone()))
        }
        (_, []) => Err(without_labels(table, taken)),
        (_, several) => {
            notes.ask(Question {
                field: Field::Label,
                words: "Which column says of what class a row is?".to_owned(),
                choices: several
                    .iter()
                    .map(|column| format!("`{}`: {}", column.name, counts(column)))
                    .collect(),
                proposed: match several {
                    [one] => Some(one.name.clone()),
                    _ => None,
                },
                flags: "--label COLUMN".to_owned(),
            });
            Ok(None)
        }
    }
}

fn counted(column: &Column) -> String {
    format!("`{}`: {}", column.name, counts(column))
}

/// As in `0 (412), 1 (388)`.
fn counts(column: &Column) -> String {
    let values = column.values.iter().flatten();
    let values: Vec<String> = values
        .map(|(value, count)| format!("{value} ({count})"))
        .collect();
    match values.len() {
        0..=6 => values.join(", "),
        more => format!("{} and {} more", values[..5].join(", "), more - 5),
    }
}

/// Why a column is none of classes.
fn no_classes(column: &Column, rows: u64) -> Option<String> {
    let name = &column.name;
    if let Some(line) = column.first_empty {
        return Some(format!(
            "line {line}: column `{name}` is empty, and a class is wanted"
        ));
    }
    if is_sequence(column, rows)
        && column
            .values
            .as_ref()
            .is_none_or(|it| it.len() > MAX_CLASSES)
    {
        return Some(format!("column `{name}` holds sequences, not classes"));
    }
    match &column.values {
        Some(values) if values.len() == 1 => {
            let value = values.keys().next().map_or("", String::as_str);
            Some(format!(
                "column `{name}` holds {} in every row: there is nothing to tell apart",
                quoted(value)
            ))
        }
        Some(values) if values.len() <= MAX_CLASSES => None,
        _ if column.numbers == rows => Some(format!(
            "column `{name}` holds many different numbers, not classes: for a suite that asks for a number see docs/values.md"
        )),
        _ => Some(format!(
            "column `{name}` holds more than {MAX_CLASSES} different values ({}, ...): they are no classes",
            shown(column)
        )),
    }
}

fn without_labels(table: &Profile, taken: &dyn Fn(&str) -> bool) -> InitError {
    let rest = table.columns.iter().filter(|column| !taken(&column.name));
    let flaws: Vec<String> = rest
        .filter_map(|column| no_classes(column, table.rows))
        .collect();
    let message = match flaws.is_empty() {
        true => "no column says of what class a row is".to_owned(),
        false => format!(
            "no column says of what class a row is: {}",
            flaws.join("; ")
        ),
    };
    InitError::of_file(
        &table.path,
        &message,
        "add a column with the class of each row (0 and 1, or names), or name it by `--label`",
    )
}
