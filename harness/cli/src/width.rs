//! Texts that fit a terminal: how wide it is, and how a line or a word is shortened.

use std::io::IsTerminal;

use terminal_size::{Width, terminal_size_of};

/// Stands where letters were left out.
const CUT: char = '…';
/// A word is never shortened to fewer characters, while a line still has longer ones.
const MIN_WORD: usize = 8;

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
pub(crate) fn cap(lengths: &[usize], room: usize, min: usize) -> usize {
    let most = lengths.iter().copied().max().unwrap_or(0);
    let fits = |cap: usize| lengths.iter().map(|one| (*one).min(cap)).sum::<usize>() <= room;
    (min..=most.max(min))
        .rev()
        .find(|cap| fits(*cap))
        .unwrap_or(min)
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
}
