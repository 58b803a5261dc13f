//! A strip: a build's differences to its reference, a short line for each dataset, on the axis that all builds of a model share.

use crate::chart::scale::Scale;
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
const ROW: f64 = 18.0;

/// Draws the strip; `None` where no mark has a value.
pub(crate) fn strip(strip: &Strip<'_>) -> Option<String> {
    strip.marks.iter().find_map(|mark| mark.value)?;
    let bottom = strip.marks.len() as f64 * ROW;
    let mut svg = Svg::new(
        strip.id,
        (WIDTH, bottom),
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
    Some(svg.finish())
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
