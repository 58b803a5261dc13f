//! A square panel of curves.

use crate::chart::key::{self, Corner, Inner};
use crate::chart::marker;
use crate::chart::scale::{Scale, labels};
use crate::chart::svg::Svg;

/// A variant's curve.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// The variant, with its number where there is one.
    pub name: String,
    /// Its style's number.
    pub style: usize,
    /// Its points in order.
    pub points: Vec<(f64, f64)>,
}

/// What a panel is drawn on.
#[derive(Clone, Debug)]
pub(crate) struct Panel<'a> {
    /// Unique in the page.
    pub id: String,
    /// The title of the text alternative.
    pub title: String,
    /// The abscissa's name.
    pub x: &'a str,
    /// The ordinate's name.
    pub y: &'a str,
    /// What it covers.
    pub area: Area,
    /// A line that says what no skill or perfection looks like.
    pub guide: Guide,
    /// Where the key goes.
    pub corner: Corner,
    /// Whether every point is marked.
    pub markers: bool,
    /// The most points of a curve.
    pub most_points: usize,
    /// Points without a line, beneath the curves.
    pub dots: &'a [(f64, f64)],
}

/// The abscissas and ordinates that a panel covers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    /// Smallest and largest abscissa.
    pub x: (f64, f64),
    /// Smallest and largest ordinate.
    pub y: (f64, f64),
}

impl Area {
    /// From 0 to 1, and from 0 to the largest ordinate.
    pub(crate) fn unit(top: f64) -> Self {
        Self {
            x: (0.0, 1.0),
            y: (0.0, top),
        }
    }
}

/// A line to read a curve against.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Guide {
    /// None.
    Nothing,
    /// Where abscissa and ordinate are equal.
    Diagonal,
    /// At one ordinate.
    Level(f64),
}

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 300.0;
const EDGES: (f64, f64, f64, f64) = (44.0, 8.0, 312.0, 260.0);

/// Draws the panel.
pub(crate) fn draw(panel: &Panel<'_>, series: &[Series]) -> String {
    let (left, top, right, bottom) = EDGES;
    let names: Vec<&str> = series.iter().map(|one| one.name.as_str()).collect();
    let description = format!(
        "{} against {}, one line for each variant: {}.",
        panel.y,
        panel.x.to_lowercase(),
        names.join("; ")
    );
    let mut svg = Svg::new(&panel.id, (WIDTH, HEIGHT), &panel.title, &description);
    let x = Scale::linear(panel.area.x, (left, right));
    let y = Scale::linear(panel.area.y, (bottom, top));
    axes(&mut svg, panel, &x, &y);
    guide(&mut svg, panel, &x, &y);
    for dot in panel.dots {
        svg.circle("dt", (x.place(dot.0), y.place(dot.1)), 1.6);
    }
    for one in series {
        let places: Vec<(f64, f64)> = one
            .points
            .iter()
            .map(|(abscissa, ordinate)| (x.place(*abscissa), y.place(*ordinate)))
            .collect();
        let places = thinned(&places, panel.most_points);
        svg.polyline(&marker::line_class(one.style), &places);
        if panel.markers {
            for place in &places {
                marker::draw(&mut svg, one.style, *place, 2.8);
            }
        }
    }
    let rows: Vec<(usize, String)> = series
        .iter()
        .map(|one| (one.style, one.name.clone()))
        .collect();
    key::draw(
        &mut svg,
        Inner { edges: EDGES },
        panel.corner,
        &rows,
        panel.markers,
    );
    svg.finish()
}

fn axes(svg: &mut Svg, panel: &Panel<'_>, x: &Scale, y: &Scale) {
    let (left, top, right, bottom) = EDGES;
    let ticks = x.ticks(5);
    for (tick, label) in ticks.iter().zip(labels(&ticks)) {
        svg.line("gr", (x.place(*tick), top), (x.place(*tick), bottom));
        svg.text("m", (x.place(*tick), bottom + 14.0), &label);
    }
    let ticks = y.ticks(5);
    for (tick, label) in ticks.iter().zip(labels(&ticks)) {
        svg.line("gr", (left, y.place(*tick)), (right, y.place(*tick)));
        svg.text("e", (left - 5.0, y.place(*tick) + 3.6), &label);
    }
    svg.line("ax", (left, bottom), (right, bottom));
    svg.line("ax", (left, top), (left, bottom));
    svg.text("m lb", (f64::midpoint(left, right), HEIGHT - 8.0), panel.x);
    svg.text_upwards("m lb", (12.0, f64::midpoint(top, bottom)), panel.y);
}

fn guide(svg: &mut Svg, panel: &Panel<'_>, x: &Scale, y: &Scale) {
    let area = panel.area;
    match panel.guide {
        Guide::Nothing => {}
        Guide::Diagonal => {
            let (from, to) = (area.x.0.max(area.y.0), area.x.1.min(area.y.1));
            if from < to {
                svg.line(
                    "gd",
                    (x.place(from), y.place(from)),
                    (x.place(to), y.place(to)),
                );
            }
        }
        Guide::Level(level) => {
            svg.line(
                "gd",
                (x.place(area.x.0), y.place(level)),
                (x.place(area.x.1), y.place(level)),
            );
        }
    }
}

/// Points without repetitions, at most so many, first and last kept.
fn thinned(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    let mut distinct: Vec<(f64, f64)> = Vec::with_capacity(points.len());
    for point in points {
        let far = distinct
            .last()
            .is_none_or(|last| (last.0 - point.0).abs() + (last.1 - point.1).abs() >= 0.4);
        if far {
            distinct.push(*point);
        }
    }
    if let (Some(last), Some(kept)) = (points.last(), distinct.last_mut()) {
        *kept = *last;
    }
    if distinct.len() <= most || most < 2 {
        return distinct;
    }
    (0..most)
        .map(|index| distinct[index * (distinct.len() - 1) / (most - 1)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_ends() {
        let many: Vec<(f64, f64)> = (0..1000)
            .map(|i| (f64::from(i), f64::from(i) * 0.5))
            .collect();
        let few = thinned(&many, 50);
        assert_eq!(few.len(), 50);
        assert_eq!((few[0], few[49]), (many[0], many[999]));
        assert_eq!(thinned(&[(1.0, 1.0), (1.0, 1.0)], 50), [(1.0, 1.0)]);
    }
}
