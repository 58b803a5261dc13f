//! A suite that asks which of several classes it is, through the whole program. The data is synthetic
//! and labelled at random around what the model sees: what is tested is the program, not a model.

use crate::helpers::world::{SUITE, World, repository};
use std::collections::BTreeMap;
use titer_core::{Contrast, GroupScore, Outcome, Score, Spread, SpreadKind, Target};
use titer_store::RunFolder;

const CLASSES: [&str; 3] = ["none", "weak", "strong"];

fn world() -> World {
    let world = World::new();
    for file in ["wrong-shape.json", "wrong-shape.safetensors"] {
        let from = repository().join("harness/backends/fixtures").join(file);
        std::fs::copy(from, world.path("models/own").join(file)).unwrap();
    }
    // Three numbers per example: a model of three classes.
    world.model("wrong-shape.onnx", "");
    let model = "models/own/model.yaml";
    for file in ["json", "safetensors"] {
        let old = world.entry(&format!("models/own/dense.{file}"));
        let new = world.entry(&format!("models/own/wrong-shape.{file}"));
        world.replace(model, &old, &new);
    }
    world.replace(
        model,
        "{kind: binary, activation: none}",
        "{kind: classes, classes: [strong, none, weak], activation: none}",
    );
    for (name, seed) in [("near", 3), ("far", 5)] {
        dataset(&world, name, seed);
    }
    let (before, after) = World::split(
        SUITE,
        "question:\n  binary: {positive: site, negative: decoy}\n",
    );
    let question = "question:\n  classes: {classes: [none, weak, strong]}\n";
    let suite = format!("{before}{question}{after}")
        .replace("  - reverse_complement: {target: destroyed}\n", "")
        .replace(
            "metrics: [accuracy, auroc, average_precision, log_loss, {ece: {bins: 10}}]",
            "metrics: [accuracy, auroc, brier, log_loss]",
        );
    world.write("suites/own.yaml", &suite);
    world.replace("own.yaml", "metric: auroc", "metric: accuracy");
    world.replace("own.yaml", "value: 0.2", "value: 0.1");
    world
}

/// 160 windows, a tenth of them of a class that the suite does not ask about.
fn dataset(world: &World, name: &str, seed: u64) {
    let mut table =
        "id\tsequence\tlabel\tchromosome\tposition\tstrand\tgene\tlocus\tsplit\n".to_owned();
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for index in 0..160 {
        let sequence: String = (0..12).map(|_| b"ACGT"[next() % 4] as char).collect();
        let label = if next() % 10 == 0 {
            "other"
        } else {
            CLASSES[next() % 3]
        };
        let split = if index % 8 == 0 { "tuning" } else { "test" };
        let locus = index / 4;
        table.push_str(&format!(
            "{name}:{index}\t{sequence}\t{label}\t1\t{index}\t+\tg{locus}\tl{locus}\t{split}\n"
        ));
    }
    world.table(name, &table, 160);
    let descriptor = format!("datasets/{name}/dataset.yaml");
    world.replace(&descriptor, "[site, decoy]", "[weak, other, none, strong]");
}

/// The true class and the probability of each class, by name, of a clean cell's examples.
fn answers(folder: &RunFolder, variant: &str, dataset: &str) -> Vec<(String, [f64; 3])> {
    let plan = folder.read_manifest().unwrap().plan;
    let cell = plan
        .cells
        .iter()
        .find(|cell| {
            (cell.case.variant.as_str(), cell.case.dataset.as_str()) == (variant, dataset)
                && cell.case.is_clean()
        })
        .unwrap();
    let examples = folder.read_examples(&cell.examples).unwrap();
    let predictions = folder.read_predictions(&cell.key).unwrap();
    let order = ["weak", "other", "none", "strong"];
    examples
        .iter()
        .zip(&predictions)
        .map(|(example, prediction)| {
            let (Target::Class(class), Outcome::Predicted(output)) =
                (&example.target, &prediction.outcome)
            else {
                panic!("{} has no class or no answer", example.id);
            };
            let [strong, none, weak] = output.numbers()[..] else {
                panic!("not three classes");
            };
            (order[*class].to_owned(), [none, weak, strong])
        })
        .collect()
}

