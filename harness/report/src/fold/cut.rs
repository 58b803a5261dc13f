//! What of a part is left out so that it fits, and the words that say so.

use crate::context::pictures::Picture;
use crate::context::suite::ModelSection;
use crate::context::table::Table;
use crate::number::count;

/// Where every number is that a page cuts.
pub(super) const ALL_NUMBERS: &str =
    "`scores.parquet`, `comparisons.parquet`, `falls.parquet` and `report.json`";

/// Keeps so many rows of each table and so many pictures of each kind; what was cut, in words.
pub(super) fn cut(section: &mut ModelSection, rows: usize, pictures: usize) -> Vec<String> {
    let mut said = Vec::new();
    let optional = [
        &mut section.other_scores,
        &mut section.differences,
        &mut section.other_differences,
        &mut section.tests,
        &mut section.flips,
        &mut section.recalibration,
        &mut section.detection,
        &mut section.worth,
        &mut section.robustness,
        &mut section.controls,
    ];
    let falls = section.falls.iter_mut();
    let falls = falls.flat_map(|falls| std::iter::once(&mut falls.main).chain(&mut falls.others));
    let tables = std::iter::once(&mut section.scores)
        .chain(optional.into_iter().flatten())
        .chain(falls)
        .chain(&mut section.groups);
    said.extend(tables.filter_map(|table| cut_table(table, rows)));
    let curves = section.curves.iter_mut();
    let lists = [
        (&mut section.glance, "at a glance"),
        (&mut section.forests, "of differences"),
    ]
    .into_iter()
    .chain(curves.map(|row| (&mut row.pictures, row.heading)));
    said.extend(lists.filter_map(|(list, what)| cut_pictures(list, what, pictures)));
    for table in &mut section.notables {
        if table.rows.len() > rows {
            said.push(format!(
                "{}: {} of {} rows are shown; `notables.parquet` holds all.",
                table.caption,
                count(rows as u64),
                count(table.rows.len() as u64)
            ));
            table.rows.truncate(rows);
        }
    }
    said
}

/// Keeps the first rows of a table over all its groups.
pub(super) fn cut_table(table: &mut Table, most: usize) -> Option<String> {
    let all: usize = table.groups.iter().map(|group| group.rows.len()).sum();
    if all <= most {
        return None;
    }
    let mut left = most;
    for group in &mut table.groups {
        group.rows.truncate(left);
        left -= group.rows.len();
    }
    table.groups.retain(|group| !group.rows.is_empty());
    Some(format!(
        "{}: {} of {} rows are shown; {ALL_NUMBERS} hold all.",
        table.caption,
        count(most as u64),
        count(all as u64)
    ))
}

fn cut_pictures(list: &mut Vec<Picture>, what: &str, most: usize) -> Option<String> {
    let all = list.len();
    (all > most).then(|| {
        list.truncate(most);
        format!(
            "Pictures ({what}): {} of {} are shown; `curves.parquet` and `report.json` hold what the others are made of.",
            count(most as u64),
            count(all as u64)
        )
    })
}

/// The first characters of a text.
pub(super) fn shorten(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push('…');
    }
}
