//! Models of others, fetched, described by a script of `models/foreign` and judged. None ships.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use titer_core::{Comparison, Contrast, Response, Score};
use titer_store::RunFolder;

use crate::helpers::world::repository;

/// Runs a command in a folder, or says what it said.
fn done(folder: &Path, command: &[&str]) {
    let mut run = Command::new(command[0]);
    let output = run.args(&command[1..]).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed:\n{said}");
}

/// A foreign model, made and judged.
struct Judged {
    folder: TempDir,
    name: &'static str,
}

impl Judged {
    /// Fetches a wheel and Debian packages, has the script make a folder of it, checks the model and runs the evaluation.
    /// `TITER_FOREIGN_PYTHON` is a Python with numpy, h5py, onnx 1.17 and onnxruntime; pip and apt-get fetch the rest.
    fn new(name: &'static str, wheel: &str, packages: &[&str], data: &str) -> Self {
        let python = std::env::var("TITER_FOREIGN_PYTHON").expect(
            "TITER_FOREIGN_PYTHON is the Python that has numpy, h5py, onnx and onnxruntime",
        );
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let fetch = [&python, "-m", "pip", "download", "-q", "--no-deps", wheel];
        done(here, &fetch);
        done(here, &["sh", "-c", "unzip -q *.whl -d wheel"]);
        for package in packages {
            done(here, &["apt-get", "download", package]);
            let unpack = format!("dpkg-deb -x {package}_*.deb deb");
            done(here, &["sh", "-c", &unpack]);
        }
        let script = repository().join(format!("models/foreign/{name}.py"));
        let script = script.to_str().unwrap();
        let arguments = [
            &python, script, "--wheel", "wheel", data, "deb", "--to", "made",
        ];
        done(here, &arguments);
        let judged = Self { folder, name };
        let model = format!("models/{name}/model.yaml");
        judged.titer(&["models", "check", &model, "--path", "."], &[0]);
        // A gate may say what it says of the int8 build.
        let evaluation = format!("{name}.yaml");
        judged.titer(&["run", &evaluation, "--path", "."], &[0, 3, 100]);
        judged
    }

    fn made(&self) -> PathBuf {
        self.folder.path().join("made")
    }

    fn titer(&self, arguments: &[&str], codes: &[i32]) {
        let mut titer = Command::new(env!("CARGO_BIN_EXE_titer"));
        let output = titer.args(arguments).current_dir(self.made()).output();
        let output = output.unwrap();
        let code = output.status.code().unwrap_or(-1);
        let said = String::from_utf8_lossy(&output.stderr);
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(
            codes.contains(&code),
            "{arguments:?}: {code}\n{told}\n{said}"
        );
    }

    fn run(&self) -> RunFolder {
        RunFolder::at(&self.made().join("runs").join(self.name))
    }

    /// A score of fp32 on clean data.
    fn value(&self, metric: &str, dataset: &str) -> f64 {
        let scores = self.run().read_rows::<Score>().unwrap();
        let is_it = |score: &&Score| {
            let case = &score.key.case;
            score.key.metric == metric
                && (case.dataset.as_str(), case.variant.as_str()) == (dataset, "fp32")
                && case.is_clean()
        };
        let found = scores.iter().find(is_it);
        found.expect("the score is there").value.clone().unwrap()
    }
}

#[test]
#[ignore = "fetches RiboDetector from PyPI and sequences of rRNA from Debian (46 MB); needs TITER_FOREIGN_PYTHON, unzip and dpkg-deb"]
fn ribodetector_tells_reads_of_ribosomal_rna() {
    let judged = Judged::new(
        "ribodetector",
        "ribodetector==0.3.3",
        &["ncbi-rrna-data"],
        "--rrna",
    );
    for dataset in ["rrna-large", "rrna-small"] {
        // Its paper has recall and precision above 0.98 on reads of 100 bases.
        assert!(judged.value("recall", dataset) > 0.93);
        assert!(judged.value("specificity", dataset) > 0.97);
    }
}

/// DeePaC is about species: of K-12, a harmless strain of one that makes people ill, it says what it says of the others.
#[test]
#[ignore = "fetches DeePaC from PyPI and genomes from Debian (59 MB); needs TITER_FOREIGN_PYTHON, unzip and dpkg-deb"]
fn deepac_reads_both_strands_alike() {
    let judged = Judged::new(
        "deepac",
        "deepac==0.14.1",
        &["ragout-examples", "kleborate-examples"],
        "--genomes",
    );
    assert!(judged.value("recall", "bacteria") > 0.95);
    assert!(judged.value("specificity", "bacteria") < 0.2);
    let responses = judged.run().read_rows::<Response>().unwrap();
    let full = responses.iter().find(|one| one.case.variant == "fp32");
    let flips = full.expect("fp32 is perturbed").flip_rate;
    assert!(flips.is_some_and(|share| share < 0.01), "{flips:?}");
}

#[test]
#[ignore = "fetches Jaeger from PyPI and genomes from Debian (71 MB); needs TITER_FOREIGN_PYTHON, unzip and dpkg-deb"]
fn jaeger_tells_bacteria_phage_and_eukaryotes() {
    let judged = Judged::new(
        "jaeger",
        "jaeger-bio==1.26.5",
        &["ragout-examples", "kleborate-examples", "bowtie2-examples"],
        "--genomes",
    );
    assert!(judged.value("accuracy", "contigs") > 0.9);
    let comparisons = judged.run().read_rows::<Comparison>().unwrap();
    let int8 = comparisons.iter().find(|one| {
        one.contrast == Contrast::Reference
            && one.key.metric == "accuracy"
            && one.key.case.variant == "int8-dynamic"
    });
    assert!(int8.expect("int8 is compared").interval.is_ok());
}
