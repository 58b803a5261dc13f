//! The two to five findings that matter most, in sentences: a file for each.

mod calibration;
mod controls;
mod failed;
mod ladders;
mod new_data;
mod reference;
mod speed;

use serde::Serialize;

use crate::context::section::{Filled, Room, shorten};
use crate::context::{curves, falls, losses, worth};
use crate::index::{Index, Subject};

/// What matters most.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let mut findings = findings(index);
    for finding in &mut findings {
        if let Some(letters) = room.letters() {
            finding.link = None;
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
    /// Where the page has more of it.
    pub link: Option<String>,
}

/// At most five findings, the weightiest first.
pub(crate) fn findings(index: &Index<'_>) -> Vec<Finding> {
    // The first model whose results have it.
    let first = |id: &str, has: fn(&Index<'_>, Subject<'_>) -> bool| {
        let mut subjects = index.subjects().into_iter();
        let found = subjects.find(|subject| has(index, *subject));
        found.map(|subject| format!("{}-{id}", subject.slug()))
    };
    let all = [
        ("Failed", failed::points(index), Some("failures".to_owned())),
        (
            "Against the reference",
            reference::points(index),
            losses::table(index).map(|_| "losses".to_owned()),
        ),
        (
            "New data",
            ladders::points(index)
                .into_iter()
                .chain(new_data::points(index))
                .collect(),
            first("falls", |index, subject| {
                falls::block(index, subject).is_some()
            }),
        ),
        (
            "Controls",
            controls::points(index),
            first("worth", |index, subject| {
                worth::block(index, subject).is_some()
            }),
        ),
        (
            "Calibration",
            calibration::points(index),
            first("curves", curves::has_some),
        ),
        ("Speed", speed::points(index), Some("costs".to_owned())),
    ];
    let found = all.into_iter();
    let found = found.map(|(title, points, link)| Finding {
        title,
        points,
        link,
    });
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
