//! The page that keeps what decides.

use crate::context::Page;
use crate::context::builds::{Builds, builds};
use crate::context::failures::{failures, left_out};
use crate::context::findings::findings;
use crate::context::gates::gates;
use crate::context::glossary::terms;
use crate::context::header::header;
use crate::context::losses;
use crate::context::reproduce::reproduce;
use crate::error::ReportError;
use crate::fold::Folded;
use crate::fold::cut::shorten;
use crate::fold::matrix::matrices;
use crate::index::Index;
use crate::input::ReportInput;
use crate::number::count;
use crate::template;

/// Rows of each list, fewer where the page would become too large.
const ROWS: [usize; 5] = [1000, 300, 60, 10, 0];

/// The page that keeps what decides and links to the parts.
pub(super) fn main_page(
    input: &ReportInput,
    parts: Vec<(String, String)>,
    cuts: Vec<String>,
    limit: usize,
) -> Result<String, ReportError> {
    let index = Index::new(input, 2);
    let whole = page(&index, parts, cuts);
    let mut bytes = 0;
    for rows in ROWS {
        let html = template::fill("report.html", cut(&index, whole.clone(), rows))?;
        if html.len() < limit {
            return Ok(html);
        }
        bytes = html.len();
    }
    Err(ReportError::TooLarge { bytes, limit })
}

fn page(index: &Index<'_>, parts: Vec<(String, String)>, cuts: Vec<String>) -> Page {
    let mut gates = gates(index);
    gates.all.clear();
    let mut reproduce = reproduce(index);
    reproduce.cells.clear();
    Page {
        header: header(index),
        limited: index.limited(),
        builds: unlinked(index),
        findings: findings(index),
        gates,
        losses: losses::table(index),
        models: Vec::new(),
        datasets: Vec::new(),
        machine: index.input.manifest.machine.clone().into_iter().collect(),
        suites: Vec::new(),
        costs: Vec::new(),
        failures: failures(index),
        left_out: left_out(index),
        glossary: terms(index),
        reproduce,
        titer: index.input.manifest.titer.clone(),
        folded: Some(Folded {
            parts,
            matrices: Vec::new(),
            cuts,
        }),
    }
}

/// Builds without links to sections, which lie on other pages.
fn unlinked(index: &Index<'_>) -> Vec<Builds> {
    let mut builds = builds(index);
    for one in &mut builds {
        one.link.clear();
    }
    builds
}

fn cut(index: &Index<'_>, mut page: Page, rows: usize) -> Page {
    let (tables, mut cuts) = matrices(index, rows);
    let mut said = |what: &str, all: usize, file: &str| {
        if all > rows {
            let (shown, all) = (count(rows as u64), count(all as u64));
            cuts.push(format!(
                "{what}: {shown} of {all} are shown; {file} holds all."
            ));
        }
    };
    said("Models", page.builds.len(), "`report.json`");
    said("Rules", page.gates.rules.len(), "`report.json`");
    said(
        "Checks that do not pass",
        page.gates.open.len(),
        "`report.json`",
    );
    said("Failures", page.failures.len(), "`report.json`");
    said("Left out", page.left_out.len(), "`report.json`");
    said("Settings", page.reproduce.settings.len(), "`manifest.json`");
    page.builds.truncate(rows);
    page.gates.rules.truncate(rows);
    page.gates.open.truncate(rows);
    page.failures.truncate(rows);
    page.left_out.truncate(rows);
    page.reproduce.settings.truncate(rows);
    // Texts that nobody would read to their end.
    let letters = 500 + 100 * rows;
    if page.reproduce.evaluation.chars().count() > letters {
        cuts.push("The evaluation: its beginning is shown; `manifest.json` holds all.".to_owned());
    }
    let texts = [
        &mut page.reproduce.evaluation,
        &mut page.header.name,
        &mut page.header.asked,
    ];
    let findings = page.findings.iter_mut().map(|finding| &mut finding.text);
    for text in texts.into_iter().chain(findings) {
        shorten(text, letters);
    }
    if let Some(folded) = &mut page.folded {
        folded.matrices = tables;
        folded.cuts.extend(cuts);
    }
    page
}
