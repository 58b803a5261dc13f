//! `summary.md`: a few lines for a comment in CI.

use serde::Serialize;

use crate::context::findings::{Finding, findings};
use crate::context::gates::{Gates, gates};
use crate::context::header::{Header, header};
use crate::context::scores::{heading, worst};
use crate::error::ReportError;
use crate::index::{Index, Subject};
use crate::input::ReportInput;
use crate::number::with_range;
use crate::template;

#[derive(Serialize)]
struct Summary {
    header: Header,
    findings: Vec<Finding>,
    gates: Gates,
    tables: Vec<Overview>,
    titer: String,
}

/// The main metric of a model on a suite.
#[derive(Serialize)]
struct Overview {
    title: String,
    columns: Vec<String>,
    rows: Vec<(String, Vec<String>)>,
}

/// `summary.md`: a comment for CI.
///
/// # Errors
/// The template does not fit what it is filled with.
pub fn summary(input: &ReportInput) -> Result<String, ReportError> {
    let index = Index::new(input, 2);
    let tables = index
        .subjects()
        .into_iter()
        .flat_map(|subject| {
            subject
                .classes_of(subject.main_metric())
                .into_iter()
                .map(move |class| (subject, class))
        })
        .map(|(subject, class)| overview(&index, subject, class))
        .collect();
    let context = Summary {
        header: header(&index),
        findings: findings(&index),
        gates: gates(&index),
        tables,
        titer: input.manifest.titer.clone(),
    };
    template::fill("summary.md", &context)
}

fn overview(index: &Index<'_>, subject: Subject<'_>, class: Option<&str>) -> Overview {
    let metric = subject.main_metric();
    let columns = subject
        .datasets()
        .iter()
        .map(|dataset| {
            let side = if dataset.in_distribution { "in" } else { "out" };
            let exposure = index.exposure(subject, &dataset.name).words();
            format!("{} ({side}; training: {exposure})", dataset.name)
        })
        .collect();
    let rows = subject
        .variants()
        .into_iter()
        .map(|variant| {
            let name = if variant.name == subject.model.reference {
                format!("{} (reference)", variant.name)
            } else {
                variant.name.clone()
            };
            let cells = subject
                .datasets()
                .iter()
                .map(|dataset| {
                    let key = subject.key(&variant.name, &dataset.name, None, metric, class);
                    match index
                        .score(&key)
                        .map(|score| (&score.value, &score.interval))
                    {
                        Some((Ok(value), interval)) => {
                            let value = with_range(*value, interval.as_ref().ok());
                            match index.worst_label(&key).map(worst) {
                                Some(worst) => format!("{value}; {worst}"),
                                None => value,
                            }
                        }
                        Some((Err(reason), _)) => format!("undefined: {reason}"),
                        None => "failed".to_owned(),
                    }
                })
                .collect();
            (name, cells)
        })
        .collect();
    Overview {
        title: format!(
            "{}: {}, {}",
            subject.suite.name,
            subject.model.name,
            heading(metric, class)
        ),
        columns,
        rows,
    }
}
