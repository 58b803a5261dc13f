//! Bad input: what it says, how it exits, and that nothing is overwritten.

use crate::helpers::world::{Said, World};

/// Exit 2, and the message names all of these.
fn refused(said: Said, names: &[&str]) {
    let said = said.expect(2);
    for name in names {
        assert!(said.err.contains(name), "{name:?} is not in:\n{}", said.err);
    }
}

fn plan(world: &World) -> Said {
    world.titer(&["plan", "own.yaml"])
}

#[test]
fn keys_and_types() {
    let world = World::new();
    world.replace("own.yaml", "threads: 1", "thread: 1");
    refused(plan(&world), &["own.yaml:7", "thread", "threads", "help:"]);
    world.replace("own.yaml", "thread: 1", "threads: 1\nthreads: 2");
    refused(plan(&world), &["own.yaml:8", "threads"]);
    world.replace("own.yaml", "threads: 1\nthreads: 2", "threads: many");
    refused(plan(&world), &["own.yaml:7", "threads: many"]);
}

/// Names and lines of others are shown; they do not act on the terminal.
#[test]
fn nothing_written_by_others_acts_on_the_terminal() {
    let world = World::new();
    let hostile = "threads: \"a\u{9b}2J\u{202e}b\"";
    world.replace("own.yaml", "threads: 1", hostile);
    for said in [
        plan(&world),
        world.titer(&["plan", "\u{1b}[31m\u{202e}.yaml"]),
    ] {
        let said = said.expect(2);
        let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!said.err.contains(acts), "{:?}", said.err);
        assert!(said.err.contains("\\u{202e}"), "{}", said.err);
    }
}

#[test]
fn dangling_names() {
    let world = World::new();
    world.replace("own.yaml", "model: own\n", "model: owm\n");
    refused(plan(&world), &["own.yaml:5", "owm", "not found"]);
    let world = World::new();
    world.replace("own.yaml", "reference: onnx", "reference: onx");
    refused(plan(&world), &["own.yaml:6", "onx", "onnx"]);
    let world = World::new();
    world.replace("suites/own.yaml", "dataset: far", "dataset: fra");
    refused(plan(&world), &["own.yaml:9", "fra"]);
    let world = World::new();
    world.replace("own.yaml", "metric: auroc", "metric: aurok");
    refused(plan(&world), &["own.yaml", "aurok", "auroc"]);
    let world = World::new();
    world.replace("own.yaml", "metric: auroc", "metric: brier");
    refused(
        plan(&world),
        &[
            "own.yaml:10",
            "matches nothing",
            "no suite here computes `brier`",
            "auroc",
        ],
    );
    let world = World::new();
    world.replace(
        "own.yaml",
        "    reference: onnx",
        "    variants: [onnx]\n    reference: onnx",
    );
    refused(
        plan(&world),
        &[
            "own.yaml:11",
            "matches nothing",
            "covers: {variants: [onnx]}",
        ],
    );
    let world = World::new();
    world.replace("own.yaml", "suites: [suites/own.yaml]", "suites: []");
    refused(plan(&world), &["suites: the list is empty"]);
}

#[test]
fn a_gate_whose_unit_does_not_fit() {
    for (value, cure) in [("200", "200 MiB"), ("200 ms", "200 MiB")] {
        let world = World::new();
        let text = world.read("own.yaml");
        let gate = format!("  - at_most: {{measurement: peak_memory, value: {value}}}\n");
        let measure = "measure:\n  latency: {scenario: single_stream, batch_sizes: [1]}\n";
        world.write("own.yaml", &format!("{text}{gate}{measure}"));
        refused(
            plan(&world),
            &["own.yaml:11", "the unit does not fit", cure],
        );
    }
}

#[test]
fn files_that_are_not_the_ones_described() {
    let world = World::new();
    std::fs::remove_file(world.path("models/own/dense.onnx")).unwrap();
    refused(plan(&world), &["model.yaml:", "dense.onnx"]);
    let world = World::new();
    std::fs::copy(
        world.path("models/own/nan.onnx"),
        world.path("models/own/dense.onnx"),
    )
    .unwrap();
    refused(plan(&world), &["model.yaml:", "dense.onnx", "help:"]);
    let world = World::new();
    let table = world
        .read("datasets/near/windows.tsv")
        .replace("near:3\t", "near:x\t");
    world.write("datasets/near/windows.tsv", &table);
    refused(plan(&world), &["dataset.yaml:", "digest"]);
    refused(
        world.titer(&["run", "nowhere.yaml"]),
        &["nowhere.yaml", "not found"],
    );
}

