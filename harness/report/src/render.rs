//! From a judged run to the four texts.

use crate::context::Page;
use crate::error::ReportError;
use crate::index::Index;
use crate::input::ReportInput;
use crate::{json, junit, summary, template};

/// The most bytes that the page may have.
pub const MOST_BYTES: usize = 2_000_000;

/// Points of a curve, fewer where the page would become too large.
const POINTS: [usize; 4] = [160, 80, 40, 16];

/// A report's four texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// `report.html`: one page without network or scripts.
    pub html: String,
    /// `report.json`: the same for machines.
    pub json: String,
    /// `summary.md`: a comment for CI.
    pub summary_md: String,
    /// `junit.xml`: a test case per gate and number.
    pub junit_xml: String,
}

/// Writes the report. The same input gives the same bytes.
///
/// # Errors
/// A template that does not fit its context, or a page over [`MOST_BYTES`].
pub fn render(input: &ReportInput) -> Result<Rendered, ReportError> {
    Ok(Rendered {
        html: html(input)?,
        json: json::json(input)?,
        summary_md: summary::summary(input)?,
        junit_xml: junit::junit(input)?,
    })
}

fn html(input: &ReportInput) -> Result<String, ReportError> {
    let mut bytes = 0;
    for points in POINTS {
        let page = Page::new(&Index::new(input, points));
        let html = template::fill("report.html", &page)?;
        if html.len() < MOST_BYTES {
            return Ok(html);
        }
        bytes = html.len();
    }
    Err(ReportError::TooLarge {
        bytes,
        limit: MOST_BYTES,
    })
}
