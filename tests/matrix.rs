//! Fields of a model varied by an evaluation: what each is worth, and what cannot be varied. The data is synthetic.

use std::collections::BTreeMap;

use titer_core::{Ablation, Comparison, Contrast, Score};
use titer_store::RunFolder;

use crate::helpers::world::World;

fn world(matrix: &str) -> World {
    let world = World::new();
    let entry = format!("    reference: onnx\n    variants: [onnx]\n    matrix:\n{matrix}");
    world.replace("own.yaml", "    reference: onnx\n", &entry);
    world
}

fn refused(matrix: &str, names: &[&str]) {
    let said = world(matrix).titer(&["plan", "own.yaml"]).expect(2);
    for name in names.iter().chain(&["own.yaml:", "help:"]) {
        assert!(said.err.contains(name), "{name:?} is not in:\n{}", said.err);
    }
}

/// One axis.
fn axis(text: &str, names: &[&str]) {
    refused(&format!("      axes: [{{{text}}}]\n"), names);
}

#[test]
fn what_cannot_be_varied() {
    refused("      axes: []\n", &["no axis is named"]);
    axis(
        "field: precision, values: [fp16]",
        &[
            "own.yaml:9:22",
            "`precision` is no field that can be varied",
            "batch_size",
        ],
    );
    axis(
        "field: onnx, values: [x]",
        &["names no field below `onnx`", "onnx.optimization"],
    );
    axis("field: output.kind, values: [value]", &["is what is asked"]);
    axis("field: output.positive, values: [x]", &["is what is asked"]);
    axis(
        "field: batch_size, values: []",
        &["`batch_size` has no value"],
    );
    axis(
        "field: batch_size, values: [8, 256]",
        &["batch_size: `256` is what the reference has already"],
    );
    axis("field: batch_size, values: [4, 4]", &["`4` stands twice"]);
    axis(
        "field: variant, values: [cnadle]",
        &["no variant `cnadle`", "candle"],
    );
    axis(
        "field: variant, values: [onnx]",
        &["`onnx` is what the reference has already"],
    );
    axis(
        "field: onnx.optimisation, values: [basic]",
        &[
            "own.yaml:9:",
            "onnx+optimisation=basic",
            "unknown field `optimisation`",
        ],
    );
    axis(
        "field: onnx.optimization, values: [loud]",
        &["unknown variant `loud`"],
    );
    axis(
        "field: input.window.start.of, values: [1]",
        &["nothing lies below a value"],
    );
    axis(
        "field: input.window.start, values: [9]",
        &["onnx+start=9", "holds no base"],
    );
    axis(
        "field: input.window, values: [{start: 90, end: 95}]",
        &["reaches past sequences"],
    );
    axis(
        "field: onnx.runtime, values: [1.19.1234]",
        &["titer runtime install 1.19.1234"],
    );
    axis(
        "field: onnx.runtime, values: [../evil]",
        &["`../evil` is no release"],
    );
    refused(
        "      axes: [{field: batch_size, values: [1]}, {field: batch_size, values: [2]}]\n",
        &["`batch_size` stands twice"],
    );
    refused(
        "      vary: in_full\n      axes: [{field: variant, values: [candle]}, {field: onnx.optimization, values: [basic]}]\n",
        &["candle+optimization=basic", "onnx: the backend is candle"],
    );
    let many: Vec<String> = (1..=65).map(|size| size.to_string()).collect();
    axis(
        &format!("field: batch_size, values: [{}]", many.join(", ")),
        &["65 variants", "64"],
    );
    let world = world("      axes: [{field: batch_size, values: [1]}]\n");
    world.replace("own.yaml", "reference: onnx", "reference: {model: other}");
    let said = world.titer(&["plan", "own.yaml"]).expect(2).err;
    assert!(said.contains("it is of another model or run"), "{said}");
}

/// Scores of clean cells by variant, dataset and metric.
fn scores(folder: &RunFolder) -> BTreeMap<(String, String, String), f64> {
    let rows: Vec<Score> = folder.read_rows().unwrap();
    let clean = rows.into_iter().filter(|row| row.key.case.is_clean());
    let of = |row: Score| {
        let case = row.key.case;
        Some((
            (case.variant, case.dataset, row.key.metric),
            row.value.ok()?,
        ))
    };
    clean.filter_map(of).collect()
}

