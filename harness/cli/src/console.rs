//! What the terminal is told. A reader that has gone away (a closed pipe) is no error.

use std::io::{BufRead, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use titer_core::{Decision, visible, visible_line};

/// Says a line, or several, on standard output. Control characters are shown, not sent.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{}", visible(line));
}

/// Says a line that ends in a decision, in its colour where standard output is a terminal and `NO_COLOR` is not set.
pub(crate) fn say_decision(before: &str, decision: Decision, word: &str) {
    let colour = match decision {
        Decision::Pass => AnsiColor::Green,
        Decision::Fail => AnsiColor::Red,
        Decision::Inconclusive | Decision::Incomplete => AnsiColor::Yellow,
    };
    let style = Style::new().bold().fg_color(Some(colour.into()));
    let (before, word) = (visible(before), visible(word));
    let _ = writeln!(anstream::stdout().lock(), "{before}{style}{word}{style:#}");
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

/// Says a table: columns as wide as their widest cell, two spaces apart.
pub(crate) fn say_table(header: &[&str], rows: &[Vec<String>]) {
    for line in table(header, rows) {
        say(&line);
    }
}

/// A table's lines; a cell is one line, whatever it holds.
fn table(header: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let shown = |row: &Vec<String>| row.iter().map(|cell| visible_line(cell)).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(shown).collect();
    let mut widths: Vec<usize> = header.iter().map(|name| name.chars().count()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: Vec<&str>| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:<width$}"))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(header.to_vec())];
    lines.extend(
        rows.iter()
            .map(|row| line(row.iter().map(String::as_str).collect())),
    );
    lines
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
    fn a_tables_cells_stay_in_their_lines() {
        let rows = [vec!["a\n\u{1b}[2Jb".to_owned(), "c".to_owned()]];
        let lines = table(&["name", ""], &rows);
        assert_eq!(lines, ["name", "a \\u{1b}[2Jb  c"]);
    }

    #[test]
    fn bytes_read_well() {
        assert_eq!(bytes(17), "17 B");
        assert_eq!(bytes(2048), "2.0 KiB");
        assert_eq!(bytes(3 << 30), "3.0 GiB");
        assert_eq!(bytes(3 << 40), "3072.0 GiB");
    }
}