fn score<'a>(scores: &'a [Score], dataset: &str, metric: &str, class: Option<&str>) -> &'a Score {
    scores
        .iter()
        .find(|score| {
            let key = &score.key;
            key.case.variant == "onnx"
                && key.case.dataset == dataset
                && key.case.is_clean()
                && key.metric == metric
                && key.class.as_deref() == class
        })
        .unwrap_or_else(|| panic!("no {metric} of {class:?} on {dataset}"))
}

fn value(score: &Score) -> f64 {
    *score.value.as_ref().unwrap()
}

#[test]
fn scores_are_those_of_the_definitions() {
    let world = world();
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("own: pass"), "{}", said.out);
    let folder = RunFolder::at(&world.path("runs/own"));
    let scores = folder.read_rows::<Score>().unwrap();
    for dataset in ["near", "far"] {
        let answers = answers(&folder, "onnx", dataset);
        let n = answers.len() as f64;
        assert!(
            (100.0..140.0).contains(&n),
            "other classes are left out: {n}"
        );
        let (mut right, mut loss) = (0.0, 0.0);
        for (truth, probability) in &answers {
            let truth = CLASSES.iter().position(|class| class == truth).unwrap();
            let others = (0..3).filter(|&class| class != truth);
            let mut others = others.map(|class| probability[class]);
            right += f64::from(u8::from(others.all(|other| other < probability[truth])));
            loss -= probability[truth].max(1e-7).ln();
        }
        let accuracy = score(&scores, dataset, "accuracy", None);
        assert!((value(accuracy) - right / n).abs() < 1e-12);
        assert!(right > 0.0 && right < n);
        assert!(accuracy.interval.is_ok(), "{:?}", accuracy.interval);
        assert_eq!(accuracy.examples, answers.len() as u64);
        let log_loss = score(&scores, dataset, "log_loss", None);
        assert!((value(log_loss) - loss / n).abs() < 1e-9);
        for (class, name) in CLASSES.iter().enumerate() {
            let (mut above, mut pairs, mut square) = (0.0, 0.0, 0.0);
            for (truth, probability) in &answers {
                let is = f64::from(u8::from(truth == name));
                square += (probability[class] - is).powi(2);
                if truth != name {
                    continue;
                }
                for (other, rival) in &answers {
                    if other == name {
                        continue;
                    }
                    pairs += 1.0;
                    above += match probability[class].total_cmp(&rival[class]) {
                        std::cmp::Ordering::Greater => 1.0,
                        std::cmp::Ordering::Equal => 0.5,
                        std::cmp::Ordering::Less => 0.0,
                    };
                }
            }
            let auroc = score(&scores, dataset, "auroc", Some(name));
            assert!((value(auroc) - above / pairs).abs() < 1e-12, "{name}");
            assert!(auroc.interval.is_ok(), "{:?}", auroc.interval);
            let brier = score(&scores, dataset, "brier", Some(name));
            assert!((value(brier) - square / n).abs() < 1e-12, "{name}");
        }
    }
    assert!(
        !scores
            .iter()
            .any(|s| s.key.metric == "auroc" && s.key.class.is_none())
    );
    let comparisons = folder.read_rows::<titer_core::Comparison>().unwrap();
    let perturbed = comparisons
        .iter()
        .find(|one| one.contrast == Contrast::Clean && one.key.metric == "accuracy");
    assert!(perturbed.unwrap().discordant > 0);
    let agreements = folder.read_rows::<titer_core::Agreement>().unwrap();
    let flips: u64 = agreements
        .iter()
        .filter(|one| one.contrast == Contrast::Clean)
        .map(|one| one.flips_to_wrong + one.flips_to_right + one.flips_among_wrong)
        .sum();
    assert!(flips > 0);
    let page = world.read("runs/own/report.html");
    assert!(page.contains("Each example is of one of 3 classes (none, weak, strong)"));
}

