//! Which rows are of which split.

use std::collections::BTreeMap;

use titer_data::profile::{Column, Profile};

use super::{Split, choice, named, shown};
use crate::error::InitError;
use crate::understand::{Notes, Question, SAID};
use crate::wishes::{Field, Wishes};

const SPLITS: [&str; 5] = ["split", "set", "fold", "partition", "subset"];

/// The split that a word means.
fn split_of(word: &str) -> Option<&'static str> {
    match word {
        "train" => Some("train"),
        "test" => Some("test"),
        "tuning" | "validation" | "valid" | "val" | "dev" => Some("tuning"),
        _ => None,
    }
}

pub(super) fn find(
    table: &Profile,
    wishes: &Wishes,
    notes: &mut Notes,
) -> Result<Option<Split>, InitError> {
    if wishes.has(Field::AllTest) {
        notes.line(
            "split",
            format!("all {} rows are test rows", table.rows),
            SAID,
        );
        return Ok(Some(Split::AllTest(table.rows)));
    }
    let sizes = |column: &Column| {
        let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
        for (word, count) in column.values.as_ref()? {
            *sizes.entry(split_of(word)?.to_owned()).or_default() += count;
        }
        (column.empty == 0).then_some(sizes)
    };
    if let Some(name) = wishes.get(Field::Split) {
        let column = named(table, "--split", name)?;
        let all = "rows say `train`, `tuning` (or `validation`, `valid`, `val`, `dev`) or `test`; `--all-test` makes test rows of all";
        let Some(sizes) = sizes(column) else {
            let message = format!(
                "column `{name}` holds {}, which are not all splits",
                shown(column)
            );
            return Err(InitError::of_file(&table.path, &message, all));
        };
        if !sizes.contains_key("test") {
            let message =
                format!("column `{name}` has no row of the split `test`, which is what is scored");
            return Err(InitError::of_file(&table.path, &message, all));
        }
        notes.line("split", divided(name, &sizes), SAID);
        return Ok(Some(Split::Column(name.to_owned(), sizes)));
    }
    let found = table.columns.iter().filter_map(|column| {
        let sizes = sizes(column).filter(|sizes| sizes.contains_key("test"))?;
        Some((column, sizes))
    });
    let found: Vec<_> = found.collect();
    match found.as_slice() {
        [(column, sizes)] => {
            notes.line(
                "split",
                divided(&column.name, sizes),
                "its values are names of splits; no other column's are",
            );
            Ok(Some(Split::Column(column.name.clone(), sizes.clone())))
        }
        several => {
            let named_so = |column: &&Column| SPLITS.contains(&column.name.to_lowercase().as_str());
            let choices = match several {
                [] => table.columns.iter().filter(named_so).map(choice).collect(),
                several => several.iter().map(|(column, _)| choice(column)).collect(),
            };
            notes.ask(Question {
                field: Field::Split,
                words: "Which rows are the test set, none of which the model was trained on? No one column says it (by train, validation, test). Name a column, or `all` where every row is one."
                    .to_owned(),
                choices,
                // A wrong answer would make every score too good: nothing is proposed.
                proposed: None,
                flags: "--split COLUMN, or --all-test where every row is a test row".to_owned(),
            });
            Ok(None)
        }
    }
}

fn divided(name: &str, sizes: &BTreeMap<String, u64>) -> String {
    let sizes: Vec<String> = sizes
        .iter()
        .map(|(split, count)| format!("{split} {count}"))
        .collect();
    format!("`{name}`: {}", sizes.join(", "))
}
