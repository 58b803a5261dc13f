//! `titer audit data`, through the whole program: on planted data whose truth is known, and on what is no data.

use std::fmt::Write;

use crate::helpers::world::World;
use serde_json::Value;

/// Synthetic: 60 train rows of each class and 40 test rows of each in the layout of Genomic Benchmarks. 30 of the
/// 40 test negatives lie half upon a train negative; nothing else is shared with train. Train negatives
/// lie in pairs upon each other, train positives alone.
fn plant(world: &World) {
    let table = |rows: &[(u64, u64)]| {
        let mut text = "id,region,start,end,strand\n".to_owned();
        for (number, (start, end)) in rows.iter().enumerate() {
            let strand = if number % 2 == 0 { "+" } else { "-" };
            writeln!(text, "{number},chr{},{start},{end},{strand}", number % 3).unwrap();
        }
        text
    };
    let at = |from: u64, step: u64, rows: u64| -> Vec<(u64, u64)> {
        (0..rows)
            .map(|row| (from + row * step, from + row * step + 200))
            .collect()
    };
    // Rows of one chromosome follow each other at three steps: 150 bases are a pair upon each other.
    let negatives: Vec<(u64, u64)> = (0..60)
        .map(|row| {
            (
                row / 6 * 10_000 + row / 3 % 2 * 150,
                row / 6 * 10_000 + row / 3 % 2 * 150 + 200,
            )
        })
        .collect();
    world.write("planted/metadata.yaml", "version: 0\n");
    world.write("planted/train/negative.csv", &table(&negatives));
    world.write(
        "planted/train/positive.csv",
        &table(&at(1_000_000, 1_000, 60)),
    );
    let mut shared: Vec<(u64, u64)> = (0..30)
        .map(|row| {
            (
                row / 3 * 10_000 - (row / 3 * 10_000).min(100),
                row / 3 * 10_000 + 100,
            )
        })
        .collect();
    shared.extend(at(5_000_000, 1_000, 10));
    world.write("planted/test/negative.csv", &table(&shared));
    world.write(
        "planted/test/positive.csv",
        &table(&at(9_000_000, 1_000, 40)),
    );
}

fn accuracy(audit: &Value, control: &str) -> f64 {
    let shortcuts = audit["shortcuts"].as_array().unwrap();
    let found = shortcuts.iter().find(|one| one["name"] == control).unwrap();
    found["scores"]["Ok"][0]["value"]["Ok"].as_f64().unwrap()
}

#[test]
fn planted_leaks_are_found_in_the_numbers_that_were_planted() {
    let world = World::new();
    plant(&world);
    let said = world.titer(&["audit", "data", "planted"]).expect(0);
    // The terminal ends with the verdict in the page's words, and with what to do.
    let verdict = said.out.split_once("planted: Do not trust").unwrap().1;
    let lines: Vec<&str> = verdict.lines().map(str::trim).collect();
    let leak = "37.5 % of the test set (30 of 80 rows) shares bases with training rows.";
    assert_eq!(lines[..2], ["a score on this split.", leak]);
    assert!(
        lines[2].starts_with("A look-up without a model"),
        "{verdict}"
    );
    assert!(lines[2].contains("gets 87.5 % accuracy"), "{verdict}");
    assert!(verdict.contains("titer audit data planted --path . --write-clean DIR\n"));
    assert!(
        lines.last().unwrap().starts_with("report: audits"),
        "{verdict}"
    );
    let audit: Value = serde_json::from_str(&world.read("audits/planted/audit.json")).unwrap();
    let shared = &audit["shared"];
    assert_eq!(shared["rows"], 30);
    let negative = &shared["classes"][0];
    for (field, rows) in [
        ("train", 60),
        ("test", 40),
        ("with_any", 30),
        ("with_own", 30),
        ("half_within_own", 30),
        ("with_other", 0),
        ("copies", 0),
    ] {
        assert_eq!(negative[field], rows, "{field}: {shared}");
    }
    assert_eq!(shared["train_among_themselves"], 60);
    // The 30 are told right, the 40 positives too, for lone train rows are positives; 10 negatives are not.
    assert_eq!(accuracy(&audit, "overlap"), 70.0 / 80.0);
    assert_eq!(accuracy(&audit, "majority"), 0.5);
    let page = world.read("audits/planted/report.html");
    assert!(page.contains("Do not trust a score on this split.") && page.contains(leak));
    assert!(page.contains("30 of 80 test intervals"), "{page}");
    // Every table stands there by its digest, and the command makes this very page again.
    for table in ["train&#x2f;negative.csv", "test&#x2f;positive.csv"] {
        assert!(page.contains(&format!("<dt>{table}</dt>")), "{page}");
    }
    let command = "titer audit data planted --path . --train train --test test --seed 1";
    assert!(page.contains(command), "{page}");

    // Usable as a gate, and the same again to the byte.
    world
        .titer(&["audit", "data", "planted", "--at-least", "with-care"])
        .expect(100);
    assert_eq!(world.read("audits/planted/report.html"), page);
}