/// Scores, worst groups and slopes by stratum are those of the examples in each group.
#[test]
fn groups_are_scored_by_themselves() {
    let world = world();
    world.replace(
        "suites/own.yaml",
        "split: test\n",
        "split: test\nstrata: [gc, class, species]\nladders:\n  - {ladder: richer, dataset: near, by: gc, strata: 3}\n",
    );
    world.titer(&["run", "own.yaml"]).expect(0);
    let folder = RunFolder::at(&world.path("runs/own"));
    let answers = answers(&folder, "onnx", "near");
    let table = world.read("datasets/near/windows.tsv");
    let cells = table
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let asked = cells.filter(|cells| cells[8] == "test" && cells[2] != "other");
    let mut right: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    for (cells, (truth, probability)) in asked.zip(&answers) {
        assert_eq!(cells[2], truth);
        let own = CLASSES.iter().position(|class| class == truth).unwrap();
        let is_right = (0..3).all(|it| it == own || probability[it] < probability[own]);
        let gc = cells[1].matches(['G', 'C']).count() as f64 / cells[1].len() as f64;
        let gc = match gc {
            gc if gc < 0.3 => "0 to 30 % GC",
            gc if gc < 0.4 => "30 to 40 % GC",
            gc if gc < 0.5 => "40 to 50 % GC",
            gc if gc < 0.6 => "50 to 60 % GC",
            _ => "60 to 100 % GC",
        };
        for group in [gc, truth.as_str()] {
            right.entry(group.to_owned()).or_default().push(is_right);
        }
    }
    let groups = folder.read_rows::<GroupScore>().unwrap();
    let of_accuracy = groups.iter().filter(|row| {
        let key = &row.key;
        (key.case.variant.as_str(), key.case.dataset.as_str()) == ("onnx", "near")
            && key.metric == "accuracy"
            && ["gc", "class"].contains(&row.stratum.as_str())
    });
    let mut values = BTreeMap::new();
    for row in of_accuracy {
        let right = &right[&row.group];
        assert_eq!(row.units, right.len() as u64, "{}", row.group);
        let share = right.iter().filter(|&&right| right).count() as f64 / right.len() as f64;
        match row.estimate.value {
            Some(value) => assert!((value - share).abs() < 1e-12, "{}", row.group),
            None => assert!(row.too_small, "{}", row.group),
        }
        values.insert(row.group.clone(), row.estimate.value);
    }
    assert_eq!(values.len(), right.len());
    for class in CLASSES {
        assert!(values[class].is_some(), "{class} is a group of its own");
    }
    assert!(
        values.values().flatten().count() > CLASSES.len(),
        "{values:?}"
    );
    let spreads = folder.read_rows::<Spread>().unwrap();
    let worst = spreads.iter().find(|row| {
        let key = &row.key;
        (key.case.variant.as_str(), key.case.dataset.as_str()) == ("onnx", "near")
            && (key.metric.as_str(), row.stratum.as_str()) == ("accuracy", "class")
            && row.statistic == SpreadKind::Worst
    });
    let lowest = CLASSES.iter().filter_map(|class| values[*class]);
    let lowest = lowest.fold(f64::INFINITY, f64::min);
    assert_eq!(worst.unwrap().estimate.value, Some(lowest));
    let slopes = folder.read_rows::<titer_core::LadderSlope>().unwrap();
    assert!(
        slopes
            .iter()
            .any(|row| row.metric == "accuracy" && row.slope.value.is_some())
    );
}

/// One class of several is true of every example: that is no prevalence of 1, by which chance would call everything right.
#[test]
fn a_margin_is_not_void_for_want_of_negatives() {
    let world = world();
    world.replace(
        "own.yaml",
        "at_least: {metric: accuracy, where: in_distribution, value: 0.1}",
        "no_worse_than_reference: {metric: accuracy, margin: 0.1}\n  - no_worse_than_reference: {metric: log_loss, margin: 0.1}\n  - no_further_fall_than_reference: {metric: accuracy, margin: 0.2}",
    );
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("own: pass"), "{}", said.out);
    assert!(!said.out.contains("void"), "{}", said.out);
}

