//! Quality against a cost: latency or size.

use crate::chart::marker;
use crate::chart::scale::{Scale, labels};
use crate::chart::svg::Svg;

/// A variant's place.
#[derive(Clone, Debug)]
pub(crate) struct Point {
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
pub(crate) struct TradeOff {
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
/// The key beneath: its rows, and where its second column begins.
const ROW: f64 = 16.0;
const COLUMN: f64 = 150.0;

/// Draws the picture; `None` where there is nothing to place.
pub(crate) fn trade_off(plot: &TradeOff) -> Option<String> {
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
    let rows = plot.points.len().div_ceil(2) as f64;
    let size = (WIDTH, HEIGHT + rows * ROW);
    let mut svg = Svg::new(&plot.id, size, &plot.title, &description(plot));
    axes(&mut svg, plot, &x, &y);
    for point in &plot.points {
        draw_point(&mut svg, point, &x, &y);
    }
    key(&mut svg, plot);
    Some(svg.finish())
}

/// Variants of one model often lie on top of each other: names beside the points would, too.
fn key(svg: &mut Svg, plot: &TradeOff) {
    for (index, point) in plot.points.iter().enumerate() {
        let x = EDGES.0 + COLUMN * (index % 2) as f64;
        let y = HEIGHT + ROW * (index / 2) as f64 + 4.0;
        marker::draw(svg, point.style, (x, y), 4.0);
        svg.text("k", (x + 10.0, y + 3.6), &point.label);
    }
}

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

fn draw_point(svg: &mut Svg, point: &Point, x: &Scale, y: &Scale) {
    let place = (x.place(point.cost), y.place(point.quality));
    if let Some((lower, upper)) = point.interval {
        let class = format!("iv s{}", point.style % marker::STYLES);
        svg.line(&class, (place.0, y.place(lower)), (place.0, y.place(upper)));
    }
    marker::draw(svg, point.style, place, 4.5);
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
    fn each_variant_stands_in_the_key_once() {
        let point = |label: &str, style, cost| Point {
            label: label.to_owned(),
            style,
            cost,
            quality: 0.98,
            interval: Some((0.97, 0.99)),
        };
        let plot = TradeOff {
            id: "cost".to_owned(),
            title: "AUROC against latency".to_owned(),
            x: "ms".to_owned(),
            y: "AUROC".to_owned(),
            points: vec![
                point("fp32", 0, 1.0),
                point("int8-static", 1, 1.0),
                point("int8-dynamic", 2, 1.01),
            ],
        };
        let svg = trade_off(&plot).unwrap();
        for label in ["fp32", "int8-static", "int8-dynamic"] {
            assert_eq!(svg.matches(&format!(">{label}<")).count(), 1, "{svg}");
        }
        assert!(
            trade_off(&TradeOff {
                points: vec![],
                ..plot
            })
            .is_none()
        );
    }
}
