//! How much scores lose along ladders, and which builds lose more with each step than their reference: a picture first, then
//! the slopes.

use std::collections::BTreeSet;

use serde::Serialize;
use titer_core::LadderSlope;
use titer_core::ladder::STEP;
use titer_spec::plan::{CONTROL, PlannedLadder};

use crate::context::cell::Cell;
use crate::context::pictures::Picture;
use crate::context::scores::heading;
use crate::context::section::{Filled, Room};
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject};
use crate::number::{counted, decimals, fixed, range};
use crate::words;

mod picture;

/// Ladders, with as much as a page has room for.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let mut all = ladders(index);
    if !room.is_whole() {
        all.iter_mut().for_each(|one| one.others = None);
    }
    let cut = room.shorten(&mut all, "Ladders", "csv/ladders.csv");
    (!all.is_empty()).then(|| Filled::new(&all, "ladders", "Ladders").cut(cut))
}

/// A model on a suite's ladder.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LadderView {
    /// The ladder, the suite and the model.
    pub title: String,
    /// What its steps are.
    pub steps: String,
    /// Whether it unfolds: its steps are groups of one dataset, which is not the first thing to see, or there are several.
    pub folded: bool,
    /// The main metric along it and how far builds lie from the reference, two for each class.
    pub pictures: Vec<Picture>,
    /// Slopes of the main metric.
    pub table: Table,
    /// Those of the other metrics, of worst groups, and after recalibration.
    pub others: Option<Table>,
}

/// Every model on every ladder, in the plan's order.
fn ladders(index: &Index<'_>) -> Vec<LadderView> {
    let subjects = index.subjects().into_iter();
    let mut all: Vec<LadderView> = subjects
        .flat_map(|subject| {
            let ladders = subject.suite.ladders.iter();
            ladders.filter_map(move |ladder| view(index, subject, ladder))
        })
        .collect();
    // One is looked at; of several the findings say what matters.
    if all.iter().filter(|one| !one.folded).count() > 1 {
        all.iter_mut().for_each(|one| one.folded = true);
    }
    all
}

fn view(index: &Index<'_>, subject: Subject<'_>, ladder: &PlannedLadder) -> Option<LadderView> {
    // Of many labels a page shows the first ones.
    let shown: BTreeSet<(&str, Option<&str>)> =
        subject.by_class(subject.metrics()).into_iter().collect();
    let of_ladder = |row: &&LadderSlope| {
        row.suite == subject.suite.name
            && row.ladder == ladder.name
            && (row.model == subject.model.name || row.model == CONTROL)
            && shown.contains(&(row.metric.as_str(), row.class.as_deref()))
    };
    let rows: Vec<&LadderSlope> = index
        .input
        .tables
        .ladders
        .iter()
        .filter(of_ladder)
        .collect();
    let main = subject.main_metric();
    let own = |row: &&&LadderSlope| row.model == subject.model.name;
    let first = rows.iter().find(own)?;
    let kinds = kinds(&rows);
    let (plain, rest): (Vec<&Kind>, Vec<&Kind>) = kinds
        .iter()
        .partition(|kind| kind.metric == main && kind.is_plain());
    let caption = format!("{} lost along {}", words::label(main), ladder.name);
    let table = table(subject, ladder, &rows, &plain, caption)?;
    let others = format!("Other slopes along {}", ladder.name);
    let others = self::table(subject, ladder, &rows, &rest, others);
    Some(LadderView {
        title: format!(
            "{}: {} on {}",
            ladder.name, subject.model.name, subject.suite.name
        ),
        steps: steps(ladder, first),
        folded: ladder.groups().is_some(),
        pictures: picture::pictures(index, subject, ladder, &rows),
        table,
        others,
    })
}

/// What the steps are, in a sentence.
fn steps(ladder: &PlannedLadder, row: &LadderSlope) -> String {
    let shared = match row.shared_clusters {
        0 => String::new(),
        shared => format!(
            " {} in two of them: wider intervals.",
            counted(shared, "cluster lies", "clusters lie")
        ),
    };
    match ladder.groups() {
        Some((dataset, _)) => format!(
            "Steps are {} of {dataset}, from {} to {}.",
            counted(row.steps, "group", "groups"),
            row.first,
            row.last
        ),
        None => {
            let names: Vec<String> = ladder
                .steps()
                .iter()
                .enumerate()
                .map(
                    |(number, step)| match (number, step.distance, &ladder.unit) {
                        (_, Some(distance), Some(unit)) => {
                            format!("{} ({distance} {unit})", step.dataset)
                        }
                        (0, ..) => format!("home {}", step.dataset),
                        _ => format!("{number} {}", step.dataset),
                    },
                )
                .collect();
            format!("Steps: {}.{shared}", names.join(", "))
        }
    }
}