/// Each class has a column of its name in the table of golden outputs.
#[test]
fn golden_outputs_are_of_every_class() {
    let world = world();
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("own: pass"), "{}", said.out);
    let answers = answers(&RunFolder::at(&world.path("runs/own")), "onnx", "near");
    let table = world.read("datasets/near/windows.tsv");
    let asked = table.lines().filter(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        cells[8] == "test" && cells[2] != "other"
    });
    let mut golden = "sequence\tweak\tstrong\tnone\n".to_owned();
    for (line, (label, [none, weak, strong])) in asked.zip(&answers).take(20) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells[2], label);
        let read = &cells[1][0..5];
        golden.push_str(&format!("{read}\t{weak}\t{strong}\t{none}\n"));
    }
    let described = world.read("models/own/model.yaml");
    let check = |table: &str| {
        world.write("models/own/golden.tsv", table);
        let entry = world.entry("models/own/golden.tsv");
        let entry = entry.trim_end_matches('}');
        world.write(
            "models/own/model.yaml",
            &format!("{described}golden: {entry}, tolerance: 1.0e-6, variants: [onnx]}}\n"),
        );
        world.titer(&["models", "check", "models/own/model.yaml"])
    };
    let said = check(&golden).expect(0);
    assert!(said.out.contains("60 golden values"), "{}", said.out);
    let swapped = golden.replacen("weak\tstrong", "strong\tweak", 1);
    let said = check(&swapped).expect(100);
    assert!(said.out.contains("DOES NOT HOLD"), "{}", said.out);
    let said = check(&golden.replacen("weak", "middling", 1)).expect(2);
    assert!(
        said.err.contains("there is no column `weak`"),
        "{}",
        said.err
    );
}

/// Averages over classes are those of their definitions, have intervals and differences, and gates decide on them.
#[test]
fn averages_over_classes_are_scored_compared_and_gated() {
    let world = world();
    world.replace(
        "suites/own.yaml",
        "metrics: [accuracy, auroc, brier, log_loss]",
        "metrics: [accuracy, mcc, balanced_accuracy, f1_macro, f1_weighted, recall_macro, auroc_macro, {top_k_accuracy: {k: 2}}, brier_multiclass, {classwise_ece: {bins: 10}}]",
    );
    world.replace("own.yaml", "metric: accuracy", "metric: f1_macro");
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("own: pass"), "{}", said.out);
    let folder = RunFolder::at(&world.path("runs/own"));
    let scores = folder.read_rows::<Score>().unwrap();
    let answers = answers(&folder, "onnx", "near");
    // Rows: the true class; columns: the most probable one.
    let mut table = [[0.0_f64; 3]; 3];
    let (mut among_two, mut squares) = (0.0, 0.0);
    // Of each class and tenth: how often it is true, less its probability.
    let mut off = [[0.0_f64; 10]; 3];
    for (truth, probability) in &answers {
        let truth = CLASSES.iter().position(|class| class == truth).unwrap();
        let above = |class: usize| {
            probability
                .iter()
                .filter(move |&&one| one > probability[class])
        };
        let called = (0..3).find(|&class| above(class).count() == 0).unwrap();
        table[truth][called] += 1.0;
        among_two += f64::from(u8::from(above(truth).count() < 2));
        for (class, p) in probability.iter().enumerate() {
            let residual = f64::from(u8::from(class == truth)) - p;
            squares += residual * residual;
            off[class][((p * 10.0) as usize).min(9)] += residual;
        }
    }
    let n = answers.len() as f64;
    let of = |class: usize| -> f64 { table[class].iter().sum() };
    let called = |class: usize| -> f64 { table.iter().map(|row| row[class]).sum() };
    let f1 = |class: usize| 2.0 * table[class][class] / (of(class) + called(class));
    let mean = |each: &dyn Fn(usize) -> f64| (0..3).map(each).sum::<f64>() / 3.0;
    let right: f64 = (0..3).map(|class| table[class][class]).sum();
    let products: f64 = (0..3).map(|class| of(class) * called(class)).sum();
    let square = |side: &dyn Fn(usize) -> f64| (0..3).map(|class| side(class).powi(2)).sum::<f64>();
    let mcc =
        (right * n - products) / ((n * n - square(&called)).sqrt() * (n * n - square(&of)).sqrt());
    let recall = mean(&|class| table[class][class] / of(class));
    for (metric, expected) in [
        ("f1_macro", mean(&f1)),
        (
            "f1_weighted",
            (0..3).map(|class| f1(class) * of(class) / n).sum(),
        ),
        ("recall_macro", recall),
        ("balanced_accuracy", recall),
        ("mcc", mcc),
        ("top_k_accuracy", among_two / n),
        ("brier_multiclass", squares / n),
    ] {
        let found = score(&scores, "near", metric, None);
        assert!(
            (value(found) - expected).abs() < 1e-12,
            "{metric}: {expected}"
        );
        let interval = found.interval.as_ref().unwrap();
        assert!(
            interval.lower < expected && expected < interval.upper,
            "{metric}"
        );
        assert!(
            found.rarer_clusters.is_some_and(|clusters| clusters > 5),
            "{metric}"
        );
    }
    // A mean of distances has no interval, and a floor that chance alone reaches.
    let errors = |class: usize| off[class].iter().map(|sum| (sum / n).abs()).sum::<f64>();
    let found = score(&scores, "near", "classwise_ece", None);
    assert!((value(found) - mean(&errors)).abs() < 1e-12);
    let reason = found.interval.as_ref().unwrap_err().to_string();
    assert!(reason.contains("chance lifts"), "{reason}");
    assert!(found.null_floor.unwrap() > 0.0 && found.null_upper > found.null_floor);
    assert!(score(&scores, "near", "auroc_macro", None).interval.is_ok());
    let comparisons = folder.read_rows::<titer_core::Comparison>().unwrap();
    let of_f1 = |one: &&titer_core::Comparison| {
        one.contrast == Contrast::Clean && one.key.metric == "f1_macro" && one.discordant > 0
    };
    assert!(
        comparisons
            .iter()
            .any(|one| of_f1(&one) && one.interval.is_ok())
    );
    let page = world.read("runs/own/report.html");
    assert!(page.contains("F1 (macro)"));
    // A binary suite has no classes to average over.
    let binary = World::new();
    binary.replace(
        "suites/own.yaml",
        "metrics: [accuracy,",
        "metrics: [f1_macro, accuracy,",
    );
    let said = binary.titer(&["plan", "own.yaml"]).expect(2);
    assert!(
        said.err.contains("`f1_macro` does not answer"),
        "{}",
        said.err
    );
}

