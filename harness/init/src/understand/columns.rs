//! Which column is what.

use std::collections::BTreeMap;

use titer_data::profile::{Column, Profile};
use titer_spec::suggest;

use super::{Notes, Question, SAID};
use crate::error::InitError;
use crate::wishes::{Field, Wishes};

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

const LABELS: [&str; 7] = [
    "label",
    "labels",
    "class",
    "target",
    "y",
    "category",
    "is_positive",
];
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
const SPLITS: [&str; 5] = ["split", "set", "fold", "partition", "subset"];
/// Fewer bases than this in every row are words of another kind: codons, alleles.
const SHORTEST: usize = 6;
/// More different values than this are no classes.
const MAX_CLASSES: usize = 64;

/// The columns, where all of them can be told; else `notes` ask.
pub(super) fn find(
    table: &Profile,
    wishes: &Wishes,
    notes: &mut Notes,
) -> Result<Option<Columns>, InitError> {
    let sequence = sequence(table, wishes, notes)?;
    let split = split(table, wishes, notes)?;
    let taken = |name: &str| {
        let is_split = matches!(&split, Some(Split::Column(column, _)) if column == name);
        is_split || sequence.as_deref() == Some(name)
    };
    let id = id(table, wishes, &taken, notes)?;
    let cluster = cluster(table, wishes, &taken, notes)?;
    let others = [id.as_deref(), cluster.as_deref()];
    let taken = |name: &str| taken(name) || others.contains(&Some(name));
    let label = label(table, wishes, &taken, notes)?;
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

fn is_sequence(column: &Column, rows: u64) -> bool {
    column.sequences == rows && column.longest >= SHORTEST
}

/// The bases of sequences that are equally long, in the column that is named or that is the only one of sequences.
pub(super) fn bases(table: &Profile, name: Option<&str>) -> Option<usize> {
    let mut found = table.columns.iter().filter(|column| match name {
        Some(name) => column.name == name,
        None => is_sequence(column, table.rows),
    });
    let column = found
        .next()
        .filter(|column| column.shortest == column.longest)?;
    found.next().is_none().then_some(column.longest)
}

fn sequence(
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

pub(super) fn quoted(value: &str) -> String {
    match value.char_indices().nth(40) {
        None => format!("{value:?}"),
        Some((at, _)) => format!("{:?}...", &value[..at]),
    }
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

/// The split that a word means.
fn split_of(word: &str) -> Option<&'static str> {
    match word {
        "train" => Some("train"),
        "test" => Some("test"),
        "tuning" | "validation" | "valid" | "val" | "dev" => Some("tuning"),
        _ => None,
    }
}

fn split(table: &Profile, wishes: &Wishes, notes: &mut Notes) -> Result<Option<Split>, InitError> {
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
                words: "Which rows are the test set, none of which the model was trained on? No one column says it (by train, validation, test)."
                    .to_owned(),
                choices,
                proposed: several.is_empty().then(|| "all".to_owned()),
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

fn id(
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
                "no column is called so; `--id COLUMN`",
            );
            Ok(None)
        }
    }
}

fn cluster(
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

fn may_be_label(column: &Column, rows: u64) -> bool {
    let values = column.values.as_ref().map_or(0, BTreeMap::len);
    let is_class = (2..=MAX_CLASSES).contains(&values) && (values as u64) < rows;
    is_class && column.empty == 0 && column.repeated.is_some()
}

fn label(
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
