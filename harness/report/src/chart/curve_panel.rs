//! A square panel of curves.

use crate::chart::key;
use crate::chart::marker;
use crate::chart::scale::{Scale, labels};
use crate::chart::svg::{Svg, short};

/// A variant's curve.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// The variant, with its number where there is one.
    pub name: String,
    /// Its style's number.
    pub style: usize,
    /// Its points in order.
    pub points: Vec<(f64, f64)>,
    /// Its interval where it has one: abscissa, lower and upper end.
    pub band: Vec<(f64, f64, f64)>,
}

/// A curve that is never further from the first one than this many units of the drawing is not told apart from it.
const SAME: f64 = 2.5;

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
    /// What a series is of: "variant", "dataset".
    pub each: &'a str,
    /// Whether the points of a series are joined; where not, the ends of the first one's intervals are lines.
    pub joined: bool,
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

/// Letters of a number beside the ordinate that leave room for its name.
const SHORT: usize = 4;

const WIDTH: f64 = 328.0;
const HEIGHT: f64 = 300.0;
const EDGES: (f64, f64, f64, f64) = (52.0, 8.0, 312.0, 258.0);

/// Draws the panel.
pub(crate) fn draw(panel: &Panel<'_>, series: &[Series]) -> String {
    let (left, top, right, bottom) = EDGES;
    let names: Vec<&str> = series.iter().map(|one| one.name.as_str()).collect();
    let description = format!(
        "{} against {}, {} for each {}: {}.",
        panel.y,
        panel.x.to_lowercase(),
        if panel.joined { "one line" } else { "points" },
        panel.each,
        names.join("; ")
    );
    let size = (WIDTH, HEIGHT + key::ROW * series.len() as f64);
    let mut svg = Svg::new(&panel.id, size, &panel.title, &description);
    let x = Scale::linear(panel.area.x, (left, right));
    let y = Scale::linear(panel.area.y, (bottom, top));
    axes(&mut svg, panel, &x, &y);
    guide(&mut svg, panel, &x, &y);
    for dot in panel.dots {
        svg.circle("dt", (x.place(dot.0), y.place(dot.1)), 1.6);
    }
    match series.first() {
        Some(first) if panel.joined => band(&mut svg, first, &x, &y),
        Some(first) => whiskers(&mut svg, first, &x, &y),
        None => {}
    }
    let places: Vec<Vec<(f64, f64)>> = series
        .iter()
        .map(|one| {
            let points = one.points.iter();
            let places: Vec<(f64, f64)> = points
                .map(|(abscissa, ordinate)| (x.place(*abscissa), y.place(*ordinate)))
                .collect();
            thinned(&places, panel.most_points)
        })
        .collect();
    let hidden: Vec<bool> = places
        .iter()
        .enumerate()
        .map(|(number, one)| number > 0 && panel.joined && coincide(&places[0], one))
        .collect();
    // The first curve is the widest line and lies beneath: dashes over it show.
    for (number, one) in series.iter().enumerate() {
        if hidden[number] {
            continue;
        }
        if panel.joined {
            svg.polyline(&marker::line_class(one.style), &places[number]);
        }
        if panel.markers {
            for place in &places[number] {
                marker::draw(&mut svg, one.style, *place, 2.8);
            }
        }
    }
    let rows: Vec<(usize, String)> = series
        .iter()
        .zip(&hidden)
        .map(|(one, hidden)| match hidden {
            true => (one.style, format!("{}, same line", one.name)),
            false => (one.style, one.name.clone()),
        })
        .collect();
    key::draw(&mut svg, (left, HEIGHT), &rows, panel.markers);
    svg.finish()
}

