//! Reading a split, and checking a whole dataset.

use std::collections::{BTreeMap, BTreeSet};

use titer_core::Example;
use titer_spec::suggest;

use crate::descriptor::LoadedDataset;
use crate::error::DataError;
use crate::row::Layout;
use crate::table::Table;

/// Reads the examples of a split whose label `keep` wants, in the table's order. Examples of
/// per-position datasets have no label and are all kept.
///
/// # Errors
/// The split is not in the descriptor, the table is not what the descriptor says, or nothing is left.
pub fn read(
    dataset: &LoadedDataset,
    split: &str,
    keep: &dyn Fn(&str) -> bool,
) -> Result<Vec<Example>, DataError> {
    let about = dataset.about();
    let Some(stated) = about.splits.get(split) else {
        let known: Vec<&str> = about.splits.keys().map(String::as_str).collect();
        let message = format!("splits: the dataset has no split `{split}`");
        return Err(dataset
            .document
            .error(&about.dataset, message, suggest::cure(split, &known))
            .into());
    };
    let mut counted = 0;
    let mut examples = Vec::new();
    each_row(dataset, |found, label, example| {
        if found == split {
            counted += 1;
            if label.is_none_or(keep) {
                examples.push(example()?);
            }
        }
        Ok(())
    })?;
    if counted != *stated {
        let message = format!("splits: `{split}` holds {counted} examples, not {stated}");
        let cure = "the table is not the one described: fetch it anew, or correct `splits`";
        return Err(dataset.document.error(&about.dataset, message, cure).into());
    }
    if examples.is_empty() {
        let message = format!("no example of split `{split}` has a class that is asked for");
        let cure = format!("the dataset's classes are {}", about.classes.join(", "));
        return Err(dataset.document.error(&about.dataset, message, cure).into());
    }
    Ok(examples)
}

/// What a dataset holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Examples per split and class; the class is `-` for per-position datasets.
    pub counts: BTreeMap<(String, String), u64>,
    /// The shortest and the longest sequence, bases.
    pub lengths: Option<(usize, usize)>,
    /// Scored positions of per-position datasets.
    pub positions: u64,
    /// Distinct clusters per split, by the first cluster column.
    pub clusters: BTreeMap<String, u64>,
    /// Clusters that stand in more than one split.
    pub straddling: u64,
}

/// Reads every row and says what the dataset holds.
///
/// # Errors
/// As [`read`], for any row of any split.
pub fn check(dataset: &LoadedDataset) -> Result<Summary, DataError> {
    let about = dataset.about();
    let mut summary = Summary::default();
    let mut clusters: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    each_row(dataset, |split, label, example| {
        let example = example()?;
        let class = label.unwrap_or("-").to_owned();
        *summary.counts.entry((split.to_owned(), class)).or_default() += 1;
        let length = example.sequence.len();
        let (low, high) = summary.lengths.unwrap_or((length, length));
        summary.lengths = Some((low.min(length), high.max(length)));
        summary.positions += example.target.scored_positions() as u64;
        if let Some(cluster) = about
            .columns
            .clusters
            .first()
            .and_then(|name| example.clusters.get(name))
        {
            clusters
                .entry(split.to_owned())
                .or_default()
                .insert(cluster.clone());
        }
        Ok(())
    })?;
    for (split, stated) in &about.splits {
        let counted: u64 = summary
            .counts
            .iter()
            .filter(|((name, _), _)| name == split)
            .map(|(_, count)| count)
            .sum();
        if counted != *stated {
            let message = format!("splits: `{split}` holds {counted} examples, not {stated}");
            let cure = "the table is not the one described: fetch it anew, or correct `splits`";
            return Err(dataset.document.error(&about.dataset, message, cure).into());
        }
    }
    let all: Vec<&String> = clusters.values().flatten().collect();
    let distinct: BTreeSet<&&String> = all.iter().collect();
    summary.straddling = (all.len() - distinct.len()) as u64;
    summary.clusters = clusters
        .into_iter()
        .map(|(split, names)| (split, names.len() as u64))
        .collect();
    Ok(summary)
}

/// Calls `visit` with each row's split, label and a way to make its example. Ids are checked to be
/// unique and splits to be declared over the whole table.
fn each_row(
    dataset: &LoadedDataset,
    mut visit: impl FnMut(
        &str,
        Option<&str>,
        &dyn Fn() -> Result<Example, DataError>,
    ) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let about = dataset.about();
    let mut table = Table::open(&dataset.path)?;
    let layout = Layout::new(&table, about)?;
    let id_column = table.column(&about.columns.id.value)?;
    let mut ids = BTreeSet::new();
    while let Some(row) = table.next() {
        let row = row?;
        let split = layout.split(&row);
        if !about.splits.contains_key(split) {
            let known: Vec<&str> = about.splits.keys().map(String::as_str).collect();
            let message = format!("split `{split}` is not among those of the descriptor");
            return Err(table
                .error(
                    row.line,
                    &layout.split.1,
                    &message,
                    &suggest::cure(split, &known),
                )
                .into());
        }
        let id = row.fields.get(id_column).unwrap_or_default();
        if !ids.insert(id.to_owned()) {
            let message = format!("id `{id}` stands in the table twice");
            let cure = "give every example a unique id";
            return Err(table
                .error(row.line, &about.columns.id.value, &message, cure)
                .into());
        }
        let label = layout.label(&table, &row)?;
        let class = label
            .and_then(|index| about.classes.get(index))
            .map(String::as_str);
        visit(split, class, &|| Ok(layout.example(&table, &row, label)?))?;
    }
    Ok(())
}
