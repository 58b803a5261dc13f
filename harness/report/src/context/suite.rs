//! A suite's section: its models one after another.

use serde::Serialize;
use titer_spec::Question;
use titer_spec::plan::Exposure;

use crate::context::block::{self, Block};
use crate::context::section::{Filled, Room};
use crate::context::{BLOCKS, differences, glance, notes};
use crate::index::{Index, MOST_LABELS, Subject, slug};

/// A suite's section.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SuiteSection {
    /// Its anchor.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its summary.
    pub summary: String,
    /// What is asked, in one sentence.
    pub question: String,
    /// Its models.
    pub models: Vec<ModelSection>,
}

/// A model's part of a suite's section.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ModelSection {
    /// Where links lead.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What comparing seen with unseen data can and cannot tell.
    pub exposure_note: Option<String>,
    /// What is odd about how the model was asked and how its answers were read.
    pub notes: Vec<String>,
    /// Differences from the reference; of a model without another variant the scores.
    pub pictures: block::PictureRow,
    /// What unfolds beneath.
    pub blocks: Vec<Block>,
}

/// The suites, where a page has room for results.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let suites = room.is_whole().then(|| suites(index))?;
    let links = suites
        .iter()
        .map(|suite| (suite.id.clone(), suite.name.clone()));
    Some(Filled {
        links: links.collect(),
        ..Filled::unlisted(&suites)
    })
}

/// Every suite's section.
pub(crate) fn suites(index: &Index<'_>) -> Vec<SuiteSection> {
    let subjects = index.subjects();
    index
        .plan()
        .suites
        .iter()
        .map(|suite| SuiteSection {
            id: format!("suite-{}", slug(&suite.name)),
            name: suite.name.clone(),
            summary: suite.summary.clone(),
            question: question(&suite.question, &suite.split),
            models: subjects
                .iter()
                .filter(|subject| subject.suite.name == suite.name)
                .map(|subject| model(index, *subject))
                .collect(),
        })
        .collect()
}

fn question(question: &Question, split: &str) -> String {
    match question {
        Question::Binary(binary) => format!(
            "Each example is {} (positive) or {} (negative); the {split} split is scored.",
            with_article(&binary.positive.replace('_', " ")),
            with_article(&binary.negative.replace('_', " "))
        ),
        Question::Classes(asked) => format!(
            "Each example is of one of {} classes ({}); the {split} split is scored. Accuracy (the most \
             probable class) and log loss are of all classes, other metrics of each class against the \
             rest. Curves are of each class; such suites are not recalibrated.",
            asked.classes.len(),
            asked.classes.join(", ")
        ),
        Question::Labels(asked) => format!(
            "Each example may have any of {} labels at once ({}); the {split} split is scored. Each label is scored by itself, \
             on the examples of which it is known; a mean over labels says how many have a value, and the worst label stands \
             beside it. Flips are of calls of a label.{}",
            asked.labels.len(),
            asked.labels.join(", "),
            match asked.labels.len() > MOST_LABELS {
                true => format!(
                    " Tables and pictures of single labels are of the first {MOST_LABELS}, \"by label\" of the worst; report.json holds all."
                ),
                false => String::new(),
            }
        ),
        Question::Values(asked) => format!(
            "The target of each example is a number ({}), and so is the answer; the {split} split is scored. \
             Nothing is called, so there are no flips.",
            asked.of
        ),
        Question::Positions(positions) => format!(
            "Every scored base is a site ({}) or {}; each class of site is scored against all other bases of the {split} split.",
            positions.sites.join(", "),
            positions.background
        ),
    }
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

fn model(index: &Index<'_>, subject: Subject<'_>) -> ModelSection {
    let blocks = BLOCKS.iter().filter_map(|block| block(index, subject));
    ModelSection {
        id: subject.slug(),
        name: subject.model.name.clone(),
        exposure_note: exposure_note(index, subject),
        notes: notes::notes(index, subject),
        pictures: match subject.candidates().is_empty() {
            true => glance::wide(index, subject),
            false => differences::wide(index, subject),
        },
        blocks: blocks.collect(),
    }
}

fn exposure_note(index: &Index<'_>, subject: Subject<'_>) -> Option<String> {
    let of = |wanted: Exposure| -> Vec<&str> {
        subject
            .datasets()
            .iter()
            .map(|dataset| dataset.name.as_str())
            .filter(|name| index.exposure(subject, name) == wanted)
            .collect()
    };
    let (seen, held_out, unknown) = (
        of(Exposure::Seen),
        of(Exposure::HeldOut),
        of(Exposure::Unknown),
    );
    let others = held_out.len() + unknown.len();
    if !seen.is_empty() && others > 0 {
        return Some(format!(
            "{} lies in this model's training data and {} does not. A difference between the two mixes \
             what the model remembers with what the species changes: it is not a pure species effect.",
            seen.join(" and "),
            if held_out.is_empty() {
                "the rest, as far as is known,"
            } else {
                "the rest"
            }
        ));
    }
    (!unknown.is_empty()).then(|| {
        format!(
            "The model's descriptor does not say whether {} was in its training data: a difference \
             between datasets may be one between seen and unseen examples.",
            unknown.join(" and ")
        )
    })
}