#[test]
fn rows_that_cannot_be() {
    let row = "b\tACGTACGTACGT\tsite\t1\t1\t+\tg\tl\ttest\n";
    let header = "id\tsequence\tlabel\tchromosome\tposition\tstrand\tgene\tlocus\tsplit\n";
    let near = |table: &str, count: usize| {
        let world = World::new();
        world.table("near", table, count);
        plan(&world)
    };
    let first = "a\tACGTACGTACGT\tdecoy\t1\t1\t+\tg\tl\ttuning\n";
    refused(
        near(
            &format!("{header}{first}{}", row.replace("site", "cite")),
            2,
        ),
        &["windows.tsv:3", "cite", "site"],
    );
    refused(
        near(
            &format!("{header}{first}{}", row.replace("ACGTA", "ACJTA")),
            2,
        ),
        &["windows.tsv:3", "J"],
    );
    refused(
        near(&format!("{header}{first}{row}{row}"), 3),
        &["windows.tsv:4", "b"],
    );
    refused(near(header, 0), &["near"]);
}

/// Both alleles of a variant are two sequences, and a model that runs is given one.
#[test]
fn pairs_are_not_given_to_models_that_run() {
    let world = World::new();
    world.replace(
        "datasets/near/dataset.yaml",
        "  sequence: sequence",
        "  sequence: sequence\n  second: sequence",
    );
    refused(
        plan(&world),
        &["two sequences for each example", "near", "predictions"],
    );
}

#[test]
fn a_window_outside_the_sequence() {
    let world = World::new();
    world.replace("models/own/model.yaml", "end: 5", "end: 50");
    refused(plan(&world), &["model.yaml:5", "window", "50"]);
}

/// The model's cells fail with the reason; the other variant's go on; the run is incomplete.
fn failing(world: &World, reason: &str) {
    let said = world.titer(&["run", "own.yaml"]).expect(5);
    assert!(said.err.contains(reason), "{}", said.err);
    assert!(said.out.contains("own: incomplete"), "{}", said.out);
    let html = world.read("runs/own/report.html");
    assert!(html.contains("failed"), "failures are not in the report");
    let junit = world.read("runs/own/junit.xml");
    assert!(junit.contains("<error type=\"incomplete\""), "{junit}");
}

#[test]
fn models_that_answer_what_they_should_not() {
    let world = World::new();
    world.model("nan.onnx", "");
    failing(&world, "NaN or infinite");
    let world = World::new();
    world.model("wrong-shape.onnx", "");
    failing(&world, "its descriptor promises");
}

/// The stated digest may be that of half a file: its header tells, before anything runs.
#[test]
fn truncated_weights() {
    for name in ["dense.onnx", "dense.safetensors"] {
        let world = World::new();
        let path = world.path("models/own").join(name);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        world.model("dense.onnx", "");
        refused(
            plan(&world),
            &["model.yaml:", "files:", name, "is no whole"],
        );
    }
}

#[test]
fn a_folder_of_another_run_is_left_alone() {
    let world = World::new();
    world
        .titer(&["run", "own.yaml", "--output", "kept"])
        .expect(0);
    let before = world.read("kept/manifest.json");
    world.replace("own.yaml", "evaluation: own", "evaluation: other");
    refused(
        world.titer(&["run", "own.yaml", "--output", "kept"]),
        &["kept", "own", "other", "--output"],
    );
    assert_eq!(world.read("kept/manifest.json"), before);
    world.write("full/letter.txt", "dear");
    refused(
        world.titer(&["run", "own.yaml", "--output", "full"]),
        &["full", "--output"],
    );
    assert_eq!(std::fs::read_dir(world.path("full")).unwrap().count(), 1);
    world.write("file", "dear");
    refused(
        world.titer(&["run", "own.yaml", "--output", "file"]),
        &["file"],
    );
    refused(
        world.titer(&["run", "own.yaml", "--output", "/proc/titer"]),
        &["/proc/titer"],
    );
}

#[test]
fn run_folders_that_are_none() {
    let world = World::new();
    for command in ["score", "report", "examples"] {
        refused(world.titer(&[command, "nothing"]), &["nothing"]);
        assert!(!world.path("nothing").exists());
    }
    world.titer(&["run", "own.yaml"]).expect(0);
    let path = world.path("runs/own/scores.parquet");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    refused(world.titer(&["report", "runs/own"]), &["scores.parquet"]);
    world.titer(&["score", "runs/own"]).expect(0);
    world.titer(&["report", "runs/own"]).expect(0);
}

