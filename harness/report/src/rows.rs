//! The tables of a run folder as rows of named values, laid out once for all that writes them.

use serde_json::{Map, Value};
use titer_core::Tables;
use titer_core::table::{Part, Row, Table};
use titer_core::tables::Visit;
use titer_store::flat;

/// A table.
pub(crate) struct TableRows {
    /// Its name.
    pub name: &'static str,
    /// Its columns in order.
    pub columns: Vec<String>,
    /// Its rows, by column.
    pub rows: Vec<Map<String, Value>>,
}

/// Every table that the run folder has.
///
/// # Errors
/// A row refuses to be laid out.
pub(crate) fn rows(tables: &Tables) -> Result<Vec<TableRows>, serde_json::Error> {
    let mut all = All {
        tables,
        rows: Vec::new(),
    };
    tables.each(&mut all)?;
    Ok(all.rows)
}

struct All<'a> {
    tables: &'a Tables,
    rows: Vec<TableRows>,
}

impl Visit for All<'_> {
    type Error = serde_json::Error;

    fn visit<T: Table>(&mut self, all: &[T]) -> Result<(), serde_json::Error> {
        if !self.tables.lacks::<T>() {
            let columns = <T::Row as Part>::columns().into_iter();
            self.rows.push(TableRows {
                name: T::Row::TABLE,
                columns: columns.map(|column| column.name).collect(),
                rows: flat(&T::rows(all))?,
            });
        }
        Ok(())
    }
}
