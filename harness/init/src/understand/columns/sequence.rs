//! The column of sequences.

use titer_data::profile::{Column, Profile};

use super::{choice, named, quoted, shown};
use crate::error::InitError;
use crate::understand::{Notes, Question, SAID};
use crate::wishes::{Field, Wishes};

/// Fewer bases than this in every row are words of another kind: codons, alleles.
const SHORTEST: usize = 6;

pub(super) fn is_sequence(column: &Column, rows: u64) -> bool {
    column.sequences == rows && column.longest >= SHORTEST
}

/// The bases of sequences that are equally long, in the column that is named or that is the only one of sequences.
pub(crate) fn bases(table: &Profile, name: Option<&str>) -> Option<usize> {
    let mut found = table.columns.iter().filter(|column| match name {
        Some(name) => column.name == name,
        None => is_sequence(column, table.rows),
    });
    let column = found
        .next()
        .filter(|column| column.shortest == column.longest)?;
    found.next().is_none().then_some(column.longest)
}

pub(super) fn find(
    table: &Profile,
    wishes: &Wishes,
    notes: &mut Notes,
) -> Result<Option<String>, InitError> {
    let rows = table.rows;
    if let Some(name) = wishes.get(Field::Sequence) {
        let column = named(table, "--sequence", name)?;
        let Some(wrong) = no_sequences(column, rows) else {
            notes.line("sequence", length(column), SAID);
            return Ok(Some(name.to_owned()));
        };
        let others = table
            .columns
            .iter()
            .filter(|other| is_sequence(other, rows));
        let others: Vec<&str> = others.map(|other| other.name.as_str()).collect();
        let cure = match others.as_slice() {
            [] => "correct the row: a sequence is of A, C, G, T and N (IUPAC codes are read, too)"
                .to_owned(),
            others => format!("columns of sequences: {}", others.join(", ")),
        };
        return Err(InitError::of_file(&table.path, &wrong, cure));
    }
    let found: Vec<&Column> = table
        .columns
        .iter()
        .filter(|it| is_sequence(it, rows))
        .collect();
    match found.as_slice() {
        [column] => {
            let why = format!("all {rows} values are nucleotides; no other column's are");
            notes.line("sequence", length(column), why);
            Ok(Some(column.name.clone()))
        }
        [] => Err(without_sequences(table)),
        several => {
            notes.ask(Question {
                field: Field::Sequence,
                words: "Which column holds the sequence that the model is given?".to_owned(),
                choices: several.iter().map(|column| choice(column)).collect(),
                proposed: None,
                flags: "--sequence COLUMN".to_owned(),
            });
            Ok(None)
        }
    }
}

fn length(column: &Column) -> String {
    match (column.shortest, column.longest) {
        (shortest, longest) if shortest == longest => format!("`{}`, {longest} bases", column.name),
        (shortest, longest) => format!("`{}`, {shortest} to {longest} bases", column.name),
    }
}

/// Why a column is none of sequences.
fn no_sequences(column: &Column, rows: u64) -> Option<String> {
    let name = &column.name;
    if let Some(line) = column.first_empty {
        return Some(format!(
            "line {line}: column `{name}` is empty, and a sequence is wanted"
        ));
    }
    if let Some((value, line)) = &column.other {
        return Some(format!(
            "line {line}: column `{name}` holds {}, which is no nucleotide sequence",
            quoted(value)
        ));
    }
    (column.sequences < rows || column.longest < SHORTEST).then(|| {
        format!(
            "column `{name}` holds {}, no sequences of {SHORTEST} bases or more",
            shown(column)
        )
    })
}

/// No column is one of sequences; the nearest one is named with its first flaw.
fn without_sequences(table: &Profile) -> InitError {
    let nearest = table
        .columns
        .iter()
        .filter(|column| column.longest >= SHORTEST)
        .max_by_key(|column| column.sequences);
    match nearest {
        Some(column) if 2 * column.sequences > table.rows => {
            let flaw = no_sequences(column, table.rows).unwrap_or_default();
            InitError::of_file(
                &table.path,
                &flaw,
                format!(
                    "correct the row; {} of {} values of the column are sequences",
                    column.sequences, table.rows
                ),
            )
        }
        _ => InitError::of_file(
            &table.path,
            &format!(
                "no column holds nucleotide sequences; it has {}",
                table.names().join(", ")
            ),
            "add a column of letters; places without letters need a genome and are described by hand, as docs/data.md says",
        ),
    }
}
