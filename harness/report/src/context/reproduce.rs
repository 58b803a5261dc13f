//! How to get these numbers again: commands, versions, digests, files.

use serde::Serialize;

use crate::context::failures::what;
use crate::context::section::{Filled, Room, shorten};
use crate::index::Index;
use crate::number::{count, time};

/// How to get these numbers again.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let mut reproduce = reproduce(index);
    let mut cuts = Vec::new();
    if let Some(letters) = room.letters() {
        reproduce.cells.clear();
        cuts.extend(room.shorten(&mut reproduce.settings, "Settings", "manifest.json"));
        if shorten(&mut reproduce.evaluation, letters) {
            cuts.push(
                "The evaluation: its beginning is shown; `manifest.json` holds all.".to_owned(),
            );
        }
    }
    Some(Filled::new(&reproduce, "reproduce", "Reproduce").cut(cuts))
}

/// How to get these numbers again.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reproduce {
    /// The evaluation's digest.
    pub digest: String,
    /// Commands with what they do.
    pub commands: Vec<(String, &'static str)>,
    /// Versions and settings by name.
    pub settings: Vec<(String, String)>,
    /// Digests of results by name.
    pub digests: Vec<(String, String)>,
    /// The evaluation as it was written.
    pub evaluation: String,
    /// Files of the run folder with what they hold.
    pub files: &'static [(&'static str, &'static str)],
    /// Every cell.
    pub cells: Vec<CellRow>,
}

/// A cell.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CellRow {
    /// What it is of.
    pub what: String,
    /// The folder's name.
    pub folder: String,
    /// "4,123 of 4,123".
    pub predicted: String,
    /// The worker's wall time.
    pub wall: String,
    /// The digest of its predictions.
    pub digest: String,
}

const FILES: [(&str, &str); 10] = [
    (
        "manifest.json",
        "the evaluation as written, the plan, digests, machine, versions",
    ),
    (
        "examples/",
        "id, target, strata, clusters and mask of what was scored",
    ),
    ("cells/<key>/", "predictions, and what became of the cell"),
    ("measurements/<key>/", "every timing, and memory"),
    ("scores.parquet", "every score with its interval and n"),
    ("comparisons.parquet", "every paired difference"),
    (
        "curves.parquet",
        "the points behind the curves on this page",
    ),
    ("csv/", "every table once more, for spreadsheets"),
    (
        "verdict.json",
        "every gate's decision: the scored part recomputes to the same bits",
    ),
    (
        "report.html, report.json, summary.md, junit.xml",
        "this page, and the same for machines",
    ),
];

/// How to get these numbers again.
pub(crate) fn reproduce(index: &Index<'_>) -> Reproduce {
    let manifest = &index.input.manifest;
    let plan = index.plan();
    let mut settings: Vec<(String, String)> = vec![
        ("Titer".to_owned(), manifest.titer.clone()),
        ("Run folder format".to_owned(), manifest.format.to_string()),
        ("Seed".to_owned(), plan.seed.to_string()),
        ("Threads".to_owned(), plan.threads.to_string()),
        (
            "Bootstrap replicates".to_owned(),
            count(plan.replicates as u64),
        ),
        (
            "Evaluation".to_owned(),
            manifest.evaluation_digest.to_string(),
        ),
    ];
    let mut runtimes: Vec<&str> = plan
        .models
        .iter()
        .flat_map(|model| &model.variants)
        .map(|variant| variant.runtime.as_str())
        .collect();
    runtimes.sort_unstable();
    runtimes.dedup();
    settings.push(("Runtimes".to_owned(), runtimes.join("; ")));
    for suite in &plan.suites {
        settings.push((format!("Suite {}", suite.name), suite.digest.to_string()));
    }
    let digests = index.input.digests.iter();
    Reproduce {
        digest: manifest.evaluation_digest.to_string(),
        commands: vec![
            (
                manifest.command.clone(),
                "runs it again; finished cells are kept",
            ),
            (
                "titer score .".to_owned(),
                "within the run folder: recomputes scores, comparisons and the verdict from the predictions",
            ),
            (
                "titer report .".to_owned(),
                "within the run folder: writes this page again, to the same bytes",
            ),
        ],
        settings,
        digests: digests
            .map(|(name, digest)| (name.clone(), digest.to_string()))
            .collect(),
        evaluation: manifest.evaluation_text.clone(),
        files: &FILES,
        cells: cells(index),
    }
}

fn cells(index: &Index<'_>) -> Vec<CellRow> {
    index
        .plan()
        .all_cells()
        .map(|cell| {
            let record = index.cell(&cell.key);
            CellRow {
                what: what(index, cell),
                folder: cell.key.short(),
                predicted: record.map_or_else(
                    || "not tried".to_owned(),
                    |record| format!("{} of {}", count(record.predicted), count(record.examples)),
                ),
                wall: record.map_or_else(String::new, |record| time(record.wall_ns as f64)),
                digest: record.and_then(|record| record.predictions).map_or_else(
                    || "none".to_owned(),
                    |digest| format!("{}…", digest.short()),
                ),
            }
        })
        .collect()
}
