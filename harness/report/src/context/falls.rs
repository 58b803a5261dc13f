//! How far scores fall out of distribution, and whether variants fall further than their reference.

use titer_core::{Estimate, Fall};

use crate::context::block::Block;
use crate::context::cell::Cell;
use crate::context::scores::heading;
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject};
use crate::number::{counted, decimals, fixed, range};
use crate::words;

/// The falls of a model on a suite; `None` where the suite has no data out of distribution, or the run folder was judged
/// before falls were.
pub(crate) fn block(index: &Index<'_>, subject: Subject<'_>) -> Option<Block> {
    let rows = index.falls(subject);
    let main = subject.main_metric();
    let mut others = subject.metrics();
    others.retain(|metric| *metric != main);
    let caption = format!("Fall of {} out of distribution", words::in_prose(main));
    let falls = table(subject, &rows, &[main], caption)?;
    let others = table(
        subject,
        &rows,
        &others,
        "Falls of the other metrics".to_owned(),
    );
    Block::new(
        "falls",
        "Out of distribution",
        "How much worse each score is on data out of distribution: positive where it gets worse, whichever way the metric is better. \"Beyond\" is how much further a variant falls than its reference; both answer the same examples of each dataset, so that this is usually surer than either fall. An interval above 0 shows a fall, or one further than the reference's. Intervals are not corrected for their number.",
    )
    .from::<Fall>()
    .table(Some(falls))
    .folded("Falls of the other metrics", others)
    .unless_empty()
}

/// A group per metric and class, variants down, pairs of datasets across.
fn table(subject: Subject<'_>, rows: &[&Fall], metrics: &[&str], caption: String) -> Option<Table> {
    let (mut pairs, mut columns) = (Vec::<(&str, &str)>::new(), Vec::new());
    for row in rows {
        let pair = (
            row.in_distribution.as_str(),
            row.out_of_distribution.as_str(),
        );
        if !pairs.contains(&pair) {
            pairs.push(pair);
            columns.push(column(row));
        }
    }
    let groups: Vec<Group> = metrics
        .iter()
        .flat_map(|metric| {
            let classes = subject.classes_of(metric).into_iter();
            classes.map(move |class| (*metric, class))
        })
        .filter_map(|(metric, class)| group(subject, rows, &pairs, (metric, class)))
        .collect();
    (!groups.is_empty()).then(|| Table::new(caption, columns, groups))
}

/// The two datasets, and how many clusters lie in both: those make the intervals wider.
fn column(fall: &Fall) -> Column {
    let mut lines = vec![format!("from {}", fall.in_distribution)];
    if fall.shared_clusters > 0 {
        let shared = counted(fall.shared_clusters, "cluster", "clusters");
        lines.push(format!("{shared} in both: wider intervals"));
    }
    Column {
        side: "out",
        lines,
        ..Column::named(&fall.out_of_distribution)
    }
}

fn group(
    subject: Subject<'_>,
    rows: &[&Fall],
    pairs: &[(&str, &str)],
    (metric, class): (&str, Option<&str>),
) -> Option<Group> {
    let here: Vec<&&Fall> = rows
        .iter()
        .filter(|row| row.metric == metric && row.class.as_deref() == class)
        .collect();
    let find = |variant: &str, (from, to): (&str, &str)| {
        here.iter().find(|row| {
            row.variant == variant && row.in_distribution == from && row.out_of_distribution == to
        })
    };
    let row = |variant: &titer_spec::plan::PlannedVariant| {
        let cells = pairs.iter().map(|pair| match find(&variant.name, *pair) {
            Some(fall) => cell(fall),
            None => Cell::missing("no score: the cell failed"),
        });
        Row::of(subject, variant, cells.collect())
    };
    (!here.is_empty()).then(|| Group {
        heading: heading(metric, class),
        hint: words::better(metric).to_owned(),
        note: None,
        rows: subject.variants().into_iter().map(row).collect(),
    })
}

/// The fall, both values, and how much further it is than the reference's.
fn cell(fall: &Fall) -> Cell {
    let mut cell = match fall.fall.value() {
        Err(reason) => return Cell::missing(reason.to_string()),
        Ok(value) => Cell::estimate(value, &fall.fall.interval()),
    };
    if let (Some(from), Some(to)) = (fall.in_value, fall.out_value) {
        cell.notes
            .push(format!("{} → {}", fixed(from, 3), fixed(to, 3)));
    }
    cell.notes.extend(beside_control(fall));
    if let (Some(base), Some(further)) = (&fall.held.base, fall.held.estimate()) {
        if fall.held.is_shown() {
            cell.mark = "falls further";
        }
        cell.notes.push(beyond(&further, base));
    }
    cell
}

