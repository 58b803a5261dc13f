//! Scores over all severities of each kind of perturbation, and corruption errors, as a table.

use titer_core::SeverityCurve;
use titer_core::severity::MEAN;

use crate::context::cell::Cell;
use crate::context::falls::beyond;
use crate::context::groups::estimate;
use crate::context::scores::{dataset_columns, heading, variant_rows};
use crate::context::table::{Group, Table};
use crate::index::{Index, Subject};
use crate::number::{fixed, percent, signed};
use crate::words;

/// The main metric's areas, then corruption errors, which are of accuracy; `None` where no kind has several severities.
pub(super) fn table(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let all = index.input.tables.severities.iter();
    let all: Vec<&SeverityCurve> = all.filter(|row| subject.holds(&row.key.case)).collect();
    let main = subject.main_metric();
    let mut groups = Vec::new();
    for kind in kinds(&all, |row| row.key.metric == main && row.kind != MEAN) {
        for class in subject.classes_of(main) {
            let is_it = |row: &SeverityCurve| {
                row.kind == kind && row.key.metric == main && row.key.class.as_deref() == class
            };
            groups.push(Group {
                heading: format!("{} under {}", heading(main, class), kind.replace('_', " ")),
                hint: format!(
                    "mean from clean to the strongest, by levels; {}",
                    words::better(main)
                ),
                note: None,
                rows: variant_rows(subject, cells(&all, is_it, area)),
            });
        }
    }
    let is_error = |row: &SeverityCurve| {
        row.corruption_error.is_some() || row.corruption_error_undefined.is_some()
    };
    for kind in kinds(&all, is_error) {
        let is_it = |row: &SeverityCurve| row.kind == kind && is_error(row);
        let anchor = all
            .iter()
            .filter(|row| is_it(row))
            .find_map(|row| row.anchor.as_deref());
        let of = match kind {
            MEAN => "Mean corruption error".to_owned(),
            kind => format!("Corruption error, {}", kind.replace('_', " ")),
        };
        groups.push(Group {
            heading: of,
            hint: match anchor {
                Some(anchor) => {
                    format!("errors of accuracy over those of {anchor}; lower is better")
                }
                None => String::new(),
            },
            note: None,
            rows: variant_rows(subject, cells(&all, is_it, error)),
        });
    }
    let caption = format!("{} over all severities", words::label(main));
    (!groups.is_empty()).then(|| Table::new(caption, dataset_columns(subject), groups))
}

/// Kinds of rows in their order, the mean over kinds last.
fn kinds<'a>(all: &[&'a SeverityCurve], wanted: impl Fn(&SeverityCurve) -> bool) -> Vec<&'a str> {
    let mut kinds: Vec<&str> = Vec::new();
    for row in all.iter().filter(|row| wanted(row)) {
        if !kinds.contains(&row.kind.as_str()) {
            kinds.push(&row.kind);
        }
    }
    kinds.sort_by_key(|kind| *kind == MEAN);
    kinds
}

fn cells<'a>(
    all: &'a [&'a SeverityCurve],
    is_it: impl Fn(&SeverityCurve) -> bool + 'a,
    cell: fn(&SeverityCurve) -> Cell,
) -> impl Fn(&str, &str) -> Cell + 'a {
    move |variant, dataset| {
        let found = all.iter().find(|row| {
            let case = &row.key.case;
            is_it(row) && case.variant == variant && case.dataset == dataset
        });
        found.map(|row| cell(row)).unwrap_or_default()
    }
}

fn area(row: &SeverityCurve) -> Cell {
    let mut cell = estimate(&row.area);
    if let (Some(clean), Some(loss)) = (row.clean, row.loss) {
        let loss = signed(-loss, 3);
        cell.notes
            .push(format!("{loss} from {} clean", fixed(clean, 3)));
    }
    if let (Some(base), Some(further)) = (&row.held.base, row.held.estimate()) {
        if row.held.is_shown() {
            cell.mark = "loses more";
        }
        cell.notes.push(beyond(&further, base));
    }
    if let Some(consistency) = row.consistency {
        let ends = row.consistency_lower.zip(row.consistency_upper);
        let ends =
            ends.map(|(lower, upper)| format!(" ({} to {})", percent(lower), percent(upper)));
        cell.notes.push(format!(
            "{}{} of calls as on clean",
            percent(consistency),
            ends.unwrap_or_default()
        ));
    }
    cell
}

fn error(row: &SeverityCurve) -> Cell {
    let reason = || row.corruption_error_undefined.clone();
    let Some(value) = row.corruption_error else {
        return Cell::missing(reason().unwrap_or_default());
    };
    let ends = row.corruption_error_lower.zip(row.corruption_error_upper);
    let relative = row.relative_corruption_error;
    Cell {
        value: fixed(value, 3),
        range: ends.map(|(lower, upper)| format!("{} to {}", fixed(lower, 3), fixed(upper, 3))),
        notes: relative
            .zip(row.anchor.as_ref())
            .map(|(relative, anchor)| {
                let times = fixed(relative, 2);
                format!("{times} times what {anchor} loses beyond its clean errors")
            })
            .into_iter()
            .collect(),
        undefined: reason(),
        ..Cell::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn areas_stand_before_corruption_errors_and_the_mean_is_last() {
        let input = fixture::run();
        let index = Index::new(&input, 2);
        let table = table(&index, index.subjects()[0]).unwrap();
        let headings: Vec<&str> = table
            .groups
            .iter()
            .map(|group| group.heading.as_str())
            .collect();
        assert_eq!(headings.last(), Some(&"Mean corruption error"));
        assert!(headings[0].ends_with("under substitutions"), "{headings:?}");
        let first = &table.groups[0].rows[0].cells[0];
        assert!(
            first
                .notes
                .iter()
                .any(|note| note.ends_with("of calls as on clean")),
            "{first:?}"
        );
        // Where there is no corruption error the page says why.
        let mut input = input;
        for row in input
            .tables
            .severities
            .iter_mut()
            .filter(|row| row.kind == MEAN)
        {
            row.corruption_error = None;
            row.corruption_error_undefined =
                Some("1 of 2 kinds have a corruption error".to_owned());
        }
        let index = Index::new(&input, 2);
        let table = super::table(&index, index.subjects()[0]).unwrap();
        assert_eq!(table.notes, ["1 of 2 kinds have a corruption error"]);
        input.tables.severities.clear();
        let index = Index::new(&input, 2);
        assert!(super::table(&index, index.subjects()[0]).is_none());
    }
}
