//! The parts beside a folded page: results by model and dataset, then the long lists.

use std::ops::Range;

use serde::Serialize;

use crate::context::cost::{Costs, costs};
use crate::context::dataset;
use crate::context::examples::{ExampleTable, examples};
use crate::context::failures::{Failure, failures, left_out};
use crate::context::gates::{Check, gates};
use crate::context::header::{Header, header};
use crate::context::inputs::{InputsOfSuite, inputs};
use crate::context::model;
use crate::context::ran::Ran;
use crate::context::reproduce::{CellRow, reproduce};
use crate::context::section::shorten;
use crate::context::suite::{SuiteSection, suites};
use crate::error::ReportError;
use crate::fold::cut::{ALL_NUMBERS, cut, cut_examples};
use crate::fold::subset::subset;
use crate::index::{Index, Subject};
use crate::input::ReportInput;
use crate::number::count;
use crate::{estimate, template};

/// The most parts of results, and of each list.
const MAX_RESULTS: usize = 200;
const MAX_LISTS: usize = 20;

/// Points of a curve in a part.
const POINTS: usize = 80;

/// A part.
pub(super) struct Part {
    /// The name of its file.
    pub file: String,
    /// What it holds.
    pub title: String,
    /// The page.
    pub html: String,
}

/// What a part shows; the rest is empty.
#[derive(Default, Serialize)]
struct Content {
    suites: Vec<SuiteSection>,
    examples: Vec<ExampleTable>,
    ran: Option<Ran>,
    checks: Vec<Check>,
    costs: Vec<Costs>,
    inputs: Vec<InputsOfSuite>,
    failures: Vec<Failure>,
    left_out: Vec<Failure>,
    cells: Vec<CellRow>,
    cuts: Vec<String>,
}

#[derive(Serialize)]
struct Context<'a> {
    header: &'a Header,
    title: &'a str,
    limited: bool,
    titer: &'a str,
    #[serde(flatten)]
    content: Content,
}

struct Parts<'a> {
    input: &'a ReportInput,
    header: Header,
    limit: usize,
    parts: Vec<Part>,
    cuts: Vec<String>,
}

/// Something that is shown in parts.
struct List<'a> {
    title: &'a str,
    /// What is counted: "datasets", "checks".
    noun: &'a str,
    /// Where all of it is.
    file: &'a str,
    length: usize,
    /// How many the first part tries.
    step: usize,
    most_parts: usize,
}

/// The parts, and in words what even they leave out.
pub(super) fn parts(
    input: &ReportInput,
    limit: usize,
) -> Result<(Vec<Part>, Vec<String>), ReportError> {
    let index = Index::new(input, POINTS);
    let mut parts = Parts {
        input,
        header: header(&index),
        limit,
        parts: Vec::new(),
        cuts: Vec::new(),
    };
    shorten(&mut parts.header.name, 200);
    for subject in index.subjects() {
        parts.results(subject)?;
    }
    let list = |title, noun, file, length, step| List {
        title,
        noun,
        file,
        length,
        step,
        most_parts: MAX_LISTS,
    };
    let mut checks = gates(&index).all;
    // What they lead to lies on other parts.
    checks.iter_mut().for_each(|check| check.links.clear());
    let all = list("Every check", "checks", "`report.json`", checks.len(), 4000);
    parts.rows(&all, |range| Content {
        checks: of(&checks, range),
        ..Content::default()
    })?;
    let costs = costs(&index);
    let all = list(
        "Time, memory and size",
        "models",
        "`report.json`",
        costs.len(),
        20,
    );
    parts.rows(&all, |range| Content {
        costs: of(&costs, range),
        ..Content::default()
    })?;
    let inputs = inputs(&index);
    let all = list("Inputs", "suites", "`csv/`", inputs.len(), 5);
    parts.rows(&all, |range| Content {
        inputs: of(&inputs, range),
        ..Content::default()
    })?;
    let models = model::cards(&index);
    let all = list("Models", "models", "`manifest.json`", models.len(), 400);
    parts.rows(&all, |range| Content {
        ran: Some(Ran {
            models: of(&models, range),
            ..Ran::default()
        }),
        ..Content::default()
    })?;
    let datasets = dataset::cards(&index);
    let all = list("Data", "datasets", "`manifest.json`", datasets.len(), 800);
    parts.rows(&all, |range| Content {
        ran: Some(Ran {
            datasets: of(&datasets, range),
            ..Ran::default()
        }),
        ..Content::default()
    })?;
    let (failed, left_out) = (failures(&index), left_out(&index));
    let all = list(
        "What failed",
        "failures",
        "`report.json`",
        failed.len(),
        4000,
    );
    parts.rows(&all, |range| Content {
        failures: of(&failed, range),
        ..Content::default()
    })?;
    let all = list(
        "Left out by the plan",
        "lines",
        "`report.json`",
        left_out.len(),
        4000,
    );
    parts.rows(&all, |range| Content {
        left_out: of(&left_out, range),
        ..Content::default()
    })?;
    let cells = reproduce(&index).cells;
    let all = list("Every cell", "cells", "`report.json`", cells.len(), 4000);
    parts.rows(&all, |range| Content {
        cells: of(&cells, range),
        ..Content::default()
    })?;
    Ok((parts.parts, parts.cuts))
}

