//! The top of the page: what was asked, and the answer in words.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use titer_core::Decision;
use titer_spec::plan::PlannedCell;
use titer_store::RunStatus;

use crate::context::answers::{Answer, answers};
use crate::context::gates::{Badge, trained_on, verdicts};
use crate::context::section::{Filled, Room, shorten};
use crate::context::{losses, must_fall};
use crate::index::Index;
use crate::number::{count, counted};
use crate::words::and_list;

/// The top of the page.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let mut header = header(index);
    if let Some(letters) = room.letters() {
        shorten(&mut header.name, letters);
        shorten(&mut header.asked, letters);
    }
    Some(Filled::new(&header, "verdict", "Verdict"))
}

/// The top of the page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Header {
    /// The evaluation's name.
    pub name: String,
    /// What was asked.
    pub asked: String,
    /// The overall decision, or that nothing was judged.
    pub badge: Badge,
    /// The answers that anybody understands.
    pub answers: Vec<Answer>,
    /// What the gates came to, in a sentence or two.
    pub answer: String,
    /// How many checks are on data that the models were trained on.
    pub training: Option<String>,
    /// What must fall and does not; `None` where all of it falls.
    pub must_fall: Option<String>,
    /// Losses that no gate covers; `None` where there are none.
    pub losses: Option<String>,
    /// How many of the examples there are the evaluation asks for, where it states a limit.
    pub part: Option<String>,
    /// What a limited run is good for; `None` for a whole one.
    pub limited: Option<String>,
    /// Which machines predicted the cells, where variants that are compared come from different ones.
    pub machines: Option<String>,
    /// When it ran.
    pub when: String,
}

const UNJUDGED: Badge = Badge {
    word: "Not judged",
    class: "unjudged",
    sign: "–",
};

/// The top of the page.
pub(crate) fn header(index: &Index<'_>) -> Header {
    let manifest = &index.input.manifest;
    let unjudged = verdicts(index).next().is_none();
    let overall = index.input.verdict.overall;
    let badge = if unjudged && matches!(overall, Decision::Pass | Decision::Inconclusive) {
        UNJUDGED
    } else {
        overall.into()
    };
    let finished = match (&manifest.finished_at, manifest.status) {
        (Some(at), _) => format!("finished {at}"),
        (None, RunStatus::Running) => "not finished".to_owned(),
        (None, RunStatus::Executed) => "executed".to_owned(),
    };
    Header {
        name: manifest.plan.evaluation.clone(),
        asked: manifest.plan.summary.clone(),
        badge,
        answers: answers(index),
        answer: answer(index, unjudged),
        must_fall: must_fall::headline(index),
        losses: losses::headline(index),
        part: part(index),
        training: trained_on(index),
        limited: limited(index),
        machines: machines(index),
        when: format!("started {}, {finished}", manifest.started_at),
    }
}

/// A limit that the evaluation states is a part of what it asks, and is said.
fn part(index: &Index<'_>) -> Option<String> {
    if index.limited() {
        return None;
    }
    let datasets = index.plan().suites.iter().flat_map(|suite| &suite.datasets);
    let cut = datasets.filter(|dataset| dataset.count < dataset.available);
    let mut parts: Vec<String> = cut
        .map(|dataset| {
            let (count, available) = (count(dataset.count), count(dataset.available));
            format!("{count} of {available} examples of {}", dataset.name)
        })
        .collect();
    parts.sort();
    parts.dedup();
    (!parts.is_empty())
        .then(|| format!("By its limit the evaluation asks for {}.", and_list(&parts)))
}

fn limited(index: &Index<'_>) -> Option<String> {
    index.limited().then(|| {
        let plan = index.plan();
        let only = plan.only.options();
        let part =
            (!only.is_empty()).then(|| format!("Only a part of the evaluation ran ({only})."));
        let limit = plan.limit.map(|limit| {
            format!(
                "At most {} examples of each dataset ran.",
                count(limit as u64)
            )
        });
        let parts: Vec<String> = part.into_iter().chain(limit).collect();
        let parts = match parts.is_empty() {
            true => "Only a part of the examples ran.".to_owned(),
            false => parts.join(" "),
        };
        format!("For a look only. {parts} Do not decide on these numbers.")
    })
}

