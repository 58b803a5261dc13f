//! The key inside a panel: line, marker, name and number of each variant, in an empty corner.

use crate::chart::marker;
use crate::chart::svg::Svg;

/// The corner that the key sits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Corner {
    /// Top left.
    TopLeft,
    /// Bottom left.
    BottomLeft,
    /// Bottom right.
    BottomRight,
}

/// The plot's inner rectangle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inner {
    /// Left, top, right, bottom.
    pub edges: (f64, f64, f64, f64),
}

const ROW: f64 = 15.0;
const LETTER: f64 = 5.9;

/// Draws the key of `(style, text)` rows.
pub(crate) fn draw(
    svg: &mut Svg,
    inner: Inner,
    corner: Corner,
    rows: &[(usize, String)],
    markers: bool,
) {
    let (left, top, right, bottom) = inner.edges;
    let longest = rows.iter().map(|(_, text)| text.chars().count()).max();
    let width = longest.unwrap_or(0) as f64 * LETTER + 34.0;
    let height = rows.len() as f64 * ROW + 6.0;
    let x = if corner == Corner::BottomRight {
        right - width - 4.0
    } else {
        left + 4.0
    };
    let y = if corner == Corner::TopLeft {
        top + 4.0
    } else {
        bottom - height - 4.0
    };
    svg.rect("kb", (x, y), (width, height));
    for (row, (style, text)) in rows.iter().enumerate() {
        let line = y + 3.0 + ROW * (row as f64 + 0.5);
        svg.line(
            &marker::line_class(*style),
            (x + 5.0, line),
            (x + 25.0, line),
        );
        if markers {
            marker::draw(svg, *style, (x + 15.0, line), 2.8);
        }
        svg.text("k", (x + 30.0, line + 3.6), text);
    }
}
