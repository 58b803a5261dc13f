//! Scores against similarity to training data, from the suite to the run folder, and what is said where it cannot be. The data is
//! synthetic.

use std::collections::BTreeSet;

use titer_core::SimilarityBin;
use titer_store::RunFolder;

use crate::helpers::world::World;

/// Windows of 12 bases: each of the split `test` shares its first 12 to 6 bases with one of `tuning`. Clusters of four.
fn windows() -> (String, Vec<(String, String)>) {
    let mut draws = titer_core::Stream::new(3, "windows", "similarity");
    let mut letters = |bases: usize| -> String {
        let letter = |_| char::from(b"ACGT"[(draws.whole() % 4) as usize]);
        (0..bases).map(letter).collect()
    };
    let mut table =
        "id\tsequence\tlabel\tchromosome\tposition\tstrand\tgene\tlocus\tsplit\n".to_owned();
    let (mut rows, mut first) = (Vec::new(), String::new());
    for index in 0..320 {
        let split = if index % 8 == 0 { "tuning" } else { "test" };
        let sequence = match index % 8 {
            0 => letters(12),
            changed => format!("{}{}", &first[..13 - changed], letters(changed - 1)),
        };
        if split == "tuning" {
            first.clone_from(&sequence);
        }
        let g = sequence[..5].matches('G').count();
        let label = if (g >= 2) != (index % 5 == 0) {
            "site"
        } else {
            "decoy"
        };
        let locus = index / 4;
        table.push_str(&format!(
            "near:{index}\t{sequence}\t{label}\t1\t{}\t+\tg{locus}\tl{locus}\t{split}\n",
            index * 50
        ));
        rows.push((split.to_owned(), sequence));
    }
    (table, rows)
}

fn world(similarity: &str) -> (World, Vec<(String, String)>) {
    let world = World::new();
    let (table, rows) = windows();
    world.table("near", &table, 320);
    world.replace(
        "suites/own.yaml",
        "split: test\n",
        &format!("split: test\nsimilarity: {similarity}\n"),
    );
    (world, rows)
}

/// Word by word, over sets of letters of both strands.
fn containment(words: &BTreeSet<String>, sequence: &str) -> f64 {
    let all: Vec<&str> = (0..=sequence.len() - 8)
        .map(|at| &sequence[at..at + 8])
        .collect();
    let inside = all.iter().filter(|word| words.contains(**word)).count();
    inside as f64 / all.len() as f64
}

#[test]
fn scores_against_similarity_from_the_suite_to_the_page() {
    let (world, rows) = world("{to: [{dataset: near, split: tuning}], bins: 3, k: 8}");
    world.titer(&["run", "own.yaml"]).expect(0);
    let folder = RunFolder::at(&world.path("runs/own"));
    let bins = folder.read_rows::<SimilarityBin>().unwrap();
    let auroc = |row: &&SimilarityBin| {
        row.key.metric == "auroc" && row.key.case.dataset == "near" && row.key.case.is_clean()
    };
    let near: Vec<&SimilarityBin> = bins.iter().filter(auroc).collect();
    // Two variants, three bins.
    assert_eq!(near.len(), 6, "{near:?}");
    let mut words = BTreeSet::new();
    for (_, sequence) in rows.iter().filter(|(split, _)| split == "tuning") {
        let turned = titer_core::Sequence::new(sequence)
            .unwrap()
            .reverse_complement();
        let turned = String::from_utf8(turned.letters().to_vec()).unwrap();
        for strand in [sequence, &turned] {
            words.extend((0..=strand.len() - 8).map(|at| strand[at..at + 8].to_owned()));
        }
    }
    let test = rows.iter().filter(|(split, _)| split == "test");
    let expected: Vec<f64> = test.map(|(_, it)| containment(&words, it)).collect();
    let within = |row: &SimilarityBin| -> Vec<f64> {
        let inside = expected
            .iter()
            .filter(|it| (row.from..=row.to).contains(*it));
        inside.copied().collect()
    };
    for row in &near {
        let inside = within(row);
        assert_eq!(row.units, inside.len() as u64);
        let mean = inside.iter().sum::<f64>() / inside.len() as f64;
        assert!((row.mean - mean).abs() < 1e-12);
        assert_eq!((row.training.as_str(), row.k), ("near tuning", 8));
        assert!(row.chance > 0.0 && row.chance < 0.01, "{}", row.chance);
    }
    let onnx = near.iter().filter(|row| row.against.base.is_none());
    assert_eq!(
        onnx.map(|row| row.units).sum::<u64>(),
        expected.len() as u64
    );
    // The same network by another backend answers the same.
    let candle = near
        .iter()
        .find(|row| row.against.base.as_deref() == Some("onnx"));
    assert!(candle.unwrap().against.difference.unwrap().abs() < 1e-9);
    let page = world.read("runs/own/report.html");
    assert!(
        page.contains("against similarity to near tuning"),
        "no picture"
    );
    assert!(
        world
            .read("runs/own/csv/similarities.csv")
            .contains("near tuning")
    );
    // Judged again without the data: the folder has what it takes, and no sequence.
    std::fs::remove_dir_all(world.path("datasets")).unwrap();
    world.titer(&["score", "runs/own"]).expect(0);
    assert_eq!(folder.read_rows::<SimilarityBin>().unwrap(), bins);
}

/// Where the suite names none, it is the split `train` of its datasets.
#[test]
fn training_data_is_found() {
    let world = World::new();
    let (table, _) = windows();
    world.table("near", &table.replace("\ttuning", "\ttrain"), 320);
    world.replace("datasets/near/dataset.yaml", "tuning:", "train:");
    world.replace(
        "suites/own.yaml",
        "split: test\n",
        "split: test\nsimilarity: {k: 8}\n",
    );
    world.titer(&["run", "own.yaml"]).expect(0);
    let folder = titer_store::RunFolder::at(&world.path("runs/own"));
    let bins = folder.read_rows::<SimilarityBin>().unwrap();
    assert!(!bins.is_empty());
    assert!(
        bins.iter().all(|row| row.training == "near train"),
        "{:?}",
        bins[0]
    );
}

#[test]
fn training_data_that_cannot_be() {
    let refused = |similarity: &str, names: &[&str]| {
        let (world, _) = world(similarity);
        let said = world.titer(&["plan", "own.yaml"]).expect(2);
        for name in names {
            assert!(said.err.contains(name), "{name:?} is not in:\n{}", said.err);
        }
        assert!(said.err.contains("help:"), "{}", said.err);
    };
    for nothing in ["{to: []}", "{bins: 5}"] {
        refused(
            nothing,
            &["own.yaml:11", "no dataset of the suite has a split `train`"],
        );
    }
    refused(
        "{to: [{dataset: near}]}",
        &["own.yaml:11", "no split `train`"],
    );
    refused(
        "{to: [{dataset: near, split: test}]}",
        &["own.yaml:11", "is what is scored", "split: train"],
    );
    let tuning = "{dataset: near, split: tuning}";
    refused(
        &format!("{{to: [{tuning}, {tuning}]}}"),
        &["own.yaml:11", "stands twice"],
    );
    refused("{to: [{dataset: frog}]}", &["own.yaml:11", "frog"]);
    refused(
        &format!("{{to: [{tuning}], k: 31}}"),
        &["own.yaml:11", "15"],
    );
    refused(
        &format!("{{to: [{tuning}], bins: 1}}"),
        &["own.yaml:11", "3"],
    );
}
