//! What the terminal is told. A reader that has gone away (a closed pipe) is no error.

use std::borrow::Cow;
use std::io::{BufRead, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use titer_core::{Decision, visible};

use crate::arguments::Talk;
use crate::error::CommandError;
use crate::table::{self, Overflow};
use crate::width;

/// Says a line, or several, on standard output; on a terminal long ones are wrapped between words. Control characters are
/// shown, not sent.
pub(crate) fn say(text: &str) {
    match width::of_stdout() {
        Some(width) => text
            .split('\n')
            .flat_map(|line| width::wrap_hanging(line, width))
            .for_each(|line| say_exactly(&line)),
        None => say_exactly(text),
    }
}

/// Says what is to be copied (a command, a file's text): lines stay as they are.
pub(crate) fn say_exactly(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{}", visible(text));
}

/// Says `✓ name: pass` and what stands behind it: the decision's sign and word in its colour where standard output is a terminal
/// and `NO_COLOR` is not set.
pub(crate) fn say_decision(indent: &str, name: &str, decision: Decision, behind: &str) {
    say_coloured((indent, name), decision, word(decision), behind);
}

/// The same of a verdict in words of its own.
pub(crate) fn say_verdict(name: &str, decision: Decision, word: &str) {
    say_coloured(("", name), decision, word, "");
}

fn say_coloured((indent, name): (&str, &str), decision: Decision, word: &str, behind: &str) {
    let (sign, colour) = match decision {
        Decision::Pass => ('✓', AnsiColor::Green),
        Decision::Fail => ('✕', AnsiColor::Red),
        Decision::Inconclusive => ('?', AnsiColor::Yellow),
        Decision::Incomplete => ('!', AnsiColor::Yellow),
    };
    let style = Style::new().bold().fg_color(Some(colour.into()));
    let (name, word, behind) = (visible(name), visible(word), visible(behind));
    let plain = format!("{indent}{sign} {name}{word}{behind}");
    let mut lines = match width::of_stdout() {
        Some(width) => width::wrap_hanging(&plain, width),
        None => vec![plain],
    };
    let start = format!("{indent}{sign} {name}{word}");
    if let Some(rest) = lines.first().and_then(|first| first.strip_prefix(&start)) {
        lines[0] = format!("{indent}{style}{sign}{style:#} {name}{style}{word}{style:#}{rest}");
    }
    let mut stdout = anstream::stdout().lock();
    for line in lines {
        let _ = writeln!(stdout, "{line}");
    }
}

/// A decision in a word.
pub(crate) fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass => "pass",
        Decision::Inconclusive => "inconclusive",
        Decision::Fail => "fail",
        Decision::Incomplete => "incomplete",
    }
}

/// Says a line, or several, on standard error. Control characters are shown, not sent.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", visible(line));
}

/// Whether somebody sits at the terminal: questions can be asked.
pub(crate) fn is_asked() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Asks, and reads a line; `None` where the input has ended.
pub(crate) fn ask(prompt: &str) -> Option<String> {
    let mut out = std::io::stdout().lock();
    let _ = write!(out, "{} ", visible(prompt));
    let _ = out.flush();
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(1..) => Some(line.trim().to_owned()),
        _ => None,
    }
}

/// Says a table; on a terminal with cells of several lines where it is too wide.
pub(crate) fn say_table(header: &[&str], rows: &[Vec<String>]) {
    for line in table::lines(header, rows, width::of_stdout(), Overflow::Wrap) {
        say_exactly(&line);
    }
}

/// Says a list of many rows, a line each; on a terminal long texts are cut unless everything is asked for.
pub(crate) fn say_list(header: &[&str], rows: &[Vec<String>], talk: Talk) {
    let overflow = match talk.verbose {
        true => Overflow::Wrap,
        false => Overflow::Cut,
    };
    for line in table::lines(header, rows, width::of_stdout(), overflow) {
        say_exactly(&line);
    }
}

/// The version of what `--format json` prints. It rises where a field goes or means something else, not where one comes.
const JSON_FORMAT: u32 = 1;

/// A JSON document: its version, then its content's fields.
#[derive(Serialize)]
struct JsonDocument<'a, T> {
    format: u32,
    #[serde(flatten)]
    content: &'a T,
}

/// Says a JSON document.
pub(crate) fn say_json<T: Serialize>(content: &T) -> Result<(), CommandError> {
    let document = JsonDocument {
        format: JSON_FORMAT,
        content,
    };
    let text = serde_json::to_string_pretty(&document)
        .map_err(|error| CommandError::Internal(format!("it cannot be put into JSON: {error}")))?;
    let _ = writeln!(std::io::stdout().lock(), "{}", escaped(&text));
    Ok(())
}

/// JSON without letters that act on a terminal: they can only stand in its strings, where they can be escaped.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut buffer = [0; 2];
    for letter in json.chars() {
        match visible(letter.encode_utf8(&mut [0; 4])) {
            Cow::Borrowed(_) => text.push(letter),
            Cow::Owned(_) => {
                for unit in letter.encode_utf16(&mut buffer) {
                    text += &format!("\\u{unit:04x}");
                }
            }
        }
    }
    text
}

/// Bytes for people.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let (mut value, mut unit) = (count as f64, 0);
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 {
        format!("{count} B")
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_its_meaning_and_does_nothing_to_a_terminal() {
        let text = "a\u{1b}[2J \u{202e} \u{9b} é";
        let json = serde_json::to_string(text).unwrap();
        let safe = escaped(&json);
        assert!(!safe.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
    }

    #[test]
    fn bytes_read_well() {
        assert_eq!(bytes(17), "17 B");
        assert_eq!(bytes(2048), "2.0 KiB");
        assert_eq!(bytes(3 << 30), "3.0 GiB");
        assert_eq!(bytes(3 << 40), "3072.0 GiB");
    }
}
