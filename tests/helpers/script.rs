//! A model of five bases that a Python script answers for, `share.py` beside `titer_model.py`.

use super::world::World;

const HEAD: &str = "\
model: own
summary: The share of G.
tasks: [own-site]
input:
  window: {start: 0, end: 5}
  one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}
output: {kind: binary, activation: none}
training: {seen: [], complete: true, description: never trained}
licence: {weights: MIT}
variants:
";

/// The descriptor, with these lines of variants; `onnx` is the reference.
pub(crate) fn descriptor(variants: &str) -> String {
    format!("{HEAD}{variants}reference: onnx\n")
}

/// Writes the script, what serves it, and the descriptor.
pub(crate) fn write(world: &World, script: &str, variants: &str) {
    world.write("models/own/share.py", script);
    let said = world.titer(&["models", "python", "models/own"]).expect(0);
    assert!(
        said.out.contains("titer_model.serve(predict)"),
        "{}",
        said.out
    );
    describe(world, variants);
}

/// Writes the descriptor for the script that is there: `FILES` are its and what serves it.
pub(crate) fn describe(world: &World, variants: &str) {
    let entry = |name: &str| world.entry(&format!("models/own/{name}"));
    let files = format!(
        "{{script: {}, titer: {}}}",
        entry("share.py"),
        entry("titer_model.py")
    );
    let text = descriptor(variants).replace("FILES", &files);
    world.write("models/own/model.yaml", &text);
}
