//! Graphs as the field makes them: classes before positions, and activations that stand in the graph already.

use std::collections::BTreeMap;

use titer_store::RunFolder;

use crate::helpers::world::{World, repository};

/// A field of Protocol Buffers that holds bytes.
fn field(number: u8, value: &[u8]) -> Vec<u8> {
    assert!(value.len() < 128);
    [&[number << 3 | 2, value.len() as u8][..], value].concat()
}

/// A node of ONNX at the end of a graph, with one attribute of whole numbers, and the output that it makes. A message
/// that stands twice in Protocol Buffers is merged, so that what is appended to a file is part of its graph.
fn appended(operator: &str, input: &str, attribute: Option<(&str, &[u8])>) -> Vec<u8> {
    let attribute = attribute.map_or(Vec::new(), |(name, numbers)| {
        let numbers = numbers.iter().flat_map(|one| [8 << 3, *one]);
        let mut all = field(1, name.as_bytes());
        all.extend(numbers);
        // The kind of attribute, in field 20: whole numbers.
        all.extend([0xa0, 1, 7]);
        all
    });
    let mut node = vec![
        field(1, input.as_bytes()),
        field(2, b"appended"),
        field(4, operator.as_bytes()),
    ];
    if !attribute.is_empty() {
        node.push(field(5, &attribute));
    }
    // A tensor of floats without sizes.
    let kind = field(1, &[1 << 3, 1]);
    let output = [field(1, b"appended"), field(2, &kind)].concat();
    let graph = [field(1, &node.concat()), field(12, &output)].concat();
    field(7, &graph)
}

/// The name of the first output of a shipped graph.
fn output_of(model: &str) -> &'static str {
    match model {
        "cispliceai-member" => "probabilities",
        _ => "probability",
    }
}

/// A shipped graph with one more node, and its descriptor with another output.
fn with_node(world: &World, model: &str, node: &[u8], output: (&str, &str)) {
    let shipped = repository().join("models").join(model);
    let mut graph = std::fs::read(shipped.join("fp32.onnx")).unwrap();
    graph.extend(node);
    std::fs::create_dir_all(world.path("models/foreign")).unwrap();
    std::fs::write(world.path("models/foreign/fp32.onnx"), graph).unwrap();
    let text = std::fs::read_to_string(shipped.join("model.yaml")).unwrap();
    let (head, _) = text.split_once("variants:").unwrap();
    let head = head
        .replace(&format!("model: {model}"), "model: foreign")
        .replace(output.0, output.1);
    let entry = world.entry("models/foreign/fp32.onnx");
    let text = format!(
        "{head}variants:\n  - variant: fp32\n    backend: onnx\n    precision: fp32\n    files: {{model: {entry}}}\nreference: fp32\n"
    );
    world.write("models/foreign/model.yaml", &text);
}

fn evaluation(suite: &str, models: &[&str]) -> String {
    let models: String = models
        .iter()
        .map(|model| format!("  - model: {model}\n    variants: [fp32]\n    reference: fp32\n"))
        .collect();
    format!(
        "evaluation: e\nsummary: Foreign graphs.\nsuites: [{suite}]\nmodels:\n{models}threads: 1\nlimit: 6\nreplicates: 200\n"
    )
}

/// The scores of a run by all but the model, to the last bit.
fn scores(world: &World, model: &str) -> BTreeMap<String, String> {
    let scores = RunFolder::at(&world.path("runs/e"))
        .read_rows::<titer_core::Score>()
        .unwrap();
    let own = scores.iter().filter(|score| score.key.case.model == model);
    let line = |score: &titer_core::Score| {
        let key = &score.key;
        (
            format!(
                "{} {:?} {} {:?}",
                key.case.dataset, key.case.perturbation, key.metric, key.class
            ),
            format!("{:?} {:?}", score.value, score.interval),
        )
    };
    own.map(line).collect()
}

/// A trained network whose classes are turned before its positions, as PyTorch's have them, scores as it did before, to the last bit; without
/// `layout` the error names it.
#[test]
fn classes_before_positions_score_the_same() {
    let world = World::new();
    let node = appended(
        "Transpose",
        output_of("cispliceai-member"),
        Some(("perm", &[0, 2, 1])),
    );
    let turned = "  kind: per_position\n  tensor: appended\n  layout: classes_positions";
    with_node(
        &world,
        "cispliceai-member",
        &node,
        ("  kind: per_position", turned),
    );
    let text = evaluation(
        "splice-positions",
        &["cispliceai-member", "models/foreign/model.yaml"],
    );
    world.write("e.yaml", &text);
    world.titer(&["run", "e.yaml"]).expect(0);
    let (one, other) = (
        scores(&world, "cispliceai-member"),
        scores(&world, "foreign"),
    );
    assert!(one.len() >= 12, "{one:?}");
    assert_eq!(one, other);
    let without = "  kind: per_position\n  tensor: appended";
    with_node(
        &world,
        "cispliceai-member",
        &node,
        ("  kind: per_position", without),
    );
    let said = world
        .titer(&["models", "check", "models/foreign/model.yaml"])
        .expect(2);
    assert!(
        said.err
            .contains("add `layout: classes_positions` to `output`"),
        "{}",
        said.err
    );
}

/// A probability that is squashed again keeps its order and calls everything positive.
#[test]
fn a_second_activation_is_refused_by_the_graph() {
    let world = World::new();
    let shipped = output_of("mmsplice-donor");
    let plain = appended("Identity", shipped, None);
    let squashed = |activation: &str| format!("  activation: {activation}\n  tensor: appended");
    let check = |node: &[u8], activation: &str| {
        let output = squashed(activation);
        with_node(
            &world,
            "mmsplice-donor",
            node,
            ("  activation: none", &output),
        );
        world.titer(&["models", "check", "models/foreign/model.yaml"])
    };
    let said = check(&plain, "sigmoid").expect(2);
    assert!(
        said.err
            .contains("the graph ends in Sigmoid: its numbers are probabilities already")
            && said.err.contains("output.activation"),
        "{}",
        said.err
    );
    // The numbers tell where the graph does not.
    let hidden = appended("Abs", shipped, None);
    let said = check(&hidden, "sigmoid").expect(2);
    assert!(
        said.err.contains("look like probabilities already"),
        "{}",
        said.err
    );
    let text = evaluation("splice-donor", &["models/foreign/model.yaml"])
        .replace("limit: 6", "limit: 300");
    world.write("e.yaml", &text);
    let said = world.titer(&["run", "e.yaml"]).expect(5);
    assert!(
        said.err.contains("look like probabilities already"),
        "{}{}",
        said.out,
        said.err
    );
    let insists = check(&hidden, "sigmoid\n  activation_is_right: true").expect(0);
    assert!(insists.err.contains("overrides it"), "{}", insists.err);
    let said = world.titer(&["run", "e.yaml"]).expect(0);
    let page = std::fs::read_to_string(world.path("runs/e/report.html")).unwrap();
    assert!(page.contains("activation_is_right: true"), "{}", said.out);
}

/// Every example twice, and the page says what came of it.
#[test]
fn full_determinism_asks_every_example_twice() {
    let world = World::new();
    let text = evaluation("splice-donor", &["mmsplice-donor"]) + "determinism: full\n";
    world.write("e.yaml", &text);
    world.titer(&["run", "e.yaml"]).expect(0);
    let page = std::fs::read_to_string(world.path("runs/e/report.html")).unwrap();
    assert!(page.contains("Every example was asked twice"));
}
