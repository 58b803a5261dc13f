//! The page that keeps what decides.

use crate::context::Page;
use crate::context::folded::Folded;
use crate::context::section::Room;
use crate::error::ReportError;
use crate::fold::matrix::matrices;
use crate::index::Index;
use crate::input::ReportInput;
use crate::template;

/// Rows of each list, fewer where the page would become too large.
const ROWS: [usize; 5] = [1000, 300, 60, 10, 0];

/// The page that keeps what decides and links to the parts. `cuts` are what the parts leave out, in words.
pub(super) fn main_page(
    input: &ReportInput,
    parts: &[(String, String)],
    cuts: &[String],
    limit: usize,
) -> Result<String, ReportError> {
    let index = Index::new(input, 2);
    let mut bytes = 0;
    for rows in ROWS {
        let mut page = Page::new(&index, Room::Rows(rows));
        let (matrices, cut) = matrices(&index, rows);
        let cuts = [cuts, &cut, &page.cuts].concat();
        page.fold(&Folded {
            parts: parts.to_vec(),
            matrices,
            cuts,
        });
        let html = template::fill("report.html", page)?;
        if html.len() < limit {
            return Ok(html);
        }
        bytes = html.len();
    }
    Err(ReportError::TooLarge { bytes, limit })
}
