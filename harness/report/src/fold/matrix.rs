//! Main scores alone: datasets down, variants across.

use crate::context::cell::Cell;
use crate::context::scores::heading;
use crate::context::table::{Column, Group, Row, Table};
use crate::fold::cut::cut_table;
use crate::index::{Index, Subject};

/// A table for each model, suite and class, at most so many rows of all of them; what is cut, in words.
pub(super) fn matrices(index: &Index<'_>, most: usize) -> (Vec<Table>, Vec<String>) {
    let (mut tables, mut cuts, mut left) = (Vec::new(), Vec::new(), most);
    for subject in index.subjects() {
        for class in subject.classes_of(subject.main_metric()) {
            let mut table = matrix(index, subject, class);
            cuts.extend(cut_table(&mut table, left));
            if let Some(group) = table.groups.first() {
                left -= group.rows.len();
                tables.push(table);
            }
        }
    }
    // A line for each of a thousand tables helps nobody.
    if cuts.len() > MAX_SAID {
        let more = cuts.len() - MAX_SAID;
        cuts.truncate(MAX_SAID);
        cuts.push(format!(
            "{more} more tables of main scores are cut likewise."
        ));
    }
    (tables, cuts)
}

/// Tables whose cut is said.
const MAX_SAID: usize = 3;

fn matrix(index: &Index<'_>, subject: Subject<'_>, class: Option<&str>) -> Table {
    let metric = subject.main_metric();
    let variants = subject.variants();
    let rows = subject.datasets().iter().map(|dataset| Row {
        label: dataset.name.clone(),
        kind: "",
        style: None,
        cells: variants
            .iter()
            .map(|variant| {
                let key = subject.key(&variant.name, &dataset.name, None, metric, class);
                let missing = || Cell::missing("no score: the cell failed");
                index.score(&key).map_or_else(missing, Cell::score)
            })
            .collect(),
    });
    let group = Group::plain(rows.collect());
    let columns: Vec<Column> = variants
        .iter()
        .map(|variant| Column::named(&variant.name))
        .collect();
    let caption = format!(
        "{}: {}, {}",
        subject.suite.name,
        subject.model.name,
        heading(metric, class)
    );
    Table {
        corner: "Dataset".to_owned(),
        ..Table::new(caption, columns, vec![group])
    }
}
