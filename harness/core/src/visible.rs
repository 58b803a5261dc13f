//! Text of others (names, reasons, what a server answered) made fit to be shown.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text in which nothing acts on what shows it: control characters (C0, C1, DEL), characters that turn the
/// direction of text, line separators and U+FFFE and U+FFFF, which XML forbids, become visible escapes such as
/// `\u{1b}`. Newlines stay, a carriage return before one goes, and a tab becomes a space.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|letter| acts(letter) || letter == '\t') {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\t' => shown.push(' '),
            '\r' if letters.peek() == Some(&'\n') => {}
            letter if acts(letter) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(letter));
            }
            letter => shown.push(letter),
        }
    }
    Cow::Owned(shown)
}

/// The same on one line: newlines and what surrounds them become a single space.
#[must_use]
pub fn visible_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let line = match lines.as_slice() {
        [_] | [] => text.trim_end_matches(['\r', '\n']).to_owned(),
        lines => lines.join(" ").trim().to_owned(),
    };
    visible(&line).into_owned()
}

fn acts(letter: char) -> bool {
    (letter.is_control() && !matches!(letter, '\n' | '\t'))
        || matches!(
            letter,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{fffe}'
                | '\u{ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_shown() {
        let hostile = "a\u{1b}]8;;http://x\u{7}b\u{9b}2J\u{202e}c\u{fffe}\u{7f}\0";
        let shown = visible(hostile);
        assert_eq!(
            shown,
            "a\\u{1b}]8;;http://x\\u{7}b\\u{9b}2J\\u{202e}c\\u{fffe}\\u{7f}\\u{0}"
        );
        assert_eq!(visible(&shown), shown, "twice is once");
    }

    #[test]
    fn plain_text_stays_and_lines_stay_lines() {
        assert!(matches!(visible("é, 漢字 and\nlines"), Cow::Borrowed(_)));
        assert_eq!(visible("a\r\nb\tc\rd"), "a\nb c\\u{d}d");
        assert_eq!(visible_line("  a\n  b\r\nc\n"), "a b c");
        assert_eq!(visible_line("  indented"), "  indented");
    }
}
