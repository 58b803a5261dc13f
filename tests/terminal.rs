//! What a person sees at a terminal, and what a log has instead.

use crate::helpers::terminal::Drawn;
use crate::helpers::world::World;

#[test]
fn progress_fits_the_terminal_and_has_no_bar_for_an_unknown_total() {
    let world = World::new();
    let drawn = Drawn::of(world.command(&["run", "own.yaml"]), 56);
    assert_eq!(drawn.code, Some(0), "{}", drawn.raw);
    let lines = drawn.lines();
    let is_moving = |line: &&String| line.starts_with(|first| ('⠀'..='⣿').contains(&first));
    let moving: Vec<&String> = lines.iter().filter(is_moving).collect();
    for line in &moving {
        assert!(line.chars().count() < 56, "{line}");
    }
    let has = |words: &[&str]| {
        assert!(
            moving
                .iter()
                .any(|line| words.iter().all(|word| line.contains(word))),
            "{words:?}: {moving:#?}"
        );
    };
    has(&["s planning"]);
    has(&["/12", "predicting: own"]);
    assert!(!drawn.raw.contains(" 0/0 "), "{}", drawn.raw);
    let planning = moving.iter().filter(|line| line.contains("planning"));
    assert!(planning.clone().all(|line| !line.contains(['█', '░'])));
}

#[test]
fn a_log_has_a_line_for_each_phase() {
    let world = World::new();
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    let lines: Vec<&str> = said.err.lines().collect();
    assert!(lines[0].starts_with("[ 0/12] predicting · "), "{lines:?}");
    for (phase, count) in [
        ("predicting", "[ 0/12] "),
        ("scoring", "[ 0/"),
        ("rendering", "rendering · "),
    ] {
        let line = lines.iter().find(|line| line.contains(phase));
        let line = line.unwrap_or_else(|| panic!("no {phase}: {lines:?}"));
        assert!(
            line.starts_with(count) && line.contains("s elapsed"),
            "{line}"
        );
    }
    assert!(!said.err.contains("done in"), "{}", said.err);
}

#[test]
fn quiet_says_errors_alone() {
    let world = World::new();
    let said = world.titer(&["run", "own.yaml", "--quiet"]).expect(0);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
    let said = world.titer(&["-q", "score", "runs/own"]).expect(0);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
    let said = world.titer(&["report", "runs/own", "-q"]).expect(0);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
    let said = world.titer(&["run", "nowhere.yaml", "-q"]).expect(2);
    assert!(said.err.starts_with("error: "), "{}", said.err);
    world.model("nan.onnx", "");
    let said = world
        .titer(&["run", "own.yaml", "-q", "-o", "bad"])
        .expect(5);
    assert_eq!(said.out, "");
    assert!(said.err.lines().count() > 0, "{}", said.err);
    let failures = said
        .err
        .lines()
        .all(|line| line.starts_with("failed: own onnx on "));
    assert!(failures, "{}", said.err);
}

#[test]
fn verbose_says_every_cell() {
    let world = World::new();
    let said = world.titer(&["run", "own.yaml", "-v"]).expect(0);
    let done: Vec<&str> = said
        .err
        .lines()
        .filter(|line| line.contains(": done in "))
        .collect();
    assert_eq!(done.len(), 12, "{}", said.err);
    assert!(
        done[0].starts_with("[1/12] own onnx on near: done in "),
        "{}",
        done[0]
    );
    let said = world.titer(&["run", "own.yaml", "-v", "-q"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
}

#[test]
fn tables_fit_the_terminal_and_are_whole_in_a_pipe() {
    let world = World::new();
    for list in [
        &["ls", "metrics"][..],
        &["ls", "data"],
        &["ls", "models"],
        &["plan", "own.yaml"],
    ] {
        let drawn = Drawn::of(world.command(list), 100);
        assert_eq!(drawn.code, Some(0), "{}", drawn.raw);
        for line in drawn.lines() {
            assert!(line.chars().count() <= 100, "{list:?}: {line}");
        }
    }
    let cut = Drawn::of(world.command(&["ls", "models"]), 100);
    assert!(cut.raw.contains('…'), "{}", cut.raw);
    let whole = Drawn::of(world.command(&["ls", "models", "-v"]), 100);
    assert!(!whole.raw.contains('…'), "{}", whole.raw);
    let piped = world.titer(&["ls", "models"]).expect(0).out;
    assert!(
        !piped.contains('…') && piped.lines().any(|line| line.len() > 100),
        "{piped}"
    );
}

#[test]
fn runs_are_removed_when_somebody_says_so() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let clean = || world.command(&["runs", "clean"]);
    for (typed, code) in [("n\n", 4), ("\n", 4), ("y\n", 0)] {
        assert!(world.path("runs/own").exists());
        let drawn = Drawn::answered(clean(), 100, typed);
        assert_eq!(drawn.code, Some(code), "{typed:?}: {}", drawn.raw);
        assert!(drawn.raw.contains("Remove 1 run ("), "{}", drawn.raw);
    }
    assert!(!world.path("runs/own").exists());
}

#[test]
fn decisions_have_colours_unless_nobody_wants_them() {
    let world = World::new();
    world.titer(&["run", "own.yaml"]).expect(0);
    let score = || world.command(&["score", "runs/own"]);
    let drawn = Drawn::of(score(), 100);
    let green = "\u{1b}[1m\u{1b}[32mpass\u{1b}[0m";
    assert!(drawn.raw.contains(green), "{:?}", drawn.raw);
    assert!(drawn.lines().iter().any(|line| line == "✓ own: pass"));
    let mut plain = score();
    plain.env("NO_COLOR", "1");
    let drawn = Drawn::of(plain, 100);
    assert!(drawn.raw.contains("✓ own: pass"), "{:?}", drawn.raw);
    let piped = world.titer(&["score", "runs/own"]).expect(0);
    assert!(piped.out.contains("✓ own: pass"), "{}", piped.out);
}