/// "control kmers_4 falls 0.368; −0.316 beyond it (−0.350 to −0.280)".
fn beside_control(fall: &Fall) -> Option<String> {
    let (control, own) = (fall.control.as_ref()?, fall.control_fall?);
    let beyond = fall.beyond_control?;
    let ends = fall.beyond_control_lower.zip(fall.beyond_control_upper);
    let ends = ends.map_or("no interval".to_owned(), |(lower, upper)| {
        format!("{} to {}", fixed(lower, 3), fixed(upper, 3))
    });
    let (own, beyond) = (fixed(own, 3), fixed(beyond, 3));
    Some(format!(
        "control {control} falls {own}; {beyond} beyond it ({ends})"
    ))
}

/// "0.0021 beyond fp32 (−0.0004 to 0.0046)".
pub(super) fn beyond(further: &Estimate, base: &str) -> String {
    match (further.value(), further.interval()) {
        (Ok(value), Ok(interval)) => {
            let places = decimals(value, Some(&interval));
            format!(
                "{} beyond {base} ({})",
                fixed(value, places),
                range(&interval, places)
            )
        }
        (Ok(value), Err(_)) => format!("{} beyond {base} (no interval)", fixed(value, 4)),
        (Err(_), _) => format!("beyond {base}: undefined"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    /// The main metric's table and the other metrics'.
    fn of(input: &crate::ReportInput) -> Option<[Table; 2]> {
        let index = Index::new(input, 2);
        let mut block = block(&index, index.subjects()[0])?;
        let mut tables = block.tables_mut();
        Some(std::array::from_fn(|_| tables.next().unwrap().clone()))
    }

    #[test]
    fn a_cell_has_both_values_the_fall_and_what_is_beyond_the_reference() {
        let input = fixture::run();
        let [main, others] = of(&input).unwrap();
        let group = &main.groups[0];
        assert_eq!(main.columns.len(), 2);
        assert_eq!(main.columns[1].name, "splice-yeast");
        let fp32 = &group.rows[0];
        assert_eq!(fp32.kind, "reference");
        assert_eq!(fp32.cells[1].value, "0.075");
        assert_eq!(fp32.cells[1].notes, ["0.982 → 0.907"]);
        let dynamic = group.rows.iter().find(|row| row.label == "int8-dynamic");
        let notes = &dynamic.unwrap().cells[1].notes;
        assert!(
            notes[1].starts_with("0.000 beyond fp32 (−0.005 to 0.005)"),
            "{notes:?}"
        );
        assert!(others.groups.iter().any(|group| group.heading == "ECE"));
    }

    #[test]
    fn what_falls_further_than_its_reference_is_marked() {
        let mut input = fixture::run();
        for row in &mut input.tables.falls {
            row.shared_clusters = 12;
        }
        let mut rows = input.tables.falls.iter_mut();
        let row = rows.find(|row| row.variant == "int8-dynamic" && row.metric == "auroc");
        let row = row.unwrap();
        (
            row.held.further,
            row.held.further_lower,
            row.held.further_upper,
        ) = (Some(0.012), Some(0.004), Some(0.02));
        let [main, _] = of(&input).unwrap();
        let cells = || {
            let rows = main.groups.iter().flat_map(|group| &group.rows);
            rows.flat_map(|row| &row.cells)
        };
        let marked: Vec<&Cell> = cells().filter(|cell| !cell.mark.is_empty()).collect();
        assert_eq!(marked.len(), 1);
        let lines = &main.columns[0].lines;
        assert_eq!(lines[1], "12 clusters in both: wider intervals");
        assert_eq!(marked[0].mark, "falls further");
        assert!(
            marked[0]
                .notes
                .contains(&"0.012 beyond fp32 (0.004–0.020)".to_owned())
        );
    }

    #[test]
    fn a_folder_judged_before_falls_were_has_no_table() {
        let mut input = fixture::run();
        fixture::judged_before_falls(&mut input);
        assert!(of(&input).is_none());
    }
}
