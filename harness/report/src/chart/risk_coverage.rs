//! The risk-coverage curve.

use crate::chart::curve_panel::{Area, Guide, Panel, Series, draw};

/// The error rate among the most confident share of the examples.
pub(crate) fn risk_coverage(
    id: &str,
    title: &str,
    series: &[Series],
    most_points: usize,
) -> String {
    let highest = series
        .iter()
        .flat_map(|one| one.points.iter().map(|point| point.1))
        .fold(0.0, f64::max);
    let panel = Panel {
        id: id.to_owned(),
        title: title.to_owned(),
        x: "Coverage",
        y: "Error rate",
        area: Area::unit((highest * 1.6).clamp(0.01, 1.0)),
        dots: &[],
        guide: Guide::Nothing,
        each: "variant",
        joined: true,
        markers: false,
        most_points,
    };
    draw(&panel, series)
}
