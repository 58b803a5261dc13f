//! A run killed at any moment goes on where it stopped, and ends with the digests of an undisturbed one.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::helpers::world::{World, digests};
use titer_core::Stream;

/// Moments at which something is killed.
const MOMENTS: u64 = 20;

/// The process ids of a process's children.
fn children(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok());
    ids.filter(|id| parent_of(*id) == Some(parent)).collect()
}

/// A process's parent: the second field after the program's name, which stands in brackets.
fn parent_of(process: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = status.rsplit_once(") ")?;
    fields.split(' ').nth(1)?.parse().ok()
}

fn kill(process: u32) {
    // Gone already is as good.
    let _ = Command::new("kill")
        .args(["-9", &process.to_string()])
        .stderr(Stdio::null())
        .status();
}

fn is_alive(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    !status.is_empty() && !status.contains(") Z ")
}

fn start(world: &World) -> Child {
    let mut command = world.command(&["run", "own.yaml"]);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn killed_at_twenty_moments() {
    let undisturbed = World::new();
    let begin = Instant::now();
    undisturbed.titer(&["run", "own.yaml"]).expect(0);
    let whole = begin.elapsed();
    let expected = digests(&undisturbed.path("runs/own"));

    let world = World::new();
    let mut killed = 0;
    for moment in 0..MOMENTS {
        let mut stream = Stream::new(7, "kill", &moment.to_string());
        let share = (stream.whole() % 1000) as f64 / 1000.0;
        let mut child = start(&world);
        std::thread::sleep(whole.mul_f64(share));
        let workers = children(child.id());
        if moment % 2 == 0 {
            kill(child.id());
            child.wait().unwrap();
            killed += 1;
        } else {
            killed += workers.len();
            workers.into_iter().for_each(kill);
            // Its cell has failed or the run goes on: incomplete or whole, never broken.
            let code = child.wait().unwrap().code();
            assert!(matches!(code, Some(0 | 5)), "{code:?}");
        }
        if moment % 7 == 6 {
            // What is finished would be taken over for ever: make room for the next kills.
            let _ = std::fs::remove_dir_all(world.path("runs/own/cells"));
        }
    }
    assert!(killed >= 5, "the moments met nothing");
    world.titer(&["run", "own.yaml"]).expect(0);
    assert_eq!(digests(&world.path("runs/own")), expected);
    assert_eq!(
        leftovers(&world.path("runs/own")),
        0,
        "half-written files stay"
    );
    assert_same_pages(&world.path("runs/own"), &undisturbed.path("runs/own"));
}

/// Half-written files in a folder and below it.
fn leftovers(folder: &Path) -> usize {
    let count = |entry: std::fs::DirEntry| match entry.path() {
        path if path.is_dir() => leftovers(&path),
        path => usize::from(path.extension().is_some_and(|extension| extension == "tmp")),
    };
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| count(entry.unwrap()))
        .sum()
}

/// A line of XML without how long something took.
fn without_time(line: &str) -> String {
    match line.split_once(" time=\"") {
        Some((before, after)) => format!("{before}{}", after.split_once('"').unwrap().1),
        None => line.to_owned(),
    }
}

/// What follows from the cells is the same, but for how long each took.
fn assert_same_pages(one: &Path, other: &Path) {
    for name in ["verdict.json", "summary.md", "junit.xml", "report.json"] {
        let text = |folder: &Path| {
            let text = std::fs::read_to_string(folder.join(name)).unwrap();
            let lines = text.lines().filter(|line| !line.contains("\"wall_ns\""));
            lines.map(without_time).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(text(one), text(other), "{name}");
    }
}

/// Starts a run whose measurement would go on for a minute.
fn start_long(world: &World) -> Child {
    measure_long(world);
    start(world)
}

fn measure_long(world: &World) {
    let text = world.read("own.yaml");
    let measure = "measure:\n  latency: {scenario: single_stream, batch_sizes: [1], rounds: 1, queries: 1000000, seconds: 60}\n";
    world.write("own.yaml", &format!("{text}{measure}"));
}

#[test]
fn a_second_titer_is_kept_out() {
    let world = World::new();
    let mut child = start_long(&world);
    let deadline = Instant::now() + Duration::from_secs(60);
    while !world.path("runs/own/manifest.json").exists() {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(1));
    }
    let said = world.titer(&["run", "own.yaml"]).expect(2);
    assert!(said.err.contains(&child.id().to_string()), "{}", said.err);
    // The first one goes on.
    assert!(child.try_wait().unwrap().is_none());
    kill(child.id());
    child.wait().unwrap();
}

