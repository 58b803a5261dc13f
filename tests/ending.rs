//! The end of a run: what failed, what to look at next, and the page opened.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use crate::helpers::world::World;

/// A gate that the candle variant cannot meet.
fn failing() -> World {
    let world = World::new();
    let gate = "at_least: {metric: auroc, where: in_distribution, value: 0.2}";
    world.replace("own.yaml", gate, "at_least: {metric: auroc, value: 0.9999}");
    world
}

#[test]
fn a_failure_names_the_command_that_shows_it() {
    let world = failing();
    let said = world.titer(&["run", "own.yaml"]).expect(100).out;
    assert!(said.contains("✕ own: fail"), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    let failures = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with("    ✕ fail own candle "));
    let mut datasets = Vec::new();
    for (number, failure) in failures {
        let next = lines[number + 1].trim();
        let command = next
            .strip_prefix("→ titer ")
            .unwrap_or_else(|| panic!("{failure}: {next}"));
        // The command is there to be run.
        let words: Vec<&str> = command.split(' ').collect();
        let shown = world.titer(&words).expect(0).out;
        assert!(
            shown.contains("candle") && !shown.contains("onnx "),
            "{shown}"
        );
        datasets.push(*words.last().unwrap());
    }
    datasets.sort_unstable();
    assert_eq!(datasets, ["far", "near"], "{said}");
    // What passes has nothing to show.
    let passing = World::new().titer(&["run", "own.yaml"]).expect(0).out;
    assert!(
        passing.contains("✓ own: pass") && !passing.contains('→'),
        "{passing}"
    );
}

/// Runs a command with `BROWSER` set.
fn with_browser(world: &World, browser: &str, arguments: &[&str]) -> crate::helpers::world::Said {
    let mut command = world.command(arguments);
    command.env("BROWSER", browser);
    crate::helpers::world::Said::of(&command.output().unwrap())
}

#[test]
fn the_page_is_opened_where_that_is_asked_for() {
    let world = World::new();
    let script = world.path("browser.sh");
    // It stays longer than the run: a browser is not waited for, and not ended.
    world.write(
        "browser.sh",
        "#!/bin/sh\nsleep 3\necho \"$1\" >> opened.tmp\nmv opened.tmp opened\n",
    );
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let browser = script.display().to_string();
    with_browser(&world, &browser, &["run", "own.yaml"]).expect(0);
    with_browser(&world, &browser, &["run", "own.yaml", "--open"]).expect(0);
    let opened = world.path("opened");
    let start = Instant::now();
    while !opened.is_file() && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let page = world.path("runs/own/report.html").canonicalize().unwrap();
    let said = world.read("opened");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(
        std::path::Path::new(said.trim()).canonicalize().unwrap(),
        page
    );
}

#[test]
fn a_page_that_cannot_be_opened_is_a_note() {
    let world = World::new();
    with_browser(&world, "/no/such/browser", &["run", "own.yaml"]).expect(0);
    for command in ["score", "report"] {
        let said = with_browser(
            &world,
            "/no/such/browser:false",
            &[command, "runs/own", "--open"],
        );
        let said = said.expect(0);
        let note = "note: the report was not opened: /no/such/browser: ";
        let notes: Vec<&str> = said
            .err
            .lines()
            .filter(|line| line.starts_with("note: "))
            .collect();
        assert_eq!(notes.len(), 1, "{}", said.err);
        assert!(
            notes[0].starts_with(note) && notes[0].contains("false: "),
            "{}",
            said.err
        );
    }
}
