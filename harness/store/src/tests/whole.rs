//! What is cut short, killed on the way, altered or held by another says so.

use std::collections::BTreeSet;
use std::path::Path;

use titer_core::example::digest_of_examples;
use titer_core::{BatchInvariance, CellRecord, CellStatus, Digest, Memory, Target};

use super::{example, folder, key, predictions, record, scores};
use crate::StoreError;

#[test]
fn a_cell_without_a_record_never_happened() {
    let (_place, folder) = folder();
    let written = predictions(1, &[&[0.5]]);
    folder
        .write_cell(&written, &record(key("c"), &written))
        .unwrap();
    std::fs::remove_file(folder.cell(&key("c")).join("cell.json")).unwrap();
    assert_eq!(folder.read_cell_record(&key("c")).unwrap(), None);
    assert!(folder.read_predictions(&key("c")).is_err());
}

#[test]
fn predictions_that_are_not_the_ones_recorded() {
    let (_place, folder) = folder();
    let written = predictions(1, &[&[0.5]]);
    let other = predictions(1, &[&[0.500_000_06]]);
    assert!(
        folder
            .write_cell(&written, &record(key("c"), &other))
            .is_err()
    );
    for (name, predictions) in [("c", &written), ("other", &other)] {
        folder
            .write_cell(predictions, &record(key(name), predictions))
            .unwrap();
    }
    let file = |name| folder.cell(&key(name)).join("predictions.parquet");
    std::fs::copy(file("other"), file("c")).unwrap();
    let error = folder.read_predictions(&key("c")).unwrap_err().to_string();
    assert!(
        error.contains("cell.json names") && error.contains("help:"),
        "{error}"
    );
    let failed = CellRecord {
        status: CellStatus::Failed("no".to_owned()),
        predictions: None,
        ..record(key("c"), &written)
    };
    folder.write_failed_cell(&failed).unwrap();
    assert!(!folder.cell(&key("c")).join("predictions.parquet").exists());
    assert_eq!(folder.read_cell_record(&key("c")).unwrap(), Some(failed));
}

#[test]
fn what_is_cut_short_or_not_there_says_so() {
    let (_place, folder) = folder();
    let missing = folder.read_rows::<titer_core::Score>().unwrap_err();
    assert!(matches!(missing, StoreError::Missing { .. }), "{missing}");
    assert!(
        folder
            .read_manifest()
            .unwrap_err()
            .to_string()
            .contains("manifest.json")
    );
    folder.write_rows(&scores()).unwrap();
    let path = folder.path().join("scores.parquet");
    let whole = std::fs::read(&path).unwrap();
    for length in [0, 4, 11, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        let error = folder
            .read_rows::<titer_core::Score>()
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("scores.parquet") && error.contains("help:"),
            "{length}: {error}"
        );
    }
    folder.write_rows::<titer_core::Notable>(&[]).unwrap();
    std::fs::copy(folder.path().join("notables.parquet"), &path).unwrap();
    let error = folder
        .read_rows::<titer_core::Score>()
        .unwrap_err()
        .to_string();
    assert!(error.contains("no column"), "{error}");
}

#[test]
fn a_manifest_of_another_layout_is_refused() {
    let (_place, folder) = folder();
    folder
        .write_file("manifest.json", b"{\"format\": 99}")
        .unwrap();
    assert!(folder.exists());
    let error = folder.read_manifest().unwrap_err().to_string();
    assert!(error.contains("layout 99"), "{error}");
}

#[test]
fn a_lock_is_held_once_and_given_back() {
    let (_place, folder) = folder();
    let held = folder.lock().unwrap();
    let error = folder.lock().unwrap_err().to_string();
    assert!(error.contains(&std::process::id().to_string()), "{error}");
    drop(held);
    folder.lock().unwrap();
    assert!(folder.lock_existing().is_err(), "there is no run to lock");
}

#[test]
fn what_an_evaluation_left_moves_away() {
    let (_place, folder) = folder();
    for cell in ["kept", "gone"] {
        let written = predictions(1, &[&[0.5]]);
        folder
            .write_cell(&written, &record(key(cell), &written))
            .unwrap();
    }
    for _ in 0..2 {
        folder.write_rows(&scores()).unwrap();
        folder.write_file("report.html", b"page").unwrap();
        folder.rotate_previous().unwrap();
        folder.retire_cells(&BTreeSet::from([key("kept")])).unwrap();
    }
    assert!(folder.read_rows::<titer_core::Score>().is_err());
    assert!(folder.read_predictions(&key("kept")).is_ok());
    assert!(folder.read_predictions(&key("gone")).is_err());
    let previous = folder.path().join("previous");
    let there = |name: &str| Path::new(&previous).join(name).exists();
    assert!(there("scores.parquet") && there("report.html"));
    assert!(there(&format!("cells/{}", key("gone").short())));
}