/// A warning where variants of a model were predicted on machines of different instruction sets.
fn machines(index: &Index<'_>) -> Option<String> {
    let plan = index.plan();
    let known = |cell: &PlannedCell| index.cell(&cell.key)?.instruction_set.as_deref();
    let mut cells: BTreeMap<&str, u64> = BTreeMap::new();
    let mut compared: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for cell in &plan.cells {
        let Some(set) = known(cell) else { continue };
        *cells.entry(set).or_default() += 1;
        let (suite, model, dataset) = (&cell.case.suite, &cell.case.model, &cell.case.dataset);
        let pair = (
            suite,
            model,
            dataset,
            &cell.case.split,
            &cell.case.perturbation,
        );
        compared.entry(pair).or_default().insert(set);
    }
    if compared.values().all(|sets| sets.len() < 2) {
        return None;
    }
    let cells = cells.iter();
    let cells: Vec<String> = cells
        .map(|(set, number)| format!("{} on {set}", counted(*number, "cell", "cells")))
        .collect();
    let then = if plan.across_machines {
        "the evaluation allows gates over them (`across_machines: true`)"
    } else {
        "gates over them are inconclusive"
    };
    Some(format!(
        "Variants that are compared were predicted on machines of different instruction sets ({}). Their differences may be the machines'; {then}.",
        and_list(&cells)
    ))
}

fn answer(index: &Index<'_>, unjudged: bool) -> String {
    let verdict = &index.input.verdict;
    let checks = verdicts(index).count() as u64;
    let of = |wanted: Decision| verdicts(index).filter(|one| one.decision == wanted).count() as u64;
    let mut sentences = vec![if unjudged {
        "The evaluation sets no gate, so nothing was judged: the numbers stand for themselves."
            .to_owned()
    } else {
        match verdict.overall {
            Decision::Pass => format!("All {} of the gates hold, even at the unfavourable end of the 95 % interval.", counted(checks, "check", "checks")),
            Decision::Fail if of(Decision::Fail) == 0 => format!("No check of {} is broken, but the evaluation fails on losses that no gate covers.", count(checks)),
            Decision::Inconclusive if of(Decision::Inconclusive) == 0 => format!("None of {} of the gates is broken, but this is a look ({}), which decides nothing.", counted(checks, "check", "checks"), index.plan().look_options()),
            Decision::Fail => format!("{} of {} of the gates {} broken.", count(of(Decision::Fail)), counted(checks, "check", "checks"), if of(Decision::Fail) == 1 { "is" } else { "are" }),
            Decision::Inconclusive => format!("No gate is broken, but the data cannot decide {} of {}.", count(of(Decision::Inconclusive)), counted(checks, "check", "checks")),
            Decision::Incomplete => "Something that was planned did not come out, so the run cannot be judged as a whole.".to_owned(),
        }
    }];
    if !unjudged && verdict.overall != Decision::Pass {
        let rest: Vec<String> = [
            Decision::Fail,
            Decision::Inconclusive,
            Decision::Incomplete,
            Decision::Pass,
        ]
        .into_iter()
        .filter(|wanted| *wanted != verdict.overall && of(*wanted) > 0)
        .map(|wanted| format!("{} {}", count(of(wanted)), rest_words(wanted, of(wanted))))
        .collect();
        if !rest.is_empty() {
            sentences.push(format!("{}.", and_list(&rest)));
        }
    }
    if verdict.failed_cells > 0 {
        sentences.push(format!(
            "{} failed and {} no numbers.",
            counted(
                verdict.failed_cells,
                "cell or measurement",
                "cells or measurements"
            ),
            if verdict.failed_cells == 1 {
                "has"
            } else {
                "have"
            }
        ));
    }
    sentences.join(" ")
}

fn rest_words(decision: Decision, number: u64) -> &'static str {
    match (decision, number) {
        (Decision::Pass, 1) => "passes",
        (Decision::Pass, _) => "pass",
        (Decision::Fail, 1) => "fails",
        (Decision::Fail, _) => "fail",
        (Decision::Inconclusive, _) => "cannot be decided",
        (Decision::Incomplete, 1) => "was not measured",
        (Decision::Incomplete, _) => "were not measured",
    }
}
