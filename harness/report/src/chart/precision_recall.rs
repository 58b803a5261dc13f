//! The precision-recall curve.

use crate::chart::curve_panel::{Area, Guide, Panel, Series, draw};

/// Precision against recall; the level line is the prevalence, which guessing earns.
pub(crate) fn precision_recall(
    id: &str,
    title: &str,
    series: &[Series],
    prevalence: Option<f64>,
    most_points: usize,
) -> String {
    let panel = Panel {
        id: id.to_owned(),
        title: title.to_owned(),
        x: "Recall",
        y: "Precision",
        area: Area::unit(1.0),
        dots: &[],
        guide: prevalence.map_or(Guide::Nothing, Guide::Level),
        each: "variant",
        joined: true,
        markers: false,
        most_points,
    };
    draw(&panel, series)
}
