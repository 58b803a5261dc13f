//! `titer runs`: what lies in a folder of runs, and which of it goes.

use titer_store::RunFolder;

use crate::helpers::world::World;

/// A world with a whole run and a look.
fn two_runs() -> World {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    world.titer(&["run", "own.yaml", "--limit", "40"]).expect(3);
    world
}

#[test]
fn runs_are_listed_with_what_came_of_them() {
    let world = World::new();
    let said = world.titer(&["runs", "ls"]).expect(0);
    assert_eq!(said.out, "runs: no runs\n");
    let world = two_runs();
    let said = world.titer(&["runs", "ls"]).expect(0).out;
    let line = |name: &str| {
        let begins = |line: &&str| line.split(' ').next() == Some(name);
        let line = said.lines().find(begins);
        line.unwrap_or_else(|| panic!("{name}: {said}"))
    };
    let whole = line("runs/own");
    assert!(whole.contains(" pass "), "{said}");
    assert!(whole.contains(" 12 of 12 "), "{said}");
    assert!(!whole.contains("a look"), "{said}");
    let look = line("runs/own-limit-40");
    assert!(look.ends_with("a look"), "{said}");
    assert!(look.contains(" inconclusive "), "{said}");

    let said = world.titer(&["runs", "ls", "--format", "json"]).expect(0);
    let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let runs = value["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2);
    let own = runs.iter().find(|run| run["run"] == "runs/own").unwrap();
    // What lies there, and no guess.
    let size = RunFolder::at(&world.path("runs/own")).bytes();
    assert_eq!(own["bytes"], size);
    assert_eq!(own["look"], false);
    let said = world.titer(&["runs", "ls", "--in", "nowhere"]).expect(2);
    assert!(said.err.contains("--in: nowhere"), "{}", said.err);
}

#[test]
fn a_run_that_has_not_ended_says_so() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let (ended, going) = ("\"status\": \"executed\"", "\"status\": \"running\"");
    world.replace("runs/own/manifest.json", ended, going);
    let said = world.titer(&["runs", "ls"]).expect(0).out;
    assert!(said.contains(" stopped "), "{said}");
    let _lock = RunFolder::at(&world.path("runs/own")).lock().unwrap();
    let said = world.titer(&["runs", "ls"]).expect(0).out;
    assert!(said.contains(" running "), "{said}");
}

#[test]
fn only_runs_go_and_only_those_that_are_meant() {
    let world = two_runs();
    world.write("runs/notes/read.me", "not a run");
    world.write("runs/own-limit-40/notes.txt", "mine");
    let clean = |arguments: &[&str]| world.titer(&[&["runs", "clean"], arguments].concat());
    // Nobody is asked here.
    let said = clean(&[]).expect(2);
    assert!(said.err.contains("`--yes`"), "{}", said.err);
    let said = clean(&["--older-than", "1h", "--yes"]).expect(4);
    assert!(said.out.contains("no such runs"), "{}", said.out);
    let said = clean(&["onw", "--yes"]).expect(2);
    assert!(said.err.contains("did you mean `own`?"), "{}", said.err);
    let said = clean(&["--older-than", "soon"]).expect(2);
    assert!(said.err.contains("30d"), "{}", said.err);
    assert!(world.path("runs/own-limit-40/manifest.json").is_file());

    let said = clean(&["--looks", "--yes"]).expect(0);
    assert!(said.out.starts_with("1 run removed, "), "{}", said.out);
    assert!(said.err.contains("left are notes.txt"), "{}", said.err);
    assert_eq!(world.read("runs/own-limit-40/notes.txt"), "mine");
    assert!(!world.path("runs/own-limit-40/cells").exists());
    assert!(world.path("runs/own/manifest.json").is_file());

    let said = clean(&["runs/own", "--yes", "-v"]).expect(0);
    assert!(said.out.contains("removed: runs/own, "), "{}", said.out);
    assert!(!said.out.contains(" 0 B "), "{}", said.out);
    assert!(!world.path("runs/own").exists());
    assert_eq!(world.read("runs/notes/read.me"), "not a run");
}

#[test]
fn a_run_that_is_worked_in_stays() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let lock = RunFolder::at(&world.path("runs/own")).lock().unwrap();
    let said = world.titer(&["runs", "clean", "--yes"]).expect(0);
    let kept = "kept: runs/own: another titer works here";
    assert!(said.err.contains(kept), "{}", said.err);
    assert_eq!(said.out, "0 runs removed, 0 B freed\n");
    assert!(world.path("runs/own/report.html").is_file());
    drop(lock);
    let clean = ["runs", "clean", "--older-than", "0s", "--yes"];
    world.titer(&clean).expect(0);
    assert!(!world.path("runs/own").exists());
}
