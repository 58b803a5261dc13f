//! A part of a model's results that unfolds: a title, how to read it, tables and pictures.

use serde::Serialize;
use titer_core::table::{Row, Table as Stored};

use crate::context::pictures::Picture;
use crate::context::table::Table;
use crate::index::{Index, Subject};

/// Makes a part of a model's results on a suite; `None` where the run has nothing for it.
pub(crate) type BlockOf = fn(&Index<'_>, Subject<'_>) -> Option<Block>;

/// A part of a model's results.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Block {
    /// Where links lead, after the model's own id.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// How to read it; empty where nothing need be said.
    pub lead: &'static str,
    /// "control" for what must not be read as a drop in quality, or "".
    pub frame: &'static str,
    /// What it shows, in order.
    pub items: Vec<Item>,
    /// The tables of the run folder that its numbers are from: each is a file in `csv/`, too.
    pub tables: Vec<&'static str>,
}

/// Something that a block shows.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Item {
    /// A table.
    Table(Table),
    /// A table that unfolds under its summary.
    Folded {
        /// The line that is seen.
        summary: String,
        /// The table.
        table: Table,
    },
    /// Pictures.
    Pictures(PictureRow),
}

/// Pictures beside each other.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PictureRow {
    /// What they show; empty under the block's own title.
    pub heading: &'static str,
    /// How to read them.
    pub reading: &'static str,
    /// "wide" for one beneath the other, or "".
    pub kind: &'static str,
    /// The pictures.
    pub list: Vec<Picture>,
}

impl PictureRow {
    /// Pictures one beneath the other.
    pub(crate) fn wide(list: Vec<Picture>) -> Self {
        Self {
            heading: "",
            reading: "",
            kind: "wide",
            list,
        }
    }
}

impl Block {
    /// A block that shows nothing yet.
    pub(crate) fn new(id: &'static str, title: &'static str, lead: &'static str) -> Self {
        Self {
            id,
            title,
            lead,
            frame: "",
            items: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// Says that its numbers are from a table of the run folder.
    #[must_use]
    pub(crate) fn from<T: Stored>(mut self) -> Self {
        self.tables.push(T::Row::TABLE);
        self
    }

    /// Adds a table, if there is one.
    #[must_use]
    pub(crate) fn table(mut self, table: Option<Table>) -> Self {
        self.items.extend(table.map(Item::Table));
        self
    }

    /// Adds a table that unfolds, if there is one.
    #[must_use]
    pub(crate) fn folded(mut self, summary: impl Into<String>, table: Option<Table>) -> Self {
        let summary = summary.into();
        let folded = |table| Item::Folded { summary, table };
        self.items.extend(table.map(folded));
        self
    }

    /// Adds pictures, if there are any.
    #[must_use]
    pub(crate) fn pictures(mut self, row: PictureRow) -> Self {
        if !row.list.is_empty() {
            self.items.push(Item::Pictures(row));
        }
        self
    }

    /// The block, unless it shows nothing.
    pub(crate) fn unless_empty(self) -> Option<Self> {
        (!self.items.is_empty()).then_some(self)
    }

    /// Its tables.
    pub(crate) fn tables_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.items.iter_mut().filter_map(|item| match item {
            Item::Table(table) | Item::Folded { table, .. } => Some(table),
            Item::Pictures(_) => None,
        })
    }

    /// Its pictures.
    pub(crate) fn pictures_mut(&mut self) -> impl Iterator<Item = &mut PictureRow> {
        self.items.iter_mut().filter_map(|item| match item {
            Item::Pictures(row) => Some(row),
            Item::Table(_) | Item::Folded { .. } => None,
        })
    }
}
