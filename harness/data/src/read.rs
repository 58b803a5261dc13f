//! Examples of one split.

use std::collections::BTreeMap;

use titer_core::{Example, Target};
use titer_spec::{Dataset, suggest};

use crate::LoadedDataset;
use crate::error::{DataError, TableError};
use crate::rows::{Met, Row, Rows};

/// Reads the examples of a split as [`each`] hands them over.
///
/// # Errors
/// As [`each`].
pub fn read(
    loaded: &LoadedDataset,
    split: &str,
    keep: &dyn Fn(&str) -> bool,
) -> Result<Vec<Example>, DataError> {
    let mut examples = Vec::new();
    each(loaded, split, keep, |example| {
        examples.push(example);
        Ok::<(), DataError>(())
    })?;
    Ok(examples)
}

/// Hands over the examples of a split, in the table's order. Of windows, those whose label `keep` accepts;
/// `keep` is not asked about per-position examples, labels and numbers. A target is an index into the dataset's classes.
///
/// # Errors
/// Any row of the table is flawed, ids repeat, a split is not as large as the descriptor says, the
/// dataset has no such split, or no example is left; what `take` gives. Examples before the flaw were handed over.
pub fn each<E: From<DataError>>(
    loaded: &LoadedDataset,
    split: &str,
    keep: &dyn Fn(&str) -> bool,
    mut take: impl FnMut(Example) -> Result<(), E>,
) -> Result<(), E> {
    let dataset = &loaded.document.value;
    let kept: Vec<bool> = dataset.classes.iter().map(|class| keep(class)).collect();
    let mut is_empty = true;
    each_of(loaded, &[split], |row| {
        let is_wanted = match row.example.target {
            Target::Class(class) => kept.get(class).copied().unwrap_or(false),
            Target::Positions { .. } | Target::Labels(_) | Target::Value(_) => true,
        };
        if !is_wanted {
            return Ok(());
        }
        is_empty = false;
        take(row.example)
    })?;
    if is_empty {
        let message = format!("no example of split `{split}` has a label that is asked for");
        let cure = format!(
            "ask for other classes; known: {}",
            dataset.classes.join(", ")
        );
        return Err(DataError::from(whole(loaded, message, cure)).into());
    }
    Ok(())
}

/// Hands over each row of some splits, in the table's order.
///
/// # Errors
/// Any row of the table is flawed, ids repeat, a split is not as large as the descriptor says, the dataset has no such
/// split, or no example of it; what `take` gives. Rows before the flaw were handed over.
pub fn each_of<E: From<DataError>>(
    loaded: &LoadedDataset,
    splits: &[&str],
    mut take: impl FnMut(Row) -> Result<(), E>,
) -> Result<(), E> {
    if loaded.fold.is_none() {
        splits.iter().try_for_each(|split| known(loaded, split))?;
    }
    let mut counts = Counts::default();
    let mut rows = Rows::open(loaded).map_err(DataError::from)?;
    while let Some(row) = rows.next().map_err(DataError::from)? {
        counts.add(&row.split);
        if splits.contains(&row.split.as_str()) {
            take(row)?;
        }
    }
    counts.check(loaded).map_err(DataError::from)?;
    other_assembly(loaded, rows.met).map_err(DataError::from)?;
    match splits.iter().find(|split| !counts.0.contains_key(**split)) {
        Some(split) => Err(DataError::from(nothing_of(loaded, split)).into()),
        None => Ok(()),
    }
}

/// No row is of a split.
fn nothing_of(loaded: &LoadedDataset, split: &str) -> TableError {
    let (message, cure) = match &loaded.fold {
        Some(fold) => (
            format!("fold `{fold}` leaves split `{split}` without an example"),
            "name a value of the column that the folds are of",
        ),
        None => (
            format!("split `{split}` has no example"),
            "name another split",
        ),
    };
    whole(loaded, message, cure.to_owned())
}

/// Most reference alleles must be what the genome has there.
///
/// # Errors
/// More than half are not.
pub(crate) fn other_assembly(loaded: &LoadedDataset, met: Met) -> Result<(), TableError> {
    if 2 * met.other_reference <= met.variants {
        return Ok(());
    }
    let message = format!(
        "the reference allele of {} of {} variants is not what the genome has there: another assembly, or positions counted from another base",
        met.other_reference, met.variants
    );
    let cure = "name the genome that the positions lie on, or correct `counted_from`";
    Err(whole(loaded, message, cure.to_owned()))
}

fn known(loaded: &LoadedDataset, split: &str) -> Result<(), DataError> {
    let Dataset {
        dataset, splits, ..
    } = &loaded.document.value;
    if splits.contains_key(split) {
        return Ok(());
    }
    let known: Vec<&str> = splits.keys().map(String::as_str).collect();
    let message = format!("the dataset has no split `{split}`");
    let cure = suggest::cure(split, &known);
    Err(loaded.document.error(dataset, message, cure).into())
}

/// Rows per split.
#[derive(Default)]
pub(crate) struct Counts(BTreeMap<String, u64>);

impl Counts {
    /// Counts a row.
    pub(crate) fn add(&mut self, split: &str) {
        match self.0.get_mut(split) {
            Some(count) => *count += 1,
            None => {
                self.0.insert(split.to_owned(), 1);
            }
        }
    }

    /// Whether every split is as large as the descriptor says, and something is there at all.
    pub(crate) fn check(&self, loaded: &LoadedDataset) -> Result<(), TableError> {
        if self.0.is_empty() {
            return Err(whole(
                loaded,
                "the table has a header and no example".to_owned(),
                "write a line for each example".to_owned(),
            ));
        }
        if loaded.fold.is_some() {
            return Ok(());
        }
        for (split, stated) in &loaded.document.value.splits {
            let found = self.0.get(split).copied().unwrap_or(0);
            if found != *stated {
                return Err(whole(
                    loaded,
                    format!("split `{split}` has {found} examples, the descriptor says {stated}"),
                    format!(
                        "correct `splits` of {}, or the table",
                        loaded.document.path.display()
                    ),
                ));
            }
        }
        Ok(())
    }
}

fn whole(loaded: &LoadedDataset, message: String, cure: String) -> TableError {
    TableError {
        path: loaded.path.clone(),
        line: 0,
        column: None,
        message,
        cure,
    }
}
