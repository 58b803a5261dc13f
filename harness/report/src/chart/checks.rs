//! The checks of a gate: a thin line each, on one axis with what the gate allows.

use crate::chart::scale::Scale;
use crate::chart::svg::Svg;

/// The checks of a gate.
#[derive(Clone, Debug)]
pub(crate) struct Checks<'a> {
    /// Unique in the page.
    pub id: &'a str,
    /// The title of the text alternative.
    pub title: &'a str,
    /// From top to bottom, in the units of the axis.
    pub marks: &'a [Mark],
    /// What the gate allows: from, to.
    pub allowed: (Option<f64>, Option<f64>),
    /// The ends of what is allowed, in words.
    pub words: (Option<String>, Option<String>),
}

/// A check.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mark {
    /// The number.
    pub value: f64,
    /// The ends judged, where they are known.
    pub ends: (Option<f64>, Option<f64>),
    /// The decision's class.
    pub class: &'static str,
}

const WIDTH: f64 = 300.0;
const SIDE: f64 = 8.0;
const TOP: f64 = 4.0;
const FOOT: f64 = 19.0;

/// Draws the checks; `None` where none has a value.
pub(crate) fn checks(plot: &Checks<'_>) -> Option<String> {
    if plot.marks.is_empty() {
        return None;
    }
    // Few checks are told apart by more room.
    let row = match plot.marks.len() {
        0..=6 => 11.0,
        7..=16 => 8.0,
        _ => 5.0,
    };
    let bottom = TOP + plot.marks.len() as f64 * row + 3.0;
    let mut svg = Svg::new(
        plot.id,
        (WIDTH, bottom + FOOT),
        plot.title,
        &description(plot),
    );
    let x = Scale::linear(domain(plot), (SIDE, WIDTH - SIDE));
    let (from, to) = plot.allowed;
    if let Some(from) = from {
        svg.rect("bad", (0.0, 0.0), (x.place(from), bottom));
    }
    if let Some(to) = to {
        svg.rect("bad", (x.place(to), 0.0), (WIDTH - x.place(to), bottom));
    }
    let ends = [(from, &plot.words.0), (to, &plot.words.1)];
    for (limit, words) in ends {
        if let (Some(limit), Some(words)) = (limit, words) {
            let at = x.place(limit);
            svg.line("mg", (at, 0.0), (at, bottom + 4.0));
            // A label that would leave the drawing begins or ends at its line.
            let class = match at {
                at if at < 60.0 => "b",
                at if at > WIDTH - 60.0 => "e",
                _ => "m",
            };
            svg.text(class, (at, bottom + FOOT - 3.0), words);
        }
    }
    for (number, mark) in plot.marks.iter().enumerate() {
        let y = TOP + (number as f64 + 0.5) * row;
        let (lower, upper) = mark.ends;
        if lower.is_some() || upper.is_some() {
            // Of a bound only the side that is judged is drawn.
            let left = lower.map_or(x.place(mark.value), |lower| x.place(lower));
            let right = upper.map_or(x.place(mark.value), |upper| x.place(upper));
            svg.line(&format!("iv d-{}", mark.class), (left, y), (right, y));
        }
        svg.circle(
            &format!("dot d-{}", mark.class),
            (x.place(mark.value), y),
            (row * 0.36).clamp(2.2, 3.6),
        );
    }
    Some(svg.finish())
}

/// Every value, interval and limit, with some room.
fn domain(plot: &Checks<'_>) -> (f64, f64) {
    let of = |mark: &Mark| [Some(mark.value), mark.ends.0, mark.ends.1];
    let marks = plot.marks.iter().flat_map(of);
    let all = marks.chain([plot.allowed.0, plot.allowed.1]).flatten();
    let (low, high) = all
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    let room = ((high - low) * 0.06).max(1e-9);
    (low - room, high + room)
}

fn description(plot: &Checks<'_>) -> String {
    let of = |class: &str| plot.marks.iter().filter(|mark| mark.class == class).count();
    let counts = ["fail", "inconclusive", "pass"].map(|class| format!("{class}: {}", of(class)));
    let allowed = match (&plot.words.0, &plot.words.1) {
        (Some(from), Some(to)) => format!("Allowed is {from} to {to}."),
        (Some(from), None) => format!("Allowed is {from} and above."),
        (None, Some(to)) => format!("Allowed is {to} and below."),
        (None, None) => String::new(),
    };
    format!("{allowed} {}.", counts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(value: f64, half: f64, class: &'static str) -> Mark {
        Mark {
            value,
            ends: (Some(value - half), Some(value + half)),
            class,
        }
    }

    fn drawn(marks: &[Mark], allowed: (Option<f64>, Option<f64>)) -> Option<String> {
        let words = |end: Option<f64>| end.map(|end| end.to_string());
        checks(&Checks {
            id: "c",
            title: "t",
            marks,
            allowed,
            words: (words(allowed.0), words(allowed.1)),
        })
    }

    #[test]
    fn what_is_not_allowed_is_shaded_on_its_side() {
        let marks = [mark(0.2, 0.1, "pass"), mark(-0.3, 0.1, "fail")];
        let floor = drawn(&marks, (Some(-0.1), None)).unwrap();
        assert_eq!(floor.matches("class=\"bad\" x=\"0\"").count(), 1, "{floor}");
        let ceiling = drawn(&marks, (None, Some(-0.1))).unwrap();
        assert!(!ceiling.contains("class=\"bad\" x=\"0\""), "{ceiling}");
        assert_eq!(ceiling.matches("class=\"bad\"").count(), 1);
        let both = drawn(&marks, (Some(-0.1), Some(0.1))).unwrap();
        assert_eq!(both.matches("class=\"bad\"").count(), 2);
        assert!(both.contains("d-fail") && both.contains("d-pass"));
        assert!(both.contains("Allowed is -0.1 to 0.1. fail: 1, inconclusive: 0, pass: 1."));
        assert_eq!(drawn(&[], (Some(0.0), None)), None);
    }
}
