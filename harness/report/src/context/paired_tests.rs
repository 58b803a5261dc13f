//! Tests of the paired differences, and flips by true class.

use titer_core::{Contrast, GroupFlips, PairedTest};

use crate::context::cell::Cell;
use crate::context::scores::candidate_groups;
use crate::context::table::{Column, Table};
use crate::index::{Index, Subject};
use crate::number::{count, p_value, signed, signed_range};
use crate::words;

/// The tests of clean candidates against the reference; `None` where there are none.
pub(crate) fn table(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let all: Vec<&PairedTest> = index
        .input
        .tables
        .tests
        .iter()
        .filter(|test| {
            subject.holds(&test.key.case)
                && test.key.case.is_clean()
                && test.contrast == Contrast::Reference
        })
        .collect();
    let mut kinds: Vec<(&str, &str)> = Vec::new();
    for test in &all {
        let kind = (test.key.metric.as_str(), test.test.as_str());
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let columns: Vec<Column> = kinds
        .iter()
        .map(|(metric, test)| Column {
            lines: vec![words::test(test), "p against a difference of 0".to_owned()],
            ..Column::named(words::label(metric))
        })
        .collect();
    let groups = candidate_groups(subject, |variant, dataset| {
        let find = |(metric, test): &(&str, &str)| {
            all.iter().find(|one| {
                one.key.case.variant == variant
                    && one.key.case.dataset == dataset
                    && one.key.metric == *metric
                    && one.test == *test
            })
        };
        let cell = |kind| find(kind).map_or_else(|| Cell::missing("not tested"), |one| cell(one));
        kinds.iter().map(cell).collect()
    });
    // Gates print p against their limit: the two are not the same.
    let caption = format!(
        "Tests of no difference to {}: p against 0, not against a gate's margin",
        subject.model.reference
    );
    (!kinds.is_empty()).then(|| Table::new(caption, columns, groups))
}

fn cell(test: &PairedTest) -> Cell {
    let Some(p) = test.p_value else {
        let reason = test.estimate.undefined.clone();
        let reason = reason.or_else(|| test.estimate.interval_undefined.clone());
        return Cell::missing(reason.unwrap_or_default());
    };
    let mut cell = Cell::plain(format!("p {}", p_value(p)));
    if let Some(value) = test.estimate.value {
        let interval = test.estimate.interval().ok();
        let range = interval.map_or(String::new(), |interval| {
            format!(" ({})", signed_range(&interval, 4))
        });
        cell.range = Some(format!("Δ {}{range}", signed(value, 4)));
    }
    if let Some(holm) = test.holm {
        cell.notes.push(format!("p {} after Holm", p_value(holm)));
    }
    cell
}

/// Flips by true class; `None` where nothing flips.
pub(crate) fn flips(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let of = |row: &&GroupFlips| {
        subject.holds(&row.case)
            && row.case.is_clean()
            && row.contrast == Contrast::Reference
            && row.stratum == "class"
    };
    let all: Vec<&GroupFlips> = index.input.tables.flips.iter().filter(of).collect();
    let mut classes: Vec<&str> = Vec::new();
    for row in &all {
        if !classes.contains(&row.group.as_str()) {
            classes.push(&row.group);
        }
    }
    let any = all
        .iter()
        .any(|row| row.flips_to_wrong + row.flips_to_right + row.flips_among_wrong > 0);
    let groups = candidate_groups(subject, |variant, dataset| {
        let find = |class: &&str| {
            all.iter().find(|row| {
                row.case.variant == variant && row.case.dataset == dataset && row.group == *class
            })
        };
        let cell = |class| find(class).map_or_else(|| Cell::plain("–"), |row| flipped(row));
        classes.iter().map(cell).collect()
    });
    let columns: Vec<Column> = classes
        .iter()
        .map(|class| Column::named(class.replace('_', " ")))
        .collect();
    let by = match subject.suite.labels() {
        Some(_) => "label",
        None => "true class",
    };
    let caption = format!("Flips against {} by {by}", subject.model.reference);
    any.then(|| Table::new(caption, columns, groups))
}

fn flipped(row: &GroupFlips) -> Cell {
    let mut cell = Cell::plain(format!(
        "{} of {}",
        count(row.flips_to_wrong + row.flips_to_right + row.flips_among_wrong),
        count(row.units)
    ));
    for (way, number) in [
        ("right → wrong", row.flips_to_wrong),
        ("wrong → right", row.flips_to_right),
        ("wrong → wrong", row.flips_among_wrong),
    ] {
        if number > 0 {
            cell.notes.push(format!("{} {way}", count(number)));
        }
    }
    cell
}