#[test]
fn parts_of_a_report_go_with_it() {
    let (_place, folder) = folder();
    let parts = |names: &[&str]| {
        for name in names {
            folder.write_file(name, b"page").unwrap();
        }
    };
    let there = |name: &str| folder.path().join(name).exists();
    parts(&[
        "report.html",
        "report-2.html",
        "report-3.html",
        "report-mine.html",
    ]);
    folder
        .remove_parts_but(&BTreeSet::from(["report-2.html"]))
        .unwrap();
    assert!(there("report-2.html") && !there("report-3.html") && there("report-mine.html"));
    parts(&["report-3.html"]);
    folder.rotate_previous().unwrap();
    assert!(there("previous/report-3.html") && !there("report-3.html"));
    parts(&["report.html", "report-2.html"]);
    folder.rotate_previous().unwrap();
    assert!(there("previous/report-2.html") && !there("previous/report-3.html"));
}

#[test]
fn no_temporary_file_stays() {
    let (_place, folder) = folder();
    folder.write_file("summary.md", b"one").unwrap();
    folder.write_file("summary.md", b"two").unwrap();
    let names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["summary.md"]);
    std::fs::create_dir(folder.path().join("taken")).unwrap();
    assert!(folder.write_file("taken", b"three").is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn examples_that_are_not_the_ones_named() {
    let (_place, folder) = folder();
    let right = [example("a", Target::Class(0), None)];
    let altered = [example("a", Target::Class(1), None)];
    let digest = digest_of_examples(&right);
    assert!(folder.write_examples(&digest, &altered).is_err());
    let other = digest_of_examples(&altered);
    folder.write_examples(&other, &altered).unwrap();
    let file = |digest: &Digest| {
        let name = format!("{}.parquet", digest.short());
        folder.path().join("examples").join(name)
    };
    std::fs::rename(file(&other), file(&digest)).unwrap();
    let error = folder.read_examples(&digest).unwrap_err().to_string();
    assert!(error.contains("its name stands for"), "{error}");
    // Writing them again heals it, although something with as many rows lies there.
    folder.write_examples(&digest, &right).unwrap();
    let read = folder.read_examples(&digest).unwrap();
    assert_eq!(read[0].target, Target::Class(0));
}

/// Makes the next write of a file fail, as if the process ended there.
fn block(path: &Path) {
    let _ = std::fs::remove_file(path);
    std::fs::create_dir_all(path.join("in the way")).unwrap();
}

#[test]
fn a_cell_killed_while_it_is_written_again_never_happened() {
    let (_place, folder) = folder();
    let written = predictions(1, &[&[0.5]]);
    let finished = record(key("c"), &written);
    let failed = CellRecord {
        status: CellStatus::Failed("no".to_owned()),
        predictions: None,
        ..finished.clone()
    };
    let path = folder.cell(&key("c")).join("predictions.parquet");
    folder.write_cell(&written, &finished).unwrap();
    block(&path);
    assert!(folder.write_cell(&written, &finished).is_err());
    assert_eq!(folder.read_cell_record(&key("c")).unwrap(), None);
    std::fs::remove_dir_all(&path).unwrap();
    folder.write_cell(&written, &finished).unwrap();
    block(&path);
    assert!(folder.write_failed_cell(&failed).is_err());
    assert_eq!(folder.read_cell_record(&key("c")).unwrap(), None);
}

#[test]
fn a_record_of_another_cell_is_refused() {
    let (_place, folder) = folder();
    let written = predictions(1, &[&[0.5]]);
    folder
        .write_cell(&written, &record(key("c"), &written))
        .unwrap();
    std::fs::rename(folder.cell(&key("c")), folder.cell(&key("d"))).unwrap();
    let error = folder.read_cell_record(&key("d")).unwrap_err().to_string();
    assert!(error.contains("another cell"), "{error}");
    assert!(folder.read_predictions(&key("d")).is_err());
}

#[test]
fn a_measurement_taken_again_holds_nothing_of_the_first() {
    let (_place, folder) = folder();
    let memory = Memory::default();
    let batch = BatchInvariance {
        batch_size: 2,
        examples: 2,
        largest_change: 0.1,
    };
    let key = key("m");
    let again = crate::Measured {
        memory,
        ..Default::default()
    };
    let first = crate::Measured {
        batch: Some(batch),
        ..again.clone()
    };
    folder.write_measurement(&key, &first).unwrap();
    folder.write_measurement(&key, &again).unwrap();
    let read = folder.read_measurement(&key).unwrap().unwrap().unwrap();
    assert_eq!(read.batch, None);
    block(&folder.measurement(&key).join("timings.parquet"));
    assert!(folder.write_measurement(&key, &again).is_err());
    assert_eq!(folder.read_measurement(&key).unwrap(), None);
}

#[test]
fn files_of_the_top_read_back() {
    let (_place, folder) = folder();
    let missing = folder.read_file("summary.md").unwrap_err();
    assert!(matches!(missing, StoreError::Missing { .. }), "{missing}");
    folder.write_file("summary.md", b"\0one").unwrap();
    assert_eq!(folder.read_file("summary.md").unwrap(), b"\0one");
}
