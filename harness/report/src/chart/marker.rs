//! Marker shapes: a variant keeps its shape, dash and colour in every chart.

use crate::chart::svg::{Svg, short};

/// How many styles there are; more variants start over.
pub(crate) const STYLES: usize = 6;

/// The class of a variant's line: colour and dash.
pub(crate) fn line_class(style: usize) -> String {
    format!("ln s{}", style % STYLES)
}

/// Draws a variant's marker: circle, square, triangle, diamond, cross, triangle downwards.
pub(crate) fn draw(svg: &mut Svg, style: usize, (x, y): (f64, f64), size: f64) {
    let class = format!("mk s{}", style % STYLES);
    let at = |dx: f64, dy: f64| format!("{} {}", short(x + dx * size), short(y + dy * size));
    let shape = |corners: &[(f64, f64)]| {
        let list: Vec<String> = corners.iter().map(|(dx, dy)| at(*dx, *dy)).collect();
        format!("M{}Z", list.join("L"))
    };
    match style % STYLES {
        0 => svg.circle(&class, (x, y), size),
        1 => svg.path(
            &class,
            &shape(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        ),
        2 => svg.path(&class, &shape(&[(0.0, -1.15), (1.1, 0.9), (-1.1, 0.9)])),
        3 => svg.path(
            &class,
            &shape(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
        ),
        4 => svg.path(
            &format!("{class} open"),
            &format!(
                "M{}L{}M{}L{}",
                at(-1.0, -1.0),
                at(1.0, 1.0),
                at(-1.0, 1.0),
                at(1.0, -1.0)
            ),
        ),
        _ => svg.path(&class, &shape(&[(0.0, 1.15), (1.1, -0.9), (-1.1, -0.9)])),
    }
}
