//! What the scores are worth: each held against controls that know no biology.

use titer_core::{ControlScore, Standing};
use titer_spec::plan::PlannedControl;

use crate::context::block::Block;
use crate::context::cell::Cell;
use crate::context::groups::estimate;
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject};
use crate::number::{count, decimals, fixed, signed, signed_range};
use crate::words;

/// The model held against controls.
pub(crate) fn block(index: &Index<'_>, subject: Subject<'_>) -> Option<Block> {
    Block::new(
        "worth",
        "What the scores are worth",
        "A control knows no biology: it counts letters, or looks where an example lies. Each was fitted on examples that are not scored here, and answers the same examples as the model. Where the interval of the difference reaches 0, the control may be as good: the score does not show what the model knows.",
    )
    .from::<ControlScore>()
    .table(table(index, subject))
    .unless_empty()
}

/// A group per dataset (and class), controls down, the variants' differences across; `None` where no
/// control was asked for.
fn table(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let metric = subject.main_metric();
    let of = |row: &&ControlScore| subject.holds(&row.key.case) && row.key.metric == metric;
    let all: Vec<&ControlScore> = index.input.tables.controls.iter().filter(of).collect();
    let controls: Vec<&PlannedControl> = index
        .plan()
        .controls
        .iter()
        .filter(|control| control.suite == subject.suite.name)
        .collect();
    if all.is_empty() {
        return None;
    }
    let mut columns = vec![Column {
        lines: vec!["the control".to_owned()],
        ..Column::named(words::label(metric))
    }];
    columns.extend(subject.variants().into_iter().map(|variant| Column {
        lines: vec!["minus the control".to_owned()],
        ..Column::named(variant.name.clone())
    }));
    let mut groups = Vec::new();
    for dataset in subject.datasets() {
        for class in subject.classes_of(metric) {
            let rows: Vec<&&ControlScore> = all
                .iter()
                .filter(|row| {
                    row.key.case.dataset == dataset.name && row.key.class.as_deref() == class
                })
                .collect();
            let heading = match class {
                Some(class) => format!("{}, {class}", dataset.name),
                None => dataset.name.clone(),
            };
            groups.push(Group {
                heading,
                hint: words::better(metric).to_owned(),
                note: None,
                rows: controls
                    .iter()
                    .map(|control| row(subject, control, &rows))
                    .collect(),
            });
        }
    }
    let on = controls
        .iter()
        .find_map(|control| control.fitted_on.as_ref());
    let fitted = on.map_or(String::new(), |on| {
        format!(
            " fitted on {} {} examples of {}",
            count(on.count),
            on.split,
            on.dataset
        )
    });
    let caption = format!("{} beside controls{fitted}", words::label(metric));
    let mut table = Table::new(caption, columns, groups);
    table.corner = "Control".to_owned();
    Some(table)
}

fn row(subject: Subject<'_>, control: &PlannedControl, rows: &[&&ControlScore]) -> Row {
    let of = |variant: &str| {
        rows.iter()
            .find(|row| row.control == control.name && row.key.case.variant == variant)
    };
    let own = rows
        .iter()
        .find(|row| row.control == control.name && row.key.case.variant == subject.model.reference);
    let mut cells = vec![own.map(|row| own_cell(row)).unwrap_or_default()];
    cells.extend(
        subject
            .variants()
            .into_iter()
            .map(|variant| of(&variant.name).map(|row| held(row)).unwrap_or_default()),
    );
    Row {
        label: control.control.title(),
        kind: "",
        style: None,
        cells,
    }
}

fn own_cell(row: &ControlScore) -> Cell {
    let Some(value) = row.control_value else {
        return Cell::missing("the control has no value");
    };
    let ends = row.control_lower.zip(row.control_upper);
    Cell {
        range: ends.map(|(lower, upper)| format!("{}–{}", fixed(lower, 3), fixed(upper, 3))),
        ..Cell::plain(fixed(value, 3))
    }
}

fn held(row: &ControlScore) -> Cell {
    let mut cell = estimate(&row.difference);
    if let Some(value) = row.difference.value {
        let interval = row.difference.interval().ok();
        let places = decimals(value, interval.as_ref());
        cell.value = signed(value, places);
        cell.range = interval.map(|interval| signed_range(&interval, places));
    }
    cell.mark = match row.standing {
        Standing::Better => "better",
        Standing::Worse => "worse",
        Standing::NotBetter => "not better",
        Standing::Untold => "",
    };
    cell
}

/// The reference variants' clean main scores that are not better than a control's, and that control's
/// name in words.
pub(crate) fn unworthy<'a>(index: &Index<'a>) -> Vec<(Subject<'a>, &'a ControlScore, String)> {
    let mut found = Vec::new();
    for subject in index.subjects() {
        let metric = subject.main_metric();
        for row in &index.input.tables.controls {
            let same = subject.holds(&row.key.case)
                && row.key.case.variant == subject.model.reference
                && row.key.metric == metric;
            if !same || !matches!(row.standing, Standing::NotBetter | Standing::Worse) {
                continue;
            }
            let mut controls = index.plan().controls.iter();
            let control = controls.find(|one| one.name == row.control);
            let name = control.map_or(row.control.clone(), |one| one.control.title());
            found.push((subject, row, name));
        }
    }
    found
}