#[test]
fn in_full_a_field_is_worth_the_mean_over_the_others() {
    let world = world(
        "      vary: in_full\n      axes:\n        - {field: variant, values: [candle]}\n        \
         - {field: input.window, values: [{start: 1, end: 6}]}\n        - {field: output.scale, values: [{multiply: 0.9}]}\n",
    );
    let planned = world.titer(&["plan", "own.yaml"]).expect(0).out;
    let longest = "candle+window={end: 6, start: 1}+scale={multiply: 0.9}";
    assert!(planned.contains(longest), "{planned}");
    world.titer(&["run", "own.yaml"]).expect(0);
    let folder = RunFolder::at(&world.path("runs/own"));
    let scores = scores(&folder);
    let score = |variant: &str, dataset: &str, metric: &str| {
        let key = (variant.to_owned(), dataset.to_owned(), metric.to_owned());
        *scores.get(&key).unwrap_or_else(|| panic!("{key:?}"))
    };
    let rows: Vec<Ablation> = folder.read_rows().unwrap();
    // Three fields, five metrics, two datasets.
    assert_eq!(rows.len(), 3 * 5 * 2);
    let window = "+window={end: 6, start: 1}";
    let scale = "+scale={multiply: 0.9}";
    for row in rows.iter().filter(|row| row.field == "input.window") {
        assert_eq!((row.pairs, row.own.as_str()), (4, "{end: 5, start: 0}"));
        let with = ["onnx", "candle"]
            .map(|base| [format!("{base}{window}"), format!("{base}{window}{scale}")]);
        let without = ["onnx", "candle"].map(|base| [base.to_owned(), format!("{base}{scale}")]);
        let sum = |of: [[String; 2]; 2]| -> f64 {
            let all = of.iter().flatten();
            all.map(|variant| score(variant, &row.dataset, &row.metric))
                .sum()
        };
        let expected = (sum(with) - sum(without)) / 4.0;
        let found = row.difference.value.unwrap();
        assert!((found - expected).abs() < 1e-12, "{row:?}: {expected}");
        let (lower, upper) = (row.difference.lower.unwrap(), row.difference.upper.unwrap());
        assert!(lower <= found && found <= upper, "{row:?}");
        assert!(row.holm >= row.p_value && row.p_value.is_some(), "{row:?}");
    }
    // Another window is another input, another factor another answer, another runtime the same but for rounding.
    let auroc = |field: &str| {
        let mut of = rows
            .iter()
            .filter(|row| row.field == field && row.metric == "auroc");
        of.next().unwrap().difference.value.unwrap()
    };
    assert!(auroc("input.window").abs() > 0.01);
    assert!(auroc("variant").abs() < 1e-6 && auroc("output.scale").abs() < 1e-6);
    let loss = rows
        .iter()
        .find(|row| row.field == "output.scale" && row.metric == "log_loss");
    assert!(loss.unwrap().difference.value.unwrap().abs() > 1e-3);
    let page = world.read("runs/own/report.html");
    assert!(page.contains("<h2 id=\"ablations\">") && page.contains("All combinations were run"));
    assert!(
        world
            .read("runs/own/csv/ablations.csv")
            .starts_with("suite,model,dataset,")
    );
    // A variant of the matrix is one like any other.
    let part = world
        .titer(&["plan", "own.yaml", "--variant", longest])
        .expect(0)
        .out;
    assert!(
        part.contains(longest) && !part.contains("candle+scale"),
        "{part}"
    );
}

#[test]
fn one_at_a_time_a_field_is_worth_its_comparison() {
    let world = world(
        "      axes:\n        - {field: batch_size, values: [1, 8]}\n        - {field: onnx.optimization, values: [disabled]}\n        \
         - {field: input.reverse_complement, values: [average]}\n        - {field: variant, values: [candle]}\n",
    );
    world.titer(&["run", "own.yaml"]).expect(0);
    let folder = RunFolder::at(&world.path("runs/own"));
    let plan = folder.read_manifest().unwrap().plan;
    let names: Vec<&str> = plan.models[0]
        .variants
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    let made = [
        "onnx",
        "onnx+batch_size=1",
        "onnx+batch_size=8",
        "onnx+optimization=disabled",
        "onnx+reverse_complement=average",
        "candle",
    ];
    assert_eq!(names, made);
    assert_eq!(plan.models[0].variants[1].batch_size, Some(1));
    let matrix = plan.models[0].matrix.as_ref().unwrap();
    assert_eq!(matrix.axes[0].values, ["256", "1", "8"]);
    let mut keys: Vec<_> = plan.cells.iter().map(|cell| cell.key).collect();
    keys.sort_unstable();
    let all = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), all, "each variant has cells of its own");
    let rows: Vec<Ablation> = folder.read_rows().unwrap();
    let compared: Vec<Comparison> = folder.read_rows().unwrap();
    assert_eq!(rows.len(), 5 * 5 * 2);
    for row in &rows {
        let variant = match row.field.as_str() {
            "variant" => row.set.clone(),
            field => format!("onnx+{}={}", field.rsplit('.').next().unwrap(), row.set),
        };
        let one = compared.iter().find(|one| {
            let case = &one.key.case;
            one.contrast == Contrast::Reference
                && case.is_clean()
                && (&case.variant, &case.dataset) == (&variant, &row.dataset)
                && one.key.metric == row.metric
        });
        let one = one.unwrap_or_else(|| panic!("{variant}"));
        assert_eq!(
            one.difference.as_ref().ok().copied(),
            row.difference.value,
            "{row:?}"
        );
        let lower = one.interval.as_ref().ok().map(|interval| interval.lower);
        assert_eq!((lower, row.pairs), (row.difference.lower, 1), "{row:?}");
    }
}
