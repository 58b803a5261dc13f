//! Quality against a cost: latency or size.

use crate::chart::marker;
use crate::chart::scale::{Scale, labels};
use crate::chart::svg::Svg;

/// A variant's place.
#[derive(Clone, Debug)]
pub struct Point {
    /// The variant.
    pub label: String,
    /// Its style's number.
    pub style: usize,
    /// The cost, in the axis's unit.
    pub cost: f64,
    /// The quality.
    pub quality: f64,
    /// The quality's interval.
    pub interval: Option<(f64, f64)>,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub struct TradeOff {
    /// Unique in the page.
    pub id: String,
    /// The title of the text alternative.
    pub title: String,
    /// The cost's name with its unit.
    pub x: String,
    /// The quality's name.
    pub y: String,
    /// Variants.
    pub points: Vec<Point>,
}

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 260.0;
const EDGES: (f64, f64, f64, f64) = (58.0, 10.0, 312.0, 218.0);
const LETTER: f64 = 6.6;

/// Draws the picture; `None` where there is nothing to place.
pub fn trade_off(plot: &TradeOff) -> Option<String> {
    let (left, top, right, bottom) = EDGES;
    let costs = ends(plot.points.iter().map(|point| point.cost))?;
    let marks = plot.points.iter().flat_map(|point| {
        let (lower, upper) = point.interval.unwrap_or((point.quality, point.quality));
        [point.quality, lower, upper]
    });
    let qualities = ends(marks)?;
    let pad = ((qualities.1 - qualities.0) * 0.12).max(5e-4);
    let y = Scale::linear((qualities.0 - pad, qualities.1 + pad), (bottom, top));
    let x = if costs.0 > 0.0 && costs.1 / costs.0 > 4.0 {
        Scale::logarithmic(costs, (left, right))
    } else {
        Scale::linear((0.0, costs.1 * 1.15), (left, right))
    };
    let mut svg = Svg::new(&plot.id, (WIDTH, HEIGHT), &plot.title, &description(plot));
    axes(&mut svg, plot, &x, &y);
    let mut taken: Vec<Box4> = Vec::new();
    for point in &plot.points {
        let place = (x.place(point.cost), y.place(point.quality));
        taken.push((place.0 - 5.0, place.1 - 5.0, place.0 + 5.0, place.1 + 5.0));
        if let Some((lower, upper)) = point.interval {
            taken.push((place.0 - 1.0, y.place(upper), place.0 + 1.0, y.place(lower)));
        }
    }
    for point in &plot.points {
        draw_point(&mut svg, point, &x, &y, &mut taken);
    }
    Some(svg.finish())
}

type Box4 = (f64, f64, f64, f64);

fn ends(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values
        .filter(|value| value.is_finite())
        .fold(None, |ends, value| {
            let (low, high) = ends.unwrap_or((value, value));
            Some((low.min(value), high.max(value)))
        })
}

fn axes(svg: &mut Svg, plot: &TradeOff, x: &Scale, y: &Scale) {
    let (left, top, right, bottom) = EDGES;
    let ticks = x.ticks(4);
    for tick in &ticks {
        svg.line("gr", (x.place(*tick), top), (x.place(*tick), bottom));
        svg.text("m", (x.place(*tick), bottom + 14.0), &plain(*tick));
    }
    let ticks = y.ticks(4);
    for (tick, label) in ticks.iter().zip(labels(&ticks)) {
        svg.line("gr", (left, y.place(*tick)), (right, y.place(*tick)));
        svg.text("e", (left - 5.0, y.place(*tick) + 3.6), &label);
    }
    svg.line("ax", (left, bottom), (right, bottom));
    svg.line("ax", (left, top), (left, bottom));
    svg.text("m lb", (f64::midpoint(left, right), HEIGHT - 10.0), &plot.x);
    svg.text_upwards("m lb", (12.0, f64::midpoint(top, bottom)), &plot.y);
}

fn plain(tick: f64) -> String {
    let rounded = (tick * 1e6).round() / 1e6;
    format!("{rounded}")
}

fn draw_point(svg: &mut Svg, point: &Point, x: &Scale, y: &Scale, taken: &mut Vec<Box4>) {
    let place = (x.place(point.cost), y.place(point.quality));
    if let Some((lower, upper)) = point.interval {
        let class = format!("iv s{}", point.style % marker::STYLES);
        svg.line(&class, (place.0, y.place(lower)), (place.0, y.place(upper)));
    }
    marker::draw(svg, point.style, place, 4.5);
    let (at, class, area) = label_place(&point.label, place, taken);
    let class = format!("{class} own s{}", point.style % marker::STYLES);
    svg.text(&class, at, &point.label);
    taken.push(area);
}

/// The first free place for a label: right, left, above, below, further above and below.
fn label_place(
    label: &str,
    (x, y): (f64, f64),
    taken: &[Box4],
) -> ((f64, f64), &'static str, Box4) {
    let width = label.chars().count() as f64 * LETTER;
    let right = |dy: f64| {
        (
            (x + 9.0, y + dy),
            "k",
            (x + 9.0, y + dy - 10.0, x + 9.0 + width, y + dy + 3.0),
        )
    };
    let left = |dy: f64| {
        (
            (x - 9.0, y + dy),
            "e kk",
            (x - 9.0 - width, y + dy - 10.0, x - 9.0, y + dy + 3.0),
        )
    };
    let candidates = [4.0, -10.0, 18.0, -24.0, 32.0]
        .into_iter()
        .flat_map(|dy| [right(dy), left(dy)]);
    let free = |area: &Box4| {
        area.0 >= EDGES.0
            && area.2 <= WIDTH
            && area.1 >= 0.0
            && area.3 <= EDGES.3
            && !taken.iter().any(|other| overlap(area, other))
    };
    candidates
        .into_iter()
        .find(|(_, _, area)| free(area))
        .unwrap_or_else(|| right(4.0))
}

fn overlap(a: &Box4, b: &Box4) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

fn description(plot: &TradeOff) -> String {
    let points: Vec<String> = plot
        .points
        .iter()
        .map(|point| {
            format!(
                "{}: {} {}, {} {}",
                point.label,
                plot.y,
                crate::number::fixed(point.quality, 4),
                plot.x,
                crate::number::figures(point.cost)
            )
        })
        .collect();
    format!("{}.", points.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_cover_each_other() {
        let mut taken = Vec::new();
        for _ in 0..4 {
            let (_, _, area) = label_place("int8-static", (200.0, 100.0), &taken);
            assert!(!taken.iter().any(|other| overlap(&area, other)));
            taken.push(area);
        }
    }
}
