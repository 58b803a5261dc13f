//! Tables: columns as wide as their widest cell, two spaces apart; on a terminal no wider than that is.

use titer_core::visible_line;

use crate::width::{cap, cut_end, length, wrap};

/// Between two columns.
const GAP: &str = "  ";
/// No column is made narrower than this.
const MIN_COLUMN: usize = 12;

/// What becomes of a cell that has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overflow {
    /// Its words go on in further lines.
    Wrap,
    /// Its end is left out.
    Cut,
}

/// A table's lines, no wider than a terminal's columns where there is one. A cell is one line, whatever it holds.
pub(crate) fn lines(
    header: &[&str],
    rows: &[Vec<String>],
    columns: Option<usize>,
    overflow: Overflow,
) -> Vec<String> {
    let heads: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
    let shown = |row: &Vec<String>| row.iter().map(|cell| visible_line(cell)).collect();
    let rows: Vec<Vec<String>> = std::iter::once(heads)
        .chain(rows.iter().map(shown))
        .collect();
    let widths = widths(&rows, columns);
    rows.iter()
        .flat_map(|row| lines_of(row, &widths, overflow))
        .collect()
}

/// How wide each column is; where they have no room together the widest become narrower.
fn widths(rows: &[Vec<String>], columns: Option<usize>) -> Vec<usize> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; count];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(length(cell));
        }
    }
    if let Some(columns) = columns {
        let gaps = GAP.len() * count.saturating_sub(1);
        let most = cap(&widths, columns.saturating_sub(gaps), MIN_COLUMN);
        widths
            .iter_mut()
            .for_each(|width| *width = (*width).min(most));
    }
    widths
}

fn lines_of(row: &[String], widths: &[usize], overflow: Overflow) -> Vec<String> {
    let cells: Vec<Vec<String>> = row
        .iter()
        .zip(widths)
        .map(|(cell, &width)| match overflow {
            _ if length(cell) <= width => vec![cell.clone()],
            Overflow::Cut => vec![cut_end(cell, width)],
            Overflow::Wrap => wrap(cell, width),
        })
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |number: usize| {
        let padded: Vec<String> = cells
            .iter()
            .zip(widths)
            .map(|(lines, &width)| {
                let part = lines.get(number).map_or("", String::as_str);
                format!("{part:<width$}")
            })
            .collect();
        padded.join(GAP).trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn a_tables_cells_stay_in_their_lines() {
        let rows = [row(&["a\n\u{1b}[2Jb", "c"])];
        let lines = lines(&["name", ""], &rows, None, Overflow::Wrap);
        assert_eq!(lines, ["name", "a \\u{1b}[2Jb  c"]);
    }

    #[test]
    fn the_widest_column_makes_room() {
        let header = ["model", "variant", "summary"];
        let rows = [
            row(&[
                "mmsplice-donor",
                "int8",
                "Donor sites of the human genome from 18 bases.",
            ]),
            row(&["other", "fp32", "Short."]),
        ];
        let wrapped = lines(&header, &rows, Some(48), Overflow::Wrap);
        assert_eq!(
            wrapped,
            [
                "model           variant  summary",
                "mmsplice-donor  int8     Donor sites of the",
                "                         human genome from 18",
                "                         bases.",
                "other           fp32     Short.",
            ]
        );
        let cut = lines(&header, &rows, Some(48), Overflow::Cut);
        assert_eq!(cut[1], "mmsplice-donor  int8     Donor sites of the hum…");
        assert_eq!(cut.len(), 3);
        let whole = lines(&header, &rows, None, Overflow::Cut);
        assert!(whole[1].ends_with("from 18 bases."), "{whole:?}");
    }
}
