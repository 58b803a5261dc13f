//! A build without default features: what it lacks is said at the descriptor's line, before any work.
//!
//!     cargo test -p titer --no-default-features not_built

use crate::helpers::world::{World, fixtures};

#[cfg(not(feature = "candle"))]
#[test]
fn a_variant_of_candle_is_refused_where_it_would_run() {
    let world = World::new();
    let says = [
        "models/own/model.yaml:13:",
        "backend: this titer was built without candle",
        "build it with `--features candle`",
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
        assert!(
            said.err.contains(words.trim_start_matches("backend: ")),
            "{words}: {}",
            said.err
        );
    }
    assert!(said.out.contains("onnx: "), "{}", said.out);
    let said = world.titer(&["models", "show", "own"]).expect(0);
    assert!(
        said.out.contains("candle (needs a build with candle)"),
        "{}",
        said.out
    );
    let said = world.titer(&["info"]).expect(0);
    assert!(
        said.out
            .contains("candle: this titer was built without candle"),
        "{}",
        said.out
    );
    // The variants that it can run it runs.
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

#[cfg(not(feature = "tokenizers"))]
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
