//! Why examples have no row: none is chosen, or ids differ in spaces or case alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use titer_core::ModelError;
use titer_spec::model::{ROWS, SCORES};
use titer_spec::{Located, VariantSpec, suggest};

use super::Asked;
use super::keys::{Choice, Keys, choices};
use super::reader::Reader;
use super::row::Cell;

/// How many values of a column are named.
const NAMED: usize = 8;

/// What chooses no row of a table.
#[derive(Clone, Debug)]
pub struct NoneChosen {
    /// Where the descriptor says it: the value under `where`, or the column after `dataset`.
    pub said: Located<String>,
    /// Which column holds no such value, or which columns never do together.
    pub message: String,
    /// The values that the column does hold.
    pub cure: String,
}

/// What chooses no row of a variant's table; `None` where some row is chosen, or all are.
///
/// # Errors
/// The table cannot be read.
pub fn none_chosen(
    variant: &VariantSpec,
    files: &BTreeMap<String, PathBuf>,
    asked: Option<Asked<'_>>,
) -> Result<Option<NoneChosen>, ModelError> {
    let choices = choices(super::options(variant)?, asked.as_ref());
    let Some(last) = choices.last() else {
        return Ok(None);
    };
    let columns: Vec<&str> = choices.iter().map(|choice| choice.column).collect();
    let mut held = vec![Held::default(); choices.len()];
    let mut is_chosen = false;
    Reader::open(named(files)?)?.scan(&columns, &mut |_, cells| {
        let mut all = true;
        for ((choice, held), cell) in choices.iter().zip(&mut held).zip(cells) {
            all &= held.add(choice, *cell);
        }
        is_chosen |= all;
        Ok(())
    })?;
    if is_chosen {
        return Ok(None);
    }
    let mut pairs = choices.iter().zip(&held);
    Ok(Some(match pairs.find(|(_, held)| !held.is_taken) {
        Some((choice, held)) => NoneChosen {
            said: choice.said.clone(),
            message: format!("no row has {}", words(choice)),
            cure: held.cure(choice.text),
        },
        None => NoneChosen {
            said: last.said.clone(),
            message: format!(
                "no row has {}",
                choices.iter().map(words).collect::<Vec<_>>().join(" and ")
            ),
            cure: "each stands in some row: leave out what need not hold".to_owned(),
        },
    }))
}

fn words(choice: &Choice<'_>) -> String {
    format!("{} = {}", choice.column, choice.text)
}

/// What a column holds.
#[derive(Clone, Debug, Default)]
struct Held {
    /// Some of its values.
    values: BTreeSet<String>,
    is_taken: bool,
}

impl Held {
    /// Takes a value in; whether it is the one that is chosen.
    fn add(&mut self, choice: &Choice<'_>, cell: Cell<'_>) -> bool {
        let is_taken = choice.takes(cell);
        self.is_taken |= is_taken;
        if self.values.len() <= NAMED {
            self.values.insert(match cell {
                Cell::Text(text) => text.to_owned(),
                Cell::Whole(number) => number.to_string(),
                Cell::Number(number) => number.to_string(),
                Cell::Null => String::new(),
            });
        }
        is_taken
    }

    fn cure(&self, text: &str) -> String {
        let known: Vec<&str> = self.values.iter().map(String::as_str).take(NAMED).collect();
        let more = if self.values.len() > NAMED {
            ", ..."
        } else {
            ""
        };
        format!("{}{more}", suggest::cure(text, &known))
    }
}

/// The table that says which example a row is of.
fn named(files: &BTreeMap<String, PathBuf>) -> Result<&Path, ModelError> {
    match files.get(ROWS) {
        Some(path) => Ok(path),
        None => crate::role(files, SCORES),
    }
}

/// A chosen row whose id is that of a missing example but for spaces and case, in words; or, where there is none,
/// what the first chosen id looks like. `None` where rows are not matched by id.
///
/// # Errors
/// The table cannot be read.
pub fn near_miss(
    variant: &VariantSpec,
    files: &BTreeMap<String, PathBuf>,
    asked: Option<Asked<'_>>,
    missing: &[&str],
) -> Result<Option<String>, ModelError> {
    let options = super::options(variant)?;
    if options.id.is_none() {
        return Ok(None);
    }
    let wanted: HashMap<String, &str> = missing.iter().map(|id| (folded(id), *id)).collect();
    let reader = Reader::open(named(files)?)?;
    let keys = Keys::new(options);
    let rows = keys.rows(&reader, options, asked)?;
    let (mut first, mut near) = (None, None);
    reader.scan(&rows.columns(), &mut |line, cells| {
        let (Some(Cell::Text(id)), None, true) = (cells.first(), &near, rows.is_wanted(cells))
        else {
            return Ok(());
        };
        first.get_or_insert_with(|| format!("its first id is {id:?}"));
        let example = wanted.get(&folded(id));
        // An id that is the same letter for letter has a row, and lacks a number.
        near = example.filter(|example| *example != id).map(|example| {
            format!(
                "{} has {id:?} where the example is {example:?}: spaces and case count",
                reader.at(Some(line))
            )
        });
        Ok(())
    })?;
    Ok(near.or(first))
}

fn folded(id: &str) -> String {
    let plain: String = id.chars().filter(|c| !c.is_whitespace()).collect();
    plain.to_lowercase()
}
