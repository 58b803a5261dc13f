//! Examples worth a look: the reference's worst errors, and each variant's largest changes.

use serde::Serialize;
use titer_core::{Notable, NotableKind, ShownSequence};
use titer_spec::plan::PlannedDataset;

use crate::context::section::{Filled, Room};
use crate::index::{Index, Subject};
use crate::number::{count, fixed, signed};

/// Examples of one kind of a model on a suite.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ExampleTable {
    /// Where links lead.
    pub id: String,
    /// The model, and what they are.
    pub caption: String,
    /// Whether they are changes from the reference.
    pub changes: bool,
    /// What the column of what is true is called.
    pub truth: &'static str,
    /// What the column of the answer is called.
    pub answer: &'static str,
    /// One row per example.
    pub rows: Vec<ExampleRow>,
    /// Whether variants are shown that answer the reference's errors, too.
    pub others: bool,
    /// What of the sequences is not shown, and why, in a sentence.
    pub hidden: Option<String>,
}

/// Examples worth a look, where a page has room for them.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let examples = room.is_whole().then(|| examples(index))?;
    Some(Filled::new(&examples, "examples", "Examples"))
}

/// The examples of every model on every suite.
pub(crate) fn examples(index: &Index<'_>) -> Vec<ExampleTable> {
    let subjects = index.subjects().into_iter();
    subjects
        .flat_map(|subject| tables(index, subject))
        .collect()
}

/// An example.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ExampleRow {
    /// Its id.
    pub id: String,
    /// The dataset.
    pub dataset: String,
    /// The variant.
    pub variant: String,
    /// The variant's style.
    pub style: usize,
    /// Where it lies.
    pub place: String,
    /// The gene, and the position within a stretch.
    pub gene: String,
    /// What is true.
    pub target: String,
    /// The class whose probability is shown; empty where the answer is a number.
    pub class: String,
    /// The variant's answer.
    pub probability: String,
    /// The reference's.
    pub reference: String,
    /// The first minus the second.
    pub change: String,
    /// What the other variants answer to an error of the reference; a number that was not found is left out.
    pub others: Vec<OtherAnswer>,
    /// The letters around its site, where they were kept.
    pub letters: Option<Letters>,
}

/// What a variant answers to an example that is shown for another's answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OtherAnswer {
    /// The variant.
    pub variant: String,
    /// Its style.
    pub style: usize,
    /// Its answer.
    pub answer: String,
}

/// The letters around the site of an example.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Letters {
    /// Before the site.
    pub before: String,
    /// Of the site; empty where nothing says which letters those are.
    pub site: String,
    /// Behind the site.
    pub after: String,
    /// Which letters of how many these are, counted from 1.
    pub span: String,
}

/// How many of a kind and cell are shown.
const SHOWN: u32 = 3;

/// Whether examples are shown whose answer a build changed.
pub(crate) fn has_changes(index: &Index<'_>, subject: Subject<'_>) -> bool {
    shown(index, subject).any(|one| is_change(subject, one))
}

/// The examples of a model on a suite that a page has room for.
fn shown<'a>(index: &Index<'a>, subject: Subject<'a>) -> impl Iterator<Item = &'a Notable> {
    of_subject(index, subject).filter(|one| one.rank <= SHOWN)
}

fn of_subject<'a>(index: &Index<'a>, subject: Subject<'a>) -> impl Iterator<Item = &'a Notable> {
    let all = index.input.tables.notables.iter();
    all.filter(move |one| one.suite == subject.suite.name && one.model == subject.model.name)
}

fn is_change(subject: Subject<'_>, one: &Notable) -> bool {
    one.kind == NotableKind::LargestChange && one.variant != subject.model.reference
}

/// Both kinds, without the empty ones.
fn tables(index: &Index<'_>, subject: Subject<'_>) -> Vec<ExampleTable> {
    let (truth, answer) = match subject.suite.values() {
        None => ("True class", "Probability"),
        Some(_) => ("True number", "Predicted"),
    };
    let reference = &subject.model.reference;
    let worst = rows(index, subject, |one| {
        one.kind == NotableKind::WorstError && one.variant == *reference
    });
    let changed = rows(index, subject, |one| is_change(subject, one));
    [
        (
            false,
            format!("the worst errors of {reference}, the reference"),
            worst,
        ),
        (
            true,
            format!("the largest changes from {reference}"),
            changed,
        ),
    ]
    .into_iter()
    .filter(|(_, _, rows)| !rows.is_empty())
    .map(|(changes, kind, rows)| ExampleTable {
        id: match changes {
            true => format!("{}-changes", subject.slug()),
            false => format!("{}-errors", subject.slug()),
        },
        caption: format!("{}: {kind}", subject.model.name),
        changes,
        truth,
        answer,
        others: rows.iter().any(|row| !row.others.is_empty()),
        hidden: hidden(subject, &rows),
        rows,
    })
    .collect()
}