/// What slopes of one kind are of.
#[derive(Clone, PartialEq)]
struct Kind {
    metric: String,
    class: Option<String>,
    worst_group_of: Option<String>,
    recalibration: Option<String>,
}

impl Kind {
    fn of(row: &LadderSlope) -> Self {
        Self {
            metric: row.metric.clone(),
            class: row.class.clone(),
            worst_group_of: row.worst_group_of.clone(),
            recalibration: row.recalibration.clone(),
        }
    }

    fn is_plain(&self) -> bool {
        self.worst_group_of.is_none() && self.recalibration.is_none()
    }

    fn heading(&self) -> String {
        let heading = heading(&self.metric, self.class.as_deref());
        match (&self.worst_group_of, &self.recalibration) {
            (Some(stratum), _) => format!("{heading}, worst group by {stratum}"),
            (None, Some(method)) => format!("{heading}, after {method} fitted at home"),
            (None, None) => heading,
        }
    }
}

fn kinds(rows: &[&LadderSlope]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for row in rows {
        let kind = Kind::of(row);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// A group for each kind, variants down, then controls; per step, and per unit of the distances.
fn table(
    subject: Subject<'_>,
    ladder: &PlannedLadder,
    rows: &[&LadderSlope],
    kinds: &[&Kind],
    caption: String,
) -> Option<Table> {
    let mut per = vec![STEP.to_owned()];
    per.extend(ladder.unit.clone());
    let is_held = rows.iter().any(|row| row.held.base.is_some());
    let is_beside = rows.iter().any(|row| row.control.is_some());
    let mut columns: Vec<Column> = per
        .iter()
        .map(|per| Column::named(format!("Lost per {per}")))
        .collect();
    if is_held {
        columns.push(Column {
            lines: vec!["lost more per step than the reference".to_owned()],
            ..Column::named("Beyond the reference")
        });
    }
    if is_beside {
        columns.push(Column {
            lines: vec!["lost more per step than the best control".to_owned()],
            ..Column::named("Beyond the control")
        });
    }
    let group = |kind: &&Kind| {
        let of_kind: Vec<&LadderSlope> = rows
            .iter()
            .copied()
            .filter(|row| Kind::of(row) == **kind)
            .collect();
        let cells = |model: &str, variant: &str| -> Vec<Cell> {
            let find = |per: &str| {
                let mut rows = of_kind.iter();
                rows.find(|row| {
                    (row.model.as_str(), row.variant.as_str(), row.per.as_str())
                        == (model, variant, per)
                })
            };
            let mut cells: Vec<Cell> = per
                .iter()
                .map(|per| find(per).map_or_else(none, |row| slope(row)))
                .collect();
            let row = find(STEP);
            if is_held {
                cells.push(row.map_or_else(Cell::default, |row| beyond(row)));
            }
            if is_beside {
                cells.push(row.map_or_else(Cell::default, |row| control(row)));
            }
            cells
        };
        let variants = subject.variants().into_iter().map(|variant| {
            let cells = cells(&subject.model.name, &variant.name);
            Row::of(subject, variant, cells)
        });
        let controls = of_kind
            .iter()
            .filter(|row| row.model == CONTROL && row.per == STEP);
        let controls = controls.map(|row| Row {
            label: format!("{} (control)", row.variant),
            kind: "beside",
            style: None,
            cells: cells(CONTROL, &row.variant),
        });
        Group {
            heading: kind.heading(),
            hint: words::better(&kind.metric).to_owned(),
            note: None,
            rows: variants.chain(controls).collect(),
        }
    };
    let groups: Vec<Group> = kinds.iter().map(group).collect();
    (!groups.is_empty()).then(|| Table::new(caption, columns, groups))
}

fn none() -> Cell {
    Cell::missing("no slope: a cell failed")
}

fn slope(row: &LadderSlope) -> Cell {
    match row.slope.value() {
        Ok(value) => small(
            value,
            row.slope.interval().ok().as_ref(),
            row.slope.interval_undefined.as_deref(),
        ),
        Err(reason) => Cell::missing(reason.to_string()),
    }
}

/// A slope with as many decimals as it needs: per million years it is small.
fn small(value: f64, interval: Option<&titer_core::Interval>, reason: Option<&str>) -> Cell {
    let places = places(value, interval);
    Cell {
        value: fixed(value, places),
        range: interval.map(|interval| range(interval, places)),
        undefined: match interval {
            Some(_) => None,
            None => reason.map(str::to_owned),
        },
        ..Cell::default()
    }
}

/// At least the usual ones; of a slope below a hundredth two figures.
fn places(value: f64, interval: Option<&titer_core::Interval>) -> usize {
    let usual = decimals(value, interval);
    let size = interval.map_or(value.abs(), |one| one.lower.abs().max(one.upper.abs()));
    if size <= 0.0 || !size.is_finite() {
        return usual;
    }
    let needed = 1.0 - size.log10().floor();
    usual.max(needed.clamp(0.0, 8.0) as usize)
}

fn beyond(row: &LadderSlope) -> Cell {
    let Some(further) = row.held.estimate() else {
        return Cell::default();
    };
    match further.value() {
        Err(reason) => Cell::missing(reason.to_string()),
        Ok(value) => Cell {
            mark: if row.held.is_shown() {
                "falls further"
            } else {
                ""
            },
            ..small(
                value,
                further.interval().ok().as_ref(),
                further.interval_undefined.as_deref(),
            )
        },
    }
}

fn control(row: &LadderSlope) -> Cell {
    let (Some(control), Some(value)) = (&row.control, row.beyond_control) else {
        return Cell::default();
    };
    let interval = match (row.beyond_control_lower, row.beyond_control_upper) {
        (Some(lower), Some(upper)) => Some(titer_core::Interval {
            lower,
            upper,
            confidence: 0.95,
            method: titer_core::IntervalMethod::SquareAndAdd,
        }),
        _ => None,
    };
    let mut cell = small(
        value,
        interval.as_ref(),
        Some("the pair has none at a step"),
    );
    let slope = row
        .control_slope
        .map(|slope| fixed(slope, places(slope, None)));
    cell.notes
        .push(format!("{control}: {}", slope.unwrap_or_default()));
    cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn views(input: &crate::ReportInput) -> Vec<LadderView> {
        ladders(&Index::new(input, 2))
    }

    #[test]
    fn a_ladder_has_a_picture_its_slopes_and_what_is_beyond_the_reference() {
        let input = fixture::run();
        let found = views(&input);
        assert_eq!(found.len(), 1);
        let view = &found[0];
        assert_eq!(view.title, "by-species: example-donor on splice-donor");
        assert!(
            view.steps
                .contains("home splice-human-chr20, 1 splice-fly-chr2r"),
            "{}",
            view.steps
        );
        // The scores, and beside them the differences to the reference.
        assert_eq!(view.pictures.len(), 2);
        assert!(view.pictures[1].svg.contains("build − reference"));
        let group = &view.table.groups[0];
        assert_eq!(group.rows[0].kind, "reference");
        // 0.982, 0.907 at the ends: half of what lies between them.
        assert_eq!(group.rows[0].cells[0].value, "0.0375");
        assert!(
            group.rows[0].cells[1] == Cell::default(),
            "the reference is held against nothing"
        );
        let dynamic = group
            .rows
            .iter()
            .find(|row| row.label == "int8-dynamic")
            .unwrap();
        assert!(dynamic.cells[1].range.is_some(), "{dynamic:?}");
        assert!(view.others.is_some());
    }

    #[test]
    fn what_loses_more_than_its_reference_is_marked() {
        let mut input = fixture::run();
        let mut rows = input.tables.ladders.iter_mut();
        let row = rows
            .find(|row| row.variant == "int8-dynamic" && row.metric == "auroc")
            .unwrap();
        (
            row.held.further,
            row.held.further_lower,
            row.held.further_upper,
        ) = (Some(0.012), Some(0.004), Some(0.02));
        let found = views(&input);
        let groups = found[0].table.groups.iter();
        let cells = groups
            .flat_map(|group| &group.rows)
            .flat_map(|row| &row.cells);
        let marked: Vec<&Cell> = cells.filter(|cell| !cell.mark.is_empty()).collect();
        assert_eq!(marked.len(), 1);
        assert_eq!(
            (marked[0].mark, marked[0].value.as_str()),
            ("falls further", "0.012")
        );
    }

    #[test]
    fn slopes_per_million_years_keep_their_figures() {
        assert_eq!(fixed(0.000_051_3, places(0.000_051_3, None)), "0.000051");
        assert_eq!(places(0.2, None), decimals(0.2, None));
    }
}
