//! Controls that look at where a row lies and at what it is called.

use std::collections::BTreeMap;

use super::{Answers, called};
use crate::overlap::{most_shared_classes, shares_with_others};
use crate::rows::{Row, Set};

/// The class of the train interval that shares most bases (of several that share equally many, the class that most of
/// them have); where none shares any, the class most frequent among train intervals that share no base with another one.
pub(super) fn by_overlap(set: &Set) -> Answers {
    let (train, test) = set
        .places()
        .ok_or("not every row says where it lies".to_owned())?;
    let class_of: Vec<usize> = set.train.iter().map(|row| row.class).collect();
    let (alone, found) = rayon::join(
        || shares_with_others(&train),
        || most_shared_classes(&test, &train, &class_of, set.classes.len()),
    );
    let mut lone = vec![0_usize; set.classes.len()];
    let mut all = lone.clone();
    for (row, shares) in set.train.iter().zip(&alone) {
        all[row.class] += 1;
        lone[row.class] += usize::from(!shares);
    }
    let counts = if lone.iter().any(|count| *count > 0) {
        &lone
    } else {
        &all
    };
    let counts: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
    let otherwise = called(&counts);
    // Of equals the class that most of them have, then the one that is more frequent in train: not the first by name.
    let most = |counts: Vec<u32>| {
        let places = 0..counts.len();
        let best =
            places.max_by_key(|&class| (counts[class], all[class], std::cmp::Reverse(class)));
        best.unwrap_or(otherwise)
    };
    let answers = found
        .into_iter()
        .map(|found| sure(found.map_or(otherwise, most), set.classes.len()));
    Ok((answers.collect(), set.train.len()))
}

fn sure(class: usize, classes: usize) -> Vec<f64> {
    (0..classes)
        .map(|it| if it == class { 1.0 } else { 0.0 })
        .collect()
}

/// The share of each class among train rows whose name has the same shape: its letters, digits left out.
pub(super) fn by_name(set: &Set) -> Answers {
    let mut counts: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut prior = vec![0.0; set.classes.len()];
    for row in &set.train {
        let own = counts.entry(shape(&row.id));
        own.or_insert_with(|| vec![0.0; set.classes.len()])[row.class] += 1.0;
        prior[row.class] += 1.0;
    }
    let share = |counts: &[f64]| {
        let all: f64 = counts.iter().sum();
        counts
            .iter()
            .map(|count| count / all.max(1.0))
            .collect::<Vec<f64>>()
    };
    let of = |row: &Row| share(counts.get(&shape(&row.id)).unwrap_or(&prior));
    Ok((set.test.iter().map(of).collect(), set.train.len()))
}

/// A name without its digits, and without the split that it may name.
fn shape(name: &str) -> String {
    let letters: String = name
        .chars()
        .filter(|letter| !letter.is_ascii_digit())
        .collect();
    letters.replace("train", "").replace("test", "")
}
