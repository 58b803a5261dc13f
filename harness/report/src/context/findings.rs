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
            for point in &mut finding.points {
                shorten(point, letters);
            }
        }
    }
    (!findings.is_empty()).then(|| Filled::unlisted(&findings))
}

/// A finding.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Finding {
    /// Its subject in a few words.
    pub title: &'static str,
    /// What was found, a sentence or two each, the weightiest first.
    pub points: Vec<String>,
}

/// At most five findings, the weightiest first.
pub(crate) fn findings(index: &Index<'_>) -> Vec<Finding> {
    let all = [
        ("Failed", failed::points(index)),
        ("Against the reference", reference::points(index)),
        ("New data", new_data::points(index)),
        ("Controls", controls::points(index)),
        ("Calibration", calibration::points(index)),
        ("Speed", speed::points(index)),
    ];
    let found = all.into_iter();
    let found = found.map(|(title, points)| Finding { title, points });
    let found = found.filter(|finding| !finding.points.is_empty());
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
