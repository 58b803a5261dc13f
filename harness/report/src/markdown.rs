//! Text of others in `summary.md`: one line, no markup.

/// Text on one line in which GitHub's Markdown finds nothing: no link, HTML, code, table border or heading.
pub(crate) fn escape(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters: Vec<char> = line.chars().collect();
    let mut safe = String::with_capacity(line.len() + 8);
    for (place, &letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| letters[place]);
        let after = letters.get(place + 1).copied();
        let in_word = |one: Option<char>| one.is_some_and(char::is_alphanumeric);
        match letter {
            '<' => safe.push_str("&lt;"),
            // Bare addresses become links: what makes one of them is written otherwise.
            ':' if after == Some('/') => safe.push_str("&#58;"),
            '.' if www(&letters[..place]) => safe.push_str("&#46;"),
            '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '$' => push_escaped(&mut safe, letter),
            '>' | '#' | '=' if before.is_none() => push_escaped(&mut safe, letter),
            '-' | '+' if before.is_none() && !after.is_some_and(|one| one.is_ascii_digit()) => {
                push_escaped(&mut safe, letter);
            }
            '.' | ')' if numbered(&letters[..place], after) => push_escaped(&mut safe, letter),
            '&' if after.is_some_and(|one| one == '#' || one.is_ascii_alphabetic()) => {
                push_escaped(&mut safe, letter);
            }
            // Within a word an underscore is one.
            '_' if !(in_word(before) && in_word(after)) => push_escaped(&mut safe, letter),
            other => safe.push(other),
        }
    }
    safe
}

fn push_escaped(safe: &mut String, letter: char) {
    safe.push('\\');
    safe.push(letter);
}

/// Whether what stands before a full stop makes it that of "www.".
fn www(before: &[char]) -> bool {
    let end = &before[before.len().saturating_sub(3)..];
    end.len() == 3 && end.iter().all(|letter| matches!(letter, 'w' | 'W'))
}

/// Whether a number begins the line, so that a full stop or bracket after it makes a list.
fn numbered(before: &[char], after: Option<char>) -> bool {
    !before.is_empty()
        && before.iter().all(char::is_ascii_digit)
        && after.is_none_or(|letter| letter == ' ')
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn no_markup_is_left() {
        for (text, safe) in [
            ("a |\n b <i>", "a \\| b &lt;i>"),
            ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
            ("![x](//e)", "!\\[x\\](//e)"),
            ("`a` *b* _c_ ~~d~~", "\\`a\\` \\*b\\* \\_c\\_ \\~\\~d\\~\\~"),
            ("\\[x]", "\\\\\\[x\\]"),
            (
                "see https://e.org, www.e.org",
                "see https&#58;//e.org, www&#46;e.org",
            ),
            ("&lt;b&gt; & more", "\\&lt;b\\&gt; & more"),
            ("# one", "\\# one"),
            ("- one", "\\- one"),
            ("===", "\\==="),
            ("1. one", "1\\. one"),
            ("> one", "\\> one"),
        ] {
            assert_eq!(escape(text), safe);
        }
    }

    #[test]
    fn plain_text_stays() {
        for text in [
            "average_precision",
            "-0.028 (95 % -0.036)",
            "53 of 53.",
            "1.5",
            "a: b",
            "a > b",
        ] {
            assert_eq!(escape(text), text);
        }
    }
}
