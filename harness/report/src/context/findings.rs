//! The two to five findings that matter most, in sentences: a file for each.

mod calibration;
mod controls;
mod failed;
mod new_data;
mod reference;
mod speed;

use serde::Serialize;

use crate::context::section::{Filled, Room, shorten};
use crate::index::Index;

/// What matters most.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let mut findings = findings(index);
    for finding in &mut findings {
        if let Some(letters) = room.letters() {
            shorten(&mut finding.text, letters);
        }
    }
    (!findings.is_empty()).then(|| Filled::unlisted(&findings))
}

/// A finding.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Finding {
    /// Its subject in a few words.
    pub title: &'static str,
    /// What was found.
    pub text: String,
}

/// At most five findings, the weightiest first.
pub(crate) fn findings(index: &Index<'_>) -> Vec<Finding> {
    let all = [
        ("Failed", failed::text(index)),
        ("Against the reference", reference::text(index)),
        ("New data", new_data::text(index)),
        ("Controls", controls::text(index)),
        ("Calibration", calibration::text(index)),
        ("Speed", speed::text(index)),
    ];
    let found = all.into_iter();
    let found = found.filter_map(|(title, text)| Some(Finding { title, text: text? }));
    found.take(5).collect()
}

/// " of donor sites" or " of ctcf", where a metric is of a class.
fn of_class(index: &Index<'_>, suite: &str, class: Option<&str>) -> String {
    let mut suites = index.plan().suites.iter();
    let suite = suites.find(|it| it.name == suite);
    let sites = suite.is_none_or(|suite| suite.positions().is_some());
    match (class, sites) {
        (None, _) => String::new(),
        (Some(class), true) => format!(" of {class} sites"),
        (Some(class), false) => format!(" of {class}"),
    }
}
