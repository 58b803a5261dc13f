//! `docs/tables.md` is what the types of rows say.

use std::fmt::Write;
use std::path::Path;

use titer_core::Tables;
use titer_core::table::{Holds, Part, Row, Table};
use titer_core::tables::Visit;

const BEGINNING: &str = "# The tables of a run

What judging computes, as `titer score` writes it into the run folder ([all of it](run-folder.md)). Each table is a Parquet file of this
name; `report.json` has the same rows under the same names (but for the points of curves). Made from the types of the rows:
`TITER_WRITE_DOCS=1 cargo test --workspace --lib the_tables_are_documented` writes it anew.
";

struct Page(String);

impl Visit for Page {
    type Error = std::fmt::Error;

    fn visit<T: Table>(&mut self, _: &[T]) -> std::fmt::Result {
        let (table, about) = (T::Row::TABLE, T::Row::ABOUT.trim());
        writeln!(self.0, "\n## {table}.parquet\n\n{about}\n")?;
        writeln!(
            self.0,
            "| column | holds | what it is |\n| --- | --- | --- |"
        )?;
        for column in T::Row::columns() {
            let holds = match column.holds {
                Holds::Text => "text",
                Holds::Whole => "whole number",
                Holds::Number => "number",
                Holds::Flag => "yes or no",
            };
            assert!(!column.about.is_empty(), "{table}.{}", column.name);
            // A table has null where Rust has `None`.
            let about = column.about.replace("`None`", "null");
            writeln!(self.0, "| `{}` | {holds} | {about} |", column.name)?;
        }
        Ok(())
    }
}

#[test]
fn the_tables_are_documented() {
    let mut page = Page(BEGINNING.to_owned());
    Tables::default().each(&mut page).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tables.md");
    if std::env::var_os("TITER_WRITE_DOCS").is_some() {
        std::fs::write(&path, &page.0).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page.0,
        "docs/tables.md is not what the types say: TITER_WRITE_DOCS=1 cargo test --workspace --lib the_tables_are_documented"
    );
}
