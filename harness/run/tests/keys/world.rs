//! A dataset, a model, a suite and an evaluation that use much of what YAML offers, and the keys of their plan.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use titer_core::Digest;
use titer_run::{Options, RunError, plan};
use titer_spec::plan::TUNING;
use titer_spec::{Document, Evaluation, Resolver};

/// The YAML files.
pub(crate) const FILES: [&str; 4] = [
    "datasets/near/dataset.yaml",
    "models/own/model.yaml",
    "suites/own.yaml",
    "own.yaml",
];

pub(crate) struct World {
    folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Self { folder };
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backends/fixtures");
        for name in ["dense.onnx", "dense.json", "dense.safetensors"] {
            let bytes = std::fs::read(fixtures.join(name)).unwrap();
            world.write_bytes(&format!("models/own/{name}"), &bytes);
        }
        let mut table = "id,name,sequence,other,label,truth,chromosome,arm,position,site,strand,turn,gene,symbol,locus\n".to_owned();
        for index in 0_usize..36 {
            let letter =
                |shift: usize| char::from(b"ACGT"[(index / 4usize.pow(shift as u32) + shift) % 4]);
            let sequence: String = (0..12).map(|place| letter(place % 5)).collect();
            let other: String = sequence.chars().rev().collect();
            let label = ["s", "d"][(index / 3) % 2];
            let truth = ["d", "s"][(index / 3) % 2];
            table.push_str(&format!(
                "e{index},n{index},{sequence},{other},{label},{truth},{chromosome},{arm},{position},{site},+,-,g{gene},h{gene},l{gene}\n",
                chromosome = index % 3 + 1,
                arm = (index + 1) % 3 + 1,
                position = index * 50 + 100,
                site = index * 50 + 101,
                gene = index / 4,
            ));
        }
        world.write_bytes("datasets/near/windows.csv", table.as_bytes());
        let entry = |name: &str| world.entry(name);
        world.write(
            FILES[0],
            &DATASET.replace("FILE", &entry("datasets/near/windows.csv")),
        );
        let model = MODEL
            .replace("ONNX", &entry("models/own/dense.onnx"))
            .replace("CONFIG", &entry("models/own/dense.json"))
            .replace("WEIGHTS", &entry("models/own/dense.safetensors"));
        world.write(FILES[1], &model);
        world.write(FILES[2], SUITE);
        world.write(FILES[3], EVALUATION);
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        self.write_bytes(name, text.as_bytes());
    }

    fn write_bytes(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// A file entry with the digest and size of what is there.
    pub(crate) fn entry(&self, name: &str) -> String {
        let bytes = std::fs::read(self.path(name)).unwrap();
        let file = Path::new(name).file_name().unwrap().to_str().unwrap();
        let (digest, bytes) = (Digest::of(&bytes), bytes.len());
        format!("{{path: {file}, digest: \"{digest}\", bytes: {bytes}}}")
    }
}

/// The keys of a world's plan: of clean and of perturbed cells, of those that recalibration is fitted on, of controls that are
/// fitted, shuffled or random, and of measurements.
pub(crate) fn keys(world: &World) -> Result<BTreeMap<&'static str, Vec<String>>, RunError> {
    let evaluation = Document::<Evaluation>::read(&world.path("own.yaml"))?;
    let resolver = Resolver::new(&[world.folder.path().to_owned()]);
    let planned = plan(&evaluation, &resolver, &Options::default(), &mut || {
        Ok(None)
    })?;
    let plan = &planned.plan;
    let mut keys: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut add = |group: &'static str, key: &Digest| {
        keys.entry(group).or_default().push(key.hex());
    };
    for cell in &plan.cells {
        let group = match (&cell.case.perturbation, cell.case.split == TUNING) {
            (Some(_), _) => "perturbed",
            (None, true) => "tuning",
            (None, false) => "clean",
        };
        add(group, &cell.key);
    }
    for control in &plan.controls {
        let group = match control.name.as_str() {
            "shuffled" => "shuffled",
            "random_weights" => "random",
            _ => "control",
        };
        control.cells.iter().for_each(|cell| add(group, &cell.key));
    }
    plan.searches
        .iter()
        .for_each(|it| add("searched", &it.cell.key));
    plan.measurements
        .iter()
        .for_each(|it| add("measured", &it.key));
    Ok(keys)
}

const DATASET: &str = "\
dataset: near
summary: Synthetic windows.
kind: windows
layout: csv
file: FILE
columns:
  id: id
  sequence: sequence
  label: label
  strata: [chromosome]
  clusters: [locus]
  place: {chromosome: chromosome, position: position, counted_from: 0, strand: strand, gene: gene}
labels: {s: site, d: decoy}
divide:
  held_out: {column: chromosome, test: ['1'], tuning: ['2']}
classes: [site, decoy]
context: 0
splits: {train: 12, tuning: 12, test: 12}
organism: none
assembly: none
licence: {sequence: synthetic}
made_by: somebody
changes: nothing
caveats: [synthetic]
";

const MODEL: &str = "\
model: own
summary: Sines as weights.
tasks: [own-site]
input:
  window: {start: 0, end: 5}
  one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}
output: {kind: binary, activation: none}
threshold: 0.5
training: {seen: [], complete: true, description: never trained}
licence: {weights: MIT}
made_by: somebody
changes: nothing
variants:
  - {variant: onnx, backend: onnx, precision: fp32, made: by hand, batch_dependent: false, batch_size: 16, onnx: {optimization: all}, files: {model: ONNX}}
  - {variant: candle, backend: candle, precision: fp32, candle: {device: cpu}, files: {config: CONFIG, weights: WEIGHTS}}
reference: onnx
";

const SUITE: &str = "\
suite: own
summary: Is it a site?
task: own-site
question:
  binary: {positive: site, negative: decoy}
in_distribution:
  - {dataset: near, distance: near}
split: test
spare:
  - {start: 0, end: 1}
perturbations:
  - substitutions: {rate: 0.1}
metrics: [accuracy, auroc]
strata: [strand]
recalibrate: [temperature]
";

const EVALUATION: &str = "\
evaluation: own
summary: A model and data of my own.
suites: [suites/own.yaml]
models:
  - model: ./models/own/model.yaml
    reference: onnx
    batch_sizes: [4, 8]
controls: [gc, shuffled, random_weights]
threads: 1
seed: 3
replicates: 200
time_limit_s: 60
search: {adversarial: {substitutions: [1, 2], examples: 5, queries_at_most: 40}, mutagenesis: {examples: 3}}
measure:
  latency: {scenario: single_stream, batch_sizes: [1, 2], rounds: 1, queries: 4, seconds: 1, warm_up: 1}
gates:
  - at_least: {metric: auroc, where: in_distribution, value: 0.2}
";
