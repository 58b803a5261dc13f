//! Texts that fit a terminal: how wide it is, and how a line or a word is shortened.

use std::io::IsTerminal;

use terminal_size::{Width, terminal_size_of};

/// Stands where letters were left out.
const CUT: char = '…';
/// A word is never shortened to fewer characters, while a line still has longer ones.
const MIN_WORD: usize = 8;

/// Columns of the terminal on standard output; `None` where that is no terminal and nothing is shortened.
pub(crate) fn of_stdout() -> Option<usize> {
    let stdout = std::io::stdout();
    stdout.is_terminal().then(|| columns(&stdout))?
}

/// Columns of the terminal on standard error.
pub(crate) fn of_stderr() -> Option<usize> {
    let stderr = std::io::stderr();
    stderr.is_terminal().then(|| columns(&stderr))?
}

#[cfg(unix)]
fn columns<Stream: std::os::fd::AsFd>(stream: &Stream) -> Option<usize> {
    terminal_size_of(stream).and_then(|(Width(columns), _)| wide(columns))
}

#[cfg(windows)]
fn columns<Stream: std::os::windows::io::AsHandle>(stream: &Stream) -> Option<usize> {
    terminal_size_of(stream).and_then(|(Width(columns), _)| wide(columns))
}

/// A terminal that does not know its width says 0.
fn wide(columns: u16) -> Option<usize> {
    (columns > 0).then_some(usize::from(columns))
}

/// Characters of a text.
pub(crate) fn length(text: &str) -> usize {
    text.chars().count()
}

/// A text of at most `width` characters: what does not fit is left out at its end.
pub(crate) fn cut_end(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    match width {
        0 => String::new(),
        _ => format!("{}{CUT}", kept.trim_end()),
    }
}

/// A text of at most `width` characters: what does not fit is left out in its middle.
pub(crate) fn cut_middle(text: &str, width: usize) -> String {
    let all = length(text);
    if all <= width {
        return text.to_owned();
    }
    let Some(kept) = width.checked_sub(1) else {
        return String::new();
    };
    let front = kept.div_ceil(2);
    let head: String = text.chars().take(front).collect();
    let tail: String = text.chars().skip(all - (kept - front)).collect();
    format!("{head}{CUT}{tail}")
}

/// A line of at most `width` characters whose words can all still be told: the longest are shortened first, each in its
/// middle, so that short ones (a variant's, a perturbation's) stay whole.
pub(crate) fn cut_words(line: &str, width: usize) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let lengths: Vec<usize> = words.iter().map(|word| length(word)).collect();
    let spaces = words.len() - 1;
    let cap = cap(&lengths, width.saturating_sub(spaces), MIN_WORD);
    let words: Vec<String> = words.iter().map(|word| cut_middle(word, cap)).collect();
    cut_middle(&words.join(" "), width)
}

/// The most that each of these may have so that together they have no more than `room`, but no less than `min`.
fn cap(lengths: &[usize], room: usize, min: usize) -> usize {
    let most = lengths.iter().copied().max().unwrap_or(0);
    let fits = |cap: usize| lengths.iter().map(|one| (*one).min(cap)).sum::<usize>() <= room;
    (min..=most.max(min))
        .rev()
        .find(|cap| fits(*cap))
        .unwrap_or(min)
}

/// A text's words in lines of at most `width` characters; a longer word is broken.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let words = text.split(' ').flat_map(|word| broken(word, width));
    laid(words, width)
}

/// Words in lines of at most `width` characters; a longer word stands alone in a line of its own.
fn laid(words: impl Iterator<Item = String>, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(&word),
            Some(line) if length(line) + 1 + length(&word) <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// A word in parts of at most `width` characters.
fn broken(word: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() <= width || width == 0 {
        return vec![word.to_owned()];
    }
    let parts = letters.chunks(width);
    parts.map(|part| part.iter().collect()).collect()
}

/// A line in lines of at most `width` characters, the further ones two deeper than the first.
pub(crate) fn wrap_hanging(line: &str, width: usize) -> Vec<String> {
    let text = line.trim_start_matches(' ');
    let depth = line.len() - text.len();
    if length(line) <= width {
        return vec![line.to_owned()];
    }
    // What is deeper than half a terminal has no room there.
    let deeper = (depth + 2).min(width / 2);
    // A path or a link is copied: it is not broken.
    let words = text.split(' ').map(str::to_owned);
    let parts = laid(words, width.saturating_sub(deeper));
    let indented = |(number, part): (usize, String)| match number {
        0 => format!("{}{part}", " ".repeat(depth)),
        _ => format!("{}{part}", " ".repeat(deeper)),
    };
    parts.into_iter().enumerate().map(indented).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_keeps_its_ends() {
        assert_eq!(cut_middle("abcdefghij", 10), "abcdefghij");
        assert_eq!(cut_middle("abcdefghij", 7), "abc…hij");
        assert_eq!(cut_middle("abcdefghij", 1), "…");
        assert_eq!(cut_middle("abcdefghij", 0), "");
        assert_eq!(cut_end("abc defghij", 5), "abc…");
    }

    #[test]
    fn short_words_of_a_long_line_stay_whole() {
        let line =
            "predicting: mmsplice-donor-of-a-long-name int8 on splice-human-chr20-long, gc-0.1";
        let cut = cut_words(line, 60);
        assert!(length(&cut) <= 60, "{cut}");
        for whole in ["predicting:", " int8 ", "gc-0.1"] {
            assert!(cut.contains(whole), "{cut}");
        }
        assert_eq!(cut_words(line, 200), line);
        for width in 0..=85 {
            assert!(length(&cut_words(line, width)) <= width);
        }
    }

    #[test]
    fn words_are_wrapped_and_never_lost() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("incomprehensible a", 9), ["incompreh", "ensible a"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(
            wrap_hanging("  one two three", 12),
            ["  one two", "    three"]
        );
        assert_eq!(wrap_hanging("  one", 12), ["  one"]);
        assert_eq!(
            wrap_hanging("see /a/long/path", 8),
            ["see", "  /a/long/path"]
        );
    }
}
