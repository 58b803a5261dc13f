//! What a terminal shows of a judged run: the answers, and every build beside its reference.

use titer_core::GateVerdict;
use titer_judge::gates::needed;
use titer_spec::Plan;

use crate::context::answers::answers;
use crate::context::builds::against::{Column, Of, shown};
use crate::context::builds::costs::{Costs, Ratio};
use crate::context::builds::{Reference, changed, gates};
use crate::index::{Index, Subject};
use crate::input::ReportInput;
use crate::number::count;
use crate::words;

/// What a terminal shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// "Yes for quality: ...", a sentence each.
    pub answers: Vec<String>,
    /// A table for each model on each suite.
    pub tables: Vec<Table>,
}

/// Builds of a model, the reference first.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns' names; the first says model and metric.
    pub header: Vec<String>,
    /// A row for each build: of the reference values, of the others differences and multiples.
    pub rows: Vec<Vec<String>>,
    /// Which datasets are left out, where there are more than a line has room for.
    pub note: Option<String>,
}

/// What a terminal shows of a judged run.
#[must_use]
pub fn ending(input: &ReportInput) -> Ending {
    let index = Index::new(input, 2);
    let said = answers(&index).into_iter();
    Ending {
        answers: said
            .map(|one| format!("{}: {}", one.lead, one.because))
            .collect(),
        tables: index
            .subjects()
            .into_iter()
            .map(|subject| table(&index, subject))
            .collect(),
    }
}

/// About how many more examples would decide a check, in a sentence; `None` where it is decided or cannot be said.
#[must_use]
pub fn would_decide(plan: &Plan, one: &GateVerdict) -> Option<String> {
    let gate = plan.gates.get(one.index)?;
    // A fall has two ends, a slope more: examples of one do not tell.
    if gate.further().is_some() {
        return None;
    }
    let dataset = one.dataset.as_deref()?;
    let mut datasets = plan.suites.iter().flat_map(|suite| &suite.datasets);
    let there = datasets.find(|it| it.name == dataset)?.count;
    let all = needed(gate, one, there)?;
    Some(format!(
        "About {} more examples like these {} would decide it, if the value stays.",
        count(rounded(all.saturating_sub(there))),
        count(there)
    ))
}

/// Two leading digits: it is an estimate.
fn rounded(number: u64) -> u64 {
    let mut step = 1;
    while number / step >= 100 {
        step *= 10;
    }
    number.div_ceil(step) * step
}

fn table(index: &Index<'_>, subject: Subject<'_>) -> Table {
    let quality = Column::new(index, subject, Of::Quality);
    let costs = Costs::new(index, subject.model);
    let metric = quality.metric().map(words::label).unwrap_or_default();
    let mut header = vec![format!("{}, {metric}", subject.model.name)];
    header.extend(quality.values().iter().map(|(label, _)| label.clone()));
    header.extend(["changed", "latency", "memory", "size", "gates"].map(str::to_owned));
    let mut rows = vec![reference(&quality, Reference::new(index, subject, &costs))];
    rows.extend(subject.candidates().into_iter().map(|variant| {
        let name = variant.name.as_str();
        let mut row = vec![name.to_owned()];
        let marks = quality.marks(name).iter();
        row.extend(marks.map(|mark| mark.value.map_or_else(nothing, difference)));
        let ratio = |one: Option<Ratio>| one.map_or_else(nothing, |one| one.value);
        let counts = gates(index, &subject.model.name, name).map(|tally| tally.counts);
        row.extend([
            changed(index, subject, name).unwrap_or_else(nothing),
            ratio(costs.latency(name)),
            ratio(costs.memory(name)),
            ratio(costs.size(name)),
            counts.unwrap_or_else(nothing),
        ]);
        row
    }));
    Table {
        header,
        rows,
        note: quality.note.clone(),
    }
}

fn reference(quality: &Column, own: Reference) -> Vec<String> {
    let mut row = vec![own.name];
    row.extend(quality.values().iter().map(|(_, value)| shown(*value)));
    row.push(String::new());
    row.extend([own.latency, own.memory, own.size].map(|one| one.unwrap_or_else(nothing)));
    row.push("reference".to_owned());
    row
}

/// One width for all, so that a column can be read down: what is 0 to four decimals says which side it lies on.
fn difference(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        value => format!("{value:+.4}").replace('-', "\u{2212}"),
    }
}

fn nothing() -> String {
    "–".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn every_row_has_a_cell_for_each_column() {
        for input in [fixture::run(), fixture::large(9), fixture::empty()] {
            for table in ending(&input).tables {
                for row in &table.rows {
                    assert_eq!(row.len(), table.header.len(), "{row:?} {:?}", table.header);
                }
            }
        }
    }

    #[test]
    fn builds_stand_beneath_their_reference() {
        let found = ending(&fixture::run());
        assert_eq!(found.answers.len(), 2);
        let first = &found.tables[0];
        assert_eq!(first.rows[0][0], "fp32");
        assert_eq!(first.rows[0].last().map(String::as_str), Some("reference"));
        let difference = &first.rows[1][1];
        assert!(
            difference.starts_with(['+', '−']) || difference == "0",
            "{difference}"
        );
    }

    /// A model that is held against a variant of another one.
    #[test]
    fn a_reference_of_another_model_has_its_values_and_columns() {
        let mut input = fixture::run();
        let plan = &mut input.manifest.plan;
        let old = plan.models[0].name.clone();
        let mut new = plan.models[0].clone();
        new.name = "new".to_owned();
        new.against = Some(titer_spec::plan::Against {
            model: old.clone(),
            variant: new.reference.clone(),
        });
        new.reference = format!("{old} {}", new.reference);
        plan.models.push(new);
        let pairs: Vec<_> = plan
            .pairs
            .iter()
            .filter(|it| it.model == old)
            .cloned()
            .collect();
        plan.pairs.extend(pairs.into_iter().map(|mut pair| {
            pair.model = "new".to_owned();
            pair
        }));
        let of_new = |model: &mut String| *model = "new".to_owned();
        let mut scores = input.tables.scores.clone();
        scores.retain(|one| one.key.case.model == old);
        scores
            .iter_mut()
            .for_each(|one| of_new(&mut one.key.case.model));
        input.tables.scores.extend(scores);
        let mut comparisons = input.tables.comparisons.clone();
        comparisons.retain(|one| one.key.case.model == old);
        comparisons
            .iter_mut()
            .for_each(|one| of_new(&mut one.key.case.model));
        input.tables.comparisons.extend(comparisons);
        let tables = ending(&input).tables;
        let table = tables
            .iter()
            .find(|table| table.header[0].starts_with("new,"))
            .unwrap();
        let own = tables
            .iter()
            .find(|table| table.header[0].starts_with(&old))
            .unwrap();
        assert_eq!(table.header[1..], own.header[1..]);
        // The reference's row has the other model's values.
        assert_eq!(table.rows[0][0], format!("{old} fp32"));
        assert_eq!(table.rows[0][1..4], own.rows[0][1..4]);
        for row in &table.rows {
            assert_eq!(row.len(), table.header.len(), "{row:?}");
        }
    }
}
