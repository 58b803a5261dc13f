//! Completions and man pages.

use std::process::{Command, Stdio};

use crate::helpers::world::World;

const COMMANDS: [&str; 13] = [
    "plan", "run", "score", "report", "examples", "models", "data", "audit", "ls", "info", "runs",
    "runtime", "schema",
];

#[test]
fn shells_complete_every_command() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = world.titer(&["completions", shell]).expect(0).out;
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: {command}");
        }
        let deep = "perturbations";
        assert!(script.contains(deep), "{shell} knows no `ls {deep}`");
    }
    let said = world.titer(&["completions", "csh"]).expect(2);
    assert!(said.err.contains("bash"), "{}", said.err);
}

/// A shell takes the script, and offers what begins so.
#[test]
fn bash_completes() {
    let world = World::new();
    let script = world.titer(&["completions", "bash"]).expect(0).out;
    world.write("titer.bash", &script);
    let ask = "source ./titer.bash && COMP_WORDS=(titer sc) COMP_CWORD=1 && _titer titer sc titer && echo ${COMPREPLY[*]}";
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", ask]).current_dir(world.path(""));
    let Ok(output) = bash.stdin(Stdio::null()).output() else {
        return; // No bash here.
    };
    let (said, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(said.trim(), "score schema", "{errors}");
}

#[test]
fn there_is_a_man_page_for_each_command() {
    let world = World::new();
    let page = world.titer(&["man"]).expect(0).out;
    assert!(page.contains(".TH titer 1"), "{page}");
    world.titer(&["man", "--output", "man"]).expect(0);
    for command in COMMANDS {
        let page = world.read(&format!("man/titer-{command}.1"));
        assert!(page.contains(".SH SYNOPSIS"), "{command}: {page}");
        assert!(page.contains("quiet"), "{command} has no global options");
    }
    let page = world.read("man/titer-runs-clean.1");
    assert!(page.contains("older"), "{page}");
    assert!(!world.path("man/titer-worker.1").exists());
}
