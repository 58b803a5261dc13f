//! A folder outside the repository with a user's own data, models, suite and evaluation, and the titer
//! program run in it.
//!
//! The data is synthetic: what is tested is the program, not a model. Labels follow the model's own
//! view of a sequence with some noise, so that scores are neither perfect nor chance.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use titer_core::Digest;

pub(crate) struct World {
    folder: tempfile::TempDir,
}

/// What a program said and how it ended.
pub(crate) struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Fails the test unless the program ended with this code.
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "out:\n{}\nerr:\n{}",
            self.out,
            self.err
        );
        self
    }
}

/// What a program says that is fed on its standard input.
pub(crate) fn fed(command: &mut Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        // Once, here: else the first run on a fresh machine tells of it amid what a test expects.
        static RUNTIME: OnceLock<()> = OnceLock::new();
        RUNTIME.get_or_init(|| {
            let _ = titer_backends::runtime::ensure(None, false, &mut |_| {});
        });
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        world.dataset("near", 1, 160);
        world.dataset("far", 2, 120);
        for name in [
            "dense.onnx",
            "dense.json",
            "dense.safetensors",
            "nan.onnx",
            "wrong-shape.onnx",
        ] {
            std::fs::create_dir_all(world.path("models/own")).unwrap();
            std::fs::copy(fixtures().join(name), world.path("models/own").join(name)).unwrap();
        }
        world.model("dense.onnx", "");
        world.write("suites/own.yaml", SUITE);
        world.write("own.yaml", EVALUATION);
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Replaces a text that must be there.
    pub(crate) fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{name} has no {old:?}:\n{text}");
        self.write(name, &text.replace(old, new));
    }

    /// What stands before and after a text that must be there.
    pub(crate) fn split(text: &str, at: &str) -> (String, String) {
        let (before, after) = text.split_once(at).unwrap();
        (before.to_owned(), after.to_owned())
    }

    /// The model: one variant of ONNX and one of candle, and what else is given.
    pub(crate) fn model(&self, onnx: &str, more: &str) {
        let entry = |name: &str| self.entry(&format!("models/own/{name}"));
        let text = MODEL
            .replace("ONNX", &entry(onnx))
            .replace("CONFIG", &entry("dense.json"))
            .replace("WEIGHTS", &entry("dense.safetensors"));
        self.write("models/own/model.yaml", &format!("{text}{more}"));
    }

    /// A file entry with the digest and size of what is there.
    pub(crate) fn entry(&self, name: &str) -> String {
        let bytes = std::fs::read(self.path(name)).unwrap();
        let file = Path::new(name).file_name().unwrap().to_str().unwrap();
        format!(
            "{{path: {file}, digest: \"{}\", bytes: {}}}",
            Digest::of(&bytes),
            bytes.len()
        )
    }

    /// Writes a dataset of windows.
    pub(crate) fn dataset(&self, name: &str, seed: u64, count: usize) {
        let mut table =
            "id\tsequence\tlabel\tchromosome\tposition\tstrand\tgene\tlocus\tsplit\n".to_owned();
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        for index in 0..count {
            let sequence: String = (0..12).map(|_| b"ACGT"[next() % 4] as char).collect();
            let like_a_site = sequence.as_bytes()[..5]
                .iter()
                .filter(|base| **base == b'G')
                .count()
                >= 2;
            let label = if like_a_site != (next() % 5 == 0) {
                "site"
            } else {
                "decoy"
            };
            let split = if index % 8 == 0 { "tuning" } else { "test" };
            table.push_str(&format!(
                "{name}:{index}\t{sequence}\t{label}\t1\t{}\t+\tg{}\tl{}\t{split}\n",
                index * 50,
                index / 4,
                index / 4
            ));
        }
        self.table(name, &table, count);
    }

    /// Writes a dataset's table with the descriptor that fits it.
    pub(crate) fn table(&self, name: &str, table: &str, count: usize) {
        let tuning = count.div_ceil(8);
        self.write(&format!("datasets/{name}/windows.tsv"), table);
        let entry = self.entry(&format!("datasets/{name}/windows.tsv"));
        let text = DATASET
            .replace("NAME", name)
            .replace("FILE", &entry)
            .replace("TUNING", &tuning.to_string())
            .replace("TEST", &(count - tuning).to_string());
        self.write(&format!("datasets/{name}/dataset.yaml"), &text);
    }

    /// The program, to be run in this folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_titer"));
        command
            .args(arguments)
            .args(["--path", "."])
            .current_dir(self.folder.path());
        command.stdin(Stdio::null()).env_remove("TITER_PATH");
        command
    }

    pub(crate) fn titer(&self, arguments: &[&str]) -> Said {
        Said::of(&self.command(arguments).output().unwrap())
    }

    /// Feeds the program's standard input.
    pub(crate) fn titer_with(&self, arguments: &[&str], input: &str) -> Said {
        Said::of(&fed(&mut self.command(arguments), input))
    }
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

pub(crate) fn fixtures() -> PathBuf {
    repository().join("harness/backends/fixtures")
}

/// Digests of everything in a run that must not depend on chance or time.
pub(crate) fn digests(folder: &Path) -> std::collections::BTreeMap<String, Digest> {
    let folder = titer_store::RunFolder::at(folder);
    let plan = folder.read_manifest().unwrap().plan;
    folder.digests(&plan).unwrap()
}

pub(crate) const EVALUATION: &str = "\
evaluation: own
summary: A model and data of my own.
suites: [suites/own.yaml]
models:
  - model: own
    reference: onnx
threads: 1
replicates: 200
gates:
  - at_least: {metric: auroc, where: in_distribution, value: 0.2}
";

pub(crate) const SUITE: &str = "\
suite: own
summary: Is it a site?
task: own-site
question:
  binary: {positive: site, negative: decoy}
in_distribution:
  - dataset: near
out_of_distribution:
  - {dataset: far, distance: far}
split: test
spare:
  - {start: 0, end: 1}
perturbations:
  - substitutions: {rate: 0.1}
  - reverse_complement: {target: destroyed}
metrics: [accuracy, auroc, average_precision, log_loss, {ece: {bins: 10}}]
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
variants:
  - {variant: onnx, backend: onnx, precision: fp32, files: {model: ONNX}}
  - {variant: candle, backend: candle, precision: fp32, files: {config: CONFIG, weights: WEIGHTS}}
reference: onnx
";

const DATASET: &str = "\
dataset: NAME
summary: Synthetic windows.
kind: windows
file: FILE
columns:
  id: id
  sequence: sequence
  label: label
  split: split
  strata: [chromosome, strand]
  clusters: [locus]
  place: {chromosome: chromosome, position: position, strand: strand, gene: gene}
classes: [site, decoy]
splits: {tuning: TUNING, test: TEST}
organism: none
assembly: none
licence: {sequence: synthetic}
";
