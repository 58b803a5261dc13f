//! A split repaired: rows that leak taken out of test, or all rows divided anew by what they share.

use titer_core::Stream;

use crate::data::look;
use crate::leaks::straddling_rows;
use crate::rows::{Row, Set};

/// How often leaks are looked for again after some were taken out.
const MAX_ROUNDS: usize = 5;

/// How a split is repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Test rows that leak are left out; train stays as it is.
    LeaveOut,
    /// Clusters of rows of both splits are dealt out anew, whole; test rows that leak all the same are left out.
    Regroup,
}

/// A repaired split and what it cost.
#[derive(Clone, Debug)]
pub struct Clean {
    /// The rows that are left.
    pub set: Set,
    /// Rows that went from one split to the other.
    pub moved: usize,
    /// Of each class: its name, test rows before anything was left out, and after.
    pub classes: Vec<(String, usize, usize)>,
}

impl Clean {
    /// Test rows that were left out.
    #[must_use]
    pub fn left_out(&self) -> usize {
        let lost = self.classes.iter().map(|(_, before, after)| before - after);
        lost.sum()
    }
}

/// Repairs a split. `progress` hears what is done next; `seed` keys what is drawn.
#[must_use]
pub fn clean(set: &Set, repair: Repair, seed: u64, progress: &dyn Fn(&str)) -> Clean {
    let (mut set, moved) = match repair {
        Repair::LeaveOut => (set.clone(), 0),
        Repair::Regroup => regrouped(set, seed, progress),
    };
    let before = by_class(&set);
    for _ in 0..MAX_ROUNDS {
        let leaked = look(&set, seed, progress).leaked;
        let straddles = straddling_rows(&set);
        let stays = |row: usize| !leaked[row] && !straddles[row];
        if (0..set.test.len()).all(stays) {
            break;
        }
        let test = std::mem::take(&mut set.test).into_iter().enumerate();
        set.test = test
            .filter(|(row, _)| stays(*row))
            .map(|(_, row)| row)
            .collect();
    }
    let counts = before.into_iter().zip(by_class(&set));
    let names = set.classes.iter().cloned().zip(counts);
    Clean {
        moved,
        classes: names
            .map(|(name, (before, after))| (name, before, after))
            .collect(),
        set,
    }
}

/// Test rows of each class.
fn by_class(set: &Set) -> Vec<usize> {
    let mut counts = vec![0; set.classes.len()];
    for row in &set.test {
        counts[row.class] += 1;
    }
    counts
}

/// All rows, whose clusters are dealt to test in an order that is drawn, until it has as many rows as it had; and how many rows
/// changed sides.
fn regrouped(set: &Set, seed: u64, progress: &dyn Fn(&str)) -> (Set, usize) {
    let all: Vec<Row> = set.train.iter().chain(&set.test).cloned().collect();
    // Held against themselves, rows are joined by whatever they share.
    let whole = Set {
        train: all.clone(),
        test: all.clone(),
        ..set.clone()
    };
    let of = look(&whole, seed, progress).clusters.of;
    let clusters = of.iter().max().map_or(0, |last| *last as usize + 1);
    let mut sizes = vec![0; clusters];
    for cluster in &of {
        sizes[*cluster as usize] += 1;
    }
    let drawn = |cluster: &usize| Stream::new(seed, "regroup", &cluster.to_string()).whole();
    let mut order: Vec<usize> = (0..clusters).collect();
    order.sort_by_cached_key(drawn);
    let (wanted, mut dealt) = (set.test.len(), 0);
    let mut is_test = vec![false; clusters];
    for cluster in order {
        if dealt + sizes[cluster] <= wanted {
            is_test[cluster] = true;
            dealt += sizes[cluster];
        }
    }
    let mut found = Set {
        train: Vec::new(),
        test: Vec::new(),
        ..set.clone()
    };
    let mut moved = 0;
    for (number, row) in all.into_iter().enumerate() {
        let goes_to_test = is_test[of[number] as usize];
        moved += usize::from(goes_to_test != (number >= set.train.len()));
        match goes_to_test {
            true => found.test.push(row),
            false => found.train.push(row),
        }
    }
    (found, moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use titer_core::Sequence;

    /// 400 train and 200 test rows of letters at random; every tenth test row is a train row, every twentieth one turned round.
    fn leaky() -> Set {
        let mut stream = Stream::new(7, "clean", "rows");
        let mut row = |number: usize| Row {
            id: number.to_string(),
            class: number % 2,
            sequence: {
                let letters = (0..120).map(|_| b"ACGT"[stream.below(4) as usize] as char);
                Some(Sequence::new(&letters.collect::<String>()).unwrap())
            },
            ..Row::default()
        };
        let mut rows: Vec<Row> = (0..600).map(&mut row).collect();
        for number in (400..600).step_by(10) {
            rows[number].sequence = rows[number - 400].sequence.clone();
        }
        for number in (405..600).step_by(20) {
            let turned = rows[number - 400]
                .sequence
                .as_ref()
                .map(Sequence::reverse_complement);
            rows[number].sequence = turned;
        }
        let test = rows.split_off(400);
        Set {
            classes: vec!["a".to_owned(), "b".to_owned()],
            train: rows,
            test,
            ..Set::default()
        }
    }

    #[test]
    fn what_leaks_is_left_out_and_nothing_else() {
        let found = clean(&leaky(), Repair::LeaveOut, 1, &|_| ());
        assert_eq!((found.left_out(), found.moved), (30, 0));
        assert_eq!(found.set.train, leaky().train);
        assert_eq!(found.classes[0], ("a".to_owned(), 100, 80));
        let again = clean(&found.set, Repair::LeaveOut, 1, &|_| ());
        assert_eq!(again.left_out(), 0);
    }

    #[test]
    fn copies_are_dealt_to_one_side() {
        let found = clean(&leaky(), Repair::Regroup, 1, &|_| ());
        assert_eq!(found.left_out(), 0, "{:?}", found.classes);
        assert_eq!(found.set.train.len() + found.set.test.len(), 600);
        assert!(
            (195..=200).contains(&found.set.test.len()),
            "{}",
            found.set.test.len()
        );
        assert!(found.moved > 0);
    }
}