fn of<T: Clone>(all: &[T], range: Range<usize>) -> Vec<T> {
    all.get(range).unwrap_or_default().to_vec()
}

impl Parts<'_> {
    /// A model's results on a suite, some datasets a part.
    fn results(&mut self, subject: Subject<'_>) -> Result<(), ReportError> {
        let input = self.input;
        let length = subject.datasets().len();
        let all = estimate::subject_bytes(&input.manifest.plan, subject).max(1);
        // The estimate is of finer curves than a part has, which leaves room: a part that is too large is
        // rendered in vain.
        let step = self.limit as u64 * length as u64 / all;
        let title = format!("{}: {}", subject.suite.name, subject.model.name);
        let list = List {
            title: &title,
            noun: "datasets",
            file: ALL_NUMBERS,
            length,
            step: (step as usize).clamp(1, length.max(1)),
            most_parts: MAX_RESULTS.saturating_sub(self.parts.len()),
        };
        self.list(&list, |range, level| {
            let (points, most) = match level {
                0 => (POINTS, None),
                1 => (16, None),
                2 => (16, Some((500, 40))),
                3 => (16, Some((50, 8))),
                _ => return None,
            };
            let small = subset(input, subject, range);
            let index = Index::new(&small, points);
            let mut content = Content {
                suites: suites(&index),
                examples: examples(&index),
                ..Content::default()
            };
            if let Some((rows, pictures)) = most {
                let sections = content.suites.iter_mut();
                for section in sections.flat_map(|suite| &mut suite.models) {
                    content.cuts.extend(cut(section, rows, pictures));
                }
                let examples = content.examples.iter_mut();
                let cuts = examples.filter_map(|table| cut_examples(table, rows));
                content.cuts.extend(cuts);
            }
            Some(content)
        })
    }

    /// A list of rows, which nothing shortens.
    fn rows(
        &mut self,
        list: &List<'_>,
        content: impl Fn(Range<usize>) -> Content,
    ) -> Result<(), ReportError> {
        self.list(list, |range, level| (level == 0).then(|| content(range)))
    }

    /// Pages of as many as fit. `content` is asked for less at every level, and has no more to leave out where
    /// it gives nothing.
    fn list(
        &mut self,
        list: &List<'_>,
        content: impl Fn(Range<usize>, usize) -> Option<Content>,
    ) -> Result<(), ReportError> {
        let (mut start, mut step, mut level, mut pages) = (0, list.step, 0, 0);
        let (mut left, mut too_large) = (0, 0);
        while start < list.length {
            if pages >= list.most_parts {
                left = list.length - start;
                break;
            }
            let end = (start + step).min(list.length);
            let Some(content) = content(start..end, level) else {
                (start, level) = (end, 0);
                too_large += 1;
                continue;
            };
            let mut title = list.title.to_owned();
            shorten(&mut title, 200);
            if end - start < list.length {
                title.push_str(&format!(
                    ", {} {} to {} of {}",
                    list.noun,
                    count(start as u64 + 1),
                    count(end as u64),
                    count(list.length as u64)
                ));
            }
            let html = self.fill(&title, content)?;
            if html.len() < self.limit {
                let file = format!("report-{}.html", self.parts.len() + 2);
                self.parts.push(Part { file, title, html });
                (start, level) = (end, 0);
                pages += 1;
            } else if end - start > 1 {
                step = (end - start) / 2;
            } else {
                level += 1;
            }
        }
        for (number, why) in [(left, "not shown"), (too_large, "too large to be shown")] {
            if number > 0 {
                self.cuts.push(format!(
                    "{}: {} of {} {} are {why}; all is in {}.",
                    list.title,
                    count(number as u64),
                    count(list.length as u64),
                    list.noun,
                    list.file
                ));
            }
        }
        Ok(())
    }

    fn fill(&self, title: &str, content: Content) -> Result<String, ReportError> {
        let context = Context {
            header: &self.header,
            title,
            limited: self.input.verdict.limited,
            titer: &self.input.manifest.titer,
            content,
        };
        template::fill("part.html", &context)
    }
}
