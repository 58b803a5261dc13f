//! A model that is a Python script: judged beside ONNX Runtime, and every way in which it can fail.

use std::time::{Duration, Instant};

use crate::helpers::script;
use crate::helpers::world::{World, repository};

/// The share of G in five bases, as a probability that is never quite sure.
const SCRIPT: &str = "\
import titer_model
print('ready when you are')
def predict(windows):
    CRASH
    return [0.1 + 0.8 * sum(base[2] for base in window) / 5 for window in windows]
titer_model.serve(predict, name='share-of-g', numpy=False)
";

const VARIANTS: &str = "  - {variant: onnx, backend: process, precision: fp32, process: {command: [python3, share.py], tensors: json, files_complete: true}, files: FILES}
  - {variant: bytes, backend: process, precision: fp32, process: {command: [python3, share.py], request_s: 2, files_complete: true}, files: FILES}
";

/// `predict` does this first.
fn world(crash: &str) -> World {
    let world = World::new();
    script::write(&world, &SCRIPT.replace("CRASH", crash), VARIANTS);
    world
}

fn cell_with(world: &World, file: &str) -> Option<String> {
    let cells = std::fs::read_dir(world.path("runs/own/cells")).unwrap();
    let mut texts =
        cells.filter_map(|cell| std::fs::read_to_string(cell.unwrap().path().join(file)).ok());
    texts.next()
}

#[test]
fn a_script_is_judged_like_any_other_backend() {
    let world = world("pass");
    let measure = "measure:\n  latency: {scenario: single_stream, batch_sizes: [1, 4], rounds: 1, warm_up: 2, queries: 20, seconds: 2}\n";
    let text = world.read("own.yaml");
    world.write(
        "own.yaml",
        &text.replace("gates:", &format!("{measure}gates:")),
    );
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("own: pass"), "{}", said.out);
    let manifest = world.read("runs/own/manifest.json");
    assert!(
        manifest.contains("process share-of-g (python 3."),
        "{manifest}"
    );
    assert_eq!(
        cell_with(&world, "stderr.txt").unwrap(),
        "ready when you are\n"
    );
    // An interpreter alone is larger than the worker that has not loaded anything.
    let measurements = std::fs::read_dir(world.path("runs/own/measurements")).unwrap();
    for measurement in measurements {
        let text =
            std::fs::read_to_string(measurement.unwrap().path().join("memory.json")).unwrap();
        let memory: serde_json::Value = serde_json::from_str(&text).unwrap();
        let number = |name: &str| memory[name][0].as_u64().unwrap();
        let grown = number("peak_bytes") - number("idle_bytes");
        assert!(grown > 6 << 20, "{text}");
    }

    // Nothing has changed: nothing is predicted again. Another script is another cell.
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("cells: 12 of 12 reused"), "{}", said.out);
    let before = std::fs::read_dir(world.path("runs/own/cells"))
        .unwrap()
        .count();
    world.replace("models/own/share.py", "0.1 +", "0.15 +");
    let said = world.titer(&["run", "own.yaml"]).expect(2);
    assert!(
        said.err.contains("share.py") && said.err.contains("digest"),
        "{}",
        said.err
    );
    script::describe(&world, VARIANTS);
    world.titer(&["run", "own.yaml"]).expect(0);
    let previous = std::fs::read_dir(world.path("runs/own/previous/cells"))
        .unwrap()
        .count();
    assert_eq!(previous, before, "cells of the script of before");
}

#[test]
fn a_crash_is_a_failed_cell() {
    for (crash, said) in [
        (
            "import os, sys; print('out of luck', file=sys.stderr); sys.stderr.flush(); os._exit(9)",
            "ended with exit code 9",
        ),
        (
            "raise ValueError('no such base')",
            "ValueError: no such base",
        ),
        (
            "import os; os.kill(os.getpid(), 11)",
            "was ended by signal 11",
        ),
    ] {
        let world = world(crash);
        world.titer(&["run", "own.yaml"]).expect(5);
        let record = cell_with(&world, "cell.json").unwrap();
        assert!(record.contains(said), "{record}");
        assert!(
            record.contains("stderr.txt") && record.contains("cells/"),
            "{record}"
        );
        assert!(cell_with(&world, "predictions.parquet").is_none());
        assert!(
            cell_with(&world, "stderr.txt")
                .unwrap()
                .contains("ready when you are")
        );
    }
}

#[test]
fn what_cannot_start_is_told_before_any_work() {
    let script = |old: &str, new: &str| {
        let world = world("pass");
        world.replace("models/own/share.py", old, new);
        script::describe(&world, VARIANTS);
        world
    };
    let absent = script(
        "import titer_model",
        "import titer_model, no_such_framework",
    );
    let said = absent.titer(&["plan", "own.yaml"]).expect(2);
    assert!(
        said.err.contains("models/own/model.yaml:11:"),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("No module named 'no_such_framework'"),
        "{}",
        said.err
    );
    let world = world("pass");
    for (old, new, says) in [
        (
            "script: {path: share.py",
            "script: {path: titer_model.py",
            "digest",
        ),
        (
            "{command: [python3, share.py], tensors: json,",
            "{command: [],",
            "no program",
        ),
        ("tensors: json", "idle_s: 0", "idle_s"),
        ("tensors: json", "tensors: xml", "xml"),
        ("tensors: json", "ignore: [../data]", "`../data`"),
        ("tensors: json", "ignore: ['a**b']", "at letter 1"),
        (
            "tensors: json, files_complete: true",
            "files_complete: some",
            "neither true nor false",
        ),
        (
            "command: [python3, share.py], tensors: json",
            "tensors: json",
            "command",
        ),
        (
            ", process: {command: [python3, share.py], tensors: json, files_complete: true}",
            "",
            "needs a command",
        ),
        ("backend: process", "backend: candle", "the candle backend"),
    ] {
        script::describe(&world, VARIANTS);
        let text = world.read("models/own/model.yaml");
        assert!(text.contains(old), "{old}");
        world.write("models/own/model.yaml", &text.replacen(old, new, 1));
        let said = world.titer(&["plan", "own.yaml"]).expect(2);
        assert!(
            said.err.contains(says) && said.err.contains("model.yaml"),
            "{new}: {}",
            said.err
        );
    }
}

