//! Tables of rows: what the columns of each are says the row's type, rows go through their serde form.

use std::path::Path;

use serde_json::{Map, Number, Value};
use titer_core::Tables;
use titer_core::table::{Column, Holds, Part, Row, Table as Tabled};
use titer_core::tables::{Read, Visit};

use crate::error::StoreError;
use crate::folder::RunFolder;
use crate::table::{Columns, Table, Typed};

/// Rows as their table has them: a value, or null, by column.
///
/// # Errors
/// A row refuses to be written.
pub fn flat<R: Row>(rows: &[R]) -> Result<Vec<Map<String, Value>>, serde_json::Error> {
    let columns = R::columns();
    rows.iter().map(|row| flatten(row, &columns)).collect()
}

fn flatten<R: Row>(row: &R, columns: &[Column]) -> Result<Map<String, Value>, serde_json::Error> {
    let mut nested = serde_json::to_value(row)?;
    let of = |column: &Column| {
        let mut at = Some(&mut nested);
        for name in &column.path {
            at = at.and_then(|value| value.get_mut(name));
        }
        (column.name.clone(), at.map_or(Value::Null, Value::take))
    };
    Ok(columns.iter().map(of).collect())
}

/// Puts a value where a row has it. Null leaves no trace inside of something, which is absent, or holds another, where all of it is.
fn put(row: &mut Map<String, Value>, path: &[&'static str], value: Value) {
    match path {
        [] => {}
        [name] => {
            row.insert((*name).to_owned(), value);
        }
        [_, ..] if value.is_null() => {}
        [name, rest @ ..] => {
            let inside = row
                .entry(*name)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inside) = inside {
                put(inside, rest, value);
            }
        }
    }
}

impl RunFolder {
    /// Writes a table whole.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_rows<T: Tabled>(&self, all: &[T]) -> Result<(), StoreError> {
        write_at(&self.table(T::Row::TABLE), all)
    }

    /// Reads a table whole.
    ///
    /// # Errors
    /// The run has not been scored, or the table is damaged.
    pub fn read_rows<T: Tabled>(&self) -> Result<Vec<T>, StoreError> {
        read_at(&self.table(T::Row::TABLE))
    }

    /// Writes every table.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_tables(&self, tables: &Tables) -> Result<(), StoreError> {
        struct Write<'a>(&'a RunFolder);
        impl Visit for Write<'_> {
            type Error = StoreError;

            fn visit<T: Tabled>(&mut self, all: &[T]) -> Result<(), StoreError> {
                self.0.write_rows(all)
            }
        }
        tables.each(&mut Write(self))
    }

    /// Reads every table of a run that has been scored.
    ///
    /// # Errors
    /// A table is damaged, or is not there though every version writes it.
    pub fn read_tables(&self) -> Result<Tables, StoreError> {
        Tables::read(&Reader {
            folder: self,
            scored: true,
        })
    }

    /// Reads the tables that are there.
    ///
    /// # Errors
    /// A table is damaged.
    pub(crate) fn read_tables_so_far(&self) -> Result<Tables, StoreError> {
        Tables::read(&Reader {
            folder: self,
            scored: false,
        })
    }
}

/// Writes rows as a table.
pub(crate) fn write_at<T: Tabled>(path: &Path, all: &[T]) -> Result<(), StoreError> {
    let maps = flat(&T::rows(all)).map_err(|error| StoreError::damaged(path, error.to_string()))?;
    let mut columns = Columns::default();
    for Column { name, holds, .. } in &T::Row::columns() {
        let values = maps.iter().map(|map| map.get(name));
        columns = match holds {
            Holds::Text => columns.maybe_text(name, values.map(|value| value?.as_str())),
            Holds::Whole => columns.maybe_whole(name, values.map(|value| value?.as_u64())),
            Holds::Number => columns.maybe_number(name, values.map(|value| value?.as_f64())),
            Holds::Flag => {
                columns.flag(name, values.map(|value| value == Some(&Value::Bool(true))))
            }
        };
    }
    columns.write(path)
}

/// Reads the rows of a table.
pub(crate) fn read_at<T: Tabled>(path: &Path) -> Result<Vec<T>, StoreError> {
    let table = Table::read(path)?;
    let mut maps = vec![Map::new(); table.height()];
    for column in T::Row::columns() {
        if column.later && !table.has(&column.name) {
            continue;
        }
        for (map, value) in maps.iter_mut().zip(values(&table, &column)?) {
            put(map, &column.path, value);
        }
    }
    let row = |(number, map)| {
        serde_json::from_value(Value::Object(map))
            .map_err(|error| table.row_error(number, &error.to_string()))
    };
    let rows: Result<_, _> = maps.into_iter().enumerate().map(row).collect();
    Ok(T::gather(rows?))
}

struct Reader<'a> {
    folder: &'a RunFolder,
    /// Whether every table has to be there that every version writes.
    scored: bool,
}

impl Read for Reader<'_> {
    type Error = StoreError;

    fn read<T: Tabled>(&self) -> Result<Option<Vec<T>>, StoreError> {
        match self.folder.read_rows() {
            Err(StoreError::Missing { .. }) if T::Row::LATER || !self.scored => Ok(None),
            read => read.map(Some),
        }
    }
}

fn values(table: &Table<'_>, column: &Column) -> Result<Vec<Value>, StoreError> {
    fn all<T>(values: Vec<Option<T>>, into: impl Fn(T) -> Value) -> Vec<Value> {
        let value = |value: Option<T>| value.map_or(Value::Null, &into);
        values.into_iter().map(value).collect()
    }
    let name = &column.name;
    Ok(match column.holds {
        Holds::Text => all(table.maybe_text(name)?, Value::String),
        Holds::Whole => all(table.maybe_whole(name)?, Value::from),
        Holds::Number => all(table.maybe_number(name)?, |number| {
            Number::from_f64(number).map_or(Value::Null, Value::Number)
        }),
        Holds::Flag => table.flag(name)?.into_iter().map(Value::Bool).collect(),
    })
}
