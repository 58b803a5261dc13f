//! What every command says of itself.

use std::process::Command;

fn help(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_titer"));
    let output = command
        .args(arguments)
        .arg("--help")
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_command_explains_itself() {
    let commands: [&[&str]; 18] = [
        &[],
        &["init"],
        &["plan"],
        &["run"],
        &["score"],
        &["report"],
        &["examples"],
        &["models"],
        &["models", "check"],
        &["ls"],
        &["data"],
        &["info"],
        &["runs", "ls"],
        &["runs", "clean"],
        &["completions"],
        &["man"],
        &["runtime"],
        &["schema"],
    ];
    let pages: Vec<String> = commands
        .iter()
        .map(|command| format!("# titer {}\n{}", command.join(" "), help(command)))
        .collect();
    insta::assert_snapshot!(pages.join("\n"));
}

#[test]
fn no_arguments_show_the_help_and_fail() {
    let output = Command::new(env!("CARGO_BIN_EXE_titer")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Usage: titer"));
}
