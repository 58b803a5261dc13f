//! The models that ship, held to what their original runtime said (`golden.tsv`).

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use titer_core::{Model, Sequence};
use titer_spec::model::Golden;
use titer_spec::{Document, ModelSpec, OutputKind};

use crate::fixtures::{distance, load_files, predict, sequences};

type Row = BTreeMap<String, String>;

/// The most bases of a golden table's own sequence that a test's build is asked for.
const LONGEST: usize = 5000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn shipped() -> Vec<Document<ModelSpec>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(root().join("models"))
        .unwrap()
        .map(|entry| entry.unwrap().path().join("model.yaml"))
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    assert!(paths.len() >= 3, "{paths:?}");
    paths
        .iter()
        .map(|path| Document::read(path).unwrap_or_else(|error| panic!("{error}")))
        .collect()
}

fn model(document: &Document<ModelSpec>, spec: &ModelSpec, variant: &str) -> Box<dyn Model> {
    let index = spec
        .variants
        .iter()
        .position(|known| known.variant.value == variant)
        .unwrap();
    let files: Vec<(&str, PathBuf)> = spec.variants[index]
        .files
        .value
        .iter()
        .map(|(role, file)| (role.as_str(), document.folder().join(&file.path.value)))
        .collect();
    load_files(spec, index, &files).unwrap_or_else(|error| panic!("{variant}: {error}"))
}

fn table(text: &str) -> Vec<Row> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    lines
        .map(|line| {
            let values = line.split('\t').map(str::to_owned);
            names
                .iter()
                .map(|name| (*name).to_owned())
                .zip(values)
                .collect()
        })
        .collect()
}

/// The sequences of a dataset by id.
fn dataset(name: &str) -> BTreeMap<String, String> {
    let folder = root().join("datasets").join(name);
    let document = Document::<titer_spec::Dataset>::read(&folder.join("dataset.yaml")).unwrap();
    let of = document.value.file.unwrap();
    let file = std::fs::File::open(folder.join(&of.path.value)).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    table(&text)
        .into_iter()
        .map(|mut row| (row.remove("id").unwrap(), row.remove("sequence").unwrap()))
        .collect()
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap()
}

#[test]
fn variants_give_what_the_original_runtime_gave() {
    let mut checked = 0;
    for document in shipped() {
        let Some(golden) = &document.value.golden else {
            continue;
        };
        let path = document.folder().join(&golden.path.value);
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let rows = table(&text);
        for variant in &golden.variants {
            let worst = match document.value.output.kind {
                OutputKind::Binary
                | OutputKind::Classes
                | OutputKind::Labels
                | OutputKind::Value => worst_window(&document, &variant.value, &rows),
                OutputKind::PerPosition => worst_position(&document, &variant.value, &rows),
            };
            assert_close(&document, golden, &variant.value, worst);
            checked += rows.len();
        }
    }
    assert!(checked >= 64, "{checked} golden outputs");
}

fn assert_close(document: &Document<ModelSpec>, golden: &Golden, variant: &str, worst: f64) {
    assert!(golden.tolerance <= 1e-5);
    assert!(
        worst <= golden.tolerance,
        "{} {variant}: {worst} from the original",
        document.value.model.value
    );
}

/// The rows hold the model's own cut of each window.
fn worst_window(document: &Document<ModelSpec>, variant: &str, rows: &[Row]) -> f64 {
    let mut spec = document.value.clone();
    spec.input.window = None;
    let cuts: Vec<Sequence> = rows
        .iter()
        .map(|row| Sequence::new(&row["sequence"]).unwrap())
        .collect();
    let mut model = model(document, &spec, variant);
    let mut worst = 0.0_f64;
    for (cuts, rows) in cuts.chunks(32).zip(rows.chunks(32)) {
        for (output, row) in predict(&mut *model, cuts).iter().zip(rows) {
            let found = output.numbers()[0];
            worst = worst.max((found - number(row, "expected")).abs());
        }
    }
    worst
}

fn worst_position(document: &Document<ModelSpec>, variant: &str, rows: &[Row]) -> f64 {
    let mut examples: BTreeMap<(&str, &str), Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let dataset = row.get("dataset").map_or("", String::as_str);
        examples.entry((dataset, &row["id"])).or_default().push(row);
    }
    let mut datasets = BTreeMap::new();
    let mut model = model(document, &document.value, variant);
    let mut worst = 0.0_f64;
    // candle takes seconds for a stretch in a test's build; `titer models check` goes over all.
    let most = if variant.ends_with("candle") {
        8
    } else {
        usize::MAX
    };
    let step = examples.len().div_ceil(most);
    for ((name, id), rows) in examples.into_iter().step_by(step) {
        let sequence = match rows[0].get("sequence") {
            Some(own) if own.len() > LONGEST => continue,
            Some(own) => Sequence::new(own).unwrap(),
            None => {
                let sequences = datasets.entry(name).or_insert_with(|| dataset(name));
                Sequence::new(&sequences[id]).unwrap()
            }
        };
        let output = predict(&mut *model, &[sequence]).remove(0);
        for row in rows {
            let position: usize = row["position"].parse().unwrap();
            for (class, name) in document.value.output.classes.iter().enumerate() {
                let found = output.numbers()[position * output.classes() + class];
                worst = worst.max((found - number(row, name)).abs());
            }
        }
    }
    worst
}

/// On sequences that nobody chose, N included.
#[test]
fn onnx_and_candle_agree_on_the_same_weights() {
    let mut compared = 0;
    for document in shipped() {
        let spec = &document.value;
        let has = |name: &str| {
            spec.variants
                .iter()
                .any(|known| known.variant.value == name)
        };
        if !(has("fp32") && has("fp32-candle")) {
            continue;
        }
        // A model that takes any length is asked for what crosses a window's end.
        let window = spec.input.window.as_ref();
        let length = window.map_or(600, |window| window.value.end);
        let list = sequences(if length > 400 { 2 } else { 200 }, length.max(400));
        let [one, other] = ["fp32", "fp32-candle"]
            .map(|variant| predict(&mut *model(&document, spec, variant), &list));
        let distance = distance(&one, &other);
        assert!(distance < 1e-5, "{}: {distance}", spec.model.value);
        compared += 1;
    }
    assert_eq!(compared, 6);
}
