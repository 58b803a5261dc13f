//! Ids so far, to tell one that stands twice.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Ids, one behind the other in one text: a dataset has millions of them, and each of its own would be an allocation.
#[derive(Default)]
pub(crate) struct Ids {
    text: String,
    /// Where each starts and ends.
    places: HashTable<(usize, usize)>,
    hasher: DefaultHashBuilder,
}

impl Ids {
    /// Takes an id in; `false` where it is there already.
    pub(crate) fn insert(&mut self, id: &str) -> bool {
        let Self {
            text,
            places,
            hasher,
        } = self;
        let of = |place: &(usize, usize)| text.get(place.0..place.1).unwrap_or_default();
        let hash = hasher.hash_one(id);
        if places.find(hash, |place| of(place) == id).is_some() {
            return false;
        }
        let place = (text.len(), text.len() + id.len());
        places.insert_unique(hash, place, |place| hasher.hash_one(of(place)));
        text.push_str(id);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_once() {
        let mut ids = Ids::default();
        for number in 0..5_000 {
            assert!(ids.insert(&number.to_string()), "{number}");
        }
        for number in 0..5_000 {
            assert!(!ids.insert(&number.to_string()), "{number}");
        }
        // What two ids in a row spell is no id.
        assert!(ids.insert("10001001"));
        assert!(ids.insert("") && !ids.insert(""));
    }
}
