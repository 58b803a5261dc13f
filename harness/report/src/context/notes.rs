//! What a reader must know of how a model was asked and how its answers were read.

use titer_core::CellRecord;
use titer_spec::plan::PlannedCell;

use crate::context::truncated;
use crate::index::{Index, Subject};
use crate::number::{count, small};

/// The notes of a model's section, a sentence or two each.
pub(crate) fn notes(index: &Index<'_>, subject: Subject<'_>) -> Vec<String> {
    let mut notes: Vec<String> = truncated::note(index, subject).into_iter().collect();
    notes.extend(activation(index, subject));
    notes.extend(asked_twice(index, subject));
    notes
}

/// Numbers before the activation that look like probabilities, and a descriptor that insists.
fn activation(index: &Index<'_>, subject: Subject<'_>) -> Option<String> {
    let seen = clean(index, subject);
    let seen = seen.filter_map(|(cell, record)| {
        let squashed = record.squashed.as_ref()?;
        Some(format!(
            "{} on {}: {}",
            cell.case.variant,
            cell.case.dataset,
            squashed.seen()
        ))
    });
    let seen: Vec<String> = seen.collect();
    let insists = subject.model.activation_is_right;
    match (seen.is_empty(), insists) {
        (true, false) => None,
        (false, false) => Some(format!(
            "The activation may be applied to probabilities. {}.",
            seen.join("; ")
        )),
        (false, true) => Some(format!(
            "The descriptor says `activation_is_right: true`, which overrides what was seen. {}.",
            seen.join("; ")
        )),
        (true, true) => Some(
            "The descriptor says `activation_is_right: true`: what the graph ends in was not held against its \
             activation."
                .to_owned(),
        ),
    }
}

/// What came of asking every example twice.
fn asked_twice(index: &Index<'_>, subject: Subject<'_>) -> Option<String> {
    let asked = clean(index, subject);
    let asked: Vec<_> = asked
        .filter_map(|(cell, record)| Some((cell, record.asked_twice.as_ref()?)))
        .collect();
    let (cell, worst) = asked.iter().max_by(|(_, one), (_, other)| {
        let relative = |it: &titer_core::AskedTwice| it.largest_change / it.tolerance;
        relative(one).total_cmp(&relative(other))
    })?;
    let examples: u64 = asked.iter().map(|(_, twice)| twice.examples).sum();
    if asked.iter().all(|(_, twice)| twice.changed == 0) {
        return Some(format!(
            "Every example was asked twice ({} answers): the same bits both times.",
            count(examples)
        ));
    }
    Some(format!(
        "Every example was asked twice ({} answers). The largest change: {} of {} on {}, by {} at most; {} is taken for \
         rounding at its precision.",
        count(examples),
        count(worst.changed),
        cell.case.variant,
        cell.case.dataset,
        small(worst.largest_change),
        small(worst.tolerance)
    ))
}

/// The clean cells of a model in a suite, with their records.
fn clean<'a>(
    index: &'a Index<'_>,
    subject: Subject<'a>,
) -> impl Iterator<Item = (&'a PlannedCell, &'a CellRecord)> {
    let cells = index
        .plan()
        .cells
        .iter()
        .filter(move |cell| subject.holds(&cell.case) && cell.case.is_clean());
    cells.filter_map(|cell| Some((cell, index.cell(&cell.key)?)))
}
