//! The checks of a gate as a picture.

use titer_core::GateVerdict;
use titer_judge::gates::{limits, shown, worst_first};
use titer_spec::gate::{Allowed, Rule, Side};

use crate::chart::checks::{Checks, Mark, checks};
use crate::index::Index;
use crate::words;

/// The most checks that are drawn.
const MAX_DRAWN: usize = 40;

/// The picture of a gate's checks, the worst first, and how many are left out.
pub(super) fn picture(
    index: &Index<'_>,
    number: usize,
    all: &[&GateVerdict],
) -> (Option<String>, usize) {
    let Some(gate) = index.plan().gates.get(number) else {
        return (None, 0);
    };
    let mut sorted = all.to_vec();
    worst_first(index.plan(), &mut sorted);
    // Checks are kept in the metric's good direction, and drawn in its own.
    let turned = match gate.rule() {
        Rule::Margin(_, margin) if !matches!(margin.allowed(), Allowed::Share(_)) => {
            words::sign(&margin.metric) < 0.0
        }
        _ => false,
    };
    let turn = |(from, to): (Option<f64>, Option<f64>)| match turned {
        true => (to.map(|to| -to), from.map(|from| -from)),
        false => (from, to),
    };
    let marks: Vec<Mark> = sorted
        .iter()
        .filter_map(|one| {
            let value = one.value.filter(|value| value.is_finite())?;
            Some(Mark {
                value: if turned { -value } else { value },
                ends: turn((one.lower, one.upper)),
                class: words::decision(one.decision).1,
            })
        })
        .collect();
    let allowed = match (gate.rule(), limits(gate).as_slice()) {
        (Rule::Limit(Side::AtMost, _) | Rule::Further(_) | Rule::Invariant(_), [most]) => {
            (None, Some(*most))
        }
        (_, [least, most]) => (Some(*least), Some(*most)),
        (_, [least, ..]) => (Some(*least), None),
        _ => return (None, 0),
    };
    let in_words = |end: Option<f64>| {
        let at_end = GateVerdict {
            value: Some(end?),
            lower: None,
            upper: None,
            ..(*sorted.first()?).clone()
        };
        Some(shown(gate, &at_end)?.0)
    };
    let mut ends = (in_words(allowed.0), in_words(allowed.1));
    if turned {
        ends = (ends.1, ends.0);
    }
    let drawn = marks.len().min(MAX_DRAWN);
    let svg = checks(&Checks {
        id: &format!("gate-{number}"),
        title: &format!(
            "Checks of the gate: {}",
            all.first().map_or("", |one| &one.gate)
        ),
        marks: &marks[..drawn],
        allowed: turn(allowed),
        words: ends,
    });
    (svg, marks.len() - drawn)
}