/// Says once what sequences are not shown, and why.
fn hidden(subject: Subject<'_>, rows: &[ExampleRow]) -> Option<String> {
    let without = |dataset: &&PlannedDataset| {
        let mut own = rows.iter().filter(|row| row.dataset == dataset.name);
        own.any(|row| row.letters.is_none())
    };
    let without: Vec<&PlannedDataset> = subject.datasets().iter().filter(without).collect();
    let (allowed, not): (Vec<_>, Vec<_>) = without.into_iter().partition(|it| it.show_sequences);
    let names = |of: &[&PlannedDataset]| {
        let names: Vec<&str> = of.iter().map(|dataset| dataset.name.as_str()).collect();
        names.join(", ")
    };
    let not = (!not.is_empty()).then(|| {
        format!(
            "Sequences of {} are not kept: the dataset's descriptor does not say show_sequences: true.",
            names(&not)
        )
    });
    let allowed = (!allowed.is_empty()).then(|| {
        format!(
            "Some sequences of {} are not kept: the run was scored anew since, and titer run keeps them.",
            names(&allowed)
        )
    });
    let said: Vec<String> = not.into_iter().chain(allowed).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn rows(
    index: &Index<'_>,
    subject: Subject<'_>,
    wanted: impl Fn(&Notable) -> bool,
) -> Vec<ExampleRow> {
    let dataset = |one: &Notable| {
        subject
            .datasets()
            .iter()
            .position(|dataset| dataset.name == one.dataset)
    };
    let mut chosen: Vec<&Notable> = shown(index, subject).filter(|one| wanted(one)).collect();
    chosen.sort_by_key(|one| {
        (
            dataset(one),
            subject.style(&one.variant),
            one.rank,
            &one.id,
            one.offset,
        )
    });
    chosen
        .into_iter()
        .map(|one| row(index, subject, one))
        .collect()
}

/// What other variants answer to one of the reference's errors, in their order.
fn others(index: &Index<'_>, subject: Subject<'_>, one: &Notable) -> Vec<OtherAnswer> {
    if one.kind != NotableKind::WorstError {
        return Vec::new();
    }
    let same = |other: &&Notable| {
        other.kind == NotableKind::ReferenceError
            && (&other.dataset, &other.id, other.offset) == (&one.dataset, &one.id, one.offset)
    };
    let mut found: Vec<&Notable> = of_subject(index, subject).filter(same).collect();
    found.sort_by_key(|other| subject.style(&other.variant));
    let answer = |other: &Notable| OtherAnswer {
        variant: other.variant.clone(),
        style: subject.style(&other.variant),
        answer: fixed(other.probability, 4),
    };
    found.into_iter().map(answer).collect()
}

fn letters(index: &Index<'_>, one: &Notable) -> Option<Letters> {
    let mut shown = index.input.tables.shown_sequences.iter();
    let own = |shown: &&ShownSequence| {
        shown.id == one.id
            && shown.dataset == one.dataset
            && shown.suite == one.suite
            && shown.offset == one.offset
    };
    let shown = shown.find(own)?;
    let [before, site, after] = shown.parts().map(str::to_owned);
    let (start, behind) = shown.beyond();
    Some(Letters {
        before,
        site,
        after,
        span: format!(
            "letters {} to {} of {}",
            count(start + 1),
            count(shown.length - behind),
            count(shown.length)
        ),
    })
}

fn row(index: &Index<'_>, subject: Subject<'_>, one: &Notable) -> ExampleRow {
    ExampleRow {
        id: one.id.clone(),
        dataset: one.dataset.clone(),
        variant: one.variant.clone(),
        style: subject.style(&one.variant),
        place: place(one),
        gene: gene(one),
        target: one.target.clone(),
        class: one.class.clone(),
        probability: fixed(one.probability, 4),
        reference: one
            .reference_probability
            .map_or_else(|| "–".to_owned(), |value| fixed(value, 4)),
        change: one.reference_probability.map_or_else(
            || "–".to_owned(),
            |value| signed(one.probability - value, 4),
        ),
        others: others(index, subject, one),
        letters: letters(index, one),
    }
}

fn place(one: &Notable) -> String {
    let Some(chromosome) = &one.place.chromosome else {
        return "not stated".to_owned();
    };
    let position = one
        .place
        .position
        .map(|position| format!(":{}", count(position)));
    let strand = one
        .place
        .strand
        .as_deref()
        .map(|strand| format!(" ({strand})"));
    format!(
        "{chromosome}{}{}",
        position.unwrap_or_default(),
        strand.unwrap_or_default()
    )
}

fn gene(one: &Notable) -> String {
    let gene = one.place.gene.clone();
    let offset = one
        .offset
        .map(|offset| format!("base {} of the stretch", count(offset)));
    gene.into_iter()
        .chain(offset)
        .collect::<Vec<String>>()
        .join(", ")
}