/// The area between the ends of a curve's interval.
fn band(svg: &mut Svg, one: &Series, x: &Scale, y: &Scale) {
    if one.band.len() < 2 {
        return;
    }
    let there = one.band.iter();
    let there = there.map(|(at, lower, _)| (x.place(*at), y.place(*lower)));
    let back = one.band.iter().rev();
    let back = back.map(|(at, _, upper)| (x.place(*at), y.place(*upper)));
    let corners: Vec<String> = there
        .chain(back)
        .map(|(x, y)| format!("{} {}", short(x), short(y)))
        .collect();
    svg.path(
        &format!("bd s{}", one.style % marker::STYLES),
        &format!("M{}Z", corners.join("L")),
    );
}

/// The intervals of single points.
fn whiskers(svg: &mut Svg, one: &Series, x: &Scale, y: &Scale) {
    for (at, lower, upper) in &one.band {
        let class = format!("iv s{}", one.style % marker::STYLES);
        let at = x.place(*at);
        svg.line(&class, (at, y.place(*lower)), (at, y.place(*upper)));
    }
}

/// Whether two curves lie on each other all along.
fn coincide(one: &[(f64, f64)], other: &[(f64, f64)]) -> bool {
    let near = |points: &[(f64, f64)], line: &[(f64, f64)]| {
        points.iter().all(|point| distance(*point, line) <= SAME)
    };
    !one.is_empty() && near(other, one) && near(one, other)
}

/// How far a point lies from a line through points.
fn distance((x, y): (f64, f64), line: &[(f64, f64)]) -> f64 {
    let to_point = |(a, b): (f64, f64)| (x - a).hypot(y - b);
    let single = line.first().map_or(f64::INFINITY, |first| to_point(*first));
    line.windows(2).fold(single, |least, ends| {
        let ((ax, ay), (bx, by)) = (ends[0], ends[1]);
        let (dx, dy) = (bx - ax, by - ay);
        let length = dx.mul_add(dx, dy * dy);
        let share = match length > 0.0 {
            true => (((x - ax) * dx + (y - ay) * dy) / length).clamp(0.0, 1.0),
            false => 0.0,
        };
        least.min(to_point((share.mul_add(dx, ax), share.mul_add(dy, ay))))
    })
}

fn axes(svg: &mut Svg, panel: &Panel<'_>, x: &Scale, y: &Scale) {
    let (left, top, right, bottom) = EDGES;
    let ticks = x.ticks(5);
    for (tick, label) in ticks.iter().zip(labels(&ticks)) {
        svg.line("gr", (x.place(*tick), top), (x.place(*tick), bottom));
        svg.text("m", (x.place(*tick), bottom + 16.0), &label);
    }
    let ticks = y.ticks(5);
    let names = labels(&ticks);
    for (tick, label) in ticks.iter().zip(&names) {
        svg.line("gr", (left, y.place(*tick)), (right, y.place(*tick)));
        svg.text("e", (left - 5.0, y.place(*tick) + 4.4), label);
    }
    svg.line("ax", (left, bottom), (right, bottom));
    svg.line("ax", (left, top), (left, bottom));
    svg.text("m lb", (f64::midpoint(left, right), HEIGHT - 6.0), panel.x);
    // Longer numbers need the room: what stands along the axis is in the caption, too.
    if names.iter().all(|name| name.chars().count() <= SHORT) {
        svg.text_upwards("m lb", (12.0, f64::midpoint(top, bottom)), panel.y);
    }
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
    fn curves_on_each_other_are_one_line() {
        let line: Vec<(f64, f64)> = (0..50).map(|i| (f64::from(i), f64::from(i))).collect();
        let ends = [(0.0, 1.0), (49.0, 50.0)];
        assert!(coincide(&line, &ends) && coincide(&ends, &line));
        let away = [(0.0, 0.0), (25.0, 32.0), (49.0, 49.0)];
        assert!(!coincide(&line, &away) && !coincide(&away, &line));
        // A part of a curve lies on it and is not it.
        assert!(!coincide(&line, &line[..20]));
        assert!(!coincide(&[], &line) && !coincide(&line, &[]));
    }

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
