//! What rows are called by, and what they depend on each other by.

use titer_data::profile::{Column, Profile};

use super::{named, quoted};
use crate::error::InitError;
use crate::understand::{Notes, SAID};
use crate::wishes::{Field, Wishes};

const IDS: [&str; 8] = [
    "id",
    "ids",
    "name",
    "seq_id",
    "sequence_id",
    "example_id",
    "identifier",
    "accession",
];
const CLUSTERS: [&str; 10] = [
    "cluster",
    "cluster_id",
    "group",
    "gene",
    "gene_id",
    "gene_name",
    "locus",
    "family",
    "transcript",
    "transcript_id",
];

pub(super) fn id(
    table: &Profile,
    wishes: &Wishes,
    taken: &dyn Fn(&str) -> bool,
    notes: &mut Notes,
) -> Result<Option<String>, InitError> {
    if let Some(name) = wishes.get(Field::Id) {
        let column = named(table, "--id", name)?;
        let flaw = match (&column.repeated, column.first_empty) {
            (Some((value, line)), _) => format!(
                "line {line}: column `{name}` holds {} for the second time, and ids are of one row each",
                quoted(value)
            ),
            (None, Some(line)) => {
                format!("line {line}: column `{name}` is empty, and an id is wanted")
            }
            (None, None) => {
                notes.line("id", format!("`{name}`"), SAID);
                return Ok(Some(name.to_owned()));
            }
        };
        let cure = "name another column, or leave the flag out: rows are then numbered";
        return Err(InitError::of_file(&table.path, &flaw, cure));
    }
    let is_id = |column: &&Column| {
        let name = column.name.to_lowercase();
        IDS.contains(&name.as_str()) && !taken(&column.name)
    };
    let found = table.columns.iter().find(is_id);
    match found {
        Some(column) if column.repeated.is_none() && column.empty == 0 => {
            notes.line(
                "id",
                format!("`{}`", column.name),
                "its name, and no value stands there twice",
            );
            Ok(Some(column.name.clone()))
        }
        Some(column) => {
            let why = match &column.repeated {
                Some((value, line)) => {
                    format!("`{}` repeats {} in line {line}", column.name, quoted(value))
                }
                None => format!("`{}` is empty in {} rows", column.name, column.empty),
            };
            notes.line("id", "rows are numbered", why);
            Ok(None)
        }
        None => {
            notes.line(
                "id",
                "rows are numbered",
                "no column is called `id`, `name` or the like; `--id COLUMN`",
            );
            Ok(None)
        }
    }
}

pub(super) fn cluster(
    table: &Profile,
    wishes: &Wishes,
    taken: &dyn Fn(&str) -> bool,
    notes: &mut Notes,
) -> Result<Option<String>, InitError> {
    if wishes.has(Field::Independent) {
        notes.line("clusters", "none: rows are independent", SAID);
        return Ok(None);
    }
    if let Some(name) = wishes.get(Field::Cluster) {
        let column = named(table, "--cluster", name)?;
        if let Some(line) = column.first_empty {
            return Err(InitError::of_file(
                &table.path,
                &format!("line {line}: column `{name}` is empty, and a cluster is wanted"),
                "name the group that the row belongs to; of a row by itself its own id",
            ));
        }
        notes.line("clusters", format!("`{name}`"), SAID);
        return Ok(Some(name.to_owned()));
    }
    let is_cluster = |column: &&Column| {
        let name = column.name.to_lowercase();
        CLUSTERS.contains(&name.as_str()) && !taken(&column.name)
    };
    let found = table
        .columns
        .iter()
        .find(|it| is_cluster(it) && it.empty == 0);
    if let Some(column) = found.filter(|column| column.repeated.is_some()) {
        let why = "its name: rows of one are not independent, and intervals are as wide as that makes them; `--independent` if they are";
        notes.line("clusters", format!("`{}`", column.name), why);
        return Ok(Some(column.name.clone()));
    }
    notes.line(
        "clusters",
        "none declared",
        "intervals take the rows for independent: `--cluster COLUMN` (a gene, a locus), or `--independent`",
    );
    Ok(None)
}
