//! A strip: a build's differences to its reference, a short line for each dataset, on the axis that all builds of a model share.

use std::cmp::Ordering;

use crate::chart::scale::{Scale, labels};
use crate::chart::svg::Svg;
use crate::number::signed;

/// A strip.
#[derive(Clone, Debug)]
pub(crate) struct Strip<'a> {
    /// Unique in the page.
    pub id: &'a str,
    /// The title of the text alternative.
    pub title: &'a str,
    /// From top to bottom.
    pub marks: &'a [Mark],
    /// The ends of the axis, 0 among them.
    pub domain: (f64, f64),
    /// The difference at which a gate's margin ends, on the side that is worse.
    pub margin: Option<f64>,
}

/// A difference on one dataset.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mark {
    /// The dataset, short.
    pub label: String,
    /// What the text alternative adds: the class or condition.
    pub of: Option<String>,
    /// Variant minus reference; `None` where there is none.
    pub value: Option<f64>,
    /// The ends of its interval.
    pub interval: Option<(f64, f64)>,
    /// Whether the dataset is in distribution.
    pub inside: bool,
}

const WIDTH: f64 = 192.0;
const LEFT: f64 = 94.0;
const ROW: f64 = 16.0;
/// The numbers of the axis beneath the marks.
const AXIS: f64 = 15.0;
/// A letter of theirs, about.
const LETTER: f64 = 5.8;

/// Draws the strip; `None` where no mark has a value.
pub(crate) fn strip(strip: &Strip<'_>) -> Option<String> {
    strip.marks.iter().find_map(|mark| mark.value)?;
    let bottom = strip.marks.len() as f64 * ROW;
    let mut svg = Svg::new(
        strip.id,
        (WIDTH, bottom + AXIS),
        strip.title,
        &description(strip.marks),
    );
    let x = Scale::linear(strip.domain, (LEFT, WIDTH - 5.0));
    if let Some(margin) = strip.margin {
        let (from, to) = match margin < 0.0 {
            true => (LEFT - 4.0, x.place(margin)),
            false => (x.place(margin), WIDTH),
        };
        svg.rect("bad", (from, 0.0), (to - from, bottom));
    }
    svg.line("zr", (x.place(0.0), 0.0), (x.place(0.0), bottom));
    for (row, mark) in strip.marks.iter().enumerate() {
        draw(&mut svg, mark, &x, (row as f64 + 0.5) * ROW);
    }
    for (tick, label) in numbers(&x) {
        let at = x.place(tick);
        svg.line("ax", (at, bottom), (at, bottom + 3.0));
        svg.text("m tk", (at, bottom + AXIS - 2.0), &label);
    }
    Some(svg.finish())
}

/// The numbers that an axis has room for: 0, then the outermost round ones, then those between.
fn numbers(x: &Scale) -> Vec<(f64, String)> {
    let ticks = x.ticks(2);
    let mut all: Vec<(f64, String)> = ticks.iter().copied().zip(labels(&ticks)).collect();
    for (tick, label) in &mut all {
        if *tick == 0.0 {
            "0".clone_into(label);
        }
    }
    all.sort_by(|(a, _), (b, _)| match (*a == 0.0, *b == 0.0) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        _ => b.abs().total_cmp(&a.abs()),
    });
    let half = |label: &String| (label.chars().count() as f64 * LETTER + 4.0) / 2.0;
    let mut placed: Vec<(f64, String)> = Vec::new();
    for (tick, label) in all {
        let (at, own) = (x.place(tick), half(&label));
        let fits = at + own <= WIDTH + 2.0
            && placed
                .iter()
                .all(|(other, text)| (x.place(*other) - at).abs() >= own + half(text));
        if fits {
            placed.push((tick, label));
        }
    }
    placed
}

fn draw(svg: &mut Svg, mark: &Mark, x: &Scale, y: f64) {
    svg.text("e", (LEFT - 9.0, y + 4.2), &mark.label);
    let Some(value) = mark.value else {
        svg.text("u", (x.place(0.0) + 6.0, y + 4.2), "no value");
        return;
    };
    let side = if mark.inside { "in" } else { "out" };
    if let Some((lower, upper)) = mark.interval {
        let class = format!("iv {side}");
        svg.line(&class, (x.place(lower), y), (x.place(upper), y));
    }
    svg.circle(&format!("dot {side}"), (x.place(value), y), 4.2);
}