#[test]
fn a_lock_left_behind_is_no_lock() {
    let world = World::new();
    let mut child = start(&world);
    std::thread::sleep(Duration::from_millis(300));
    kill(child.id());
    child.wait().unwrap();
    world.titer(&["run", "own.yaml"]).expect(0);
    // Killed while it wrote its first file.
    std::fs::remove_dir_all(world.path("runs/own")).unwrap();
    world.write("runs/own/.lock", "7");
    world.write("runs/own/.manifest.json.7.0.tmp", "{");
    world.titer(&["run", "own.yaml"]).expect(0);
}

#[test]
fn a_damaged_cell_is_predicted_again() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let expected = digests(&world.path("runs/own"));
    for (index, entry) in std::fs::read_dir(world.path("runs/own/cells"))
        .unwrap()
        .enumerate()
    {
        let path = entry.unwrap().path();
        match index % 3 {
            0 => std::fs::write(path.join("predictions.parquet"), b"PAR1").unwrap(),
            1 => std::fs::write(path.join("cell.json"), b"{").unwrap(),
            _ => {}
        }
    }
    world.titer(&["run", "own.yaml"]).expect(0);
    assert_eq!(digests(&world.path("runs/own")), expected);
}

#[test]
fn no_worker_outlives_its_parent() {
    let world = World::new();
    let mut child = start_long(&world);
    let deadline = Instant::now() + Duration::from_secs(60);
    let (mut worker, mut since) = (0, Instant::now());
    while worker == 0 || since.elapsed() < Duration::from_secs(2) {
        assert!(Instant::now() < deadline, "no worker stays");
        let now = children(child.id()).first().copied().unwrap_or(0);
        if now != worker {
            (worker, since) = (now, Instant::now());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    kill(child.id());
    child.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while is_alive(worker) {
        assert!(Instant::now() < deadline, "the worker outlives its parent");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_killed_worker_is_a_failed_cell_with_its_reason() {
    for _ in 0..20 {
        let world = World::new();
        let mut command = world.command(&["run", "own.yaml"]);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let worker = loop {
            match children(child.id()).first() {
                Some(worker) => break Some(*worker),
                None if child.try_wait().unwrap().is_some() => break None,
                None => {}
            }
        };
        worker.into_iter().for_each(kill);
        let output = child.wait_with_output().unwrap();
        // A worker that had reported already was not met: try again.
        if output.status.code() == Some(5) {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                said.contains("failed: own ") && said.contains("killed (signal 9)"),
                "{said}"
            );
            assert!(
                world
                    .read("runs/own/report.html")
                    .contains("killed (signal 9)")
            );
            world.titer(&["run", "own.yaml"]).expect(0);
            return;
        }
    }
    panic!("no worker was met");
}

#[test]
fn a_model_that_hangs_is_stopped() {
    let world = World::new();
    measure_long(&world);
    world.replace("own.yaml", "threads: 1", "threads: 1\ntime_limit_s: 2");
    let said = world.titer(&["run", "own.yaml"]).expect(5);
    assert!(said.err.contains("time_limit_s"), "{}", said.err);
}

#[test]
fn other_words_and_another_seed_predict_nothing_again() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let (run, before) = (world.path("runs/own"), digests(&world.path("runs/own")));
    world.replace("own.yaml", "A model and data of my own", "In other words");
    world.replace("own.yaml", "threads: 1", "# a comment\nthreads: 1");
    world.replace(
        "suites/own.yaml",
        "summary: Is it a site?",
        "# a comment\nsummary: Is it?",
    );
    let path = "datasets/near/dataset.yaml";
    world.write(path, &format!("# a comment\n{}", world.read(path)));
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("cells: 12 of 12 reused"), "{}", said.out);
    // Nothing was made again but the page, which has the new words.
    assert!(!run.join("previous").exists());
    assert_eq!(digests(&run), before);
    let page = std::fs::read_to_string(run.join("report.html")).unwrap();
    assert!(page.contains("In other words"));
    // A seed is of what is drawn: the perturbed cells, not the clean ones.
    world.replace("own.yaml", "threads: 1", "threads: 1\nseed: 5");
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("cells: 4 of 12 reused"), "{}", said.out);
    assert!(run.join("previous/scores.parquet").is_file());
}
