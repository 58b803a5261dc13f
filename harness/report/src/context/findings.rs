//! The two to five findings that matter most, in sentences: a file for each.

mod calibration;
mod controls;
mod failed;
mod new_data;
mod reference;
mod speed;

use serde::Serialize;

use crate::index::Index;

/// A finding.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Its subject in a few words.
    pub title: &'static str,
    /// What was found.
    pub text: String,
}

/// At most five findings, the weightiest first.
pub fn findings(index: &Index<'_>) -> Vec<Finding> {
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

/// " of donor sites", where a metric is of a class.
fn of_class(class: Option<&str>) -> String {
    class.map_or(String::new(), |class| format!(" of {class} sites"))
}
