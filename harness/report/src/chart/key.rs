//! The key beneath a panel: line, marker, name and number of each variant.

use crate::chart::marker;
use crate::chart::svg::Svg;

/// How high a row is.
pub(crate) const ROW: f64 = 17.0;

/// Draws the key of `(style, text)` rows from a corner downwards.
pub(crate) fn draw(svg: &mut Svg, (x, y): (f64, f64), rows: &[(usize, String)], markers: bool) {
    for (row, (style, text)) in rows.iter().enumerate() {
        let line = y + ROW * (row as f64 + 0.5);
        svg.line(&marker::line_class(*style), (x, line), (x + 22.0, line));
        if markers {
            marker::draw(svg, *style, (x + 11.0, line), 2.8);
        }
        svg.text("k", (x + 28.0, line + 4.4), text);
    }
}
