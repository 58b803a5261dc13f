//! From a judged run to its texts.

use crate::error::ReportError;
use crate::fold::{self, Pages};
use crate::input::ReportInput;
use crate::junit::Ci;
use crate::{csv, json, junit, rows, summary};

/// A report's texts. Each stands for itself: one that could not be made takes no other with it.
#[derive(Debug)]
pub struct Rendered {
    /// `report.html`: a page without network or scripts, and its parts where one page cannot hold the run.
    pub pages: Result<Pages, ReportError>,
    /// `report.json`: the same for machines.
    pub json: Result<String, ReportError>,
    /// `csv/`: the run folder's tables by file name.
    pub csv: Vec<(String, Result<String, ReportError>)>,
    /// `summary.md`: a comment for CI.
    pub summary_md: Result<String, ReportError>,
    /// `junit.xml`: a test case per gate and number.
    pub junit_xml: Result<String, ReportError>,
}

/// Writes the report; `ci` is for `junit.xml`. The same input gives the same bytes.
#[must_use]
pub fn render(input: &ReportInput, ci: &Ci) -> Rendered {
    let (json, csv) = match rows::rows(&input.tables) {
        Ok(tables) => {
            let csv = csv::csv(&tables);
            (json::json(input, tables), csv)
        }
        Err(error) => (Err(error.into()), Vec::new()),
    };
    Rendered {
        pages: fold::pages(input),
        json,
        csv,
        summary_md: summary::summary(input),
        junit_xml: junit::junit(input, ci),
    }
}
