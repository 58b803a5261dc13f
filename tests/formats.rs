//! Run folders of the last two formats are read: judged again they say what they said when they were made, and reported.
//!
//! `fixtures/runs/README.md` says how each was made.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::helpers::world::{Said, repository};
use titer_core::{Comparison, Fall, GateVerdict, Interval, Score, Undefined, Verdict};
use titer_store::RunFolder;
use titer_store::manifest::{FIRST_FORMAT, FORMAT};

fn fixture(format: u32) -> PathBuf {
    repository().join(format!("tests/fixtures/runs/format-{format}"))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, name) = entry
            .map(|entry| (entry.path(), entry.file_name()))
            .unwrap();
        match path.is_dir() {
            true => copy(&path, &to.join(name)),
            false => drop(std::fs::copy(&path, to.join(name)).unwrap()),
        }
    }
}

fn titer(arguments: &[&str], folder: &Path) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_titer"));
    command.args(arguments).arg(folder).env_remove("TITER_PATH");
    Said::of(&command.output().unwrap())
}

/// What was decided and of which values; the words for it may change, and so may intervals of scores.
fn decided(verdict: &Verdict) -> Vec<GateVerdict> {
    let bare = |one: &GateVerdict| GateVerdict {
        because: String::new(),
        // Metrics are named by their titles now.
        gate: one.gate.to_lowercase(),
        lower: None,
        upper: None,
        ..one.clone()
    };
    verdict.scored.iter().map(bare).collect()
}

/// The comparisons, those of calls and of calibration errors without their intervals, which are made otherwise since
/// the folders were; the others' to nine digits.
fn differences(all: &[Comparison]) -> Vec<Comparison> {
    let bare = |one: &Comparison| Comparison {
        interval: Err(Undefined::because("another")),
        otherwise: None,
        lower_90: None,
        upper_90: None,
        kept_lower: None,
        kept_upper: None,
        ..one.clone()
    };
    let nine = |end: f64| (end * 1e9).round() / 1e9;
    let rounded = |one: &Comparison| Comparison {
        interval: one.interval.clone().map(|interval| Interval {
            lower: nine(interval.lower),
            upper: nine(interval.upper),
            ..interval
        }),
        lower_90: one.lower_90.map(nine),
        upper_90: one.upper_90.map(nine),
        kept_lower: one.kept_lower.map(nine),
        kept_upper: one.kept_upper.map(nine),
        ..one.clone()
    };
    let otherwise = |one: &Comparison| ["accuracy", "ece"].contains(&one.key.metric.as_str());
    let kept = |one: &Comparison| match otherwise(one) {
        true => bare(one),
        false => rounded(one),
    };
    assert!(all.iter().any(otherwise) && !all.iter().all(otherwise));
    all.iter().map(kept).collect()
}

/// Scores to the bit; their intervals are made otherwise since 0.2, a little further to the bad side, and some of
/// what stands beside them is new.
fn values(all: &[Score]) -> Vec<Score> {
    let bare = |score: &Score| {
        let told = |interval: &Interval| Interval {
            lower: 0.0,
            upper: 0.0,
            ..*interval
        };
        if let (Ok(value), Ok(interval)) = (&score.value, &score.interval) {
            assert!(
                (interval.lower..=interval.upper).contains(value),
                "{score:?}"
            );
        }
        Score {
            interval: score.interval.as_ref().map(told).map_err(Clone::clone),
            rarer_clusters: None,
            plain_equal_mass: None,
            plain_equal_width: None,
            ..score.clone()
        }
    };
    all.iter().map(bare).collect()
}

