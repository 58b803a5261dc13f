//! How a table of predictions is read.

use std::collections::BTreeMap;

use titer_data::profile::{Column, Profile};
use titer_spec::model::Activation;

use super::columns::{named, quoted, shown};
use super::{Classes, Columns, Facts, Notes, Question, SAID, Split, activation};
use crate::error::InitError;
use crate::relative;
use crate::wishes::{Field, Wishes};

/// How a table of predictions is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scores {
    /// Which row is which example's.
    pub rows: Rows,
    /// The column of each class; of two classes that of the positive one alone.
    pub columns: BTreeMap<String, String>,
    /// What makes probabilities of the numbers.
    pub activation: Activation,
    /// Whether the numbers are no probabilities, and are scored by their order alone.
    pub is_ranking: bool,
}

/// Which row is which example's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// The one with its id in this column.
    Id(String),
    /// Rows are those of the test split in its order; of a table with other rows, those that say `test` in this column.
    Order(Option<String>),
}

const NAMES: [&str; 13] = [
    "score",
    "scores",
    "prob",
    "probability",
    "proba",
    "p",
    "pred",
    "prediction",
    "predicted",
    "y_pred",
    "y_score",
    "y_prob",
    "output",
];

pub(super) fn find(
    facts: &Facts,
    table: &Profile,
    columns: &Columns,
    classes: &Classes,
    wishes: &Wishes,
    notes: &mut Notes,
) -> Result<Option<Scores>, InitError> {
    let rows = rows(facts, table, columns, notes)?;
    let Some(score_columns) = score_columns(facts, table, columns, classes, wishes, notes)? else {
        return Ok(None);
    };
    let mut range: Option<(f64, f64)> = None;
    for name in score_columns.values() {
        let column = named(table, "--score", name)?;
        if let Some((low, high)) = column.range {
            let (least, most) = range.unwrap_or((low, high));
            range = Some((least.min(low), most.max(high)));
        }
    }
    let (low, high) = range.unwrap_or_default();
    let are_probabilities = low >= 0.0 && high <= 1.0;
    let is_ranking = wishes.get(Field::Activation) == Some("ranking");
    let said = match is_ranking {
        true => Some(Activation::None),
        false => activation(wishes)?,
    };
    let from = format!("its numbers go from {low} to {high}");
    let activation = match (said, are_probabilities) {
        (Some(said), _) => {
            let word = wishes.get(Field::Activation).unwrap_or_default();
            notes.line("activation", word, SAID);
            said
        }
        (None, true) => {
            notes.line("activation", "none: they are probabilities", from);
            Activation::None
        }
        (None, false) => {
            let of_two = classes.positive.is_some();
            notes.ask(Question {
                field: Field::Activation,
                words: format!("What makes probabilities of the scores? They are none: {from}."),
                choices: match of_two {
                    true => vec![
                        "sigmoid: they are logits".to_owned(),
                        "ranking: nothing does; they are scored by their order alone".to_owned(),
                    ],
                    false => vec!["softmax: they are logits".to_owned()],
                },
                proposed: None,
                flags: if of_two {
                    "--activation sigmoid or --activation ranking"
                } else {
                    "--activation softmax"
                }
                .to_owned(),
            });
            return Ok(None);
        }
    };
    Ok(Some(Scores {
        rows,
        columns: score_columns,
        activation,
        is_ranking,
    }))
}

/// Which row is which example's.
fn rows(
    facts: &Facts,
    table: &Profile,
    columns: &Columns,
    notes: &mut Notes,
) -> Result<Rows, InitError> {
    if let Some(id) = &columns.id {
        let Some(column) = table.column(id) else {
            return Err(InitError::of_file(
                &table.path,
                &format!(
                    "has no column `{id}`, which names the rows of {}",
                    relative::shown(&facts.table.path)
                ),
                format!(
                    "write the ids into a column `{id}`; it has {}",
                    table.names().join(", ")
                ),
            ));
        };
        if let Some((value, line)) = &column.repeated {
            return Err(InitError::of_file(
                &table.path,
                &format!("line {line}: {} has a second score", quoted(value)),
                "keep one row for each example",
            ));
        }
        notes.line("rows", format!("by `{id}`"), "both tables have the column");
        return Ok(Rows::Id(id.clone()));
    }
    let tests = columns
        .split
        .sizes()
        .get("test")
        .copied()
        .unwrap_or_default();
    let split = match &columns.split {
        Split::Column(name, sizes) if sizes.len() > 1 => Some(name.clone()),
        _ => None,
    };
    if table.path == facts.table.path {
        notes.line(
            "rows",
            "in the table's order",
            "scores and labels stand in one table",
        );
        return Ok(Rows::Order(split));
    }
    if table.rows == tests {
        notes.line(
            "rows",
            "in the order of the test rows",
            format!("there are {tests} of both, and no ids"),
        );
        notes.assumed.push(format!(
            "the scores of {} stand in the order of the test rows: nothing but their number can be checked without ids; `--id`",
            relative::shown(&table.path)
        ));
        return Ok(Rows::Order(None));
    }
    Err(InitError::of_file(
        &table.path,
        &format!(
            "has {} rows, and there are {tests} test rows: which score is whose cannot be told",
            table.rows
        ),
        "write a column `id` into both tables",
    ))
}

