//! `titer models check`: every variant is tried, each failure has its variant and its line, and the exit code
//! tells bad input from what failed while it ran.

use crate::helpers::world::{Said, World};

const NAME: &str = "models/own/model.yaml";

/// The world's model, of `onnx` and `candle`, with further variants before and between them.
fn with(before: &str, between: &str) -> World {
    let world = World::new();
    world.replace(NAME, "variants:\n", &format!("variants:\n{before}"));
    world.replace(
        NAME,
        "  - {variant: candle",
        &format!("{between}  - {{variant: candle"),
    );
    world
}

fn onnx(world: &World, name: &str, file: &str) -> String {
    let entry = world.entry(&format!("models/own/{file}"));
    format!("  - {{variant: {name}, backend: onnx, precision: fp32, files: {{model: {entry}}}}}\n")
}

/// A variant whose process ends before it is ready.
fn crash(name: &str) -> String {
    format!(
        "  - {{variant: {name}, backend: process, precision: fp32, process: {{command: [sh, -c, exit 3]}}}}\n"
    )
}

fn check(world: &World) -> Said {
    world.titer(&["models", "check", "own"])
}

/// Without digests, which another build of a fixture would change.
fn shown(text: &str) -> String {
    let line = |line: &str| match line.split_once(", digest:") {
        Some((before, _)) => format!("{before}\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn a_variant_that_is_wrong_stops_no_other() {
    let world = World::new();
    let wrong = onnx(&world, "bad-answer", "wrong-shape.onnx");
    let missing = onnx(&world, "bad-file", "dense.onnx").replace("dense.onnx", "none.onnx");
    let world = with(&wrong, &(missing + &crash("bad-process")));
    let said = check(&world).expect(2);
    insta::assert_snapshot!("models_check_out", shown(&said.out));
    insta::assert_snapshot!("models_check_err", shown(&said.err));
}

#[test]
fn what_fails_while_it_runs_has_a_code_of_its_own() {
    let said = check(&with(&crash("bad"), "")).expect(5);
    assert!(said.err.contains("model.yaml:12:"), "{}", said.err);
    assert!(
        said.err
            .contains("variant bad: the process ended with exit code 3"),
        "{}",
        said.err
    );
    assert_eq!(said.out.matches("loads and answers").count(), 2);
    let nan = World::new();
    let nan = onnx(&nan, "nan", "nan.onnx");
    let said = check(&with("", &nan)).expect(5);
    assert!(
        said.err
            .contains("variant nan: an answer to dataset near is NaN"),
        "{}",
        said.err
    );
    assert!(said.out.contains("not sound"), "{}", said.out);
}

#[test]
fn golden_values_that_are_off_keep_their_code() {
    let golden = |world: &World| {
        world.write(
            "models/own/golden.tsv",
            "sequence\texpected\nGGGGG\t0.125\n",
        );
        let entry = world.entry("models/own/golden.tsv");
        let entry = entry.trim_end_matches('}');
        let text = world.read(NAME);
        world.write(
            NAME,
            &format!("{text}golden: {entry}, tolerance: 0.00001, variants: [candle]}}\n"),
        );
    };
    let world = with("", "");
    golden(&world);
    let said = check(&world).expect(100);
    assert!(said.out.contains("candle: 2 files"), "{}", said.out);
    assert!(said.out.contains("DOES NOT HOLD"), "{}", said.out);
    let world = with(&crash("bad"), "");
    golden(&world);
    check(&world).expect(5);
}

/// A descriptor that names its files alone is filled in; a model is found by its folder and by its own name.
#[test]
fn what_a_descriptor_leaves_out_is_pinned() {
    let world = World::new();
    let graph = crate::helpers::world::repository().join("models/mmsplice-donor/fp32.onnx");
    std::fs::create_dir_all(world.path("models/folder")).unwrap();
    std::fs::copy(graph, world.path("models/folder/fp32.onnx")).unwrap();
    let text = "\
model: renamed
summary: The donor model.
tasks: [splice-donor]
input:
  window: {start: 197, end: 215}
  one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}
output: {kind: binary, activation: none}
variants:
  - variant: fp32
    backend: onnx
    precision: fp32
    files: {model: {path: fp32.onnx}}
reference: fp32
";
    world.write("models/folder/model.yaml", text);
    let said = world.titer(&["models", "check", "folder"]).expect(2);
    assert!(
        said.err.contains("digest: nobody has stated it yet")
            && said.err.contains("titer models pin"),
        "{}",
        said.err
    );
    let said = world.titer(&["models", "pin", "renamed"]).expect(0);
    assert!(said.out.contains("pinned: "), "{}", said.out);
    let pinned = std::fs::read_to_string(world.path("models/folder/model.yaml")).unwrap();
    assert_eq!(pinned.matches("digest: \"sha256:").count(), 1, "{pinned}");
    for name in ["folder", "renamed"] {
        world.titer(&["models", "check", name]).expect(0);
    }
    let said = world.titer(&["models", "pin", "folder"]).expect(0);
    assert!(said.out.contains("leaves nothing open"), "{}", said.out);
    // A copy in a folder of another name does not stand in for what ships.
    let copy = pinned.replace("model: renamed", "model: mmsplice-donor");
    world.write("models/folder/model.yaml", &copy);
    let said = world.titer(&["models", "show", "mmsplice-donor"]).expect(0);
    assert!(!said.out.contains("models/folder"), "{}", said.out);
    let said = world.titer(&["models", "check", "nowhere"]).expect(2);
    assert!(
        said.err.contains("models/nowhere/model.yaml"),
        "{}",
        said.err
    );
}

/// The same weights, run by another version's rotary formula: nothing fails but the golden outputs.
#[test]
fn a_silent_change_of_a_library_is_caught_with_its_number() {
    let world = World::new();
    let shipped = crate::helpers::world::repository().join("models/tis-transformer-human");
    let read = |name: &str| std::fs::read_to_string(shipped.join(name)).unwrap();
    std::fs::create_dir_all(world.path("models/newer")).unwrap();
    let weights = world.path("models/newer/weights.safetensors");
    std::fs::copy(shipped.join("weights.safetensors"), weights).unwrap();
    let config = read("config.json").replace("\"sequence\"", "\"window\"");
    world.write("models/newer/config.json", &config);
    // The two shorter transcripts: a test's build takes seconds for the third.
    let golden = read("golden.tsv");
    let short = |line: &&str| !line.starts_with("melanogaster:4:892795");
    let golden: Vec<&str> = golden.lines().filter(short).collect();
    world.write("models/newer/golden.tsv", &(golden.join("\n") + "\n"));
    let descriptor = read("model.yaml");
    let (until, _) = descriptor.split_once("variants:\n").unwrap();
    let [weights, config, golden] = ["weights.safetensors", "config.json", "golden.tsv"]
        .map(|name| world.entry(&format!("models/newer/{name}")));
    let golden = golden.trim_end_matches('}');
    world.write(
        "models/newer/model.yaml",
        &format!(
            "{until}variants:\n  - {{variant: fp32-candle, backend: candle, precision: fp32, files: {{weights: {weights}, config: {config}}}}}\nreference: fp32-candle\ngolden: {golden}, tolerance: 1.0e-5, variants: [fp32-candle]}}\n"
        ),
    );
    let said = world.titer(&["models", "check", "newer"]).expect(100);
    assert!(
        said.out.contains("largest difference 7.47e-1"),
        "{}",
        said.out
    );
    assert!(said.out.contains("DOES NOT HOLD"), "{}", said.out);
}