#[test]
fn folders_of_the_last_formats_say_what_they_said() {
    for format in FIRST_FORMAT..=FORMAT {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("run");
        copy(&fixture(format), &folder);
        let kept = RunFolder::at(&folder);
        assert_eq!(kept.read_manifest().unwrap().format, format);
        let before = (
            kept.read_rows::<Score>().unwrap(),
            kept.read_rows::<Comparison>().unwrap(),
            kept.read_verdict().unwrap(),
        );
        assert!(!before.0.is_empty() && !before.1.is_empty() && !before.2.scored.is_empty());
        titer(&["score"], &folder).expect(3);
        let after = (
            kept.read_rows::<Score>().unwrap(),
            kept.read_rows::<Comparison>().unwrap(),
            kept.read_verdict().unwrap(),
        );
        assert_eq!(values(&after.0), values(&before.0), "format {format}");
        assert_eq!(
            differences(&after.1),
            differences(&before.1),
            "format {format}"
        );
        assert_eq!(decided(&after.2), decided(&before.2), "format {format}");
        std::fs::remove_file(folder.join("report.html")).unwrap();
        titer(&["report"], &folder).expect(0);
        assert!(folder.join("report.html").is_file());
    }
}

/// Versions before 0.2 knew no falls: the page says so until the folder is scored again.
#[test]
fn a_folder_without_falls_is_reported_and_gets_them_by_scoring() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    copy(&fixture(FORMAT), &folder);
    let (table, word) = (folder.join("falls.parquet"), "is not computed");
    let page = || {
        titer(&["report"], &folder).expect(0);
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let json: serde_json::Value = serde_json::from_str(&read("report.json")).unwrap();
        (read("report.html"), json)
    };
    titer(&["score"], &folder).expect(3);
    let falls: Vec<Fall> = RunFolder::at(&folder).read_rows().unwrap();
    let held = falls.iter().filter(|fall| fall.held.base.is_some());
    // Six metrics of two variants, one of them the reference.
    assert_eq!((falls.len(), held.count()), (12, 6));
    let told = falls.iter().filter(|fall| fall.fall.interval().is_ok());
    assert_eq!(told.count(), 12);
    let (html, json) = page();
    assert!(!html.contains(word) && html.contains("<h4>Out of distribution</h4>"));
    assert_eq!(json["falls"].as_array().map(Vec::len), Some(12));
    std::fs::remove_file(&table).unwrap();
    let (html, json) = page();
    assert!(html.contains(word) && !html.contains("<h4>Out of distribution</h4>"));
    assert!(json["falls"].is_null());
    titer(&["score"], &folder).expect(3);
    assert_eq!(RunFolder::at(&folder).read_rows::<Fall>().unwrap(), falls);
}

#[test]
fn folders_of_other_formats_name_the_titer_that_made_them() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    copy(&fixture(FORMAT), &folder);
    let manifest = folder.join("manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let (now, later) = (
        format!("\"format\": {FORMAT}"),
        format!("\"format\": {}", FORMAT + 1),
    );
    std::fs::write(&manifest, text.replacen(&now, &later, 1)).unwrap();
    for command in ["score", "report"] {
        let said = titer(&[command], &folder).expect(2);
        let (first, last) = (
            format!("layout {}", FORMAT + 1),
            format!("layouts {FIRST_FORMAT} to {FORMAT}"),
        );
        for part in [
            first.as_str(),
            &last,
            "of titer 0.",
            "use the titer that made",
        ] {
            assert!(said.err.contains(part), "{part}: {}", said.err);
        }
    }
}

#[test]
fn a_run_in_an_earlier_folder_predicts_again_and_says_so_once() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    copy(&fixture(FIRST_FORMAT), &folder);
    let evaluation = repository().join("tests/fixtures/runs/short.yaml");
    let run = || {
        let arguments = ["run", evaluation.to_str().unwrap(), "--output"];
        titer(&arguments, &folder).expect(3)
    };
    let word = "predicted again since 0.2";
    assert_eq!(run().err.matches(word).count(), 1);
    assert!(folder.join("previous/scores.parquet").is_file());
    assert_eq!(
        RunFolder::at(&folder).read_manifest().unwrap().format,
        FORMAT
    );
    assert_eq!(run().err.matches(word).count(), 0);
}