/// Rows with letters: identical ones on both strands, planted, and controls that read letters.
#[test]
fn identical_sequences_are_counted_on_both_strands() {
    let world = World::new();
    let mut table = world.read("datasets/near/windows.tsv");
    // The tuning split stands in for a train split: one of its rows again in test, and one turned round.
    let rows: Vec<Vec<String>> = table
        .lines()
        .skip(1)
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect();
    let mut tuning = rows.iter().filter(|row| row[8] == "tuning");
    let (same, turned) = (tuning.next().unwrap(), tuning.nth(2).unwrap());
    let complement = |base: char| match base {
        'A' => 'T',
        'C' => 'G',
        'G' => 'C',
        _ => 'A',
    };
    let other: String = turned[1].chars().rev().map(complement).collect();
    for (number, (row, sequence)) in [(same, &same[1]), (turned, &other)].into_iter().enumerate() {
        let mut row = row.clone();
        (row[0], row[1], row[8]) = (
            format!("planted:{number}"),
            sequence.clone(),
            "test".to_owned(),
        );
        table.push_str(&(row.join("\t") + "\n"));
    }
    world.write("datasets/near/windows.tsv", &table);
    let entry = world.entry("datasets/near/windows.tsv");
    let text = world.read("datasets/near/dataset.yaml");
    let text: String = text
        .lines()
        .map(|line| match line {
            line if line.starts_with("file:") => format!("file: {entry}\n"),
            line if line.starts_with("splits:") => "splits: {tuning: 20, test: 142}\n".to_owned(),
            line => format!("{line}\n"),
        })
        .collect();
    world.write("datasets/near/dataset.yaml", &text);
    world
        .titer(&["audit", "data", "near", "--train", "tuning", "--seed", "2"])
        .expect(0);
    let audit: Value = serde_json::from_str(&world.read("audits/near/audit.json")).unwrap();
    // Twelve random letters stand twice once in ten million times: what is found is what was planted.
    assert_eq!(audit["identical"]["same_strand"], 1, "{audit}");
    assert_eq!(audit["identical"]["other_strand"], 1);
    assert_eq!(audit["identical"]["with_own"], 2);
    assert_eq!(audit["shared"], Value::Null);
    for control in ["gc", "kmers", "dinucleotides", "nearest", "chromosome"] {
        let accuracy = accuracy(&audit, control);
        assert!((0.0..=1.0).contains(&accuracy), "{control}");
    }
}

