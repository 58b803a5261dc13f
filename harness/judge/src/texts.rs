//! Many texts in little room.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::numbers::Numbers;

/// Texts, one behind the other in one piece of memory.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    text: String,
    /// Where each ends.
    ends: Numbers,
}

impl Texts {
    /// Takes the next one in.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(Some(self.text.len() as u64));
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A text by its place; empty where there is none.
    #[must_use]
    pub fn get(&self, place: usize) -> &str {
        let end = |place: usize| self.ends.get(place).unwrap_or_default() as usize;
        let start = place.checked_sub(1).map_or(0, end);
        self.text.get(start..end(place)).unwrap_or_default()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|place| self.get(place))
    }
}

/// Words of which most come again: each text is held once.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The number of each word; none where there is no word.
    pub numbers: Numbers,
    /// The different ones, in the order in which they came first.
    pub known: Texts,
    seen: Seen,
}

impl Words {
    /// Takes the next one in.
    pub fn push(&mut self, word: Option<&str>) {
        let number = word.map(|word| u64::from(self.seen.number(word, &mut self.known)));
        self.numbers.push(number);
    }
}

/// The numbers of texts that came before.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// By a number that stands for the text.
    by_hash: HashMap<u64, u32>,
    /// Texts for which the same number stands as for another.
    others: HashMap<Box<str>, u32>,
}

impl Seen {
    /// The number of a text, which joins those that are known if it is new.
    fn number(&mut self, text: &str, known: &mut Texts) -> u32 {
        let hash = number_of(text);
        match self.by_hash.get(&hash) {
            Some(&number) if known.get(number as usize) == text => return number,
            Some(_) => {
                if let Some(number) = self.others.get(text) {
                    return *number;
                }
            }
            None => {}
        }
        let number = known.len() as u32;
        known.push(text);
        match self.by_hash.entry(hash) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(number);
            }
            std::collections::hash_map::Entry::Occupied(_) => {
                self.others.insert(text.into(), number);
            }
        }
        number
    }
}

/// A number that stands for a text: two have the same with a chance of 2^-64.
#[must_use]
pub fn number_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_each_held_once() {
        let given = [Some("b"), None, Some(""), Some("a"), Some("b"), Some("")];
        let mut words = Words::default();
        given.iter().for_each(|word| words.push(*word));
        let numbers: Vec<Option<u64>> = words.numbers.iter().collect();
        assert_eq!(numbers, [Some(0), None, Some(1), Some(2), Some(0), Some(1)]);
        assert_eq!(words.known.iter().collect::<Vec<_>>(), ["b", "", "a"]);
    }

    #[test]
    fn texts_for_which_one_number_stands_are_told_apart() {
        let (mut seen, mut known) = (Seen::default(), Texts::default());
        assert_eq!(seen.number("a", &mut known), 0);
        seen.by_hash.insert(number_of("b"), 0);
        for _ in 0..2 {
            assert_eq!(seen.number("b", &mut known), 1);
            assert_eq!(seen.number("a", &mut known), 0);
        }
    }
}
