//! Letters around the sites of the worst examples: kept where the dataset's descriptor allows it, and nowhere else.

use std::collections::BTreeMap;

use crate::helpers::world::{World, digests};
use titer_core::{Notable, ShownSequence};
use titer_store::RunFolder;

const NEAR: &str = "datasets/near/dataset.yaml";

/// A world whose near dataset shows sequences, run; the far one says nothing of it.
fn shown() -> (World, RunFolder) {
    let world = World::new();
    world.replace(NEAR, "\nlicence:", "\nshow_sequences: true\nlicence:");
    world.titer(&["run", "own.yaml"]).expect(0);
    let folder = RunFolder::at(&world.path("runs/own"));
    (world, folder)
}

/// The sequences of a table by id.
fn sequences(world: &World, name: &str) -> BTreeMap<String, String> {
    let table = world.read(&format!("datasets/{name}/windows.tsv"));
    let row = |line: &str| {
        let mut cells = line.split('\t').map(str::to_owned);
        (cells.next().unwrap(), cells.next().unwrap())
    };
    table.lines().skip(1).map(row).collect()
}

#[test]
fn the_letters_are_those_of_the_table_and_of_no_other_dataset() {
    let (world, folder) = shown();
    let rows = folder.read_rows::<ShownSequence>().unwrap();
    let table = sequences(&world, "near");
    let notables = folder.read_rows::<Notable>().unwrap();
    let near = notables.iter().filter(|one| one.dataset == "near");
    for notable in near {
        assert!(rows.iter().any(|row| row.id == notable.id), "{notable:?}");
    }
    assert!(rows.len() > 4, "{}", rows.len());
    for row in &rows {
        assert_eq!((&row.suite[..], &row.dataset[..]), ("own", "near"));
        // 12 letters, all of which lie within 20 of the spared first one.
        let sequence = &table[&row.id];
        let first = &sequence[..1];
        assert_eq!(row.parts(), ["", first, &sequence[1..]], "{row:?}");
        assert_eq!((row.start, row.length, row.offset), (0, 12, None));
    }
    // Of what is not to be shown no text of the run folder holds a letter.
    let report = world.read("runs/own/report.html");
    let texts = [
        &report,
        &world.read("runs/own/report.json"),
        &world.read("runs/own/csv/shown_sequences.csv"),
    ];
    for sequence in sequences(&world, "far").values() {
        assert!(texts.iter().all(|text| !text.contains(&sequence[1..])));
    }
    assert!(report.contains("<mark>"));
    let said = "Sequences of far are not kept";
    assert_eq!(report.matches(said).count(), 1);
    let told = world.titer(&["examples", "runs/own", "--dataset", "near"]);
    let (one, letters) = (&rows[0], &table[&rows[0].id]);
    let line = format!("[{}]{}", &letters[..1], &letters[1..]);
    assert!(
        told.out.contains(&one.id) && told.out.contains(&line),
        "{}",
        told.out
    );
}

#[test]
fn scoring_anew_without_the_data_keeps_them() {
    let (world, folder) = shown();
    let bytes = || folder.read_file("shown_sequences.parquet").unwrap();
    let (before, kept) = (digests(folder.path()), bytes());
    assert!(before.contains_key("shown_sequences"));
    std::fs::rename(world.path("datasets"), world.path("elsewhere")).unwrap();
    let mut scored = world.command(&["score", "runs/own"]);
    scored.env("RAYON_NUM_THREADS", "1");
    assert!(scored.output().unwrap().status.success());
    assert_eq!(
        (digests(folder.path()), bytes()),
        (before.clone(), kept.clone())
    );
    // A run that was stopped before it kept them keeps the same ones.
    std::fs::rename(world.path("elsewhere"), world.path("datasets")).unwrap();
    folder.remove_file("shown_sequences.parquet").unwrap();
    world.titer(&["run", "own.yaml"]).expect(0);
    assert_eq!((digests(folder.path()), bytes()), (before, kept));
}

#[test]
fn what_may_no_longer_be_shown_goes() {
    let (world, folder) = shown();
    let letters = folder.read_rows::<ShownSequence>().unwrap()[0]
        .letters
        .clone();
    let csv = "runs/own/csv/shown_sequences.csv";
    assert!(world.read(csv).contains(&letters));
    assert!(world.read("runs/own/report.html").contains("<mark>"));
    world.replace(NEAR, "show_sequences: true", "show_sequences: false");
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("cells: 12 of 12 reused"), "{}", said.out);
    assert_eq!(folder.read_rows::<ShownSequence>().unwrap(), []);
    for file in ["report.html", "report.json", "csv/shown_sequences.csv"] {
        let text = world.read(&format!("runs/own/{file}"));
        assert!(
            !text.contains(&letters[1..]) && !text.contains("<mark>"),
            "{file}"
        );
    }
    let told = world.titer(&["examples", "runs/own"]).expect(0);
    assert!(told.out.contains("show_sequences: true"), "{}", told.out);
    // Nor does what an earlier form of the evaluation left hold them.
    assert!(
        !world
            .path("runs/own/previous/shown_sequences.parquet")
            .exists()
    );
}
