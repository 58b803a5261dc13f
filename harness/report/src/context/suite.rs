//! A suite's section: its models one after another.

use serde::Serialize;
use titer_spec::Question;
use titer_spec::plan::Exposure;

use crate::context::curves::{self, CurveRow};
use crate::context::notables::{self, NotableTable};
use crate::context::pictures::Picture;
use crate::context::table::Table;
use crate::context::{
    detection, differences, falls, glance, groups, notes, recalibration, robustness, scores, tests,
    worth,
};
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
    /// The main metric at a glance.
    pub glance: Vec<Picture>,
    /// What is odd about how the model was asked and how its answers were read.
    pub notes: Vec<String>,
    /// Scores.
    pub scores: Table,
    /// The other metrics.
    pub other_scores: Option<Table>,
    /// Forest plots.
    pub forests: Vec<Picture>,
    /// Differences with flips.
    pub differences: Option<Table>,
    /// Differences in the other metrics.
    pub other_differences: Option<Table>,
    /// Tests of the differences.
    pub tests: Option<Table>,
    /// Flips by true class.
    pub flips: Option<Table>,
    /// The main metric by stratum.
    pub groups: Vec<Table>,
    /// Before and after recalibration.
    pub recalibration: Option<Table>,
    /// Falls out of distribution.
    pub falls: Option<falls::Falls>,
    /// Telling data apart.
    pub detection: Option<Table>,
    /// Held against controls.
    pub worth: Option<Table>,
    /// Perturbed examples.
    pub robustness: Option<Table>,
    /// Negative controls.
    pub controls: Option<Table>,
    /// Curves.
    pub curves: Vec<CurveRow>,
    /// Examples worth a look.
    pub notables: Vec<NotableTable>,
}

/// Every suite's section.
pub(crate) fn sections(index: &Index<'_>) -> Vec<SuiteSection> {
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
             rest. Curves are of each class; such suites are not broken down by stratum and not \
             recalibrated.",
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
    ModelSection {
        id: subject.slug(),
        name: subject.model.name.clone(),
        exposure_note: exposure_note(index, subject),
        notes: notes::notes(index, subject),
        glance: glance::pictures(index, subject),
        scores: scores::headlines(index, subject),
        other_scores: scores::others(index, subject),
        forests: differences::pictures(index, subject),
        differences: differences::table(index, subject),
        other_differences: differences::others(index, subject),
        tests: tests::table(index, subject),
        flips: tests::flips(index, subject),
        groups: groups::tables(index, subject),
        recalibration: recalibration::table(index, subject),
        falls: falls::falls(index, subject),
        detection: detection::table(index, subject),
        worth: worth::table(index, subject),
        robustness: robustness::kept(index, subject),
        controls: robustness::controls(index, subject),
        curves: curves::rows(index, subject),
        notables: notables::tables(index, subject),
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
