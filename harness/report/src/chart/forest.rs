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
    /// Where "no difference" is, for differences.
    pub zero: bool,
    /// Margins that gates allow.
    pub margins: Vec<f64>,
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
    let rows: usize = plot.groups.iter().map(|group| group.rows.len()).sum();
    let top = if plot.zero || !plot.margins.is_empty() {
        18.0
    } else {
        4.0
    };
    let bottom = top + rows as f64 * ROW + plot.groups.len() as f64 * HEADING + 4.0;
    let mut svg = Svg::new(
        &plot.id,
        (WIDTH, bottom + 38.0),
        &plot.title,
        &description(plot),
    );
    let x = Scale::linear(domain, (LEFT, RIGHT));
    axis(&mut svg, plot, &x, top, bottom);
    let mut y = top;
    for group in &plot.groups {
        svg.rect(
            "kb",
            (0.0, y + 3.0),
            (group.heading.chars().count() as f64 * 7.0 + 8.0, 16.0),
        );
        svg.text("g", (2.0, y + 15.0), &group.heading);
        y += HEADING;
        for row in &group.rows {
            draw_row(&mut svg, row, &x, y + ROW / 2.0);
            y += ROW;
        }
    }
    Some(svg.finish())
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
    if plot.zero {
        marks.push(0.0);
    }
    let low = marks.iter().copied().fold(f64::INFINITY, f64::min);
    let high = marks.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let pad = ((high - low) * 0.06).max(1e-6);
    Some((low - pad, high + pad))
}

fn axis(svg: &mut Svg, plot: &Forest, x: &Scale, top: f64, bottom: f64) {
    let ticks = x.ticks(4);
    for (tick, label) in ticks.iter().zip(labels(&ticks)) {
        svg.line("gr", (x.place(*tick), top), (x.place(*tick), bottom));
        svg.text("m", (x.place(*tick), bottom + 14.0), &label);
    }
    svg.line("ax", (LEFT, bottom), (RIGHT, bottom));
    svg.text("m lb", (f64::midpoint(LEFT, RIGHT), bottom + 31.0), &plot.x);
    if plot.zero {
        svg.line("zr", (x.place(0.0), top), (x.place(0.0), bottom));
    }
    for margin in &plot.margins {
        let place = x.place(*margin);
        svg.line("mg", (place, top - 4.0), (place, bottom));
        let text = format!("margin {}", crate::number::signed(*margin, 3));
        let (class, at) = if place > f64::midpoint(LEFT, RIGHT) {
            ("e mgt", place + 2.0)
        } else {
            ("mgt", place - 2.0)
        };
        svg.text(
            class,
            (at.clamp(LEFT - 40.0, WIDTH - 2.0), top - 7.0),
            &text,
        );
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
