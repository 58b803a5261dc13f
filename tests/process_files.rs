//! A model that is a command: its predictions are those of the files that are there.

use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime};

use crate::helpers::script;
use crate::helpers::world::World;

/// The share of G in five bases.
const SCRIPT: &str = "\
import titer_model
LOADS
def predict(windows):
    PREDICTS
    return [OFFSET + 0.8 * sum(base[2] for base in window) / 5 for window in windows]
titer_model.serve(predict, numpy=False)
";

const VARIANTS: &str = "  - {variant: onnx, backend: process, precision: fp32, process: {command: [python3, share.py], files_complete: true}, files: {}}
";

const DESCRIPTOR: &str = "models/own/model.yaml";
const COMPLETE: &str = "files_complete: true";

/// A model in Python; `loads` is run before it is ready, `predicts` with each request.
fn model(loads: &str, predicts: &str) -> World {
    let world = World::new();
    let text = SCRIPT.replace("LOADS", loads).replace("PREDICTS", predicts);
    world.write("models/own/share.py", &text);
    world.titer(&["models", "python", "models/own"]).expect(0);
    world.write(DESCRIPTOR, &script::descriptor(VARIANTS));
    // There is one variant, and a gate covers every one but the reference.
    let (evaluation, _) = World::split(&world.read("own.yaml"), "gates:");
    world.write("own.yaml", &evaluation);
    world
}

/// A model that reads what it adds to every share of G from a file, relative to the script.
fn reading(file: &str) -> World {
    model(&format!("OFFSET = float(open('{file}').read())"), "pass")
}

/// Runs the evaluation; how many of its six cells were taken over.
fn reused(world: &World) -> usize {
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    let mut lines = said.out.lines();
    let line = lines.find_map(|line| line.strip_prefix("cells: "));
    let (count, of) = line.unwrap().split_once(" of ").unwrap();
    assert_eq!(of, "6 reused", "{}", said.out);
    count.parse().unwrap()
}

fn keys(world: &World) -> BTreeSet<String> {
    let cells = std::fs::read_dir(world.path("runs/own/cells")).unwrap();
    let names = cells.map(|cell| cell.unwrap().file_name().into_string());
    names.map(Result::unwrap).collect()
}

#[test]
fn a_file_of_the_folder_that_is_swapped_is_predicted_again() {
    let world = reading("weights.txt");
    let weights = "models/own/weights.txt";
    world.write(weights, "0.10");
    assert_eq!(reused(&world), 0);
    let before = keys(&world);
    let mut touched = std::fs::File::options();
    let touched = touched.append(true).open(world.path(weights)).unwrap();
    let earlier = SystemTime::now() - Duration::from_secs(9000);
    touched.set_modified(earlier).unwrap();
    assert_eq!(reused(&world), 6, "only its time is another one");
    world.write(weights, "0.12");
    assert_eq!(reused(&world), 0);
    assert!(keys(&world).is_disjoint(&before));
    // What is ignored does not count.
    let ignored = "files_complete: true, ignore: ['w*.txt']";
    world.replace(DESCRIPTOR, COMPLETE, ignored);
    assert_eq!(reused(&world), 0);
    world.write(weights, "0.14");
    assert_eq!(reused(&world), 6);
}

#[test]
fn a_file_elsewhere_is_declared_or_not_known() {
    let world = reading("../weights.txt");
    let weights = "models/weights.txt";
    world.write(weights, "0.10");
    world.replace(DESCRIPTOR, COMPLETE, "files_complete: false");
    assert_eq!(reused(&world), 0);
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("cells: 0 of 6 reused"), "{}", said.out);
    let note = "note: own onnx: reads outside its folder are not known: predicted again";
    assert_eq!(said.err.matches(note).count(), 1, "{}", said.err);
    // Whoever says that all is known is believed.
    world.replace(DESCRIPTOR, "files_complete: false", COMPLETE);
    assert_eq!(reused(&world), 6);
    world.write(weights, "0.12");
    assert_eq!(reused(&world), 6);

    let entry = world.entry(weights).replace("{path: ", "{path: ../");
    world.replace(DESCRIPTOR, "files: {}", &format!("files: {{w: {entry}}}"));
    assert_eq!(reused(&world), 0, "its digest is part of the key");
    assert_eq!(reused(&world), 6);
    world.write(weights, "0.14");
    let said = world.titer(&["run", "own.yaml"]).expect(2);
    for word in ["model.yaml:11:", "weights.txt is sha256:"] {
        assert!(said.err.contains(word), "{}", said.err);
    }
}

/// What the stopped run has finished itself stays, and nothing of the run before it.
#[test]
fn a_run_that_was_stopped_goes_on_where_files_are_not_known() {
    let world = model("OFFSET = 0.1", "pass");
    world.replace(DESCRIPTOR, COMPLETE, "files_complete: false");
    assert_eq!(reused(&world), 0);
    let finished = || {
        let cells = std::fs::read_dir(world.path("runs/own/cells"));
        let cells = cells.into_iter().flatten().flatten();
        let records = cells.map(|cell| cell.path().join("cell.json"));
        records.filter(|record| record.is_file()).count()
    };
    let is_running = || {
        let manifest = world.read("runs/own/manifest.json");
        manifest.contains("\"status\": \"running\"")
    };
    let mut command = world.command(&["run", "own.yaml"]);
    let nothing = std::process::Stdio::null;
    command.stdout(nothing()).stderr(nothing());
    let mut run = command.spawn().unwrap();
    let start = Instant::now();
    // What the first run left has moved away by then.
    while !is_running() || finished() == 0 {
        assert!(start.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(5));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    // A worker notices that its parent has ended.
    std::thread::sleep(Duration::from_millis(500));
    let kept = finished();
    assert!((1..6).contains(&kept), "{kept}");
    assert_eq!(reused(&world), kept);
    assert_eq!(reused(&world), 0);
}

/// Weights that are swapped while a run goes on, or a script that writes into its folder.
#[test]
fn what_changes_while_a_run_goes_on_fails_its_cells() {
    let world = model("OFFSET = 0.1", "open('log.txt', 'a').write('asked')");
    let said = world.titer(&["run", "own.yaml"]).expect(5);
    for word in ["`log.txt` is new", "run again", "`ignore`"] {
        assert!(said.err.contains(word), "{}", said.err);
    }
    for key in keys(&world) {
        let cell = world.path("runs/own/cells").join(key);
        assert!(!cell.join("predictions.parquet").exists());
    }
    let quiet = "files_complete: true, ignore: [log.txt]";
    world.replace(DESCRIPTOR, COMPLETE, quiet);
    assert_eq!(reused(&world), 0);
    assert_eq!(reused(&world), 6);
    std::fs::remove_file(world.path("models/own/log.txt")).unwrap();
    let said = world.titer(&["plan", "own.yaml"]).expect(0);
    let note = "model.yaml:11: ignore: `log.txt` matches nothing";
    assert!(said.err.contains(note), "{}", said.err);
}
