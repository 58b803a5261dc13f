//! Invariances: what changes under perturbations that keep the target, where nothing should.

use titer_core::{Decision, Effect, GateVerdict, Response};
use titer_spec::Gate;

use crate::context::cell::Cell;
use crate::context::scores::{dataset_columns, variant_rows};
use crate::context::table::{Group, Table};
use crate::index::{Index, Subject};
use crate::number::{fixed, percent};

/// Flips and changes of every variant under every perturbation that keeps the target, with what gates made of them.
pub(super) fn table(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let responses = &index.input.tables.responses;
    let own: Vec<&Response> = responses
        .iter()
        .filter(|one| subject.holds(&one.case))
        .collect();
    let kept = subject
        .suite
        .perturbations
        .iter()
        .filter(|one| one.effect == Effect::Kept);
    let groups: Vec<Group> = kept
        .filter_map(|condition| {
            let of: Vec<&&Response> = own
                .iter()
                .filter(|one| one.case.perturbation.as_deref() == Some(condition.name.as_str()))
                .collect();
            let rows = variant_rows(subject, |variant, dataset| {
                let mut all = of.iter();
                let found =
                    all.find(|one| one.case.variant == variant && one.case.dataset == dataset);
                found.map_or_else(|| Cell::missing("the cell failed"), |one| cell(index, one))
            });
            (!of.is_empty()).then(|| Group {
                heading: condition.title.clone(),
                hint: String::new(),
                note: None,
                rows,
            })
        })
        .collect();
    let caption = "Invariances: calls that change with the examples though the truth stays, the mean change of an answer, and the \
                   largest";
    (!groups.is_empty()).then(|| Table::new(caption, dataset_columns(subject), groups))
}

fn cell(index: &Index<'_>, response: &Response) -> Cell {
    let change = response.mean_change.map(|change| {
        let ends = response.mean_change_lower.zip(response.mean_change_upper);
        let ends = ends.map_or_else(
            || ", no interval".to_owned(),
            |(lower, upper)| format!(" ({} to {})", fixed(lower, 4), fixed(upper, 4)),
        );
        format!("change {}{ends}", fixed(change, 4))
    });
    let largest = response
        .largest_change
        .map(|largest| format!("largest {}", fixed(largest, 3)));
    let ends = response.flip_rate_lower.zip(response.flip_rate_upper);
    let mut cell = match (response.flip_rate, ends) {
        (Some(rate), Some((lower, upper))) => Cell {
            value: percent(rate),
            range: Some(format!("{} to {}", percent(lower), percent(upper))),
            ..Cell::default()
        },
        _ => Cell::plain("no calls"),
    };
    cell.notes.extend(change.into_iter().chain(largest));
    for check in gated(index, response) {
        let (words, mark) = match check.decision {
            Decision::Pass => ("invariance kept", ""),
            Decision::Fail => ("invariance broken", "worse"),
            Decision::Inconclusive => ("invariance undecided", ""),
            Decision::Incomplete => ("invariance not judged", ""),
        };
        cell.notes.push(words.to_owned());
        if !mark.is_empty() {
            cell.mark = mark;
        }
    }
    cell
}

/// What gates made of a response.
fn gated<'a>(
    index: &'a Index<'_>,
    response: &'a Response,
) -> impl Iterator<Item = &'a GateVerdict> {
    let case = &response.case;
    let name = case.perturbation.as_deref().unwrap_or_default();
    index.input.verdict.scored.iter().filter(move |check| {
        let gate = index
            .plan()
            .gates
            .get(check.index)
            .and_then(Gate::invariant);
        let end = format!(", {name}");
        gate.is_some()
            && check.gate.ends_with(&end)
            && (&check.model, &check.variant) == (&case.model, &case.variant)
            && check.dataset.as_ref() == Some(&case.dataset)
    })
}
