//! The command of an audit, written so that a shell takes it as it is.

use std::path::Path;

use crate::arguments::{AuditCommand, Places};

/// The audit without what it writes and without what is so by default: further options go behind it.
pub(super) fn base(command: &AuditCommand, places: &Places) -> String {
    written(command, places, false)
}

/// The command that makes the page again: every split and seed by name, and where it goes.
pub(super) fn whole(command: &AuditCommand, places: &Places) -> String {
    written(command, places, true)
}

fn written(command: &AuditCommand, places: &Places, whole: bool) -> String {
    let AuditCommand::Data {
        dataset,
        genome,
        fold,
        seen,
        run,
        train,
        test,
        output,
        seed,
        // They change nothing on the page.
        write_clean: _,
        regroup: _,
        at_least: _,
        form: _,
    } = command;
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let mut options = vec![
        ("--genome", genome.as_deref().map(path)),
        ("--seen", seen.as_deref().map(path)),
        ("--run", run.as_deref().map(path)),
    ];
    options.extend(places.path.iter().map(|it| ("--path", Some(path(it)))));
    options.push(("--fold", fold.clone()));
    for (option, value, default) in [
        ("--train", train.clone(), "train"),
        ("--test", test.clone(), "test"),
        ("--seed", seed.to_string(), "1"),
    ] {
        options.push((option, (whole || value != default).then_some(value)));
    }
    options.push(("--output", output.as_deref().filter(|_| whole).map(path)));
    let mut text = format!("titer audit data {}", quoted(dataset));
    for (option, value) in options {
        if let Some(value) = value {
            text += &format!(" {option} {}", quoted(&value));
        }
    }
    text
}

/// A word as a shell takes it: in single quotes unless every letter is plain.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_./:=@%+,-".contains(letter);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::arguments::{Arguments, Command};

    fn both(words: &[&str]) -> (String, String) {
        let parsed = Arguments::parse_from(words);
        let Command::Audit { command } = parsed.command else {
            unreachable!("an audit was asked for");
        };
        (
            base(&command, &parsed.places),
            whole(&command, &parsed.places),
        )
    }

    #[test]
    fn a_command_is_told_with_its_output_and_without_defaults() {
        let (base, whole) = both(&[
            "titer", "audit", "data", "my sites", "-o", "x/y", "--seed", "2",
        ]);
        assert_eq!(base, "titer audit data 'my sites' --seed 2");
        let all = "titer audit data 'my sites' --train train --test test --seed 2 --output x/y";
        assert_eq!(whole, all);
    }

    #[test]
    fn words_are_one_word_to_a_shell() {
        let words = ["a/b-1.tsv", "", "it's", "$(x)"].map(quoted);
        assert_eq!(words, ["a/b-1.tsv", "''", r"'it'\''s'", "'$(x)'"]);
    }
}