/// Each with file, place and cure.
#[test]
fn what_is_no_data_is_refused() {
    let world = World::new();
    plant(&world);
    let refused = |arguments: &[&str], said: &str| {
        let found = world.titer(arguments).expect(2);
        assert!(found.err.contains(said), "{arguments:?}: {}", found.err);
    };
    refused(&["audit", "data", "nothing"], "nothing");
    refused(&["audit", "data", "near"], "has no split `train`");
    refused(
        &["audit", "data", "planted", "--train", "tuning"],
        "no `tuning`",
    );
    world.write(
        "planted/test/positive.csv",
        "id,region,start,end,strand\n1,chr1,9,x,+\n",
    );
    refused(
        &["audit", "data", "planted"],
        "planted/test/positive.csv:2: in column `end`",
    );
    world.write("planted/test/positive.csv", "id,region,start,end,strand\n");
    world.write("planted/test/negative.csv", "id,region,start,end,strand\n");
    refused(&["audit", "data", "planted"], "0 test rows");
}

/// Intervals with the genome that they lie on: letters come from it, on the right strand.
#[test]
fn intervals_get_their_letters_from_a_genome() {
    let world = World::new();
    let mut state = 5_u64;
    let mut letters = |bases: usize| -> String {
        let mut letter = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            b"ACGT"[(state >> 40) as usize % 4] as char
        };
        (0..bases).map(|_| letter()).collect()
    };
    // A stretch of chromosome 1 stands on chromosome 2 as its reverse complement: no place is shared, its letters are.
    let one = letters(3_000);
    let repeat: String = one[500..700]
        .chars()
        .rev()
        .map(|base| match base {
            'A' => 'T',
            'C' => 'G',
            'G' => 'C',
            _ => 'A',
        })
        .collect();
    let two = format!("{}{repeat}{}", letters(1_000), letters(800));
    world.write("genome.fa", &format!(">1\n{one}\n>2\n{two}\n"));
    let table = |rows: &[&str]| format!("id,region,start,end,strand\n{}\n", rows.join("\n"));
    world.write("own/metadata.yaml", "version: 0\n");
    world.write(
        "own/train/no.csv",
        &table(&["1,chr1,500,700,+", "2,chr1,900,1100,+"]),
    );
    world.write(
        "own/train/yes.csv",
        &table(&["1,chr1,1500,1700,+", "2,chr1,2000,2200,-"]),
    );
    world.write(
        "own/test/no.csv",
        &table(&["1,chr2,1000,1200,+", "2,chr2,300,500,+"]),
    );
    world.write(
        "own/test/yes.csv",
        &table(&["1,chr2,1300,1500,+", "2,chr2,1600,1800,-"]),
    );
    let audit = |strand: &str| {
        world.write("own/test/no.csv", &table(&[strand, "2,chr2,300,500,+"]));
        world
            .titer(&["audit", "data", "own", "--genome", "genome.fa"])
            .expect(0);
        serde_json::from_str::<Value>(&world.read("audits/own/audit.json")).unwrap()
    };
    let found = audit("1,chr2,1000,1200,+");
    assert_eq!(found["shared"]["rows"], 0);
    assert_eq!(found["identical"]["other_strand"], 1, "{found}");
    assert_eq!(found["genome"][0], "genome.fa");
    // Read on the minus strand it is the very same letters.
    let found = audit("1,chr2,1000,1200,-");
    assert_eq!(found["identical"]["same_strand"], 1, "{found}");

    let said = world
        .titer(&["audit", "data", "near", "--genome", "genome.fa"])
        .expect(2);
    assert!(said.err.contains("letters of their own"), "{}", said.err);
    world.write("own/test/no.csv", &table(&["1,chr3,1000,1200,+"]));
    let said = world
        .titer(&["audit", "data", "own", "--genome", "genome.fa"])
        .expect(2);
    assert!(
        said.err.contains("the genome has no chr3, it has 1, 2"),
        "{}",
        said.err
    );
}

