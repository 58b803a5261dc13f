//! A run that is too large for one page: a page of what decides, and parts beside it.

mod cut;
mod main_page;
mod matrix;
mod part;
mod subset;

use crate::context::Page;
use crate::context::section::Room;
use crate::error::ReportError;
use crate::index::Index;
use crate::input::ReportInput;
use crate::{estimate, template};

/// The most bytes that a page may have.
pub const MAX_BYTES: usize = 2_000_000;

/// Points of a curve, fewer where the page would become too large.
const POINTS: [usize; 4] = [160, 80, 40, 16];

/// The report's pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// `report.html`.
    pub main: String,
    /// Where that would be too large: what it leaves out, by file name.
    pub parts: Vec<(String, String)>,
}

/// The report's pages: one, or several where one would be over [`MAX_BYTES`].
pub(crate) fn pages(input: &ReportInput) -> Result<Pages, ReportError> {
    pages_within(input, MAX_BYTES)
}

pub(crate) fn pages_within(input: &ReportInput, limit: usize) -> Result<Pages, ReportError> {
    // A page far over the limit is not tried four times; the estimate may be wrong by half.
    if estimate::page_bytes(&input.manifest.plan) / 2 < limit as u64 {
        for points in POINTS {
            let page = Page::new(&Index::new(input, points), Room::Whole);
            let html = template::fill("report.html", &page)?;
            if html.len() < limit {
                return Ok(Pages {
                    main: html,
                    parts: Vec::new(),
                });
            }
        }
    }
    let (parts, cuts) = part::parts(input, limit)?;
    let links = parts.iter();
    let links: Vec<_> = links
        .map(|part| (part.file.clone(), part.title.clone()))
        .collect();
    let main = main_page::main_page(input, &links, &cuts, limit)?;
    let parts = parts.into_iter().map(|part| (part.file, part.html));
    Ok(Pages {
        main,
        parts: parts.collect(),
    })
}

#[cfg(test)]
mod tests;
