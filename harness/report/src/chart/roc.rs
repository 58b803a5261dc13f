//! The ROC curve.

use crate::chart::curve_panel::{Area, Guide, Panel, Series, draw};

/// True against false positive rate; the diagonal is guessing.
pub(crate) fn roc(id: &str, title: &str, series: &[Series], most_points: usize) -> String {
    let panel = Panel {
        id: id.to_owned(),
        title: title.to_owned(),
        x: "False positive rate",
        y: "True positive rate",
        area: Area::unit(1.0),
        dots: &[],
        guide: Guide::Diagonal,
        each: "variant",
        joined: true,
        markers: false,
        most_points,
    };
    draw(&panel, series)
}