/// A run's models are scored again on what did not leak; on all rows the scores are those of the run.
#[test]
fn models_are_scored_again_without_what_leaked() {
    let world = World::new();
    // The first twenty test rows get the letters of tuning rows.
    let table = world.read("datasets/near/windows.tsv");
    let mut rows: Vec<Vec<String>> = table
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect();
    let tuning: Vec<String> = rows
        .iter()
        .filter(|row| row[8] == "tuning")
        .map(|row| row[1].clone())
        .collect();
    let test = rows.iter_mut().filter(|row| row[8] == "test");
    for (row, letters) in test.zip(tuning.iter().cycle()).take(20) {
        row[1].clone_from(letters);
    }
    let lines: Vec<String> = rows.iter().map(|row| row.join("\t") + "\n").collect();
    world.table("near", &lines.concat(), 160);
    let ran = world.titer(&["run", "own.yaml"]);
    assert!(
        [Some(0), Some(3), Some(100)].contains(&ran.code),
        "{}",
        ran.err
    );
    let said = world
        .titer(&[
            "audit", "data", "near", "--train", "tuning", "--run", "runs/own",
        ])
        .expect(0);
    assert!(said.out.contains("not leaked"), "{}", said.out);
    let audit: Value = serde_json::from_str(&world.read("audits/near/audit.json")).unwrap();
    assert_eq!(audit["leaked"], 20, "{audit}");
    // Every eighth row is a tuning row, and four rows are of a locus: three test rows of each second one.
    assert_eq!(audit["straddling"], 60, "{audit}");
    let rows = world.read("audits/near/rows.tsv");
    let leaked = rows
        .lines()
        .filter(|line| line.split('\t').nth(2) == Some("true"));
    assert_eq!((rows.lines().count(), leaked.clone().count()), (141, 20));
    // Whatever leaked says why, and which train row it is.
    let named =
        leaked.filter(|line| line.split('\t').skip(5).filter(|it| !it.is_empty()).count() == 2);
    assert_eq!(named.count(), 20, "{rows}");
    let models = audit["models"].as_array().unwrap();
    assert!(!models.is_empty());
    let report: Value = serde_json::from_str(&world.read("runs/own/report.json")).unwrap();
    let scored = |model: &Value, metric: &str| {
        let mut scores = report["scores"].as_array().unwrap().iter();
        let found = scores.find(|score| {
            score["metric"] == metric
                && score["model"] == model["model"]
                && score["variant"] == model["variant"]
                && score["dataset"] == "near"
                && score["perturbation"].is_null()
        });
        found.unwrap()["value"].as_f64().unwrap()
    };
    for model in models {
        let rows = |part: &str| {
            let parts = model["parts"].as_array().unwrap();
            let found = parts.iter().find(|one| one["name"] == part).unwrap();
            found["rows"].as_u64().unwrap()
        };
        assert_eq!(
            (rows("all"), rows("leaked"), rows("not leaked")),
            (140, 20, 120)
        );
        for (at, metric) in [(0, "accuracy"), (4, "auroc")] {
            let score = &model["parts"][0]["scores"][at];
            assert_eq!(score["metric"], metric);
            let value = score["value"]["Ok"].as_f64().unwrap();
            assert_eq!(value.to_bits(), scored(model, metric).to_bits(), "{metric}");
        }
    }
    let page = world.read("audits/near/report.html");
    assert!(page.contains("What it does to models"));

    let refused = world
        .titer(&[
            "audit",
            "data",
            "near",
            "--train",
            "tuning",
            "--run",
            "runs/none",
        ])
        .expect(2);
    assert!(refused.err.contains("runs/none"), "{}", refused.err);
    let refused = world
        .titer(&[
            "audit", "data", "near", "--train", "test", "--test", "tuning", "--run", "runs/own",
        ])
        .expect(2);
    assert!(
        refused.err.contains("no finished answers"),
        "{}",
        refused.err
    );
}

