//! What of a part is left out so that it fits, and the words that say so.

use crate::context::block::PictureRow;
use crate::context::examples::ExampleTable;
use crate::context::section::Room;
use crate::context::suite::ModelSection;
use crate::context::table::Table;
use crate::number::count;

/// Where every number is that a page cuts.
pub(super) const ALL_NUMBERS: &str =
    "`scores.parquet`, `comparisons.parquet`, `falls.parquet` and `report.json`";

/// Keeps so many rows of each table and so many pictures of each kind; what was cut, in words.
pub(super) fn cut(section: &mut ModelSection, rows: usize, pictures: usize) -> Vec<String> {
    let mut said = Vec::new();
    said.extend(cut_pictures(&mut section.pictures, "differences", pictures));
    for block in &mut section.blocks {
        said.extend(
            block
                .tables_mut()
                .filter_map(|table| cut_table(table, rows)),
        );
        let title = block.title;
        let lists = block.pictures_mut();
        said.extend(lists.filter_map(|list| cut_pictures(list, title, pictures)));
    }
    said
}

/// Keeps the first rows of examples; what was cut, in words.
pub(super) fn cut_examples(table: &mut ExampleTable, rows: usize) -> Option<String> {
    Room::Rows(rows).shorten(&mut table.rows, &table.caption, "notables.parquet")
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

fn cut_pictures(row: &mut PictureRow, title: &str, most: usize) -> Option<String> {
    let what = match row.heading {
        "" => title,
        heading => heading,
    };
    let all = row.list.len();
    (all > most).then(|| {
        row.list.truncate(most);
        format!(
            "Pictures ({what}): {} of {} are shown; `curves.parquet` and `report.json` hold what the others are made of.",
            count(most as u64),
            count(all as u64)
        )
    })
}