#[test]
fn what_does_not_fit_is_said() {
    let world = world();
    let cases = [
        (
            "suites/own.yaml",
            "[none, weak, strong]",
            "[none]",
            "1 classes are asked for",
        ),
        (
            "suites/own.yaml",
            "[none, weak, strong]",
            "[none, weak, weak]",
            "`weak` stands twice",
        ),
        (
            "suites/own.yaml",
            "[none, weak, strong]",
            "[none, weak, storng]",
            "`storng` is not in dataset",
        ),
        (
            "suites/own.yaml",
            "[none, weak, strong]",
            "[none, weak]",
            "does not answer the question",
        ),
        (
            "suites/own.yaml",
            "brier, log_loss]",
            "brier, f1]",
            "`f1` does not answer",
        ),
        (
            "suites/own.yaml",
            "brier, log_loss]",
            "brier, top_k_accuracy: {k: 3}]",
            "use a `k` from 1 to 2",
        ),
        (
            "suites/own.yaml",
            "substitutions: {rate: 0.1}",
            "reverse_complement: {target: destroyed}",
            "destroyed target",
        ),
        (
            "suites/own.yaml",
            "split: test\n",
            "split: test\nrecalibrate: [platt]\n",
            "only a binary suite can be recalibrated",
        ),
        (
            "models/own/model.yaml",
            "kind: classes, classes: [strong, none, weak]",
            "kind: classes",
            "needs `classes`",
        ),
        (
            "models/own/model.yaml",
            "activation: none}",
            "activation: sigmoid}",
            "its classes exclude each other",
        ),
    ];
    for (file, old, new, expected) in cases {
        let before = world.read(file);
        world.replace(file, old, new);
        let said = world.titer(&["plan", "own.yaml"]).expect(2);
        assert!(said.err.contains(expected), "{expected}:\n{}", said.err);
        world.write(file, &before);
    }
}

/// Of several classes maximum probability, margin and entropy differ, so all three are asked.
#[test]
fn foreign_data_is_told_by_each_kind_of_sureness() {
    let world = world();
    world.replace(
        "suites/own.yaml",
        "split: test\n",
        "split: test\ndetect_out_of_distribution: true\n",
    );
    world.titer(&["run", "own.yaml"]).expect(0);
    let report: serde_json::Value =
        serde_json::from_str(&world.read("runs/own/report.json")).unwrap();
    let rows = report["detections"].as_array().unwrap();
    for by in ["maximum_probability", "margin", "entropy"] {
        let of = |row: &&serde_json::Value| row["by"] == by && row["metric"] == "auroc";
        let found: Vec<_> = rows.iter().filter(of).collect();
        assert_eq!(found.len(), 2, "{by}: one for each variant");
        assert!(found[0]["value"].as_f64().is_some(), "{by}");
    }
}
