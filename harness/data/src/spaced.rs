//! Sequences written as overlapping words with spaces between them, as DNABERT's tables have them: `ACGTAC CGTACG GTACGT`.

use std::borrow::Cow;

use crate::error::Flaw;

/// The letters of a text: itself, or those of overlapping words of one length, each a base further than the one before.
///
/// # Errors
/// There are spaces, and it is not written so.
pub(crate) fn letters(text: &str) -> Result<Cow<'_, str>, Flaw> {
    if !text.contains(' ') {
        return Ok(Cow::Borrowed(text));
    }
    let wrong = || {
        Flaw::new(
            "the sequence has spaces, and is not one of overlapping k-mers, each a base further than the one before",
            "write the letters without spaces",
        )
    };
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    let first = words.next().ok_or_else(wrong)?;
    let mut whole = first.to_owned();
    for word in words {
        let overlap = word.len().checked_sub(1).and_then(|len| word.get(..len));
        let last = word.chars().next_back();
        match (overlap, last) {
            (Some(overlap), Some(last))
                if word.len() == first.len() && first.len() > 1 && whole.ends_with(overlap) =>
            {
                whole.push(last);
            }
            _ => return Err(wrong()),
        }
    }
    Ok(Cow::Owned(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_words_are_one_sequence() {
        for (text, expected) in [
            ("ACGT", Some("ACGT")),
            ("ACGTAC CGTACG GTACGT", Some("ACGTACGT")),
            ("ACG CGN ", Some("ACGN")),
            // Words side by side, of several lengths, of one letter.
            ("ACG TAC", None),
            ("ACG CGTA", None),
            ("A C G", None),
            (" ", None),
            ("é éé", None),
        ] {
            let found = letters(text);
            assert_eq!(found.as_deref().ok(), expected, "{text:?}");
        }
    }
}