#[test]
fn arguments() {
    let world = World::new();
    world.titer(&["run"]).expect(2);
    for option in ["--limit", "--threads", "--seed"] {
        for bad in ["-1", "many", "18446744073709551616"] {
            let option = format!("{option}={bad}");
            let said = world.titer(&["run", "own.yaml", &option]);
            refused(said, &["write a whole number from"]);
        }
    }
    for option in ["--limit=0", "--threads=0", "--threads=1025"] {
        let said = world.titer(&["plan", "own.yaml", option]);
        refused(said, &["write a whole number from 1 to 10"]);
    }
    refused(world.titer(&["schema", "dog"]), &["dog", "evaluation"]);
    refused(
        world.titer(&["models", "show", "mmsplice-dono"]),
        &["mmsplice-dono", "mmsplice-donor"],
    );
    let said = world.titer_with(&["worker"], "{}\n");
    assert_eq!(said.code, Some(1), "{}", said.err);
}

#[test]
fn nothing_to_run() {
    let world = World::new();
    world.replace("suites/own.yaml", "task: own-site", "task: another");
    let said = plan(&world).expect(4);
    assert!(
        said.err.contains("another") && said.err.contains("own-site"),
        "{}",
        said.err
    );
}

#[test]
fn a_library_that_is_none() {
    let world = World::new();
    world.write("fake.so", "not a library");
    refused(
        world.titer(&["plan", "own.yaml", "--onnxruntime", "fake.so"]),
        &["fake.so"],
    );
    refused(
        world.titer(&["plan", "own.yaml", "--onnxruntime", "absent.so"]),
        &["absent.so"],
    );
    // Looking at a plan needs no library.
    let mut command = world.command(&["plan", "own.yaml"]);
    let output = command
        .env("TITER_CACHE", world.path("empty"))
        .env_remove("ORT_DYLIB_PATH")
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut command = world.command(&["run", "own.yaml", "--offline"]);
    let output = command
        .env("TITER_CACHE", world.path("cache"))
        .env_remove("ORT_DYLIB_PATH")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("titer runtime install"), "{said}");
}

#[test]
fn strata_recalibration_and_detection_that_cannot_be() {
    let suite = |after: &str, names: &[&str]| {
        let world = World::new();
        let after = format!("split: test\n{after}\n");
        world.replace("suites/own.yaml", "split: test\n", &after);
        refused(plan(&world), names);
    };
    suite("strata: [strnd]", &["own.yaml:11", "strnd", "strand"]);
    suite("strata: [gc, gc]", &["own.yaml:11", "gc", "twice"]);
    suite("recalibrate: [plat]", &["own.yaml:11", "plat", "platt"]);
    for prevalence in ["0", "1", "-0.1", ".nan", "rare"] {
        let line = format!("prevalence: {prevalence}");
        suite(&line, &["own.yaml:11", "prevalence", "help:"]);
    }
    let world = World::new();
    world.replace(
        "suites/own.yaml",
        "out_of_distribution:\n  - {dataset: far, distance: far}\n",
        "detect_out_of_distribution: true\n",
    );
    refused(plan(&world), &["own.yaml", "out of distribution"]);
    let world = World::new();
    world.replace("suites/own.yaml", "auroc,", "auroc, auroc,");
    refused(plan(&world), &["own.yaml", "`auroc` stands twice"]);
}

#[test]
fn margins_that_cannot_be() {
    let gate = |text: &str, names: &[&str]| {
        let world = World::new();
        let text = format!("gates:\n  - {text}\n");
        world.replace("own.yaml", "gates:\n", &text);
        refused(plan(&world), names);
    };
    gate(
        "no_worse_than_reference: {metric: auroc}",
        &["own.yaml:10", "no margin", "keeps: 0.99"],
    );
    gate(
        "no_worse_than_reference: {metric: auroc, margin: 0.1, keeps: 0.99}",
        &["own.yaml:10", "`margin` and a `keeps`"],
    );
    gate(
        "no_worse_than_reference: {metric: auroc, margin: -0.1}",
        &["own.yaml:10:54", "in `margin`: -0.1 is below 0"],
    );
    gate(
        "no_worse_than_reference: {metric: auroc, keeps: 99}",
        &[
            "own.yaml:10:53",
            "in `keeps`: 99 is no share",
            "between 0 and 1",
        ],
    );
    gate(
        "better_than_reference: {metric: auroc, keeps: 0.99}",
        &["own.yaml:10", "keeps", "no_worse_than_reference"],
    );
    gate(
        "equivalent_to_reference: {metric: auroc, margin: 0}",
        &["own.yaml:10", "within 0"],
    );
}