/// The ends of an axis that holds every mark and 0, with some room; `None` where no mark has a value.
pub(crate) fn domain<'a>(
    marks: impl Iterator<Item = &'a Mark>,
    margin: Option<f64>,
) -> Option<(f64, f64)> {
    let mut known = false;
    let mut ends = (0.0_f64, 0.0_f64);
    let mut add = |value: f64| {
        if value.is_finite() {
            ends = (ends.0.min(value), ends.1.max(value));
        }
    };
    for mark in marks {
        let interval = mark.interval.into_iter().flat_map(|(a, b)| [a, b]);
        for value in mark.value.into_iter().chain(interval) {
            known = true;
            add(value);
        }
    }
    // Some of what lies beyond the margin is seen, so that it is seen to be a margin.
    margin.into_iter().for_each(|margin| add(margin * 1.4));
    let room = ((ends.1 - ends.0) * 0.06).max(1e-6);
    known.then_some((ends.0 - room, ends.1 + room))
}

fn description(marks: &[Mark]) -> String {
    let spoken = |mark: &Mark| {
        let of = mark.of.as_ref().map(|of| format!(", {of}"));
        let where_ = format!("{}{}", mark.label, of.unwrap_or_default());
        match (mark.value, mark.interval) {
            (Some(value), Some((lower, upper))) => {
                let [value, lower, upper] = [value, lower, upper].map(|one| signed(one, 4));
                format!("{where_} {value} ({lower} to {upper})")
            }
            (Some(value), None) => format!("{where_} {} without interval", signed(value, 4)),
            (None, _) => format!("{where_} without value"),
        }
    };
    marks.iter().map(spoken).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(value: Option<f64>, interval: Option<(f64, f64)>) -> Mark {
        Mark {
            label: "yeast".to_owned(),
            of: Some("donor".to_owned()),
            value,
            interval,
            inside: false,
        }
    }

    #[test]
    fn an_axis_holds_every_mark_its_interval_0_and_the_margin() {
        let marks = [
            mark(Some(0.2), Some((0.1, 0.3))),
            mark(None, None),
            mark(Some(f64::NAN), None),
        ];
        let (low, high) = domain(marks.iter(), Some(-0.1)).unwrap();
        assert!(low < -0.14 && high > 0.3, "{low} {high}");
        assert_eq!(domain([mark(None, None)].iter(), Some(-0.1)), None);
    }

    #[test]
    fn an_axis_has_numbers_that_do_not_touch() {
        for domain in [
            (-0.0075, 0.0012),
            (-0.03, 0.004),
            (-1e-6, 1e-6),
            (-0.4, 1.7),
            (0.0, 12_345.0),
        ] {
            let x = Scale::linear(domain, (LEFT, WIDTH - 5.0));
            let numbers = numbers(&x);
            assert!(numbers.len() > 1, "{domain:?}: {numbers:?}");
            assert_eq!(numbers[0], (0.0, "0".to_owned()));
            for (index, (one, label)) in numbers.iter().enumerate() {
                let ends = |at: &f64, label: &String| {
                    let half = label.chars().count() as f64 * LETTER / 2.0;
                    (x.place(*at) - half, x.place(*at) + half)
                };
                let (low, high) = ends(one, label);
                assert!(high <= WIDTH, "{domain:?}: {label} ends at {high}");
                for (other, text) in &numbers[..index] {
                    let (from, to) = ends(other, text);
                    assert!(high < from || to < low, "{domain:?}: {label} and {text}");
                }
            }
        }
    }

    #[test]
    fn what_is_drawn_is_said() {
        let marks = [mark(Some(-0.02), Some((-0.03, -0.01))), mark(None, None)];
        let drawn = |margin| {
            strip(&Strip {
                id: "a",
                title: "t",
                marks: &marks,
                domain: (-0.05, 0.05),
                margin,
            })
            .unwrap()
        };
        let text = drawn(Some(-0.01));
        assert!(
            text.contains("yeast, donor −0.0200 (−0.0300 to −0.0100); yeast, donor without value")
        );
        assert!(text.contains("class=\"bad\"") && text.contains("class=\"dot out\""));
        assert!(!drawn(None).contains("class=\"bad\""));
        let nothing = [mark(None, None)];
        let strip = strip(&Strip {
            id: "a",
            title: "t",
            marks: &nothing,
            domain: (0.0, 1.0),
            margin: None,
        });
        assert_eq!(strip, None);
    }
}
