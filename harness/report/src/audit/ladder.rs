//! What controls reach between chance and all right, and the models beside them.

use titer_audit::Audit;
use titer_audit::rescored::{PARTS, Rescored};
use titer_audit::score::Score;
use titer_audit::shortcuts::Shows;
use titer_audit::verdict::{chance, weighing};

use crate::chart::marker;
use crate::chart::scale::{Scale, labels};
use crate::chart::svg::Svg;
use crate::number::fixed;

const WIDTH: f64 = 400.0;
const LEFT: f64 = 128.0;
const RIGHT: f64 = 340.0;
const TOP: f64 = 22.0;
const ROW: f64 = 22.0;

/// What a rung is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A control that weighs.
    Weighs,
    /// A control that does not.
    Control,
    /// A model, on all test rows.
    Model,
}

struct Rung {
    label: String,
    kind: Kind,
    value: f64,
    interval: Option<(f64, f64)>,
}

/// The accuracy of every control and model, the highest first; `None` without a control's.
pub(super) fn picture(audit: &Audit) -> Option<String> {
    let chance = chance(&audit.shortcuts)?;
    let rungs = rungs(audit);
    let ends = rungs.iter().flat_map(|rung| {
        let (lower, upper) = rung.interval.unwrap_or((rung.value, rung.value));
        [lower, upper]
    });
    let lowest = ends.fold(chance, f64::min);
    let bottom = TOP + rungs.len() as f64 * ROW;
    let mut svg = Svg::new(
        "ladder",
        (WIDTH, bottom + 40.0),
        "Accuracy of controls that know no biology",
        &spoken(&rungs, chance),
    );
    let x = Scale::linear((lowest - 0.02, 1.0), (LEFT, RIGHT));
    let ticks = x.ticks(4);
    for (tick, label) in ticks.iter().zip(labels(&ticks)) {
        svg.line("gr", (x.place(*tick), TOP), (x.place(*tick), bottom));
        svg.text("m", (x.place(*tick), bottom + 16.0), &label);
    }
    svg.line("ax", (LEFT, bottom), (RIGHT, bottom));
    svg.text("m", (f64::midpoint(LEFT, RIGHT), bottom + 34.0), "accuracy");
    svg.line(
        "gd",
        (x.place(chance), TOP - 4.0),
        (x.place(chance), bottom),
    );
    let label = format!("most frequent class {}", fixed(chance, 3));
    svg.text("", (x.place(chance) - 4.0, TOP - 9.0), &label);
    for (number, rung) in rungs.iter().enumerate() {
        draw(&mut svg, rung, &x, TOP + (number as f64 + 0.5) * ROW);
    }
    Some(svg.finish())
}

fn rungs(audit: &Audit) -> Vec<Rung> {
    let weighing = weighing(&audit.shortcuts);
    let controls = audit.shortcuts.iter();
    // No model sees names; their note says more than a rung would.
    let controls = controls.filter(|one| !matches!(one.shows, Shows::Chance | Shows::Name));
    let controls = controls.filter_map(|one| {
        let weighs = weighing.iter().any(|it| it.control.name == one.name);
        let kind = if weighs { Kind::Weighs } else { Kind::Control };
        rung(one.name.clone(), kind, one.scores.as_ref().ok()?)
    });
    let model = |one: &Rescored| {
        let all = one.parts.iter().find(|part| part.name == PARTS[0])?;
        let label = format!("{} {}", one.model, one.variant);
        rung(label, Kind::Model, &all.scores)
    };
    let mut rungs: Vec<Rung> = controls.collect();
    rungs.extend(audit.models.iter().filter_map(model));
    rungs.sort_by(|one, other| other.value.total_cmp(&one.value));
    rungs
}

fn rung(label: String, kind: Kind, scores: &[Score]) -> Option<Rung> {
    let score = scores.iter().find(|score| score.metric == "accuracy")?;
    Some(Rung {
        label,
        kind,
        value: *score.value.as_ref().ok()?,
        interval: score.interval.as_ref().ok().copied(),
    })
}

fn draw(svg: &mut Svg, rung: &Rung, x: &Scale, y: f64) {
    let class = match rung.kind {
        Kind::Weighs => "weighs",
        Kind::Control => "control-mark",
        Kind::Model => "model-mark",
    };
    svg.text("e k", (LEFT - 10.0, y + 4.5), &clipped(&rung.label));
    if let Some((lower, upper)) = rung.interval {
        let (from, to) = (x.place(lower), x.place(upper));
        svg.line(&format!("iv {class}"), (from, y), (to, y));
    }
    let at = (x.place(rung.value), y);
    match rung.kind {
        Kind::Weighs => svg.circle("weighs", at, 5.0),
        Kind::Control => svg.circle("control-mark", at, 4.5),
        Kind::Model => marker::draw(svg, 3, at, 5.0),
    }
    svg.text("k", (RIGHT + 10.0, y + 4.5), &fixed(rung.value, 3));
}

/// The tables below have long names whole.
fn clipped(label: &str) -> String {
    if label.chars().count() <= 16 {
        return label.to_owned();
    }
    label.chars().take(15).chain(['…']).collect()
}

fn spoken(rungs: &[Rung], chance: f64) -> String {
    let one = |rung: &Rung| {
        let what = match rung.kind {
            Kind::Weighs => " (weighs)",
            Kind::Control => "",
            Kind::Model => " (a model)",
        };
        format!("{}{what} {}", rung.label, fixed(rung.value, 3))
    };
    let all: Vec<String> = rungs.iter().map(one).collect();
    format!(
        "Most frequent class {}; {}.",
        fixed(chance, 3),
        all.join("; ")
    )
}