/// What each of these gates says of itself, by `plan` and by `run`.
#[test]
fn gates_that_decide_nothing() {
    let measure = "measure:\n  latency: {scenario: single_stream, batch_sizes: [1]}\ngates:\n";
    let gate = |text: &str, names: &[&str]| {
        let world = World::new();
        world.replace("own.yaml", "gates:\n", &format!("{measure}  - {text}\n"));
        refused(plan(&world), &["own.yaml:12", "help:"]);
        refused(world.titer(&["run", "own.yaml"]), names);
        assert!(!world.path("runs").exists());
    };
    gate(
        "at_least: {metric: auroc, value: 1.2}",
        &["value: auroc is never above 1", "cannot pass"],
    );
    gate(
        "at_least: {metric: accuracy, value: 0}",
        &["accuracy is never below 0", "cannot fail"],
    );
    gate(
        "at_most: {metric: accuracy, value: 1.0}",
        &["accuracy is never above 1", "cannot fail", "below 1"],
    );
    gate(
        "at_least: {metric: auroc, value: .nan}",
        &["in `value`: this number is not finite"],
    );
    gate(
        "no_worse_than_reference: {metric: auroc, margin: 1}",
        &["margin: ", "cannot fail", "0.001 to 0.05 is usual"],
    );
    gate(
        "better_than_reference: {metric: auroc, margin: 1.5}",
        &["margin: ", "cannot pass"],
    );
    gate(
        "at_most: {measurement: peak_memory, value: 1152921504606846976 B}",
        &["peak_memory is always below", "cannot fail", "200 MiB"],
    );
    gate(
        "at_most: {measurement: latency_p50, value: 0 ms}",
        &["latency_p50 is never 0 or below", "5 ms"],
    );
}

/// A cure under `covers` names what there is for all else that the gate says.
#[test]
fn covers_that_match_nothing() {
    let gate = |text: &str, names: &[&str]| {
        let world = World::new();
        world.replace("own.yaml", "gates:\n", &format!("gates:\n  - {text}\n"));
        let said = plan(&world).expect(2);
        let cure = said.err.split("help: ").nth(1).unwrap();
        for name in ["own.yaml:10"].iter().chain(names) {
            assert!(said.err.contains(name), "{name:?} is not in:\n{}", said.err);
        }
        cure.to_owned()
    };
    let cure = gate(
        "no_worse_than_reference: {metric: auroc, margin: 0.01, covers: {variants: [onnx]}}",
        &["onnx is the reference"],
    );
    assert!(cure.contains("candle") && !cure.contains("onnx"), "{cure}");
    let cure = gate(
        "at_least: {metric: auroc, value: 0.6, covers: {classes: [site]}}",
        &["class `site` is not known"],
    );
    assert!(!cure.contains("site"), "{cure}");
    let cure = gate(
        "at_least: {metric: auroc, value: 0.6, covers: {perturbation: reverse_complement}}",
        &["`covers.perturbation`"],
    );
    assert!(
        cure.contains("substitutions_0.1") && !cure.contains("reverse_complement"),
        "{cure}"
    );
}

#[test]
fn names_and_classes_that_are_none() {
    let refuse = |file: &str, old: &str, new: &str, names: &[&str]| {
        let world = World::new();
        world.replace(file, old, new);
        refused(plan(&world), names);
        refused(world.titer(&["run", "own.yaml"]), names);
    };
    let model = "models/own/model.yaml";
    let escape = [
        "model.yaml:",
        "in `variant`: it holds a control character, U+001B",
    ];
    refuse(model, "variant: candle", "variant: \"c\\e[31m\"", &escape);
    refuse(
        model,
        "variant: candle",
        "variant: ../candle",
        &["it is a path"],
    );
    refuse(
        model,
        "model: own",
        "model: \" \"",
        &["model.yaml:1:8", "it is blank"],
    );
    refuse(
        model,
        "candle, precision: fp32",
        "candle, precision: fp23",
        &["did you mean `fp32`"],
    );
    let same = [
        "own.yaml:5",
        "class `site` stands twice",
        "the positive class and another one",
    ];
    refuse(
        "suites/own.yaml",
        "negative: decoy",
        "negative: site",
        &same,
    );
    let data = "datasets/near/dataset.yaml";
    refuse(
        data,
        "clusters: [locus]",
        "clusters: [\"\\uFFFE\"]",
        &["in `clusters`: ", "U+FFFE"],
    );
}