fn score_columns(
    facts: &Facts,
    table: &Profile,
    columns: &Columns,
    classes: &Classes,
    wishes: &Wishes,
    notes: &mut Notes,
) -> Result<Option<BTreeMap<String, String>>, InitError> {
    let wanted: Vec<&String> = match &classes.positive {
        Some(positive) => vec![positive],
        None => classes.names.iter().collect(),
    };
    if let Some(said) = wishes.get(Field::Score) {
        return said_columns(table, &wanted, classes, said, notes).map(Some);
    }
    let is_taken = |name: &str| {
        let of_split = matches!(&columns.split, Split::Column(split, _) if split == name);
        let is_label = facts.table.path == table.path && name == columns.label;
        of_split
            || is_label
            || columns.id.as_deref() == Some(name)
            || columns.cluster.as_deref() == Some(name)
    };
    let is_score = |column: &&Column| {
        column.numbers > 0 && column.numbers + column.empty >= table.rows && !is_taken(&column.name)
    };
    let found: Vec<&Column> = table.columns.iter().filter(is_score).collect();
    if let Some(positive) = &classes.positive {
        let by_name = |column: &&&Column| {
            let name = column.name.to_lowercase();
            NAMES.contains(&name.as_str()) || is_of(&name, positive)
        };
        let by_name: Vec<&&Column> = found.iter().filter(by_name).collect();
        if let ([column], _) | ([], [column]) =
            (by_name.as_slice(), &found.iter().collect::<Vec<_>>()[..])
        {
            notes.line(
                "score",
                format!("`{}`, of class {positive}", column.name),
                format!("a column of numbers: {}", shown(column)),
            );
            return Ok(Some([(positive.clone(), column.name.clone())].into()));
        }
    } else {
        let of_class = |class: &&String| {
            let mut columns = found
                .iter()
                .filter(|column| is_of(&column.name.to_lowercase(), class));
            Some(((*class).clone(), columns.next()?.name.clone()))
        };
        let all: Option<BTreeMap<String, String>> = wanted.iter().map(of_class).collect();
        if let Some(all) = all {
            let shown: Vec<String> = all
                .iter()
                .map(|(class, column)| format!("{class}: `{column}`"))
                .collect();
            notes.line("score", shown.join(", "), "by the names of the columns");
            return Ok(Some(all));
        }
    }
    let form = match &classes.positive {
        Some(_) => "COLUMN".to_owned(),
        None => wanted
            .iter()
            .map(|class| format!("{class}=COLUMN"))
            .collect::<Vec<_>>()
            .join(","),
    };
    notes.ask(Question {
        field: Field::Score,
        words: match &classes.positive {
            Some(positive) => format!(
                "Which column of {} is the score of class {positive}?",
                relative::shown(&table.path)
            ),
            None => format!(
                "Which column of {} is the score of which class?",
                relative::shown(&table.path)
            ),
        },
        choices: found
            .iter()
            .map(|column| format!("{}: {}", column.name, shown(column)))
            .collect(),
        proposed: None,
        flags: format!("--score {form}"),
    });
    Ok(None)
}

/// Whether a column's name says that it is of a class.
fn is_of(name: &str, class: &str) -> bool {
    let class = class.to_lowercase();
    let forms = [
        class.clone(),
        format!("p_{class}"),
        format!("prob_{class}"),
        format!("score_{class}"),
        format!("proba_{class}"),
        format!("{class}_prob"),
        format!("{class}_score"),
    ];
    forms.iter().any(|form| form == name)
}

/// Columns by what was said: one, or one for each class.
fn said_columns(
    table: &Profile,
    wanted: &[&String],
    classes: &Classes,
    said: &str,
    notes: &mut Notes,
) -> Result<BTreeMap<String, String>, InitError> {
    let pairs: BTreeMap<String, String> = match (&classes.positive, said.contains('=')) {
        (Some(positive), false) => [(positive.clone(), said.to_owned())].into(),
        _ => said
            .split(',')
            .filter_map(|pair| pair.split_once('='))
            .map(|(class, column)| (class.trim().to_owned(), column.trim().to_owned()))
            .collect(),
    };
    if let Some(missing) = wanted.iter().find(|class| !pairs.contains_key(**class)) {
        let form: Vec<String> = wanted
            .iter()
            .map(|class| format!("{class}=COLUMN"))
            .collect();
        return Err(InitError::new(
            format!("--score {said}: it names no column of class {missing}"),
            format!("write `--score {}`", form.join(",")),
        ));
    }
    for name in pairs.values() {
        let column = named(table, "--score", name)?;
        if column.numbers == 0 {
            return Err(InitError::of_file(
                &table.path,
                &format!("column `{name}` holds {}, no numbers", shown(column)),
                "name the column of the scores",
            ));
        }
    }
    notes.line("score", said, SAID);
    Ok(pairs)
}