/// Neither the script nor its child nor its daemon outlives a run that is killed.
#[cfg(target_os = "linux")]
#[test]
fn nothing_outlives_a_run_that_is_killed() {
    let world = world(&format!(
        "{DAEMON}import subprocess, time; child = subprocess.Popen(['sleep', '600']); open('pids', 'w').write('%d %d .' % (__import__('os').getpid(), child.pid)); time.sleep(600)"
    ));
    let mut run = world
        .command(&["run", "own.yaml"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let place = world.path("models/own/pids");
    let start = Instant::now();
    let within = |limit: u64| start.elapsed() < Duration::from_secs(limit);
    let mut pids = String::new();
    while !pids.ends_with('.') && within(60) {
        std::thread::sleep(Duration::from_millis(20));
        pids = std::fs::read_to_string(&place).unwrap_or_default();
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let daemons = daemons(&world);
    let mut pids: Vec<&str> = pids.trim_end_matches('.').split_whitespace().collect();
    assert_eq!(pids.len(), 2, "the script never ran");
    pids.extend(daemons.iter().map(String::as_str));
    while pids.iter().any(|pid| is_alive(pid)) && within(90) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!pids.iter().any(|pid| is_alive(pid)), "{pids:?}");
}

/// A daemon that a script leaves: in a session of its own, its parent gone, the script's output held open. Its process has been written down
/// when the script goes on.
#[cfg(target_os = "linux")]
const DAEMON: &str = "import os, subprocess; subprocess.Popen(['setsid', '--fork', 'sh', '-c', 'echo $$ >> ../../daemons; echo >&2; exec sleep 600 2>&1'], stderr=subprocess.PIPE).stderr.readline(); ";

/// The daemons that a world's scripts left, once there is one.
#[cfg(target_os = "linux")]
fn daemons(world: &World) -> Vec<String> {
    let text = std::fs::read_to_string(world.path("daemons")).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

#[cfg(target_os = "linux")]
fn is_alive(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

/// Whatever becomes of the cell: it ends well, at its time limit, or with its worker.
#[cfg(target_os = "linux")]
#[test]
fn what_leaves_its_session_ends_with_the_cell() {
    for (then, code) in [
        ("pass", 0),
        ("import time; time.sleep(600)", 5),
        ("os.kill(os.getppid(), 9)", 5),
    ] {
        let world = world(&format!("{DAEMON}{then}"));
        // Long enough for a script to start on a busy machine.
        if then.contains("sleep") {
            world.replace("own.yaml", "threads: 1", "threads: 1\ntime_limit_s: 20");
        }
        world.replace(
            "own.yaml",
            "    reference: onnx",
            "    variants: [onnx]\n    reference: onnx",
        );
        world.replace(
            "own.yaml",
            "where: in_distribution",
            "covers: {variants: [onnx]}",
        );
        world.replace(
            "suites/own.yaml",
            "out_of_distribution:\n  - {dataset: far, distance: far}\n",
            "",
        );
        // One cell.
        world.replace(
            "suites/own.yaml",
            "perturbations:\n  - substitutions: {rate: 0.1}\n  - reverse_complement: {target: destroyed}\n",
            "",
        );
        let said = world.titer(&["run", "own.yaml"]);
        assert_eq!(said.code, Some(code), "{then}: {}\n{}", said.out, said.err);
        let left = daemons(&world);
        assert!(!left.is_empty(), "{then}: the script never ran");
        assert!(!left.iter().any(|pid| is_alive(pid)), "{then}: {left:?}");
    }
}

/// The shipped donor module in plain Python gives what the original gave.
#[test]
fn the_plain_example_holds_its_golden_outputs() {
    let world = World::new();
    let place = repository().join("examples/process/plain");
    let said = world
        .titer(&["models", "check", &place.to_string_lossy()])
        .expect(0);
    assert!(
        said.out.contains("golden values") && said.out.contains("holds"),
        "{}",
        said.out
    );
}

/// `pip install torch safetensors` (tensorflow, jax) for the `python3` that is found first, then
/// `cargo test -p titer -- --ignored with_frameworks`. An example whose framework is absent is named.
#[test]
#[ignore = "needs PyTorch, TensorFlow and JAX"]
fn with_frameworks_the_examples_hold_their_golden_outputs() {
    let world = World::new();
    for name in ["pytorch", "keras", "jax"] {
        let place = repository().join("examples/process").join(name);
        let said = world
            .titer(&["models", "check", &place.to_string_lossy()])
            .expect(0);
        assert!(
            said.out.contains("golden values") && said.out.contains("holds"),
            "{name}: {}",
            said.out
        );
    }
}

/// Digests in the examples are those of the files that are there.
#[test]
fn the_examples_are_described_as_they_are() {
    let world = World::new();
    for name in ["plain", "pytorch", "keras", "jax"] {
        let place = repository().join("examples/process").join(name);
        world
            .titer(&["models", "show", &place.to_string_lossy()])
            .expect(0);
    }
}