#[test]
fn more_threads_than_cores_are_said() {
    let world = World::new();
    world.replace("own.yaml", "threads: 1", "threads: 1024");
    let said = plan(&world).expect(0);
    assert!(
        said.err.contains("threads: 1024 are more than"),
        "{}",
        said.err
    );
    let few = World::new();
    assert!(!plan(&few).expect(0).err.contains("are more than"));
}

#[test]
fn an_unknown_metric_is_not_listed() {
    let world = World::new();
    let said = world.titer(&["ls", "metrics", "aurok"]);
    refused(said, &["aurok", "did you mean `auroc`"]);
    let said = world.titer(&["ls", "metrics", "auroc"]).expect(0);
    assert!(said.out.contains("Hanley"), "{}", said.out);
}

#[test]
fn an_earlier_run_that_is_none() {
    let world = World::new();
    let said = world.titer(&["plan", "own.yaml", "--earlier", "nowhere"]);
    refused(said, &["nowhere", "comparisons"]);
}

/// What a file is counts, not its name; its digest may be the stated one.
#[test]
fn model_files_that_are_never_loaded() {
    for (content, says) in [
        (&b"cos\nsystem\n(S'true'\ntR."[..], "pickled Python"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 9\n",
            "Git LFS pointer",
        ),
        (b"<!DOCTYPE html><title>Sign in</title>", "a web page"),
        (b"\x08\x08\x3a\x7f", "no whole ONNX model"),
    ] {
        let world = World::new();
        std::fs::write(world.path("models/own/dense.onnx"), content).unwrap();
        world.model("dense.onnx", "");
        refused(
            plan(&world),
            &["model.yaml:", "files:", "dense.onnx", says, "help:"],
        );
    }
}

/// A graph may read the files beside it that the variant names, and no others.
#[test]
fn external_data_is_named_in_the_variant() {
    let world = World::new();
    let foreign = crate::helpers::world::repository().join("harness/backends/fixtures/foreign");
    for name in ["external.onnx", "external.onnx_data"] {
        std::fs::copy(foreign.join(name), world.path("models/own").join(name)).unwrap();
    }
    world.model("external.onnx", "");
    refused(
        plan(&world),
        &[
            "model.yaml:",
            "`external.onnx_data`, which the variant's `files` do not name",
        ],
    );
    let data = world.entry("models/own/external.onnx_data");
    let model = world.entry("models/own/external.onnx");
    let file = "models/own/model.yaml";
    world.replace(file, &model, &format!("{model}, data: {data}"));
    plan(&world).expect(0);
    std::fs::write(world.path("models/own/external.onnx_data"), [0; 80]).unwrap();
    let shorter = world.entry("models/own/external.onnx_data");
    world.replace(file, &data, &shorter);
    refused(
        plan(&world),
        &["model.yaml:", "`external.onnx_data` has 80"],
    );
}

#[test]
fn options_of_onnx_runtime() {
    let world = World::new();
    let file = "models/own/model.yaml";
    world.replace(
        file,
        "backend: onnx",
        "backend: onnx, onnx: {threads_between_operators: 0}",
    );
    refused(
        plan(&world),
        &[
            "model.yaml:",
            "in `threads_between_operators`: 0 is below 1",
        ],
    );
    let said = ["threads_between_operators: 0", "optimization: most"];
    world.replace(file, said[0], said[1]);
    refused(plan(&world), &["model.yaml:", "most", "disabled"]);
    world.replace(file, said[1], "tf32: true");
    refused(
        plan(&world),
        &["model.yaml:", "tf32", "execution_provider: cuda"],
    );
    world.replace(file, "tf32: true", "execution_provider: cpu");
    plan(&world).expect(0);
    world.replace(
        file,
        "backend: candle",
        "backend: candle, onnx: {optimization: all}",
    );
    refused(
        plan(&world),
        &[
            "model.yaml:",
            "onnx: the backend is candle",
            "take `onnx` out",
        ],
    );
}
