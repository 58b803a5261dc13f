//! A build without default features: what it lacks is said at the descriptor's line, before any work.
//!
//!     cargo test -p titer --no-default-features not_built

use crate::helpers::world::World;
#[cfg(all(not(feature = "tokenizers"), feature = "onnx"))]
use crate::helpers::world::fixtures;

/// Whatever would run the evaluation refuses it at this place of the model, for want of a feature.
fn refused(world: &World, place: &str, feature: &str) {
    let says = [
        place,
        &format!("this titer was built without {feature}"),
        &format!("build it with `--features {feature}`"),
    ];
    for arguments in [["plan", "own.yaml"], ["run", "own.yaml"]] {
        let said = world.titer(&arguments).expect(2);
        for words in says {
            assert!(said.err.contains(words), "{words}: {}", said.err);
        }
    }
    assert!(!world.path("runs").exists());
    let said = world.titer(&["models", "check", "own"]).expect(2);
    for words in says {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    let said = world.titer(&["models", "show", "own"]).expect(0);
    let needs = format!("(needs a build with {feature})");
    assert!(said.out.contains(&needs), "{}", said.out);
}

/// The model with a single variant, in line 12 of its descriptor.
fn only(world: &World, variant: &str) {
    let (before, _) = World::split(&world.read("models/own/model.yaml"), "  - {variant: onnx");
    let text = format!("{before}  - {variant}\nreference: onnx\n");
    world.write("models/own/model.yaml", &text);
}

#[cfg(not(feature = "candle"))]
#[test]
fn a_variant_of_candle_is_refused_where_it_would_run() {
    let world = World::new();
    let text = world.read("models/own/model.yaml");
    let line = text.lines().find(|line| line.contains("candle")).unwrap();
    let line = line.trim_start_matches("  - ");
    let line = line.replace("variant: candle", "variant: onnx");
    only(&world, &line);
    refused(&world, "models/own/model.yaml:12:", "candle");
    let said = world.titer(&["info"]).expect(0);
    assert!(
        said.out
            .contains("candle: this titer was built without candle"),
        "{}",
        said.out
    );
}

/// The variants that it can run it runs.
#[cfg(all(not(feature = "candle"), feature = "onnx"))]
#[test]
fn variants_of_other_backends_run() {
    let world = World::new();
    let said = world.titer(&["models", "check", "own"]).expect(2);
    assert!(said.out.contains("onnx: "), "{}", said.out);
    world.replace(
        "own.yaml",
        "value: 0.2}",
        "value: 0.2, covers: {variants: [onnx]}}",
    );
    world.replace(
        "own.yaml",
        "reference: onnx",
        "reference: onnx\n    variants: [onnx]",
    );
    world.titer(&["run", "own.yaml"]).expect(0);
}

#[cfg(not(feature = "onnx"))]
#[test]
fn a_graph_is_refused_where_it_would_run_and_is_still_checked() {
    let world = World::new();
    let entry = world.entry("models/own/dense.onnx");
    only(
        &world,
        &format!("{{variant: onnx, backend: onnx, precision: fp32, files: {{model: {entry}}}}}"),
    );
    refused(&world, "models/own/model.yaml:12:", "onnx");
    let said = world.titer(&["models", "probe", "models/own/dense.onnx"]);
    assert!(said.err.contains("built without onnx"), "{}", said.err);
    std::fs::write(world.path("models/own/dense.onnx"), b"GGUF").unwrap();
    let entry = world.entry("models/own/dense.onnx");
    only(
        &world,
        &format!("{{variant: onnx, backend: onnx, precision: fp32, files: {{model: {entry}}}}}"),
    );
    let said = world.titer(&["models", "check", "own"]).expect(2);
    assert!(said.err.contains("weights without a graph"), "{}", said.err);
}

#[cfg(not(feature = "http"))]
#[test]
fn a_server_is_refused_where_it_would_be_asked() {
    let world = World::new();
    only(
        &world,
        "{variant: onnx, backend: http, precision: fp32, http: {url: \"http://127.0.0.1:9\", model: own}}",
    );
    refused(&world, "models/own/model.yaml:12:", "http");
    let said = world.titer(&["models", "probe", "http://127.0.0.1:9/v2/models/own"]);
    assert!(said.err.contains("built without http"), "{}", said.err);
}

#[cfg(not(feature = "process"))]
#[test]
fn a_command_is_refused_where_it_would_run() {
    let world = World::new();
    only(
        &world,
        "{variant: onnx, backend: process, precision: fp32, process: {command: [python3, x.py]}}",
    );
    refused(&world, "models/own/model.yaml:12:", "process");
    world.write("models/own/x.py", "print()");
    let said = world.titer(&["models", "probe", "models/own/x.py"]);
    assert!(said.err.contains("built without process"), "{}", said.err);
}

#[cfg(not(feature = "candle"))]
#[test]
fn weights_are_neither_probed_nor_quantized() {
    let world = World::new();
    for arguments in [
        &["models", "probe", "models/own/dense.safetensors"][..],
        &[
            "models",
            "quantize",
            "own",
            "candle",
            "--precision",
            "q8_0",
            "--to",
            "small.gguf",
        ],
    ] {
        let said = world.titer(arguments);
        assert_ne!(said.code, Some(0));
        assert!(
            said.err.contains("built without candle: build it with"),
            "{}",
            said.err
        );
    }
}

#[cfg(all(not(feature = "tokenizers"), feature = "onnx"))]
#[test]
fn a_model_of_byte_pairs_is_refused_at_its_unit() {
    let world = World::new();
    let from = fixtures().join("tokens");
    for name in ["bert-like.onnx", "tokenizer.json"] {
        std::fs::copy(from.join(name), world.path("models/own").join(name)).unwrap();
    }
    let entry = |name: &str| world.entry(&format!("models/own/{name}"));
    let text = format!(
        "model: own\nsummary: Byte pairs.\ntasks: [own-site]\ninput:\n  tokens:\n    unit: bpe\n    pad: \"[PAD]\"\n    length: {{tokens: 16, shorter: pad_right}}\noutput: {{kind: binary, activation: sigmoid}}\ntraining: {{seen: [], complete: true, description: never trained}}\nlicence: {{weights: MIT}}\nvariants:\n  - {{variant: onnx, backend: onnx, precision: fp32, files: {{model: {}, tokenizer: {}}}}}\nreference: onnx\n",
        entry("bert-like.onnx"),
        entry("tokenizer.json")
    );
    world.write("models/own/model.yaml", &text);
    let said = world.titer(&["plan", "own.yaml"]).expect(2);
    for words in [
        "models/own/model.yaml:6:",
        "this titer was built without tokenizers",
        "build it with `--features tokenizers`",
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
}
