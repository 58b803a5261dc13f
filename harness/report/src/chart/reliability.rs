//! The reliability diagram.

use crate::chart::curve_panel::{Area, Guide, Panel, Series, draw};

/// How often a bin's examples are positive against its mean probability; on the diagonal the model
/// means what it says.
pub(crate) fn reliability(id: &str, title: &str, series: &[Series], most_points: usize) -> String {
    let panel = Panel {
        id: id.to_owned(),
        title: title.to_owned(),
        x: "Mean probability of a bin",
        y: "Share that is positive",
        area: Area::unit(1.0),
        dots: &[],
        guide: Guide::Diagonal,
        each: "variant",
        joined: true,
        markers: true,
        most_points,
    };
    draw(&panel, series)
}
