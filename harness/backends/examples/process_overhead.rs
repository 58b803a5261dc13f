//! What asking a Python function through the process backend costs over calling it in Python.
//!
//!     cargo run --release -p titer-backends --features examples --example process_overhead -- python3
//!
//! The Python that is named needs numpy, and PyTorch for the second half. Both sides are timed in one run, in turns:
//! a round asks the process and then lets Python call the same function on arrays of the same size. Medians.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use titer_adaptors::{Feed, Graph, Values};
use titer_backends::{LoadOptions, process};
use titer_spec::{Document, ModelSpec};

/// A sum with numpy costs next to nothing: what is left is the way there and back.
const SUM: &str = "\
import titer_model
import numpy
def predict(x):
    return x.reshape(len(x), -1).mean(axis=1)
";

/// A small convolutional network, of random weights: the speed is what counts.
const NETWORK: &str = "\
import titer_model
import torch
torch.set_num_threads(1)
torch.manual_seed(1)
net = torch.nn.Sequential(torch.nn.Conv1d(4, 64, 11), torch.nn.ReLU(), torch.nn.Conv1d(64, 64, 11), torch.nn.ReLU(),
                          torch.nn.AdaptiveMaxPool1d(1), torch.nn.Flatten(), torch.nn.Linear(64, 1), torch.nn.Sigmoid()).eval()
@torch.inference_mode()
def predict(x):
    return net(torch.from_numpy(x).transpose(1, 2)).numpy()
";

const SERVE: &str = "titer_model.serve(predict)\n";

/// Seconds of each of as many calls.
const DIRECT: &str = "
import sys, time
batch, length, rounds = map(int, sys.argv[1:])
x = numpy.zeros((batch, length, 4), dtype='float32') if 'numpy' in globals() else torch.zeros(batch, length, 4).numpy()
for _ in range(rounds // 4 + 1):
    predict(x)
for _ in range(rounds):
    start = time.perf_counter()
    predict(x)
    print(time.perf_counter() - start)
";

fn main() {
    let python = std::env::args().nth(1).unwrap_or("python3".to_owned());
    println!("function  batch  bases  MB      in Python   binary     JSON       overhead (binary)");
    for (name, function, sizes) in [
        (
            "sum",
            SUM,
            [
                (1, 200, 400),
                (32, 200, 400),
                (256, 200, 200),
                (32, 10_000, 40),
            ],
        ),
        (
            "network",
            NETWORK,
            [
                (1, 200, 200),
                (32, 200, 100),
                (256, 200, 20),
                (32, 1_000, 20),
            ],
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("titer_model.py"), process::PYTHON).unwrap();
        std::fs::write(folder.path().join("model.py"), format!("{function}{SERVE}")).unwrap();
        std::fs::write(
            folder.path().join("direct.py"),
            format!("{function}{DIRECT}"),
        )
        .unwrap();
        for (batch, length, rounds) in sizes {
            let mut direct = Vec::new();
            let mut ways = [Vec::new(), Vec::new()];
            for _ in 0..3 {
                direct.extend(called(&python, folder.path(), batch, length, rounds));
                for (seconds, tensors) in ways.iter_mut().zip(["binary", "json"]) {
                    seconds.extend(asked(
                        &python,
                        folder.path(),
                        tensors,
                        batch,
                        length,
                        rounds,
                    ));
                }
            }
            let direct = median(direct);
            let [binary, json] = ways.map(median);
            let megabytes = (batch * length * 16) as f64 / 1e6;
            println!(
                "{name:8}  {batch:5}  {length:5}  {megabytes:6.2}  {:8.3} ms {:8.3} ms {:8.3} ms  {:.3} ms, {:.1} %",
                direct * 1e3,
                binary * 1e3,
                json * 1e3,
                (binary - direct) * 1e3,
                (binary / direct - 1.0) * 100.0
            );
        }
    }
}

fn called(python: &str, folder: &Path, batch: usize, length: usize, rounds: usize) -> Vec<f64> {
    let numbers = [batch, length, rounds].map(|number| number.to_string());
    let output = Command::new(python)
        .arg("direct.py")
        .args(numbers)
        .current_dir(folder)
        .env("OMP_NUM_THREADS", "1")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.parse().unwrap()).collect()
}

fn asked(
    python: &str,
    folder: &Path,
    tensors: &str,
    batch: usize,
    length: usize,
    rounds: usize,
) -> Vec<f64> {
    let text = format!(
        "model: m
summary: s
tasks: []
input: {{one_hot: {{alphabet: ACGT, layout: length_channels, other: zeros}}}}
output: {{kind: binary, activation: none}}
variants: [{{variant: v, backend: process, precision: fp32, process: {{command: ['{python}', model.py], tensors: {tensors}}}}}]
reference: v
"
    );
    let spec = Document::<ModelSpec>::parse(Path::new("model.yaml"), text)
        .unwrap()
        .value;
    let options = LoadOptions {
        folder: Some(folder),
        ..LoadOptions::default()
    };
    let mut process = process::load(&spec, &spec.variants[0], &options).unwrap();
    let feed = || Feed {
        name: None,
        shape: vec![batch, length, 4],
        values: Values::F32(vec![0.0; batch * length * 4]),
    };
    for _ in 0..=rounds / 4 {
        process.run(vec![feed()]).unwrap();
    }
    (0..rounds)
        .map(|_| {
            let feed = vec![feed()];
            let start = Instant::now();
            process.run(feed).unwrap();
            start.elapsed().as_secs_f64()
        })
        .collect()
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
