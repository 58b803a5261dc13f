//! Models of others, fetched, described by a script of `models/foreign` and judged. None ships.

use std::path::Path;
use std::process::Command;

use titer_core::Score;
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

/// `TITER_FOREIGN_PYTHON` is a Python with numpy, onnx 1.17 and onnxruntime; pip and apt-get fetch the rest.
#[test]
#[ignore = "fetches RiboDetector from PyPI and sequences of rRNA from Debian (46 MB); needs TITER_FOREIGN_PYTHON, unzip and dpkg-deb"]
fn ribodetector_tells_reads_of_ribosomal_rna() {
    let python = std::env::var("TITER_FOREIGN_PYTHON")
        .expect("TITER_FOREIGN_PYTHON is the Python that has numpy, onnx and onnxruntime");
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let fetch = "ribodetector==0.3.3";
    done(
        here,
        &[&python, "-m", "pip", "download", "-q", "--no-deps", fetch],
    );
    done(here, &["sh", "-c", "unzip -q ribodetector-*.whl -d wheel"]);
    done(here, &["apt-get", "download", "ncbi-rrna-data"]);
    done(here, &["sh", "-c", "dpkg-deb -x ncbi-rrna-data_*.deb deb"]);
    let script = repository().join("models/foreign/ribodetector.py");
    let script = script.to_str().unwrap();
    let arguments = [
        &python, script, "--wheel", "wheel", "--rrna", "deb", "--to", "made",
    ];
    done(here, &arguments);
    let mut titer = Command::new(env!("CARGO_BIN_EXE_titer"));
    titer.args(["run", "ribodetector.yaml", "--path", "."]);
    let output = titer.current_dir(here.join("made")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    // A gate may say what it says of the int8 build.
    assert!(matches!(output.status.code(), Some(0 | 3 | 100)), "{said}");
    let run = RunFolder::at(&here.join("made/runs/ribodetector"));
    let scores = run.read_rows::<Score>().unwrap();
    let value = |metric: &str, dataset: &str| {
        let is_it = |score: &&Score| {
            score.key.metric == metric
                && score.key.case.dataset == dataset
                && score.key.case.variant == "fp32"
        };
        scores.iter().find(is_it).unwrap().value.clone().unwrap()
    };
    for dataset in ["rrna-large", "rrna-small"] {
        // Its paper has recall and precision above 0.98 on reads of 100 bases.
        assert!(value("recall", dataset) > 0.93, "{scores:?}");
        assert!(value("specificity", dataset) > 0.97, "{scores:?}");
    }
}
