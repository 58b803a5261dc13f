//! Scores along the steps of a ladder: a line with its band for each variant, thin lines for controls, home marked.

use crate::chart::key;
use crate::chart::marker;
use crate::chart::scale::{Scale, labels};
use crate::chart::svg::{Svg, short};

/// Place, score and, where there is one, its interval.
pub(crate) type Point = (f64, f64, Option<(f64, f64)>);

/// A score along the steps.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The variant or the control.
    pub name: String,
    /// A variant's style number; `None` of a control.
    pub style: Option<usize>,
    /// From home outwards.
    pub points: Vec<Point>,
}

/// What a panel is drawn on.
#[derive(Clone, Debug)]
pub(crate) struct LadderPanel<'a> {
    /// Unique in the page.
    pub id: String,
    /// The title of the text alternative.
    pub title: String,
    /// What the places are.
    pub x: String,
    /// The score.
    pub y: &'a str,
    /// Where each step lies.
    pub places: &'a [f64],
    /// Where numbers are of, in the text alternative: at each step from home.
    pub along: &'a str,
    /// What each step is called beneath the axis.
    pub ticks: &'a [String],
    /// What is written over the first step: home, where it is.
    pub first: &'a str,
    /// Whether scores are differences, read against 0.
    pub is_difference: bool,
}

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 290.0;
const LEFT: f64 = 66.0;
const RIGHT: f64 = 404.0;
const TOP: f64 = 22.0;
const BOTTOM: f64 = 240.0;
/// The share of the axis that is left free on either side of the steps.
const ROOM: f64 = 0.06;

/// Draws the panel; `None` where no score is there to be drawn.
pub(crate) fn draw(panel: &LadderPanel<'_>, lines: &[Line]) -> Option<String> {
    let (low, high) = ends(lines)?;
    let (low, high) = match panel.is_difference {
        true => (low.min(0.0), high.max(0.0)),
        false => (low, high),
    };
    let room = ((high - low) * 0.08).max(1e-4);
    let (first, last) = (*panel.places.first()?, *panel.places.last()?);
    let beside = (last - first) * ROOM;
    let x = Scale::linear((first - beside, last + beside), (LEFT, RIGHT));
    let y = Scale::linear((low - room, high + room), (BOTTOM, TOP));
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    let description = format!(
        "{} {}, one line for each: {}.",
        panel.y,
        panel.along,
        names.join("; ")
    );
    let size = (WIDTH, HEIGHT + key::ROW * lines.len() as f64);
    let mut svg = Svg::new(&panel.id, size, &panel.title, &description);
    axes(&mut svg, panel, &x, &y);
    for line in lines.iter().filter(|line| line.style.is_some()) {
        band(&mut svg, line, &x, &y);
    }
    // Controls lie beneath.
    let (controls, variants): (Vec<&Line>, Vec<&Line>) =
        lines.iter().partition(|line| line.style.is_none());
    for line in controls.into_iter().chain(variants) {
        let places = line.points.iter();
        let places: Vec<(f64, f64)> = places
            .map(|(at, value, _)| (x.place(*at), y.place(*value)))
            .collect();
        svg.polyline(&class(line.style), &places);
        if let Some(style) = line.style {
            let mark = |place: &(f64, f64)| marker::draw(&mut svg, style, *place, 2.8);
            places.iter().for_each(mark);
        }
    }
    legend(&mut svg, lines);
    Some(svg.finish())
}

fn class(style: Option<usize>) -> String {
    style.map_or_else(|| "ct".to_owned(), marker::line_class)
}

/// The smallest and the largest number that is drawn.
fn ends(lines: &[Line]) -> Option<(f64, f64)> {
    let numbers = lines.iter().flat_map(|line| {
        let is_variant = line.style.is_some();
        line.points.iter().flat_map(move |(_, value, interval)| {
            let interval = interval.filter(|_| is_variant);
            let (lower, upper) = interval.unwrap_or((*value, *value));
            [*value, lower, upper]
        })
    });
    let (low, high) = numbers
        .filter(|number| number.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
            (low.min(number), high.max(number))
        });
    (low <= high).then_some((low, high))
}

