//! `titer ls KIND`: one grammar for all that titer knows.

use crate::helpers::world::World;

pub(crate) const KINDS: [&str; 10] = [
    "models",
    "data",
    "suites",
    "evaluations",
    "metrics",
    "perturbations",
    "backends",
    "controls",
    "gates",
    "scenarios",
];

#[test]
fn every_kind_is_listed_by_one_grammar() {
    let world = World::new();
    for kind in KINDS {
        let said = world.titer(&["ls", kind]).expect(0);
        assert!(said.out.lines().count() > 1, "{kind}: {}", said.out);
        assert_eq!(said.err, "", "{kind}");
    }
    for (kind, own) in [
        ("models", "own"),
        ("data", "near"),
        ("suites", "own"),
        ("evaluations", "own"),
    ] {
        let said = world.titer(&["ls", kind]).expect(0).out;
        let begins = |name: &str| {
            said.lines()
                .any(|line| line.split(' ').next() == Some(name))
        };
        assert!(begins(own), "{kind}: {said}");
    }
    let evaluations = world.titer(&["ls", "evaluations"]).expect(0).out;
    assert!(evaluations.contains("quickstart"), "{evaluations}");
    let said = world.titer(&["ls", "model"]).expect(2);
    assert!(said.err.contains("models"), "{}", said.err);
}

#[test]
fn what_lies_here_is_listed_without_a_path() {
    let world = World::new();
    let mut command = world.command(&[]);
    // `command` adds `--path .`.
    let program = command.get_program().to_owned();
    command = std::process::Command::new(program);
    command.args(["ls", "suites"]).current_dir(world.path(""));
    command.env_remove("TITER_PATH");
    let said = crate::helpers::world::Said::of(&command.output().unwrap()).expect(0);
    assert!(said.out.contains("Is it a site?"), "{}", said.out);
}

#[test]
fn the_former_lists_go_on_and_are_not_shown() {
    let world = World::new();
    for (former, now) in [("models", "models"), ("data", "data")] {
        let former_said = world.titer(&[former, "ls"]).expect(0).out;
        assert_eq!(former_said, world.titer(&["ls", now]).expect(0).out);
        let help = world.titer(&[former, "--help"]).expect(0).out;
        assert!(
            !help
                .lines()
                .any(|line| line.trim_start().starts_with("ls ")),
            "{help}"
        );
    }
}

#[test]
fn data_that_are_not_here_are_not_empty() {
    let world = World::new();
    let listed = world.titer(&["ls", "data"]).expect(0).out;
    let absent: Vec<&str> = listed
        .lines()
        .filter(|line| line.contains("not fetched"))
        .collect();
    assert!(!absent.is_empty());
    assert!(!listed.contains("test 0"), "{listed}");
    let near = listed.lines().find(|line| line.starts_with("near "));
    assert!(
        near.is_some_and(|line| line.contains("test 140, tuning 20  ")),
        "{listed}"
    );
}

#[test]
fn a_file_that_cannot_be_read_hides_no_other() {
    let world = World::new();
    world.write("suites/broken.yaml", "suite: broken\nsummary: [\n");
    let said = world.titer(&["ls", "suites"]).expect(2);
    assert!(
        said.err.starts_with("error: ") && said.err.contains("broken.yaml:"),
        "{}",
        said.err
    );
    assert!(said.out.contains("Is it a site?"), "{}", said.out);
}