/// Regions that a model saw, and folds that leave one chromosome out.
#[test]
fn regions_that_a_model_saw_and_folds() {
    let world = World::new();
    plant(&world);
    world.write(
        "seen.bed",
        "1\t5000000\t5000050\nchr2\t9000000\t9100000\nchr9\t0\t5\n",
    );
    let said = world
        .titer(&["audit", "data", "planted", "--seen", "seen.bed"])
        .expect(0);
    // Of the ten test negatives from 5,000,000 on chromosome 1 holds the second, which starts 1,000 later; of the 40
    // positives from 9,000,000 every third is on chromosome 2.
    assert!(
        said.out
            .contains("13 of 80 test intervals (16.2 %) lie in seen.bed"),
        "{}",
        said.out
    );
    world.write("other.bed", "scaffold_7\t0\t5\n");
    let said = world
        .titer(&["audit", "data", "planted", "--seen", "other.bed"])
        .expect(2);
    assert!(
        said.err.contains("names none of the dataset's chromosomes"),
        "{}",
        said.err
    );

    let mut table = "id\tsequence\tlabel\tchromosome\n".to_owned();
    for row in 0..40 {
        let base = ["ACGTTGCA", "GGGTTTAC"][row % 2];
        let chromosome = row / 10;
        writeln!(table, "r{row}\t{base}\t{}\tchr{chromosome}", row % 2).unwrap();
    }
    world.write("folds/table.tsv", &table);
    world.write(
        "folds/dataset.yaml",
        "dataset: folds\nsummary: Synthetic.\nkind: windows\nfile: {path: table.tsv, digest: unpinned, bytes: 0}\ncolumns: {id: id, sequence: sequence, label: label, place: {chromosome: chromosome}}\ndivide: {folds: {column: chromosome}}\nclasses: [FILL_IN]\nsplits: {test: 0}\norganism: none\nassembly: none\nlicence: {all: CC0 1.0}\n",
    );
    world.titer(&["data", "pin", "folds"]).expect(0);
    let said = world.titer(&["audit", "data", "folds"]).expect(2);
    assert!(said.err.contains("say by --fold"), "{}", said.err);
    let said = world
        .titer(&["audit", "data", "folds", "--fold", "chr3"])
        .expect(0);
    assert!(
        said.out.contains("30 training rows, 10 test rows"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains(
            "10 of 10 test sequences (100.0 %) occur letter for letter in the training set"
        )
    );
    let said = world
        .titer(&["audit", "data", "folds", "--fold", "chr7"])
        .expect(2);
    assert!(
        said.err
            .contains("fold `chr7` leaves split `test` without an example"),
        "{}",
        said.err
    );
    let said = world
        .titer(&["audit", "data", "near", "--train", "tuning", "--fold", "x"])
        .expect(2);
    assert!(
        said.err.contains("is not divided into folds"),
        "{}",
        said.err
    );
}

/// A repaired split reads as a dataset, and audited again it is clean; what it cost is said.
#[test]
fn a_repaired_split_is_written_and_is_clean() {
    let world = World::new();
    plant(&world);
    for (to, options) in [("left-out", &[][..]), ("regrouped", &["--regroup"][..])] {
        let mut arguments = vec!["audit", "data", "planted", "--write-clean", to];
        arguments.extend(options);
        let said = world.titer(&arguments).expect(0);
        let left = match to {
            "left-out" => "30 of 80 test rows left out (negative: 30 of 40, positive: 0 of 40)",
            _ => "rows changed sides",
        };
        assert!(said.out.contains(left), "{}", said.out);
        world.titer(&["audit", "data", to, "-o", "again"]).expect(0);
        let again: Value = serde_json::from_str(&world.read("again/audit.json")).unwrap();
        assert_eq!(again["leaked"], 0, "{to}");
        assert_eq!(again["shared"]["rows"], 0, "{to}");
        let rows = again["train"].as_u64().unwrap() + again["test"].as_u64().unwrap();
        assert_eq!(rows, if to == "left-out" { 170 } else { 200 }, "{to}");
    }
    let said = world
        .titer(&["audit", "data", "planted", "--write-clean", "left-out"])
        .expect(2);
    assert!(said.err.contains("is there already"), "{}", said.err);
}
