//! A forest plot: a value with its interval per row, in groups, beside lines to read them against.

use crate::chart::marker;
use crate::chart::scale::{Scale, labels};
use crate::chart::svg::Svg;

/// A forest plot.
#[derive(Clone, Debug)]
pub(crate) struct Forest {
    /// Unique in the page.
    pub id: String,
    /// The title of the text alternative.
    pub title: String,
    /// The axis's name.
    pub x: String,
    /// Groups from top to bottom.
    pub groups: Vec<Group>,
    /// What the numbers are.
    pub axis: Axis,
    /// Margins that gates allow.
    pub margins: Vec<f64>,
}

/// What the numbers of a forest plot are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    /// Values.
    Values,
    /// Differences: 0 is none.
    Differences,
    /// Ratios, above 0: 1 is no difference, and twice lies as far from it as half.
    Ratios,
}

impl Axis {
    /// Where "no difference" lies.
    fn origin(self) -> Option<f64> {
        match self {
            Self::Values => None,
            Self::Differences => Some(0.0),
            Self::Ratios => Some(1.0),
        }
    }
}

/// Rows under a heading.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// The heading.
    pub heading: String,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A value with its interval.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The variant.
    pub label: String,
    /// Its style's number.
    pub style: usize,
    /// The value; `None` where it is undefined.
    pub value: Option<f64>,
    /// The interval's ends.
    pub interval: Option<(f64, f64)>,
}

const WIDTH: f64 = 360.0;
const LEFT: f64 = 100.0;
const RIGHT: f64 = 348.0;
const ROW: f64 = 19.0;
const HEADING: f64 = 22.0;

/// Draws the plot; `None` where no row has a value.
pub(crate) fn forest(plot: &Forest) -> Option<String> {
    let domain = domain(plot)?;
    let top = if plot.margins.is_empty() { 4.0 } else { 18.0 };
    let bands = bands(plot, top);
    let bottom = bands.last().map_or(top, |band| band.1) + 4.0;
    let mut svg = Svg::new(
        &plot.id,
        (WIDTH, bottom + 38.0),
        &plot.title,
        &description(plot),
    );
    let x = match plot.axis {
        Axis::Ratios => Scale::logarithmic(domain, (LEFT, RIGHT)),
        Axis::Values | Axis::Differences => Scale::linear(domain, (LEFT, RIGHT)),
    };
    axis(&mut svg, plot, &x, &bands, bottom);
    for (group, (from, _)) in plot.groups.iter().zip(&bands) {
        svg.text("g", (2.0, from - 7.0), &group.heading);
        for (number, row) in group.rows.iter().enumerate() {
            draw_row(&mut svg, row, &x, from + (number as f64 + 0.5) * ROW);
        }
    }
    Some(svg.finish())
}

/// Where the rows of each group begin and end, beneath its heading. Lines to read rows against are drawn there and not through
/// headings.
fn bands(plot: &Forest, top: f64) -> Vec<(f64, f64)> {
    let mut y = top;
    let groups = plot.groups.iter().map(|group| {
        let from = y + HEADING;
        y = from + group.rows.len() as f64 * ROW;
        (from, y)
    });
    groups.collect()
}

fn domain(plot: &Forest) -> Option<(f64, f64)> {
    let rows = || plot.groups.iter().flat_map(|group| &group.rows);
    let mut marks: Vec<f64> = rows()
        .flat_map(|row| {
            row.value
                .into_iter()
                .chain(row.interval.into_iter().flat_map(|(a, b)| [a, b]))
        })
        .filter(|mark| mark.is_finite())
        .collect();
    if marks.is_empty() {
        return None;
    }
    marks.extend(&plot.margins);
    marks.extend(plot.axis.origin());
    let low = marks.iter().copied().fold(f64::INFINITY, f64::min);
    let high = marks.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if plot.axis == Axis::Ratios {
        // A logarithmic axis makes its own room.
        return Some((low, high));
    }
    let pad = ((high - low) * 0.06).max(1e-6);
    Some((low - pad, high + pad))
}

fn axis(svg: &mut Svg, plot: &Forest, x: &Scale, bands: &[(f64, f64)], bottom: f64) {
    let mut upright = |class: &str, at: f64| {
        for (from, to) in bands {
            svg.line(class, (x.place(at), *from), (x.place(at), *to));
        }
    };
    let ticks = x.ticks(4);
    ticks.iter().for_each(|tick| upright("gr", *tick));
    plot.axis
        .origin()
        .into_iter()
        .for_each(|origin| upright("zr", origin));
    plot.margins
        .iter()
        .for_each(|margin| upright("mg", *margin));
    for (tick, label) in ticks.iter().zip(tick_labels(plot.axis, &ticks)) {
        svg.text("m", (x.place(*tick), bottom + 14.0), &label);
    }
    svg.line("ax", (LEFT, bottom), (RIGHT, bottom));
    svg.text("m lb", (f64::midpoint(LEFT, RIGHT), bottom + 31.0), &plot.x);
    for margin in &plot.margins {
        let place = x.place(*margin);
        let text = format!("margin {}", crate::number::signed(*margin, 3));
        let (class, at) = if place > f64::midpoint(LEFT, RIGHT) {
            ("e mgt", place + 2.0)
        } else {
            ("mgt", place - 2.0)
        };
        svg.text(class, (at.clamp(LEFT - 40.0, WIDTH - 2.0), 11.0), &text);
    }
}

fn tick_labels(axis: Axis, ticks: &[f64]) -> Vec<String> {
    match axis {
        // Steps of a power of ten are not exact.
        Axis::Ratios => ticks
            .iter()
            .map(|tick| format!("{}×", (tick * 1e6).round() / 1e6))
            .collect(),
        Axis::Values | Axis::Differences => labels(ticks),
    }
}

fn draw_row(svg: &mut Svg, row: &Row, x: &Scale, y: f64) {
    svg.text("e", (LEFT - 8.0, y + 3.8), &clipped(&row.label));
    let Some(value) = row.value else {
        svg.text("u", (LEFT + 4.0, y + 3.8), "undefined");
        return;
    };
    if let Some((lower, upper)) = row.interval {
        svg.line(
            &format!("iv s{}", row.style % marker::STYLES),
            (x.place(lower), y),
            (x.place(upper), y),
        );
        for end in [lower, upper] {
            let place = x.place(end);
            svg.line(
                &format!("iv s{}", row.style % marker::STYLES),
                (place, y - 3.0),
                (place, y + 3.0),
            );
        }
    }
    marker::draw(svg, row.style, (x.place(value), y), 3.6);
}

/// Long names end in an ellipsis; the table beside the plot has them whole.
fn clipped(label: &str) -> String {
    if label.chars().count() <= 16 {
        return label.to_owned();
    }
    let mut short: String = label.chars().take(15).collect();
    short.push('…');
    short
}

fn description(plot: &Forest) -> String {
    let mut sentences = Vec::new();
    for group in &plot.groups {
        let rows: Vec<String> = group.rows.iter().map(spoken).collect();
        sentences.push(format!("{}: {}.", group.heading, rows.join("; ")));
    }
    sentences.join(" ")
}

fn spoken(row: &Row) -> String {
    use crate::number::fixed;
    match (row.value, row.interval) {
        (Some(value), Some((lower, upper))) => {
            format!(
                "{} {} ({} to {})",
                row.label,
                fixed(value, 4),
                fixed(lower, 4),
                fixed(upper, 4)
            )
        }
        (Some(value), None) => format!("{} {} without interval", row.label, fixed(value, 4)),
        (None, _) => format!("{} undefined", row.label),
    }
}
