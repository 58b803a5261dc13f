//! `csv/`: the tables of the run folder for spreadsheets and for scripts that read no Parquet.

use std::borrow::Cow;

use serde_json::Value;

use crate::error::ReportError;
use crate::rows::TableRows;

/// The file name and text of each table.
pub(crate) fn csv(tables: &[TableRows]) -> Vec<(String, Result<String, ReportError>)> {
    let file = |table: &TableRows| (format!("csv/{}.csv", table.name), text(table));
    tables.iter().map(file).collect()
}

fn text(table: &TableRows) -> Result<String, ReportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(&table.columns)
        .map_err(ReportError::csv)?;
    for row in &table.rows {
        let cells = table.columns.iter().map(|name| cell(row.get(name)));
        let cells: Vec<Cow<'_, str>> = cells.collect();
        let bytes = cells.iter().map(|cell| cell.as_bytes());
        writer.write_record(bytes).map_err(ReportError::csv)?;
    }
    let bytes = writer.into_inner().map_err(ReportError::csv)?;
    String::from_utf8(bytes).map_err(ReportError::csv)
}

/// A value; nothing where there is none. Numbers are written so that they read back to the same bits.
fn cell(value: Option<&Value>) -> Cow<'_, str> {
    match value {
        None | Some(Value::Null) => Cow::Borrowed(""),
        Some(Value::String(text)) => tame(text),
        Some(other) => Cow::Owned(other.to_string()),
    }
}

/// Names come from the data of others. A spreadsheet would take one that begins like a formula for one: it gets an apostrophe.
fn tame(text: &str) -> Cow<'_, str> {
    let formula = match text.as_bytes() {
        [b'=' | b'@' | b'\t' | b'\r', ..] => true,
        // A strand is "+" or "-".
        [b'+' | b'-', _, ..] => text.parse::<f64>().is_err(),
        _ => false,
    };
    match formula {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReportInput, fixture};
    use titer_core::Tables;

    fn laid_out(input: &ReportInput) -> Vec<TableRows> {
        crate::rows::rows(&input.tables).unwrap()
    }

    #[test]
    fn every_table_has_its_rows_with_every_column() {
        let mut input = fixture::run();
        input.tables.scores[0].value = Ok(0.1 + 0.2);
        input.tables.scores[1].key.case.dataset = "=2+3, \"x\"".to_owned();
        let files = csv(&laid_out(&input));
        assert_eq!(files.len(), Tables::NAMES.len());
        let (name, scores) = &files[0];
        assert_eq!(name, "csv/scores.csv");
        let mut reader = csv::Reader::from_reader(scores.as_ref().unwrap().as_bytes());
        let heads = reader.headers().unwrap().clone();
        let of = |name: &str| heads.iter().position(|head| head == name).unwrap();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), input.tables.scores.len());
        assert_eq!(rows[0][of("value")].parse::<f64>().unwrap(), 0.1 + 0.2);
        assert_eq!(&rows[1][of("dataset")], "'=2+3, \"x\"");
        // Values stand beside the reasons why there is none.
        let undefined = input
            .tables
            .scores
            .iter()
            .position(|one| one.value.is_err());
        let row = &rows[undefined.unwrap()];
        assert!(row[of("value")].is_empty() && !row[of("value_undefined")].is_empty());
    }

    #[test]
    fn only_what_reads_as_a_formula_is_changed() {
        for plain in ["+", "-", "-0.5", "+1e5", "chr1", "", "a=b"] {
            assert_eq!(tame(plain), plain);
        }
        for formula in ["=1", "@sum(a1)", "+cmd|x", "-cmd", "\tx"] {
            assert_eq!(tame(formula), format!("'{formula}"));
        }
    }

    #[test]
    fn a_table_that_the_folder_lacks_has_no_file() {
        let mut input = fixture::run();
        fixture::judged_before_falls(&mut input);
        let files = csv(&laid_out(&input));
        assert!(files.iter().all(|(name, _)| name != "csv/falls.csv"));
        assert_eq!(files.len(), Tables::NAMES.len() - 1);
    }
}
