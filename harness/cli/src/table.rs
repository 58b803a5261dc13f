//! Tables: columns as wide as their widest cell, two spaces apart; on a terminal no wider than that is.

use titer_core::visible_line;

use crate::width::{cut_end, length, wrap};

/// Between two columns.
const GAP: &str = "  ";
/// A column keeps its longest word whole up to so many characters.
const LONG_WORD: usize = 20;
/// A column whose cells are cut shows so many characters of them, or it is left out.
const WORTH_SHOWING: usize = 10;

/// What becomes of a cell that has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overflow {
    /// Its words go on in further lines.
    Wrap,
    /// Its end is left out, and where that leaves too little, the last columns are.
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
    let widths = widths(&rows, columns, overflow);
    rows.iter()
        .flat_map(|row| lines_of(row, &widths, overflow))
        .collect()
}

/// How wide each column is that is shown. Where they have no room together the widest become narrower, but never the first: it
/// holds the name that is typed.
fn widths(rows: &[Vec<String>], columns: Option<usize>, overflow: Overflow) -> Vec<usize> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let of = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let widest = |column: usize| of(column).map(|cell| length(cell)).max().unwrap_or(0);
    let word = |cell: &String| cell.split(' ').map(length).max().unwrap_or(0);
    let floor = |column: usize| match (column, overflow) {
        (0, _) => widest(0),
        (_, Overflow::Wrap) => of(column).map(word).max().unwrap_or(0).min(LONG_WORD),
        (_, Overflow::Cut) => widest(column).min(WORTH_SHOWING),
    };
    let widths: Vec<usize> = (0..count).map(widest).collect();
    let floors: Vec<usize> = (0..count).map(floor).collect();
    let Some(columns) = columns else {
        return widths;
    };
    let room = |shown: usize| columns.saturating_sub(GAP.len() * shown.saturating_sub(1));
    let shown = match overflow {
        Overflow::Wrap => count,
        Overflow::Cut => (1..=count)
            .rev()
            .find(|shown| floors.iter().take(*shown).sum::<usize>() <= room(*shown))
            .unwrap_or(1),
    };
    let widths = widths.get(..shown).unwrap_or_default();
    let floors = floors.get(..shown).unwrap_or_default();
    fitted(widths, floors, room(shown))
}

/// Widths of no more than `room` together, the widest made narrower first, none below its floor.
fn fitted(widths: &[usize], floors: &[usize], room: usize) -> Vec<usize> {
    let capped = |cap: usize| -> Vec<usize> {
        let both = widths.iter().zip(floors);
        both.map(|(width, floor)| (*width).min(cap).max(*floor))
            .collect()
    };
    let most = widths.iter().copied().max().unwrap_or(0);
    let caps = (0..=most).rev().map(capped);
    let mut fitting = caps.filter(|widths| widths.iter().sum::<usize>() <= room);
    fitting.next().unwrap_or_else(|| floors.to_vec())
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

    #[test]
    fn a_name_stays_whole_and_what_is_not_worth_showing_goes() {
        let header = ["model", "variant", "summary"];
        let rows = [row(&[
            "mmsplice-donor-of-a-long-name",
            "int8-static",
            "Donor sites of the human genome.",
        ])];
        for overflow in [Overflow::Cut, Overflow::Wrap] {
            for width in [20, 50, 80] {
                let lines = lines(&header, &rows, Some(width), overflow);
                assert!(lines[1].starts_with("mmsplice-donor-of-a-long-name"));
            }
        }
        let cut = lines(&header, &rows, Some(46), Overflow::Cut);
        assert_eq!(cut[1], "mmsplice-donor-of-a-long-name  int8-static");
        assert_eq!(cut[0], "model                          variant");
    }

    #[test]
    fn a_word_without_room_is_broken() {
        let digest = "sha256:6c1585d1bbf45b076c1585d1bbf45b07";
        let rows = [row(&["onnx", digest])];
        let lines = lines(&["runtime", "library"], &rows, Some(30), Overflow::Wrap);
        assert_eq!(
            lines[1..],
            [
                "onnx     sha256:6c1585d1bbf45b",
                "         076c1585d1bbf45b07"
            ]
        );
    }
}
