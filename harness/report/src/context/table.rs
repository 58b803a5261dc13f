//! A table: columns, and rows in groups.

use serde::Serialize;

use titer_spec::plan::PlannedVariant;

use crate::context::cell::Cell;
use crate::index::Subject;

/// A table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Table {
    /// What it shows.
    pub caption: String,
    /// The first column's name.
    pub corner: String,
    /// The other columns.
    pub columns: Vec<Column>,
    /// Rows in groups.
    pub groups: Vec<Group>,
    /// Reasons that several cells refer to.
    pub notes: Vec<String>,
}

/// A column's head.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Column {
    /// Its name.
    pub name: String,
    /// "in", "out" or "": which mark it carries.
    pub side: &'static str,
    /// Lines beneath.
    pub lines: Vec<String>,
}

/// Rows under a heading.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Group {
    /// The heading; empty for none.
    pub heading: String,
    /// Said in small beside it.
    pub hint: String,
    /// Said beneath it, once for all rows.
    pub note: Option<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// Its name.
    pub label: String,
    /// "reference", "beside" (read beside the others) or "".
    pub kind: &'static str,
    /// A style's number, for the marker; `None` for no marker.
    pub style: Option<usize>,
    /// Its cells, one for each column.
    pub cells: Vec<Cell>,
}

impl Column {
    /// A column with a name only.
    pub(crate) fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

impl Row {
    /// A variant's row.
    pub(crate) fn of(subject: Subject<'_>, variant: &PlannedVariant, cells: Vec<Cell>) -> Self {
        Self {
            label: variant.name.clone(),
            kind: match variant.name == subject.model.reference {
                true => "reference",
                false => "",
            },
            style: Some(subject.style(&variant.name)),
            cells,
        }
    }
}

impl Table {
    /// A table of variants; long reasons that repeat become notes beneath it.
    pub(crate) fn new(
        caption: impl Into<String>,
        columns: impl Into<Vec<Column>>,
        groups: Vec<Group>,
    ) -> Self {
        let mut table = Self {
            caption: caption.into(),
            corner: "Variant".to_owned(),
            columns: columns.into(),
            groups,
            notes: Vec::new(),
        };
        table.gather_notes();
        table
    }

    fn cells(&mut self) -> impl Iterator<Item = &mut Cell> {
        let rows = self.groups.iter_mut().flat_map(|group| &mut group.rows);
        rows.flat_map(|row| &mut row.cells)
    }

    fn gather_notes(&mut self) {
        let mut reasons: Vec<(String, usize)> = Vec::new();
        for reason in self.cells().filter_map(|cell| cell.undefined.clone()) {
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, times)) => *times += 1,
                None => reasons.push((reason, 1)),
            }
        }
        let notes: Vec<String> = reasons
            .into_iter()
            .filter(|(reason, times)| *times > 1 && reason.chars().count() > LONG)
            .map(|(reason, _)| reason)
            .collect();
        for cell in self.cells() {
            let place = notes
                .iter()
                .position(|note| Some(note) == cell.undefined.as_ref());
            if let Some(place) = place {
                cell.undefined = None;
                cell.note_number = Some(place + 1);
            }
        }
        self.notes = notes;
    }
}

/// Letters from which a reason that repeats is written once, beneath the table.
const LONG: usize = 28;

impl Group {
    /// Rows that need no heading.
    pub(crate) fn plain(rows: Vec<Row>) -> Self {
        Self {
            heading: String::new(),
            hint: String::new(),
            note: None,
            rows,
        }
    }

    /// Moves a reason that all cells with a value share out of the cells into the group's note.
    pub(crate) fn share_reason(&mut self, before: &str) {
        let reasons: Vec<Option<&String>> = self
            .rows
            .iter()
            .filter(|row| row.kind != "beside")
            .flat_map(|row| &row.cells)
            .filter(|cell| !cell.value.is_empty())
            .map(|cell| cell.undefined.as_ref())
            .collect();
        let Some(Some(first)) = reasons.first().map(|reason| reason.cloned()) else {
            return;
        };
        if reasons.len() < 2 || reasons.iter().any(|reason| *reason != Some(&first)) {
            return;
        }
        for cell in self.rows.iter_mut().flat_map(|row| &mut row.cells) {
            if !cell.value.is_empty() && cell.undefined.as_ref() == Some(&first) {
                cell.undefined = None;
                cell.range = None;
            }
        }
        self.note = Some(format!("{before}{first}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(value: &str, reason: &str) -> Cell {
        Cell {
            value: value.to_owned(),
            undefined: Some(reason.to_owned()),
            ..Cell::default()
        }
    }

    #[test]
    fn a_long_reason_that_repeats_is_written_once() {
        let long = "a reason that is much too long for a narrow cell";
        let row = Row {
            label: String::new(),
            kind: "",
            style: None,
            cells: vec![
                cell("1", long),
                cell("2", long),
                cell("", "short"),
                cell("", "short"),
            ],
        };
        let group = Group::plain(vec![row]);
        let table = Table::new("", [], vec![group]);
        assert_eq!(table.notes, [long]);
        let cells = &table.groups[0].rows[0].cells;
        assert_eq!(
            (cells[0].note_number, cells[0].undefined.clone()),
            (Some(1), None)
        );
        assert_eq!(cells[2].undefined.as_deref(), Some("short"));
    }

    #[test]
    fn a_shared_reason_is_said_once_and_a_missing_value_keeps_its_own() {
        let row = |cells| Row {
            label: String::new(),
            kind: "",
            style: None,
            cells,
        };
        let cells = vec![cell("1", "a"), cell("2", "a"), cell("", "a")];
        let mut group = Group::plain(vec![row(cells)]);
        group.share_reason("No intervals: ");
        assert_eq!(group.note.as_deref(), Some("No intervals: a"));
        let left: Vec<bool> = group.rows[0]
            .cells
            .iter()
            .map(|cell| cell.undefined.is_some())
            .collect();
        assert_eq!(left, [false, false, true]);
        let mut mixed = vec![cell("1", "a"), cell("2", "a"), Cell::plain("3")];
        mixed[2].range = Some("2–4".to_owned());
        group.rows = vec![row(mixed)];
        group.note = None;
        group.share_reason("No intervals: ");
        assert_eq!(group.note, None);
    }
}