fn axes(svg: &mut Svg, panel: &LadderPanel<'_>, x: &Scale, y: &Scale) {
    let ticks = y.ticks(5);
    for (tick, label) in ticks.iter().zip(labels(&ticks)) {
        svg.line("gr", (LEFT, y.place(*tick)), (RIGHT, y.place(*tick)));
        svg.text("e", (LEFT - 5.0, y.place(*tick) + 4.4), &label);
    }
    for (number, (place, name)) in panel.places.iter().zip(panel.ticks).enumerate() {
        let at = x.place(*place);
        let line = if number == 0 { "gd" } else { "gr" };
        svg.line(line, (at, TOP), (at, BOTTOM));
        svg.text("m", (at, BOTTOM + 16.0), name);
    }
    if let Some(home) = panel.places.first() {
        svg.text("m lb", (x.place(*home), TOP - 7.0), panel.first);
    }
    if panel.is_difference {
        svg.line("zr", (LEFT, y.place(0.0)), (RIGHT, y.place(0.0)));
    }
    svg.line("ax", (LEFT, BOTTOM), (RIGHT, BOTTOM));
    svg.line("ax", (LEFT, TOP), (LEFT, BOTTOM));
    svg.text(
        "m lb",
        (f64::midpoint(LEFT, RIGHT), BOTTOM + 36.0),
        &panel.x,
    );
    svg.text_upwards("m lb", (12.0, f64::midpoint(TOP, BOTTOM)), panel.y);
}

/// The area between the ends of a line's intervals.
fn band(svg: &mut Svg, line: &Line, x: &Scale, y: &Scale) {
    let known: Vec<(f64, f64, f64)> = line
        .points
        .iter()
        .filter_map(|(at, _, ends)| ends.map(|(lower, upper)| (*at, lower, upper)))
        .collect();
    if known.len() < 2 {
        return;
    }
    let there = known
        .iter()
        .map(|(at, lower, _)| (x.place(*at), y.place(*lower)));
    let back = known.iter().rev();
    let back = back.map(|(at, _, upper)| (x.place(*at), y.place(*upper)));
    let corners: Vec<String> = there
        .chain(back)
        .map(|(x, y)| format!("{} {}", short(x), short(y)))
        .collect();
    let style = line.style.unwrap_or_default() % marker::STYLES;
    svg.path(&format!("bd s{style}"), &format!("M{}Z", corners.join("L")));
}

fn legend(svg: &mut Svg, lines: &[Line]) {
    for (row, line) in lines.iter().enumerate() {
        let at = HEIGHT + key::ROW * (row as f64 + 0.5);
        svg.line(&class(line.style), (LEFT, at), (LEFT + 22.0, at));
        if let Some(style) = line.style {
            marker::draw(svg, style, (LEFT + 11.0, at), 2.8);
        }
        svg.text("k", (LEFT + 28.0, at + 4.4), &line.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, style: Option<usize>, points: &[(f64, f64)]) -> Line {
        Line {
            name: name.to_owned(),
            style,
            points: points
                .iter()
                .map(|(at, value)| (*at, *value, Some((value - 0.01, value + 0.01))))
                .collect(),
        }
    }

    #[test]
    fn steps_lie_where_they_are_and_home_is_marked() {
        let panel = LadderPanel {
            id: "l".to_owned(),
            title: "AUROC along species".to_owned(),
            x: "Myr from home".to_owned(),
            y: "AUROC",
            along: "at each step from home",
            places: &[0.0, 100.0, 1000.0],
            ticks: &["0".to_owned(), "100".to_owned(), "1000".to_owned()],
            first: "home",
            is_difference: false,
        };
        let lines = [
            line(
                "fp32",
                Some(0),
                &[(0.0, 0.98), (100.0, 0.94), (1000.0, 0.9)],
            ),
            line(
                "kmers (control)",
                None,
                &[(0.0, 0.7), (100.0, 0.69), (1000.0, 0.66)],
            ),
        ];
        let svg = draw(&panel, &lines).unwrap();
        assert!(
            svg.contains(">home</text>") && svg.contains("class=\"ct\""),
            "{svg}"
        );
        assert_eq!(svg.matches("class=\"bd s0\"").count(), 1);
        let places = svg
            .split("<polyline class=\"ln s0\" points=\"")
            .nth(1)
            .unwrap();
        let places = places.split('"').next().unwrap();
        let along: Vec<f64> = places
            .split(' ')
            .map(|place| place.split(',').next().unwrap().parse().unwrap())
            .collect();
        let ratio = (along[2] - along[1]) / (along[1] - along[0]);
        assert!((ratio - 9.0).abs() < 0.1, "{along:?}");
        assert!(draw(&panel, &[]).is_none());
    }
}
