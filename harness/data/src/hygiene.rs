//! What letters rows are made of, and how often the same ones stand again.

use hashbrown::HashMap;
use titer_core::{Example, Target};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// What the letters of some rows are; of two sequences both count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Letters {
    /// Rows with letters in lower case, which often mark repeats; they are read as capitals.
    pub lower_case: u64,
    /// Rows with an N.
    pub with_n: u64,
    /// The longest run of N, bases.
    pub longest_n: usize,
    /// Rows with another code that stands for several bases.
    pub with_codes: u64,
}

impl Letters {
    /// Counts a row, of which so many letters are in lower case.
    pub fn add(&mut self, example: &Example, lower_case: u32) {
        let (mut longest, mut has_codes) = (0, false);
        for sequence in std::iter::once(&example.sequence).chain(&example.second) {
            if sequence.is_known() {
                continue;
            }
            let mut run = 0;
            for letter in sequence.letters() {
                run = if *letter == b'N' { run + 1 } else { 0 };
                longest = longest.max(run);
                has_codes |= !b"ACGTN".contains(letter);
            }
        }
        self.lower_case += u64::from(lower_case > 0);
        self.with_n += u64::from(longest > 0);
        self.longest_n = self.longest_n.max(longest);
        self.with_codes += u64::from(has_codes);
    }

    /// In words; `None` where every row is of the capitals A, C, G and T.
    #[must_use]
    pub fn in_words(&self) -> Option<String> {
        let rows = |count: u64| match count {
            1 => "1 row".to_owned(),
            _ => format!("{count} rows"),
        };
        let mut parts = Vec::new();
        if self.lower_case > 0 {
            let rows = rows(self.lower_case);
            parts.push(format!("lower case in {rows} (read as capitals)"));
        }
        if self.with_n > 0 {
            let (rows, longest) = (rows(self.with_n), self.longest_n);
            parts.push(format!("N in {rows} (longest run {longest})"));
        }
        if self.with_codes > 0 {
            let rows = rows(self.with_codes);
            parts.push(format!("other codes for several bases in {rows}"));
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// How often the same letters stand again, letter for letter and on the same strand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repeats {
    /// Rows whose letters an earlier row of the same split has.
    pub within: u64,
    /// Rows whose letters an earlier row of another split has, and none of the same.
    pub across: u64,
    /// Sequences that stand under more than one class.
    pub contradicted: u64,
}

/// Sequences so far, by 128 bits of a hash (XXH3) and never themselves: some 40 bytes each. That two of a hundred million
/// share them by chance has a probability of 1e-23.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    of: HashMap<u128, One>,
    splits: Vec<String>,
    repeats: Repeats,
}

/// A sequence.
#[derive(Clone, Copy, Debug)]
struct One {
    /// A bit for each split that it stands in.
    splits: u8,
    class: Option<u32>,
    is_contradicted: bool,
}

impl Seen {
    /// Takes a row in; one without letters is left out.
    pub(crate) fn add(&mut self, split: &str, example: &Example) {
        if example.sequence.is_empty() {
            return;
        }
        let bit = self.bit(split);
        let class = match &example.target {
            Target::Class(class) => u32::try_from(*class).ok(),
            Target::Labels(_) | Target::Value(_) | Target::Positions { .. } => None,
        };
        let one = self.of.entry(key(example)).or_insert(One {
            splits: 0,
            class,
            is_contradicted: false,
        });
        self.repeats.within += u64::from(one.splits & bit != 0);
        self.repeats.across += u64::from(one.splits != 0 && one.splits & bit == 0);
        one.splits |= bit;
        if one.class != class && !one.is_contradicted {
            one.is_contradicted = true;
            self.repeats.contradicted += 1;
        }
    }

    /// What was found.
    #[must_use]
    pub(crate) fn repeats(&self) -> Repeats {
        self.repeats
    }

    /// There are three splits.
    fn bit(&mut self, split: &str) -> u8 {
        let known = self.splits.iter().position(|known| known == split);
        let at = known.unwrap_or_else(|| {
            self.splits.push(split.to_owned());
            self.splits.len() - 1
        });
        1 << at.min(7)
    }
}

fn key(example: &Example) -> u128 {
    let first = example.sequence.letters();
    let Some(second) = &example.second else {
        return xxh3_128(first);
    };
    let mut hasher = Xxh3::new();
    // No letter, so that where one ends and the other begins counts.
    for part in [first, b"|", second.letters()] {
        hasher.update(part);
    }
    hasher.digest128()
}

impl Repeats {
    /// In words, one line each; none where nothing stands twice.
    #[must_use]
    pub fn in_words(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.within + self.across > 0 {
            lines.push(format!(
                "rows whose letters an earlier row has: {} of the same split, {} of another",
                self.within, self.across
            ));
        }
        if self.contradicted > 0 {
            lines.push(format!(
                "sequences that stand under more than one class: {}",
                self.contradicted
            ));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use titer_core::Sequence;

    fn row(letters: &str, class: usize) -> Example {
        let (first, second) = letters.split_once('/').unwrap_or((letters, ""));
        Example {
            id: String::new(),
            sequence: Sequence::new(first).unwrap(),
            second: (!second.is_empty()).then(|| Sequence::new(second).unwrap()),
            target: Target::Class(class),
            strata: Default::default(),
            clusters: Default::default(),
            place: Default::default(),
        }
    }

    #[test]
    fn letters_are_counted_by_row() {
        let mut letters = Letters::default();
        assert_eq!(letters.in_words(), None);
        for (text, lower_case) in [
            ("ACGT", 0),
            ("acgt", 2),
            ("NNANNN", 0),
            ("ARN", 2),
            ("ACGT/NNNNY", 0),
        ] {
            letters.add(&row(text, 0), lower_case);
        }
        let expected = Letters {
            lower_case: 2,
            with_n: 3,
            longest_n: 4,
            with_codes: 2,
        };
        assert_eq!(letters, expected);
        assert_eq!(
            letters.in_words().as_deref(),
            Some(
                "lower case in 2 rows (read as capitals), N in 3 rows (longest run 4), other codes for several bases in 2 rows"
            )
        );
    }

    #[test]
    fn what_stands_again_is_counted_by_split_and_class() {
        let mut seen = Seen::default();
        assert!(seen.repeats().in_words().is_empty());
        for (split, letters, class) in [
            ("train", "ACGT", 0),
            ("train", "ACGT", 0),
            ("train", "AAAA", 0),
            ("test", "ACGT", 1),
            // Contradicted already.
            ("test", "acgt", 1),
            ("test", "AAAA/C", 1),
            ("test", "AAAA", 0),
            ("test", "", 0),
            ("test", "", 1),
        ] {
            seen.add(split, &row(letters, class));
        }
        let expected = Repeats {
            within: 2,
            across: 2,
            contradicted: 1,
        };
        assert_eq!(seen.repeats(), expected);
        assert_eq!(
            expected.in_words(),
            [
                "rows whose letters an earlier row has: 2 of the same split, 2 of another",
                "sequences that stand under more than one class: 1"
            ]
        );
    }
}
